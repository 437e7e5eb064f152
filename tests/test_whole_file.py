"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from aitunnel_jupyter.whole_file import write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_whole(tmp_path / "a.txt", b"one")
        write_whole(tmp_path / "b.txt", b"two", mode=0o600)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "b.txt").stat().st_mode) == 0o600
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_what_is_there_is_replaced_only_if_that_is_said_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o604)
    with pytest.raises(FileExistsError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    write_whole(path, b"new", replace=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert names(tmp_path) == ["a.txt"]


def test_a_link_stays_and_what_it_names_is_written(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "far" / "real")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "link", b"new")
    write_whole(tmp_path / "link", b"new", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "far" / "real").read_bytes() == b"new"


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo])
def test_folders_and_pipes_are_never_written(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "odd"
    make(path)
    with pytest.raises(OSError, match="no regular file"):
        write_whole(path, b"new", replace=True)
    assert names(tmp_path) == ["odd"]


def test_of_two_that_write_at_once_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    gate, lost = threading.Barrier(8), []

    def write(number: int) -> None:
        gate.wait()
        try:
            write_whole(tmp_path / "a", bytes([number]) * 100_000)
        except FileExistsError:
            lost.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    content = (tmp_path / "a").read_bytes()
    assert len(lost) == 7
    assert content == content[:1] * 100_000
    assert content[0] not in lost


def test_where_there_are_no_links_it_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_whole(tmp_path / "a", b"one")
    assert (tmp_path / "a").read_bytes() == b"one"
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"two")
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "nowhere" / "a", b"two")
    assert names(tmp_path) == ["a"]
