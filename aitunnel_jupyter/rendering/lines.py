"""Lines of an answer: as they came, and as they are parsed once a block has been split above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from aitunnel_jupyter.rendering.markdown import normal

# A lone carriage return at the very end may be half of a CRLF: it waits.
_END = re.compile(r"\r\n|\n|\r(?=[^\n])")


class Line(NamedTuple):
    """One line: ``raw`` as it came, ``source`` with a normal line end and moved to where its block is now."""

    raw: str
    source: str


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the lines of a list item move when the item no longer stands where it was written.

    Attributes:
        least: Columns of indent by which a line is known to belong to the item.
        by: Columns it moves: positive to the right, negative to the left.
    """

    least: int
    by: int

    def moved(self, line: str) -> str | None:
        """``line`` moved, or ``None`` if it does not belong to the item any more.

        Args:
            line: One line, with its line end.

        Example:
            >>> Shift(3, -3).moved("   x"), Shift(3, -3).moved("x")
            ('x', None)
        """
        text = line.lstrip(" \t")
        if not text.strip():
            return line
        indent = len(line[: len(line) - len(text)].expandtabs(4))
        return " " * (indent + self.by) + text if indent >= self.least else None


def moved(line: str, shifts: list[Shift]) -> tuple[str, list[Shift]]:
    """``line`` moved by each of ``shifts`` in turn.

    Args:
        line: One line, with its line end.
        shifts: Outermost first.

    Returns:
        The line, and the shifts that are still in force for the next one.

    Example:
        >>> moved("x", [Shift(3, -3)])
        ('x', [])
    """
    kept = []
    for shift in shifts:
        found = shift.moved(line)
        if found is not None:
            line = found
            kept.append(shift)
    return line, kept


def split_lines(text: str) -> tuple[list[str], str]:
    r"""The complete lines of ``text``, and what is left behind the last of them.

    Args:
        text: Any text; ``\n``, ``\r\n`` and ``\r`` end a line.

    Returns:
        Lines with their ends, and the rest.

    Example:
        >>> split_lines("a\r\nb\nc")
        (['a\r\n', 'b\n'], 'c')
    """
    lines, start = [], 0
    for end in _END.finditer(text):
        lines.append(text[start : end.end()])
        start = end.end()
    return lines, text[start:]


def with_ends(text: str) -> list[str]:
    r"""The lines of ``text`` with their ends, as the parser counts them: other separators end none.

    Args:
        text: Text with normal line ends.

    Example:
        >>> with_ends("a\u2028b\n\nc")
        ['a\u2028b\n', '\n', 'c']
    """
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def as_line(raw: str) -> Line:
    r"""``raw`` with what the parser will see of it.

    Args:
        raw: One line, or a part of a very long one.

    Returns:
        The line, not moved.

    Example:
        >>> as_line("a\r\n").source
        'a\n'
    """
    return Line(raw, normal(raw))
