"""Is this file the published one? Hashed before its first use, then remembered."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.local.model_file import Progress

if TYPE_CHECKING:
    from aitunnel_jupyter.local.model_file import ModelFile, Report

BLOCK = 4 << 20
"""Bytes hashed between two reports: some 5 ms of work, so an interrupt is obeyed at once."""

_MEMORY = "checked.json"


def cache_folder() -> Path:
    """The folder of joined models and remembered checks, created when it is missing.

    Raises:
        OSError: it cannot be created.
    """
    folder = cache_path()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_path() -> Path:
    """Where :func:`cache_folder` is, or would be."""
    from platformdirs import user_cache_path

    return user_cache_path("aitunnel-jupyter", appauthor=False)


def is_genuine(path: Path, model: ModelFile, report: Report) -> bool:
    """Whether ``path`` holds the bytes of ``model``.

    A file is hashed once and again only when its real path, size or time of change differs.

    Raises:
        OSError: the file cannot be read.
    """
    if path.stat().st_size != model.size:
        return False
    before = _identity(path)
    known = _memory().get(str(path.resolve()), {})
    if known.items() >= before.items():
        return bool(known["sha256"] == model.sha256)
    found = _sha256(path, report)
    if _identity(path) == before:  # else it was being written while we read
        remember(path, found)
    return found == model.sha256


def remember(path: Path, sha256: str) -> None:
    """Keep the hash of ``path`` for the next session; entries of files that are gone are dropped."""
    entries = {known: entry for known, entry in _memory().items() if Path(known).exists()}
    entries[str(path.resolve())] = {**_identity(path), "sha256": sha256}
    with contextlib.suppress(OSError):  # a full or read-only disk costs a second hash, no more
        _write(cache_folder() / _MEMORY, json.dumps(entries, indent=1))


def _identity(path: Path) -> dict[str, Any]:
    facts = path.stat()
    return {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns}


def _memory() -> dict[str, dict[str, Any]]:
    try:
        entries = json.loads((cache_folder() / _MEMORY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    entries = entries.items() if isinstance(entries, dict) else ()
    return {path: entry for path, entry in entries if isinstance(entry, dict) and "sha256" in entry}


def _sha256(path: Path, report: Report) -> str:
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    block = memoryview(bytearray(BLOCK))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            digest.update(block[:size])
            done += size
            report(Progress("checking", done, total))
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    """All of ``text`` or nothing: another kernel may be reading."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
