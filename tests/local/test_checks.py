import json
import os

from aitunnel_jupyter.local import checks


def test_the_published_bytes_are_genuine_and_hashed_only_once(tmp_path, model, content, seen):
    file = tmp_path / "copy.gguf"
    file.write_bytes(content)
    assert checks.is_genuine(file, model, seen.append)
    assert (seen[-1].stage, seen[-1].done, seen[-1].total) == ("checking", model.size, model.size)
    seen.clear()
    assert checks.is_genuine(file, model, seen.append)
    assert seen == []


def test_a_link_to_a_checked_file_is_not_hashed_again(tmp_path, model, content, seen):
    file, link = tmp_path / "blob", tmp_path / "snapshot.gguf"
    file.write_bytes(content)
    link.symlink_to(file)
    checks.is_genuine(file, model, lambda progress: None)
    assert checks.is_genuine(link, model, seen.append)
    assert seen == []


def test_one_changed_byte_is_refused_also_after_the_original_was_checked(tmp_path, model, content):
    file = tmp_path / "copy.gguf"
    file.write_bytes(content)
    assert checks.is_genuine(file, model, lambda progress: None)
    file.write_bytes(content[:-1] + b"?")
    os.utime(file, ns=(1, 1))
    assert not checks.is_genuine(file, model, lambda progress: None)


def test_a_wrong_file_is_remembered_as_wrong(tmp_path, model, content, seen):
    file = tmp_path / "copy.gguf"
    file.write_bytes(content[:-1] + b"?")
    assert not checks.is_genuine(file, model, lambda progress: None)
    assert not checks.is_genuine(file, model, seen.append)
    assert seen == []


def test_another_size_is_refused_without_reading(tmp_path, model, seen):
    file = tmp_path / "copy.gguf"
    file.write_bytes(b"GGUF")
    assert not checks.is_genuine(file, model, seen.append)
    assert seen == []


def test_a_file_that_changes_while_it_is_hashed_is_not_remembered(tmp_path, model, content, cache):
    file = tmp_path / "copy.gguf"
    file.write_bytes(content)
    checks.is_genuine(file, model, lambda progress: os.utime(file, ns=(1, 1)))
    assert not (cache / "checked.json").exists()


def test_a_broken_memory_costs_a_second_hash_and_no_more(tmp_path, model, content, cache):
    file = tmp_path / "copy.gguf"
    file.write_bytes(content)
    for broken in ("", "{", "[]", '{"x": 1}', json.dumps({str(file): {"size": model.size}})):
        (cache / "checked.json").write_text(broken)
        assert checks.is_genuine(file, model, lambda progress: None)


def test_without_a_place_to_remember_the_check_still_answers(tmp_path, model, content):
    file = tmp_path / "copy.gguf"
    file.write_bytes(content)
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert checks.is_genuine(file, model, lambda progress: None)


def test_files_that_are_gone_are_forgotten(tmp_path, model, content, cache):
    old, new = tmp_path / "old.gguf", tmp_path / "new.gguf"
    for file in (old, new):
        file.write_bytes(content)
        checks.is_genuine(file, model, lambda progress: None)
        old.unlink(missing_ok=True)
    assert list(json.loads((cache / "checked.json").read_text())) == [str(new)]
    assert [file.name for file in cache.iterdir()] == ["checked.json"]
