import os
import sys

import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local import hub as our_hub
from aitunnel_jupyter.local.weights import find_model, own_file


def silent(progress):
    pass


@pytest.fixture
def in_hub_cache(model, tmp_path):
    def put(content):
        folder = tmp_path / "hf" / "hub" / "models--someone--tiny-GGUF"
        snapshot = folder / "snapshots" / ("c" * 40)
        snapshot.mkdir(parents=True)
        (folder / "refs").mkdir()
        (folder / "refs" / "main").write_text("c" * 40)
        (snapshot / model.name).write_bytes(content)
        return snapshot / model.name

    return put


def test_your_own_file_comes_first(monkeypatch, tmp_path, model, content, in_hub_cache):
    in_hub_cache(content)
    own = tmp_path / "mine.gguf"
    own.write_bytes(b"GGUF and something of my own")
    monkeypatch.setenv("AITUNNEL_LOCAL_MODEL", str(own))
    assert find_model(silent, model=model) == own


def test_your_own_file_may_be_given_with_a_tilde(monkeypatch, tmp_path, model):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.gguf").write_bytes(b"GGUF...")
    monkeypatch.setenv("AITUNNEL_LOCAL_MODEL", "~/mine.gguf")
    assert find_model(silent, model=model) == tmp_path / "mine.gguf"


def test_your_own_file_with_the_known_size_has_to_be_the_known_file(tmp_path, model, content, seen):
    own = tmp_path / "mine.gguf"
    own.write_bytes(content)
    assert own_file(own, seen.append, model=model) == own
    assert seen[-1].stage == "checking"
    own.write_bytes(content[:-1] + b"?")
    os.utime(own, ns=(1, 1))
    with pytest.raises(LocalModelFailed, match="is not the published model"):
        own_file(own, silent, model=model)


@pytest.mark.parametrize(
    ("put", "says"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b""), "is not a GGUF file"),
        (lambda path: path.write_bytes(b"PK\x03\x04 a zip"), "is not a GGUF file"),
    ],
)
def test_a_variable_that_leads_to_no_model_is_refused(put, says, monkeypatch, tmp_path, model):
    put(tmp_path / "mine.gguf")
    monkeypatch.setenv("AITUNNEL_LOCAL_MODEL", str(tmp_path / "mine.gguf"))
    with pytest.raises(LocalModelFailed, match=says) as refused:
        find_model(silent, model=model)
    assert "AITUNNEL_LOCAL_MODEL" in str(refused.value)


def test_the_hubs_cache_comes_before_our_copy(in_hub_cache, cache, model, content):
    (cache / model.name).write_bytes(content)
    cached = in_hub_cache(content)
    assert find_model(silent, model=model) == cached


def test_a_wrong_file_in_the_hubs_cache_is_refused_although_wheels_are_there(in_hub_cache, site, model, content):
    path = in_hub_cache(content[:-1] + b"?")
    with pytest.raises(LocalModelFailed, match="delete it") as refused:
        find_model(silent, model=model)
    assert str(path) in str(refused.value)


def test_our_copy_comes_before_the_wheels(site, cache, model, content, seen):
    (cache / model.name).write_bytes(content)
    assert find_model(seen.append, model=model) == cache / model.name
    assert "joining" not in {progress.stage for progress in seen}


def test_our_own_damaged_copy_is_joined_anew(site, cache, model, content):
    (cache / model.name).write_bytes(content[:-1] + b"?")
    assert find_model(silent, model=model).read_bytes() == content


def test_the_wheels_come_before_a_download(site, cache, model, hub):
    assert find_model(silent, model=model) == cache / model.name
    assert hub.asked == []


def test_no_place_to_join_is_one_line(site, model, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(LocalModelFailed, match=r"cannot be stored or read at .*cache"):
        find_model(silent, model=model)


def test_a_full_disk_is_one_line(site, model, monkeypatch, cache):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aitunnel_jupyter.local.wheels._copy", full)
    with pytest.raises(LocalModelFailed, match="No space left on device") as refused:
        find_model(silent, model=model)
    assert str(cache) in str(refused.value)
    assert list(cache.iterdir()) == []


def test_the_hubs_cache_is_empty_when_the_extra_is_missing(monkeypatch, model):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert our_hub.find_cached(model) is None
