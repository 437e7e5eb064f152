"""The running model: one server per kernel, started on first use, ended with it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local.model_file import QWEN_CODER, Progress
from aitunnel_jupyter.local.weights import find_model, own_file

if TYPE_CHECKING:
    from pathlib import Path

    from aitunnel_jupyter.local.model_file import Report
    from aitunnel_jupyter.local.process import Child

_lock = threading.Lock()
_current: LocalModel | None = None


@dataclass(frozen=True)
class LocalModel:
    """A running server and what is needed to ask it."""

    base_url: str
    """``http://127.0.0.1:PORT/v1``."""
    key: str = field(repr=False)
    """A random key, known to this process and its child only."""
    name: str
    """Of the model, for requests and for people."""
    context: int
    """Tokens of prompt and answer that fit into one request."""
    threads: int
    """Processor threads it computes with."""
    pid: int
    """Process id of the child."""
    _child: Child = field(repr=False, compare=False)
    _owner: int = field(repr=False, compare=False, default_factory=os.getpid)

    @property
    def alive(self) -> bool:
        """Whether the server still runs and belongs to this process (a fork has to start its own)."""
        return self._owner == os.getpid() and self._child.process.poll() is None

    def stop(self) -> None:
        """End the server and wait for it. May be called again; does nothing in a fork of the owner."""
        if self._owner == os.getpid():
            self._child.end()


def running() -> LocalModel | None:
    """The server of this process, if it is alive."""
    return _current if _current is not None and _current.alive else None


def start(report: Report, *, path: Path | None = None, ready_timeout: float = 120.0) -> LocalModel:
    """The running server, or a new one. Blocks until it answers; an interrupt leaves no child behind.

    Args:
        report: Hears of each step, in this thread; ten times a second while the model loads.
        path: A GGUF file to run instead of what :func:`find_model` finds.
        ready_timeout: Seconds that loading may take; finding the file is not counted.

    Raises:
        LocalModelFailed: the extra or the file is missing, or llama.cpp did not start.

    Example:
        >>> model = start(lambda progress: None)  # doctest: +SKIP
        >>> model.base_url  # doctest: +SKIP
        'http://127.0.0.1:43411/v1'
    """
    global _current  # noqa: PLW0603 - one server per process is the point
    with _lock:
        if (already := running()) is not None:
            return already
        if _current is not None:
            _current.stop()  # it died: close its pipes
        _require("xllamacpp")  # before 491 MB are downloaded in vain
        file = own_file(path, report) if path else find_model(report)
        _current = _launch(file, report, ready_timeout)
        return _current


def _require(module: str) -> None:
    import importlib.util

    importlib.invalidate_caches()  # %pip may have installed it a second ago
    if importlib.util.find_spec(module) is None:
        raise LocalModelFailed("local.extra_missing", module=module)


def _launch(file: Path, report: Report, ready_timeout: float) -> LocalModel:
    import secrets

    from aitunnel_jupyter.local.process import Child

    # The prefix lets redaction mask it wherever it might be shown.
    key, name = f"sk-local-{secrets.token_urlsafe(32)}", _name(file)
    child = Child("serve", str(file), name)
    try:
        child.tell(key)
        facts = _ready(child, report, ready_timeout)
        return LocalModel(facts["url"], key, name, facts["context"], facts["threads"], child.process.pid, child)
    except BaseException:
        child.end()
        raise


def _ready(child: Child, report: Report, ready_timeout: float) -> dict[str, Any]:
    try:
        facts = child.answer(lambda: report(Progress("loading", 0, 0)), ready_timeout)
    except TimeoutError as error:
        raise LocalModelFailed("local.slow", seconds=round(ready_timeout)) from error
    if "url" not in facts:
        raise LocalModelFailed("local.died", why=child.last_words(facts.get("error", "")))
    return facts


def _name(file: Path) -> str:
    return QWEN_CODER.stem if file.stat().st_size == QWEN_CODER.size else file.stem
