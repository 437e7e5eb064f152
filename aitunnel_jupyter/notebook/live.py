"""The live view of a cell: state, schedule, paint.

::

    ┌ output 0 ─── frozen ─ (style) reasoning, folded ───────┐
    ├ output 1 ─── frozen ─ finished blocks ─────────────────┤   never sent again
    ├ …                                                      │
    ├ output n-1 ─ group ── grows by finished blocks ────────┤   sent again when one is added
    └ output n ─── tail ─── painted ≤ 10 times a second ─────┘

At the end all of it is replaced by one output with the whole answer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aitunnel_jupyter.notebook.body import body_for
from aitunnel_jupyter.notebook.group import Group
from aitunnel_jupyter.notebook.waiting import waiting_text
from aitunnel_jupyter.redaction import printable, so_far
from aitunnel_jupyter.rendering.page import (
    answer_bundle,
    answer_metadata,
    footer_html,
    live_page,
    pictures_html,
    reasoning_html,
    waiting_html,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.body import Piece
    from aitunnel_jupyter.notebook.outputs import Outputs
    from aitunnel_jupyter.session.turn import Turn

FRAME_SECONDS = 0.125
"""Eight frames a second look as smooth as ten and cost a fifth less."""
BYTES_PER_SECOND = 20_000
"""After a large frame the next one waits longer, so that bytes stay linear in time whatever the answer is."""
HEAVY_CHARACTERS = 110_000
HEAVY_FORMULAS = 150
"""Beyond either, an answer stays in its pieces: each formula costs the page about 1 ms."""


class CellView:
    """Shows a turn in a cell that is ours alone (``%%ai``).

    Args:
        outputs: The cell.
        form: The format of the answer.
        language: ``en`` or ``ru``.
        clock: Seconds.
    """

    def __init__(self, outputs: Outputs, form: str, language: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._outputs = outputs
        self._language = language
        self._clock = clock
        self._body = body_for(form)
        self._next_frame = 0.0
        self._painted = ""
        self._tail_id: str | None = None
        self._group: Group | None = None
        self._pending: list[Piece] = []  # finished, and still shown with the tail
        self._groups = 0
        self._has_text = False

    def show(self, turn: Turn) -> float:
        """Paint if a frame is due; called on the clock, also when nothing came. Returns seconds to the next one."""
        if self._clock() >= self._next_frame:
            self._take(turn)
            self._paint(turn)
        return max(self._next_frame - self._clock(), 0.0)

    def finish(self, turn: Turn, answer: Answer) -> None:
        """The last frame, always painted: one output with everything, or nothing if nothing came."""
        self._take(turn)
        if not (answer or answer.reasoning or answer.images or answer.complete):
            self._take_back()
        elif self._outputs.shared or _is_heavy(bundle := answer_bundle(answer)):
            self._finish_in_pieces(answer)
        else:
            self._outputs.clear()
            self._outputs.display(bundle, answer_metadata(answer))

    # --- state ----------------------------------------------------------------------------------------------

    def _take(self, turn: Turn) -> None:
        new = turn.take_text()
        if new and not self._has_text:
            # The first output keeps the style (and the reasoning), so that no frame has to carry it again.
            self._begin_group(reasoning_html(so_far(turn.reasoning), self._language), "")
            self._has_text = True
        if new:
            self._body.append(new)
        turn.take_reasoning()

    def _tail(self, turn: Turn) -> str:
        if self._has_text:
            return "".join(piece.html for piece in self._pending) + self._body.tail_html()
        if turn.reasoning:
            return reasoning_html(turn.reasoning, self._language, live_seconds=turn.elapsed)
        return waiting_html(waiting_text(turn, self._language))

    # --- paint ----------------------------------------------------------------------------------------------

    def _paint(self, turn: Turn) -> None:
        sent = 0
        if self._has_text:
            self._pending += self._body.finished()
            sent = self._freeze_pending()
        if self._tail_id is not None or not sent:
            # Right after a group began, the tail has not been seen yet: it comes with the next frame.
            sent += self._show_tail(self._tail(turn))
        if turn.first_delta_at is not None:  # before that, the first delta must not wait for a frame
            self._next_frame = self._clock() + max(FRAME_SECONDS, sent / BYTES_PER_SECOND)

    def _show_tail(self, tail: str) -> int:
        if tail == self._painted or (not tail and self._tail_id is None):
            return 0
        self._painted = tail
        return self._put({"text/html": live_page(tail, first=self._groups == 0)})

    def _put(self, data: dict[str, str], metadata: dict[str, object] | None = None) -> int:
        """Show ``data`` in the tail's output; returns its size in bytes."""
        if self._tail_id is None:
            self._tail_id = self._outputs.display(data, metadata)
        else:
            self._outputs.update(self._tail_id, data, metadata)
        return _size(data)

    def _freeze_pending(self) -> int:
        """Put finished pieces where they stay, if that is worth it; returns the bytes it took."""
        size = sum(len(piece.raw) for piece in self._pending)
        if not size or (self._group and not self._group.accepts(size)):
            return 0
        raw, html = _joined(self._pending)
        self._pending = []
        if self._group is None or self._group.full:
            return self._begin_group(html, raw)
        self._group.add(html, raw)
        self._outputs.update(self._group.display_id, data := self._group.data())
        return _size(data)

    def _begin_group(self, html: str, raw: str) -> int:
        """The tail's output becomes a group; what follows gets an output of its own."""
        size = self._put({"text/html": live_page(html, first=self._groups == 0), "text/plain": printable(raw)})
        assert self._tail_id is not None
        self._group = Group(self._tail_id, self._groups, html, raw)
        self._groups += 1
        self._tail_id = None
        self._painted = ""
        return size

    # --- the end --------------------------------------------------------------------------------------------

    def _finish_in_pieces(self, answer: Answer) -> None:
        """Something else stands in the cell: nothing is cleared, the pieces stay and the last one has the facts."""
        # They stay pending: a second call, after an interrupt in the first, must find them again.
        self._pending += [*self._body.finished(), *self._body.close()]
        raw, html = _joined(self._pending)
        reasoning = "" if self._has_text else reasoning_html(answer.reasoning, self._language)
        inner = reasoning + html + pictures_html(answer) + footer_html(answer)
        data = {
            "text/html": live_page(inner, first=self._groups == 0),
            "text/plain": printable(raw),
        }
        self._put(data, answer_metadata(answer))

    def _take_back(self) -> None:
        if self._tail_id is None:
            return
        if self._outputs.shared:
            self._outputs.update(self._tail_id, {"text/html": "", "text/plain": ""})
        else:
            self._outputs.clear(wait=False)


class LineView(CellView):
    """Shows a turn in a cell that has other outputs too (``%ai ask``): one output, painted as a whole.

    The pause between frames grows with the text, so that bytes stay linear here too.
    """

    def __init__(self, outputs: Outputs, form: str, language: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(outputs, form, language, clock)
        self._frozen: list[str] = []

    def finish(self, turn: Turn, answer: Answer) -> None:
        """The last frame in place; nothing of the cell is cleared."""
        self._take(turn)
        if answer or answer.reasoning or answer.images or answer.complete:
            self._put(answer_bundle(answer), answer_metadata(answer))
        elif self._tail_id is not None:
            self._put({"text/html": "", "text/plain": ""})

    def _freeze_pending(self) -> int:
        self._frozen += [piece.html for piece in self._pending]
        self._pending = []
        return 0

    def _begin_group(self, html: str, raw: str) -> int:  # noqa: ARG002  the raw text comes at the end
        self._frozen.append(html)
        return 0

    def _tail(self, turn: Turn) -> str:
        return "".join(self._frozen) + super()._tail(turn)


def _is_heavy(bundle: dict[str, str]) -> bool:
    """Whether one output with all of it would freeze the page for more than 0.3 s (JupyterLab 4.6.6, measured)."""
    return len(bundle["text/plain"]) > HEAVY_CHARACTERS or bundle["text/html"].count("mathjax_process") > HEAVY_FORMULAS


def _joined(pieces: list[Piece]) -> tuple[str, str]:
    return "".join(piece.raw for piece in pieces), "".join(piece.html for piece in pieces)


def _size(data: dict[str, str]) -> int:
    return sum(len(text.encode()) for text in data.values())
