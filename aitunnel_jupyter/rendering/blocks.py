"""An answer cut into blocks while it arrives, so that what is finished is rendered once and never again.

::

    append ──► _waiting ──► _lines (the tail) ──► _ready ──► finished()
               not a line    one open block,      pieces
               yet           parsed again

Only the tail is parsed, and it stays short: a block that grows beyond its limit
(:mod:`aitunnel_jupyter.rendering.cuts`) is split where the parts render as the whole would. So the cost of an
answer is proportional to its length, whatever it consists of.

What a piece cannot know, and where joined pieces differ from the whole: reference links (``[a][1]``)
defined in another piece stay text; a split list may be loose in one part and tight in the next; a split
fence, quote or table is several ``<pre>``, ``<blockquote>``, ``<table>``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Self

from aitunnel_jupyter.rendering import cuts, unfinished
from aitunnel_jupyter.rendering.lines import Line, Shift, as_line, moved, split_lines, with_ends
from aitunnel_jupyter.rendering.markdown import outline

if TYPE_CHECKING:
    from markdown_it.token import Token

SLICE = 2_000
"""Characters taken into the tail between two looks at it, so that a long delta costs no more than many short."""

SMALL, GROWTH = 500, 1.125
"""A tail of more characters is looked at again when it has grown by an eighth: parsing it costs its length."""


class Piece(str):
    r"""Markdown of a finished piece; renders on its own.

    Attributes:
        raw: The part of the answer it stands for, character by character. It differs from the piece where that
            needs something again (a fence's first line, a table's head) or in another form (line ends).

    Example:
        >>> Piece("1. b\n", raw="1. b\r\n").raw
        '1. b\r\n'
    """

    __slots__ = ("raw",)
    raw: str

    def __new__(cls, source: str, *, raw: str) -> Self:
        """A piece of ``source`` that stands for ``raw``."""
        piece = super().__new__(cls, source)
        piece.raw = raw
        return piece


class Blocks:
    r"""Text in, finished Markdown blocks out.

    Example:
        >>> blocks = Blocks()
        >>> blocks.append("# Title\n\nSome *te")
        >>> blocks.finished(), blocks.tail
        (['# Title\n\n'], 'Some *te*')
        >>> blocks.append("xt*.")
        >>> blocks.close()
        ['Some *text*.']
    """

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._news = False
        self._lines: list[Line] = []
        self._head = ""  # Markdown before the tail that opens again what a cut has closed
        self._shifts: list[Shift] = []
        self._goes_on = False  # the next part goes on with a line that was broken, so it begins at no column
        self._looked = 0  # characters of the tail at the last look
        self._peeked = 0  # lines of the tail at the last peek
        self._settled = 0  # lines of the tail that will not change
        self._ready: list[Piece] = []

    def append(self, text: str) -> None:
        """Take the next delta.

        Args:
            text: As it came; it may be cut anywhere, even inside a line end.

        Example:
            >>> Blocks().append("Hel")
        """
        if text:
            self._waiting.append(text)
            self._news = True

    def finished(self) -> list[Piece]:
        """The pieces that were completed since the last call, in order.

        Returns:
            Markdown sources; each renders on its own.

        Example:
            >>> Blocks().finished()
            []
        """
        self._advance()
        ready, self._ready = self._ready, []
        return ready

    @property
    def tail(self) -> str:
        """Markdown of what has begun and is not finished, fit to be shown now.

        Example:
            >>> blocks = Blocks()
            >>> blocks.append("see [the docs](https://exa")
            >>> blocks.tail
            'see the docs'
        """
        self._advance()
        partial, _ = self._moved("".join(self._waiting))
        if not self._lines and not partial.strip():
            return ""
        return self._source(0, self._settled) + unfinished.shown(self._source(self._settled), partial)

    def close(self) -> list[Piece]:
        """All the rest; nothing is held back.

        Returns:
            Markdown sources, like :meth:`finished`. Afterwards the object is as new.

        Example:
            >>> Blocks().close()
            []
        """
        self._advance()
        self._take(["".join(self._waiting)])
        self._waiting = []
        self._look(streaming=False)
        if self._lines:
            self._finish(len(self._lines))
        self._head, self._shifts, self._goes_on = "", [], False
        return self.finished()

    def _advance(self) -> None:
        """Move what waits into the tail, line by line, and look what is finished."""
        if not self._news:
            return
        lines, rest = split_lines("".join(self._waiting))
        for part in _slices(lines):
            self._take(part)
            if self._has_grown():
                self._look()
        while size := cuts.in_line(rest):
            self._break_line(rest[:size])
            rest = rest[size:]
        self._waiting, self._news = [rest], False
        self._peek(rest)

    def _take(self, lines: list[str]) -> None:
        for raw in filter(None, lines):
            source, shifts = self._moved(raw)
            if sum(shift.by < 0 for shift in shifts) < sum(shift.by < 0 for shift in self._shifts):
                # What follows stands outside of the item whose inside was moved to the margin.
                self._finish(len(self._lines))
            self._shifts, self._goes_on = shifts, False
            self._lines.append(Line(raw, source))

    def _moved(self, raw: str) -> tuple[str, list[Shift]]:
        source = as_line(raw).source
        return (source, self._shifts) if self._goes_on else moved(source, self._shifts)

    def _source(self, start: int = 0, end: int | None = None) -> str:
        return ("" if start else self._head) + "".join(line.source for line in self._lines[start:end])

    def _has_grown(self) -> bool:
        size = sum(len(line.raw) for line in self._lines)
        if SMALL < size < self._looked * GROWTH:
            return False
        self._looked = size
        return True

    def _look(self, *, streaming: bool = True) -> None:
        """Finish every block that another one follows; cut the last one if it is long."""
        while self._lines:
            tokens = outline(self._source(), streaming=streaming)
            if not self._finish_before(tokens) and not self._cut_long(tokens):
                return

    def _peek(self, rest: str) -> None:
        """A letter at the margin below a blank line begins a block: no need to wait for the end of that line."""
        if rest[:1].isalpha() and len(self._lines) > self._peeked and not self._lines[-1].source.strip():
            self._peeked = len(self._lines)
            self._finish_before(outline(self._source() + rest[0], streaming=True))

    def _finish_before(self, tokens: list[Token]) -> bool:
        """Finish all top-level blocks but the last; whether there were any."""
        above = self._head.count("\n")
        starts = [token.map[0] for token in tokens if token.map and not token.level and token.nesting >= 0]
        lines = [start - above for start in starts[1:] if start > above]
        for before, after in pairwise([0, *lines]):
            self._finish(after - before)
        return bool(lines)

    def _cut_long(self, tokens: list[Token]) -> bool:
        """Cut the tail, which is one block, if it is long; whether it was."""
        above = self._head.count("\n")
        lines = [*with_ends(self._head), *(line.source for line in self._lines)]
        found = cuts.cut(tokens, lines)
        if found is None or found.at <= above:
            self._settled = max(cuts.settled(tokens, len(lines)) - above, 0)
            return False
        self._cut(found, found.at - above)
        return True

    def _finish(self, count: int, close: str = "") -> None:
        """The first ``count`` lines of the tail are a piece; what was to open again is open or over."""
        done, self._lines = self._lines[:count], self._lines[count:]
        source = self._head + "".join(line.source for line in done) + close
        self._head, self._looked, self._settled, self._peeked = "", 0, 0, 0
        if done:
            self._ready.append(Piece(source, raw="".join(line.raw for line in done)))

    def _cut(self, cut: cuts.Cut, count: int) -> None:
        self._finish(count, cut.close)
        self._head = cut.head
        if cut.first is not None:
            self._lines[0] = Line(self._lines[0].raw, cut.first)
        if cut.shift is not None:
            self._move(cut.shift, 1 if cut.first is not None else 0)

    def _move(self, shift: Shift, start: int) -> None:
        """Move the lines of the tail from ``start`` on, and those to come."""
        shifts = [shift]
        for index in range(start, len(self._lines)):
            raw, source = self._lines[index]
            source, shifts = moved(source, shifts)
            self._lines[index] = Line(raw, source)
        self._shifts += shifts

    def _break_line(self, part: str) -> None:
        """A line that became too long is finished in the middle; a fence goes on behind it."""
        self._take([part])
        self._look(streaming=False)
        tokens = outline(self._source(), streaming=False)
        again = cuts.again(tokens, self._source())
        self._finish(len(self._lines), "\n" + again.close if again.close else "")
        self._head, self._goes_on = again.head, True
        self._shifts += [again.shift] if again.shift else []


def _slices(lines: list[str]) -> list[list[str]]:
    """``lines`` in groups of about :data:`SLICE` characters."""
    groups: list[list[str]] = []
    size = SLICE
    for line in lines:
        if size >= SLICE:
            groups.append([])
            size = 0
        groups[-1].append(line)
        size += len(line)
    return groups
