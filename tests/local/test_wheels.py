import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local import checks, wheels
from aitunnel_jupyter.local.model_file import QWEN_CODER

REPOSITORY = Path(__file__).parents[2]


def test_the_pieces_are_found_in_order_and_never_imported(site, model):
    parts = wheels.find_parts(model)
    assert [part.name for part in parts] == ["part01.bin", "part02.bin", "part03.bin"]
    assert not [name for name in sys.modules if name.startswith("tiny_part")]


def test_one_missing_wheel_means_none(install, pieces, model):
    install(pieces[:2])
    assert wheels.find_parts(model) is None


def test_a_wheel_without_its_data_means_none(site, model):
    (site / "tiny_part2" / "data" / "part02.bin").unlink()
    assert wheels.find_parts(model) is None


def test_joined_they_are_the_file_and_it_needs_no_second_hash(site, model, content, cache, seen):
    joined = wheels.join(model, wheels.find_parts(model), cache, seen.append)
    assert joined.read_bytes() == content
    assert [progress.stage for progress in seen] == ["joining"] * 3
    assert (seen[-1].done, seen[-1].total) == (model.size, model.size)
    assert checks.is_genuine(joined, model, lambda progress: pytest.fail("hashed twice"))


def test_pieces_of_something_else_are_refused_and_leave_nothing(install, pieces, model, cache):
    install([pieces[0], pieces[2], pieces[1]])
    with pytest.raises(LocalModelFailed, match="do not add up") as refused:
        wheels.join(model, wheels.find_parts(model), cache, lambda progress: None)
    assert "binder/local-model.txt" in str(refused.value)
    assert list(cache.iterdir()) == []


def test_an_interrupted_join_leaves_nothing(site, model, cache):
    def press_stop(progress):
        if progress.done > model.size // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wheels.join(model, wheels.find_parts(model), cache, press_stop)
    assert list(cache.iterdir()) == []


def test_the_leftover_of_a_killed_process_is_removed_after_an_hour(site, model, cache):
    old, young = cache / f".{model.name}.abc.part", cache / f".{model.name}.def.part"
    for leftover in (old, young):
        leftover.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * wheels.ABANDONED,) * 2)
    wheels.join(model, wheels.find_parts(model), cache, lambda progress: None)
    assert not old.exists()
    assert young.exists()


def test_a_file_already_in_use_on_windows_is_taken_as_it_is(site, model, content, cache, monkeypatch):
    def locked(self, target):
        raise PermissionError(13, "in use", str(target))

    (cache / model.name).write_bytes(content)
    monkeypatch.setattr(Path, "replace", locked)
    assert wheels.join(model, wheels.find_parts(model), cache, lambda progress: None).read_bytes() == content


def test_two_processes_join_at_once(site, model, content, cache):
    script = f"""
import sys, time
sys.path[:0] = [{str(site)!r}, {str(REPOSITORY)!r}]
from pathlib import Path
from aitunnel_jupyter.local import wheels
from aitunnel_jupyter.local.model_file import ModelFile
model = {model!r}
wheels.join(model, wheels.find_parts(model), Path({str(cache)!r}), lambda progress: time.sleep(0.1))
"""
    processes = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [b"", b""]
    assert (cache / model.name).read_bytes() == content
    assert sorted(file.name for file in cache.iterdir()) == ["checked.json", model.name]


def test_the_requirements_file_pins_just_these_wheels():
    text = (REPOSITORY / "binder" / "local-model.txt").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line.split("==")[0] for line in lines] == list(QWEN_CODER.wheels)
    assert all(line.split()[1].startswith("--hash=sha256:") for line in lines)
    assert QWEN_CODER.sha256 in text
    assert QWEN_CODER.name in text
