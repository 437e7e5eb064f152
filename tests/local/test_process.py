import os
import sys
from pathlib import Path

import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local import process
from aitunnel_jupyter.local.process import Child


def test_without_a_python_it_says_so(monkeypatch):
    for empty in ("", None):
        monkeypatch.setattr(sys, "executable", empty)
        with pytest.raises(LocalModelFailed, match=r"sys\.executable"):
            Child("serve")


def test_a_python_that_does_not_start_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(LocalModelFailed, match=r"did not start: .*No such file"):
        Child("serve")


def test_the_end_of_stdin_before_the_key_ends_it(settle):
    with Child("serve", "/nowhere.gguf", "name") as child:
        child.process.stdin.close()
        assert settle(lambda: child.process.poll() is not None, seconds=15)


def test_a_silent_child_is_a_timeout_and_reports_go_on_meanwhile():
    ticks = []
    with Child("serve", "/nowhere.gguf", "name") as child, pytest.raises(TimeoutError):
        child.answer(lambda: ticks.append(1), seconds=0.5)
    assert len(ticks) >= 3
    assert child.process.returncode is not None


def test_a_child_that_cannot_import_tells_it_with_its_last_line(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import os; os.write(2, b'one\\ntwo\\n\\n'); os._exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Child("serve", "/nowhere.gguf", "name") as child:
        assert child.answer(lambda: None, 60) == {}
        assert child.last_words() == "two"


def test_a_child_that_dies_without_a_word_leaves_its_status(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import os; os._exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Child("serve", "/nowhere.gguf", "name") as child:
        child.answer(lambda: None, 60)
        assert child.last_words() == "exit status 3"


def test_relative_and_empty_places_do_not_reach_the_childs_path(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", ":lib::/opt/x")
    places = process._environment()["PYTHONPATH"].split(":")
    assert places[:2] == [str(tmp_path / "lib"), "/opt/x"]
    assert "" not in places


def test_a_child_inherits_no_key_and_no_token(monkeypatch):
    from aitunnel_jupyter.redaction import remember

    remember("n0t-key-like-at-all")
    secrets = {
        "AITUNNEL_API_KEY": "a-key-1", "OPENAI_API_KEY": "b-key-2", "HF_TOKEN": "c-token-3", "AWS_SECRET_ACCESS_KEY": "d-4",
        "DATABASE_URL": "postgres://me:pass@h/d", "JUPYTER_TOKEN": "e-5", "JPY_SESSION_NAME": "/n.ipynb", "GITHUB_PAT": "f-6",
        "LC_ODD": "n0t-key-like-at-all", "PGPASSWORD": "g-7",
    }  # fmt: skip
    kept = {
        "PATH": os.environ["PATH"],
        "HOME": "/h",
        "LC_ALL": "C.UTF-8",
        "HF_HOME": "/hf",
        "https_proxy": "http://p:1",
        "PYTHONPATH": "/lib/of/mine",
    }
    for name, value in {**secrets, **kept}.items():
        monkeypatch.setenv(name, value)
    environment = process._environment()
    assert not secrets.keys() & environment.keys()
    assert kept.items() - {("PYTHONPATH", "/lib/of/mine")} <= environment.items()
    assert "/lib/of/mine" in environment["PYTHONPATH"]
    with Child("serve", "/nowhere.gguf", "name") as child:
        inherited = Path(f"/proc/{child.process.pid}/environ").read_bytes()
        assert b"/lib/of/mine" in inherited
        assert not [value for value in secrets.values() if value.encode() in inherited]
