"""Starting the local model, with a progress line a person can follow."""

from __future__ import annotations

import html
import sys
import time
from typing import TYPE_CHECKING

from aitunnel_jupyter.local import child
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.captured import is_captured
from aitunnel_jupyter.rendering.page import page
from aitunnel_jupyter.rendering.style import style_for

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from aitunnel_jupyter.local.child import LocalModel
    from aitunnel_jupyter.local.weights import Progress

FRAME_SECONDS = 0.2
MEGABYTE = 1_000_000


def start_local(shell: InteractiveShell, language: str) -> LocalModel:
    """Find, check, load and start; the line ends as one sentence that says what runs.

    Raises:
        LocalModelFailed: One line of what is missing.
    """
    in_cell = hasattr(shell, "kernel") and not is_captured(shell)
    view = _LineInCell(shell, language) if in_cell else _LineInTerminal(language)
    try:
        running = child.start(view.report)
    except BaseException:
        view.end("")
        raise
    view.end(ready_text(running, language))
    return running


def ready_text(running: LocalModel, language: str) -> str:
    """What runs, in one sentence."""
    return say("local.ready", language, model=running.name, threads=running.threads, context=running.context)


class _LineInTerminal:
    def __init__(self, language: str) -> None:
        self._language = language
        self._next_frame = 0.0
        self._stage = ""

    def report(self, progress: Progress) -> None:
        """Show a step, at most five a second; a new stage at once."""
        now = time.monotonic()
        if progress.stage == self._stage and now < self._next_frame:
            return
        self._stage, self._next_frame = progress.stage, now + FRAME_SECONDS
        self._show(say(f"local.{progress.stage}", self._language), progress.done, progress.total)

    def end(self, text: str) -> None:
        """Replace the line by ``text``, or take it away."""
        erase = "\r\x1b[2K" if sys.stdout.isatty() else ""
        sys.stdout.write(f"{erase}{text}\n" if text else erase)
        sys.stdout.flush()

    def _show(self, text: str, done: int, total: int) -> None:
        if sys.stdout.isatty():
            share = f" {100 * done // total} %" if total else ""
            sys.stdout.write(f"\r\x1b[2K{text}{share}")
            sys.stdout.flush()


class _LineInCell(_LineInTerminal):
    def __init__(self, shell: InteractiveShell, language: str) -> None:
        super().__init__(language)
        from aitunnel_jupyter.notebook.outputs import Outputs

        self._outputs = Outputs(shell)
        self._id: str | None = None

    def end(self, text: str) -> None:
        inner = f'<p class="aitunnel-note">{html.escape(text)}</p>' if text else ""
        if text or self._id:
            self._put({"text/html": page(inner, style=style_for(inner)) if text else "", "text/plain": text})

    def _show(self, text: str, done: int, total: int) -> None:
        bar = f' <progress value="{done}" max="{total}"></progress> {_megabytes(done, total)}' if total else " …"
        self._put({"text/html": page(f"<p>{html.escape(text)}{bar}</p>"), "text/plain": text})

    def _put(self, data: dict[str, str]) -> None:
        if self._id is None:
            self._id = self._outputs.display(data)
        else:
            self._outputs.update(self._id, data)


def _megabytes(done: int, total: int) -> str:
    return f"{done // MEGABYTE} / {total // MEGABYTE} MB"
