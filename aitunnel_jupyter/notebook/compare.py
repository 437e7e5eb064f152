"""``%%ai m1,m2``: the same prompt to several models at once, side by side."""

from __future__ import annotations

import contextlib
import html
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.code_page import encodable
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.interrupts import check, held
from aitunnel_jupyter.notebook.body import body_for
from aitunnel_jupyter.notebook.compose import question_for, target
from aitunnel_jupyter.notebook.desk import Asked
from aitunnel_jupyter.notebook.namespace import store
from aitunnel_jupyter.notebook.stopped import Stopped
from aitunnel_jupyter.notebook.waiting import waiting_text
from aitunnel_jupyter.rendering.columns import Column, columns_bundle, columns_page
from aitunnel_jupyter.rendering.page import answer_metadata, reasoning_html, waiting_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.notebook.body import Body
    from aitunnel_jupyter.notebook.compose import Composed
    from aitunnel_jupyter.notebook.desk import Prompt
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.turn import Turn

FRAME_SECONDS = 0.15
BYTES_PER_SECOND = 40_000
"""All columns are one output, painted as a whole: the pause grows with it, so that bytes stay linear in time."""


class Comparison(dict[str, Answer]):
    """The answers by the name of the model asked; shown side by side, with a table of time, tokens and ₽.

    Args:
        answers: Model → answer.
        language: ``en`` or ``ru``.
    """

    def __init__(self, answers: dict[str, Answer], language: str = "en") -> None:
        super().__init__(answers)
        self.language = language

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002  IPython's protocol
        bundle = columns_bundle(self, self.language)
        return bundle | {"text/plain": encodable(bundle["text/plain"], sys.stdout)}


class _Lane:
    """One model's turn and how far it is painted."""

    def __init__(self, model: str, form: str, language: str) -> None:
        self.model = model
        self.turn: Turn | None = None
        self.error: AITunnelError | None = None
        self._body: Body = body_for(form)
        self._frozen: list[str] = []
        self._has_text = False
        self._language = language

    @property
    def over(self) -> bool:
        return self.turn is None or self.turn.over

    @property
    def answer(self) -> Answer:
        """What came, with the reason in the person's language if that is not all; empty if it could not be asked."""
        why = self.failure.line(self._language) if self.failure else "stopped"
        if self.turn is None or self.turn.answer is None:
            return Answer("", model=self.model, complete=False, error=why, language=self._language)
        return self.turn.answer.replace_facts(error=why) if self.failure else self.turn.answer

    @property
    def failure(self) -> AITunnelError | None:
        """What went wrong, asking or answering."""
        return self.error or (self.turn.error if self.turn and self.turn.over else None)

    def column(self) -> Column:
        """As it looks now."""
        turn = self.turn
        if turn is None:
            return Column(self.model, self._told())
        turn.wait(0)
        new = turn.take_text()
        if new:
            self._has_text = True
            self._body.append(new)
            self._frozen += [piece.html for piece in self._body.finished()]
        if self._has_text:
            return Column(self.model, "".join(self._frozen) + self._body.tail_html())
        if turn.reasoning:
            return Column(self.model, reasoning_html(turn.reasoning, self._language, live_seconds=turn.elapsed))
        return Column(self.model, self._told() or waiting_html(waiting_text(turn, self._language)))

    def _told(self) -> str:
        return f"<p>✗ {html.escape(self.failure.line(self._language))}</p>" if self.failure else ""


def compare(magics: AIMagics, prompt: Prompt, composed: Composed, cell: str = "") -> Comparison:
    """Ask all models at once, show them side by side, store the answers as a dict, and return it.

    Args:
        magics: Settings and shell.
        prompt: What was asked.
        composed: The same with values put in.
        cell: In the name of which cell, if not of the running one.

    Raises:
        AITunnelError: None of them could answer; the first one's reason.
        Stopped: The person pressed ■; what came is stored.
    """
    cell = cell or magics.desk.next_cell()
    with held(), _painter(magics) as paint:
        lanes: list[_Lane] = []
        try:
            _begin(magics, prompt, composed, cell, lanes)
            _follow(lanes, paint)
            paint.finish(found := _store(magics, prompt, lanes, composed, cell))
        except KeyboardInterrupt:
            for lane in lanes:
                if lane.turn is not None:
                    lane.turn.stop()
            found = _store(magics, prompt, lanes, composed, cell)
            with contextlib.suppress(KeyboardInterrupt):
                paint.finish(found)
            raise Stopped(magics.person_language) from None
    errors = [lane.failure for lane in lanes if lane.failure]
    if len(errors) == len(lanes):
        errors[0].language = magics.person_language
        raise errors[0].with_traceback(None) from None
    return found


def _begin(magics: AIMagics, prompt: Prompt, composed: Composed, cell: str, lanes: list[_Lane]) -> None:
    options = prompt.options
    for name in options.models:
        lanes.append(lane := _Lane(name, options.format, magics.person_language))
        try:
            model, address = target(magics, options, model=name)
            question = question_for(magics, options, composed, model, address, cell)
            lane.turn = magics.desk.begin(replace(question, title=prompt.title))
        except AITunnelError as error:
            lane.error = error


def _follow(lanes: Sequence[_Lane], paint: _Painter) -> None:
    while True:
        over = all(lane.over for lane in lanes)  # before painting, so that the last frame has everything
        pause = paint.show([lane.column() for lane in lanes])
        if over:
            return
        running = [lane.turn for lane in lanes if lane.turn is not None and not lane.over]
        if running:
            running[0].ends_within(pause)
        check()


def _store(magics: AIMagics, prompt: Prompt, lanes: Sequence[_Lane], composed: Composed, cell: str) -> Comparison:
    found = Comparison({lane.model: lane.answer for lane in lanes}, magics.person_language)
    store(magics.shell, found, prompt.options.out)
    magics.desk.asked = Asked(prompt, composed.message, lanes[0].answer, cell)
    return found


class _Painter:
    """All columns in one output."""

    def __init__(self, outputs: Any) -> None:
        self._outputs = outputs
        self._id: str | None = None
        self._painted = ""

    def show(self, columns: Sequence[Column]) -> float:
        """Paint if anything changed; returns the seconds until the next frame."""
        frame = columns_page(columns)
        if frame != self._painted:
            self._painted = frame
            self._put({"text/html": frame})
        return max(FRAME_SECONDS, len(frame) / BYTES_PER_SECOND)

    def finish(self, found: Comparison) -> None:
        """The last frame, with the table, and what a saved notebook keeps."""
        facts = {name: answer_metadata(answer)["aitunnel"] for name, answer in found.items()}
        self._put(found._repr_mimebundle_(), {"aitunnel": {"compared": facts}})

    def _put(self, data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        if self._id is None:
            self._id = self._outputs.display(data, metadata)
        else:
            self._outputs.update(self._id, data, metadata)


class _FinalPainter(_Painter):
    """Where every frame would be kept: the last one only."""

    def show(self, columns: Sequence[Column]) -> float:  # noqa: ARG002  nothing before the end
        return FRAME_SECONDS


class _TerminalPainter(_FinalPainter):
    """In a terminal: everything at the end, one below the other, for it has no columns that stay."""

    def __init__(self) -> None:
        """Needs no outputs."""

    def finish(self, found: Comparison) -> None:
        print(found._repr_mimebundle_()["text/plain"])


@contextlib.contextmanager
def _painter(magics: AIMagics) -> Any:
    if not hasattr(magics.shell, "kernel"):
        yield _TerminalPainter()
        return
    from aitunnel_jupyter.notebook.captured import is_captured
    from aitunnel_jupyter.notebook.outputs import Outputs

    if is_captured(magics.shell):
        yield _FinalPainter(Outputs(magics.shell))
        return
    with Outputs(magics.shell) as outputs:
        yield _Painter(outputs)
