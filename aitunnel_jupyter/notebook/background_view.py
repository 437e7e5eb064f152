"""How an answer in the background is shown: in its own output, which is found by its id from any thread."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.rendering.page import answer_bundle, answer_metadata, page

if TYPE_CHECKING:
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

        def finish(self, turn: Turn, answer: Answer) -> None:
            super().finish(turn, answer)
            if turn.error is not None:
                self._put(_with_error(answer, turn.error.line(magics.person_language)), answer_metadata(answer))

    return BackgroundView(Outputs(magics.shell), options.format, magics.person_language)


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
