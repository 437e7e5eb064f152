"""The live view of a cell: state, schedule, paint.

::

    ┌ output 0 ─ frozen ─ (style) reasoning, folded ─────────┐
    ├ output 1 ─ frozen ─ finished blocks ───────────────────┤   never sent again
    ├ …                                                      │
    └ output n ─ tail ─── painted ≤ 10 times a second ───────┘

At the end all of it is replaced by one output with the whole answer. 100 000 characters cost 2.9 MB this way
and 266 MB with the whole text per delta (measured 2026-11-22).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from aitunnel_jupyter.notebook.body import body_for
from aitunnel_jupyter.notebook.waiting import waiting_text
from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.rendering.page import (
    answer_bundle,
    answer_metadata,
    footer_html,
    page,
    reasoning_html,
    waiting_html,
)

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.body import Piece
    from aitunnel_jupyter.notebook.outputs import Outputs
    from aitunnel_jupyter.session.turn import Turn

FRAME_SECONDS = 0.1
TAIL_BYTES_PER_SECOND = 30_000
"""A tail that has grown large is painted less often, so that bytes stay linear in time whatever the block."""
REASONING_WINDOW = 1_200
"""Characters of reasoning shown while it streams; all of it is there once it is over."""


class CellView:
    """Shows a turn in a cell that is ours alone (``%%ai``).

    Args:
        outputs: The cell.
        form: The format of the answer.
        language: ``en`` or ``ru``.
        clock: Seconds.
    """

    def __init__(
        self, outputs: Outputs, form: str, language: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._outputs = outputs
        self._language = language
        self._clock = clock
        self._body = body_for(form)
        self._next_frame = 0.0
        self._painted = ""
        self._rest = ""  # the answer's characters that no frozen piece has
        self._tail_id: str | None = None
        self._is_first = True
        self._reasoning_frozen = False
        self._has_text = False

    def show(self, turn: Turn) -> None:
        """Take what is new; paint if a frame is due. Called on the clock, also when nothing came."""
        self._take(turn)
        if self._clock() >= self._next_frame:
            self._paint(turn)

    def finish(self, turn: Turn, answer: Answer) -> None:
        """The last frame, always painted: one output with everything, or nothing if nothing came."""
        self._take(turn)
        if not (answer or answer.reasoning or answer.images or answer.complete):
            self._take_back()
        elif self._outputs.shared:
            self._finish_in_pieces(answer)
        else:
            self._outputs.clear()
            self._outputs.display(answer_bundle(answer), answer_metadata(answer))

    # --- state ----------------------------------------------------------------------------------------------

    def _take(self, turn: Turn) -> None:
        new = turn.take_text()
        if new and not self._reasoning_frozen and turn.reasoning:
            self._freeze(reasoning_html(turn.reasoning, self._language), "")
            self._reasoning_frozen = True
        if new:
            self._has_text = True
            self._rest += new
            self._body.append(new)
        turn.take_reasoning()

    def _raw_tail(self) -> str:
        return self._rest

    def _tail(self, turn: Turn) -> str:
        if self._has_text:
            return self._body.tail_html()
        if turn.reasoning:
            return reasoning_html(
                turn.reasoning[-REASONING_WINDOW:], self._language, live_seconds=turn.elapsed
            )
        return waiting_html(waiting_text(turn, self._language))

    # --- paint ----------------------------------------------------------------------------------------------

    def _paint(self, turn: Turn) -> None:
        if self._has_text and (pieces := self._body.finished()):
            self._freeze_pieces(pieces)
        tail = self._tail(turn)
        if tail != self._painted:
            self._show_tail(tail)
        pause = max(FRAME_SECONDS, len(tail.encode()) / TAIL_BYTES_PER_SECOND)
        self._next_frame = self._clock() + pause

    def _show_tail(self, tail: str) -> None:
        self._painted = tail
        if not tail and self._tail_id is None:
            return
        plain = {"text/plain": printable(self._raw_tail())} if self._has_text else {}
        self._put({"text/html": page(tail, style=self._is_first)} | plain)

    def _put(self, data: dict[str, str], metadata: dict[str, object] | None = None) -> None:
        if self._tail_id is None:
            self._tail_id = self._outputs.display(data, metadata)
        else:
            self._outputs.update(self._tail_id, data, metadata)

    def _freeze_pieces(self, pieces: list[Piece]) -> None:
        raw = "".join(piece.raw for piece in pieces)
        self._rest = self._rest[len(raw) :]
        self._freeze("".join(piece.html for piece in pieces), raw)

    def _freeze(self, html: str, raw: str) -> None:
        """The current tail becomes ``html`` for good; what follows gets an output of its own."""
        self._put({"text/html": page(html, style=self._is_first), "text/plain": printable(raw)})
        self._tail_id = None
        self._is_first = False
        self._painted = ""

    # --- the end --------------------------------------------------------------------------------------------

    def _finish_in_pieces(self, answer: Answer) -> None:
        """Something else stands in the cell: nothing is cleared, the pieces stay and the last one has the facts."""
        pieces = [*self._body.finished(), *self._body.close()]
        raw = "".join(piece.raw for piece in pieces)
        html = "".join(piece.html for piece in pieces) + footer_html(answer)
        data = {"text/html": page(html, style=self._is_first), "text/plain": printable(raw)}
        self._put(data, answer_metadata(answer))

    def _take_back(self) -> None:
        if self._tail_id is None:
            return
        if self._outputs.shared:
            self._outputs.update(self._tail_id, {"text/html": "", "text/plain": ""})
        else:
            self._outputs.clear_now()


class LineView(CellView):
    """Shows a turn in a cell that has other outputs too (``%ai ask``): one output, painted as a whole.

    The pause between frames grows with the text, so that bytes stay linear here too.
    """

    def __init__(
        self, outputs: Outputs, form: str, language: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(outputs, form, language, clock)
        self._frozen: list[str] = []
        self._frozen_raw: list[str] = []

    def finish(self, turn: Turn, answer: Answer) -> None:
        """The last frame in place; nothing of the cell is cleared."""
        self._take(turn)
        if answer or answer.reasoning or answer.images or answer.complete:
            self._put(answer_bundle(answer), answer_metadata(answer))
        elif self._tail_id is not None:
            self._outputs.update(self._tail_id, {"text/html": "", "text/plain": ""})

    def _freeze(self, html: str, raw: str) -> None:
        self._frozen.append(html)
        self._frozen_raw.append(raw)

    def _raw_tail(self) -> str:
        return "".join(self._frozen_raw) + self._rest

    def _tail(self, turn: Turn) -> str:
        return "".join(self._frozen) + super()._tail(turn)
