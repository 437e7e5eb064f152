import sys

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
