"""How an answer in the background is shown: in its own output, which is found by its id from any thread."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.rendering.page import answer_bundle, answer_metadata, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.ask import View
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.notebook.options import Options
    from aitunnel_jupyter.session.turn import Turn


def background_view(magics: AIMagics, options: Options) -> View:
    """A view that may be called from a thread: one output in a kernel; nothing in a terminal, or under %%capture."""
    from aitunnel_jupyter.notebook.captured import is_captured

    if not hasattr(magics.shell, "kernel") or is_captured(magics.shell):
        return _Silent()
    from aitunnel_jupyter.notebook.live import LineView
    from aitunnel_jupyter.notebook.outputs import Outputs

    class BackgroundView(LineView):
        """The line view, which also says what went wrong: nobody waits for an exception."""

        _last: tuple[dict[str, str], dict[str, object] | None] | None = None

        def again(self) -> None:
            """Show what is shown, from the cell that runs now."""
            if self._last is not None and self._tail_id is not None:
                self._outputs.update(self._tail_id, *self._last)

        def _put(self, data: dict[str, str], metadata: dict[str, object] | None = None) -> int:
            self._last = data, metadata
            return super()._put(data, metadata)

        def finish(self, turn: Turn, answer: Answer) -> None:
            super().finish(turn, answer)
            if turn.error is not None:
                self._put(_with_error(answer, turn.error.line(magics.person_language)), answer_metadata(answer))

    return BackgroundView(Outputs(magics.shell), options.format, magics.person_language)


def show_in_later_cells(shell: Any, view: Any, is_over: Callable[[], bool]) -> None:
    """Show the last frame once more at the end of the first cell that ends after the answer.

    nbclient, and so papermill and nbconvert, takes an update only from the cell that runs: to it, an answer that comes
    after its own cell has never come (0.10, seen 2026-11-26).

    Args:
        shell: Whose cells.
        view: What :func:`background_view` made.
        is_over: Whether the last frame was painted.
    """
    events = shell.events

    def after_cell(*_: Any) -> None:
        if is_over():
            events.unregister("post_run_cell", after_cell)
            view.again()

    events.register("post_run_cell", after_cell)


def _with_error(answer: Answer, line: str) -> dict[str, str]:
    bundle = answer_bundle(answer) if answer else {"text/html": "", "text/plain": ""}
    told = page(f'<p class="aitunnel-note">✗ {html.escape(line)}</p>')
    return {"text/html": bundle["text/html"] + told, "text/plain": f"{bundle['text/plain']}\n✗ {line}".lstrip()}


class _Silent:
    """A terminal belongs to what runs in front."""

    def show(self, _turn: Turn) -> float:
        return 0.0

    def finish(self, _turn: Turn, _answer: Answer) -> Any:
        return None

    def again(self) -> None:
        """Nothing here either."""
