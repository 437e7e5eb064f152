import _thread
import hashlib
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local import hub as our_hub
from aitunnel_jupyter.local.weights import find_model

REPOSITORY = Path(__file__).parents[2]


def test_the_file_is_downloaded_checked_and_found_again(hub, model, content, seen):
    path = find_model(seen.append, model=model)
    assert path.read_bytes() == content
    assert path.name == model.name
    assert [*dict.fromkeys(progress.stage for progress in seen)] == ["looking", "downloading", "checking"]
    hub.asked.clear()
    assert find_model(seen.append, model=model) == path
    assert hub.asked == []


def test_progress_grows_with_the_bytes_and_nothing_is_printed(hub, model, seen, capfd):
    hub.pause, hub.content = 0.4, hub.content * 8
    model = replace(model, size=len(hub.content), sha256=hashlib.sha256(hub.content).hexdigest())
    hub.etag = model.sha256
    find_model(seen.append, model=model)
    done = [progress.done for progress in seen if progress.stage == "downloading"]
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert done[-1] == model.size
    assert capfd.readouterr() == ("", "")


def test_the_bar_does_not_go_back_when_the_file_is_renamed(hub, model, seen, monkeypatch):
    """In that moment there is nothing to measure; a test cannot hit it, so the measure is given by hand."""
    hub.pause = 0.4
    sizes = iter([5, 7, 0, *[9] * 100_000])
    monkeypatch.setattr(our_hub, "_received", lambda *_: next(sizes))
    find_model(seen.append, model=model)
    done = [progress.done for progress in seen if progress.stage == "downloading"]
    assert done == sorted(done)
    assert 7 in done


def test_another_file_is_refused_before_its_download(hub, model):
    hub.etag = "b" * 64
    with pytest.raises(LocalModelFailed, match=r"another one, SHA-256 bbbbbbbbbbbb…"):
        find_model(lambda progress: None, model=model)
    assert f"GET {hub.path}" not in hub.asked


def test_wrong_bytes_are_refused_every_time(hub, model, content):
    hub.content, hub.etag = content[:-1] + b"?", "an-etag-of-some-mirror"
    for _ in range(2):
        with pytest.raises(LocalModelFailed, match=r"is not the published model .*delete it"):
            find_model(lambda progress: None, model=model)
    assert hub.asked.count(f"GET {hub.path}") == 1


def test_without_a_network_it_fails_at_once_in_one_line(model):
    with pytest.raises(LocalModelFailed) as refused:
        find_model(lambda progress: None, model=model)
    for language in ("en", "ru"):
        line = refused.value.line(language)
        assert "http://127.0.0.1:9" in line
        assert "AITUNNEL_LOCAL_MODEL" in line
        assert "\n" not in line


def test_offline_by_choice_says_so(hub, model, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(LocalModelFailed, match="offline mode is enabled"):
        find_model(lambda progress: None, model=model)
    assert hub.asked == []


def test_a_file_the_hub_does_not_have(hub, model):
    with pytest.raises(LocalModelFailed, match="404"):
        find_model(lambda progress: None, model=replace(model, name="other.gguf"))


def test_a_silent_hub_is_given_up(hub, model, monkeypatch):
    monkeypatch.setattr(hub.RequestHandlerClass, "do_HEAD", lambda self: time.sleep(30))
    with pytest.raises(LocalModelFailed, match=r"imeout|timed out"):
        find_model(lambda progress: None, model=model)


def test_an_interrupt_ends_the_download_and_half_a_file_is_never_used(hub, model, content, settle):
    hub.pause = 1.0
    threading.Timer(1.5, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        find_model(lambda progress: None, model=model)
    assert our_hub.find_cached(model) is None
    hub.pause = 0.0
    assert find_model(lambda progress: None, model=model).read_bytes() == content


def test_a_download_ends_after_kill_9_of_the_kernel(hub, model, settle):
    hub.pause = 1.0
    script = f"""
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from aitunnel_jupyter.local.model_file import ModelFile
from aitunnel_jupyter.local.weights import find_model
find_model(lambda progress: None, model={model!r})
"""
    with subprocess.Popen([sys.executable, "-c", script], start_new_session=True) as kernel:
        assert settle(lambda: f"GET {hub.path}" in hub.asked, seconds=20)
        (child,) = Path(f"/proc/{kernel.pid}/task/{kernel.pid}/children").read_text().split()
        kernel.kill()
    assert settle(lambda: not Path(f"/proc/{child}").exists(), seconds=3)
    assert our_hub.find_cached(model) is None


def test_without_huggingface_hub_it_names_the_extra(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(LocalModelFailed, match=r'pip install "aitunnel-jupyter\[local\]"'):
        find_model(lambda progress: None, model=model)


def test_leftovers_of_earlier_downloads_do_not_count_as_progress(tmp_path):
    (tmp_path / "old.incomplete").write_bytes(b"x" * 100)
    assert our_hub._received(tmp_path, time.time() + 60) == 0
    assert our_hub._received(tmp_path, time.time()) == 100
