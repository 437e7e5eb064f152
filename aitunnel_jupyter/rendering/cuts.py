"""Where a block that has grown long is cut, and what the rest of it needs to render as if it had not been.

===========  ==========  ==================================================================
block        characters  cut at / the rest gets
===========  ==========  ==================================================================
fence        4 000       the end of a line, if possible before a function / the fence's first line
list         4 000       a top-level item / its number, if the items are numbered
table        4 000       a row / the head
indented     4 000       a line that is not blank / nothing
paragraph    8 000       the end of a line or sentence / nothing
any other    8 000       its last part, or the last line / moved to the left by its indent
===========  ==========  ==================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.rendering.lines import Shift, with_ends

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

SOON, LATE = 4_000, 8_000
"""Characters after which a block is cut, see the table above."""

SPAN = 20
"""Lines of a paragraph over which an emphasis or a link may go on while the text is arriving."""

_ITEM = re.compile(r"( *)(\d{1,9})([.)])( *)")
_SENTENCE = re.compile(r"[.!?…][)\"»”']*\s+")
_QUOTE = re.compile(r"[ >]*")


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut above the line ``at``.

    Attributes:
        at: Number of the first line that is left, counted in the text that was parsed.
        head: Markdown put before what is left.
        close: Markdown put behind what is cut off.
        first: What the first line left becomes, or ``None`` if it stays.
        shift: How the lines left move.
    """

    at: int
    head: str = ""
    close: str = ""
    first: str | None = None
    shift: Shift | None = None


def cut(tokens: list[Token], lines: list[str]) -> Cut | None:
    r"""The cut for a text that is one open block and too long, if it is.

    Args:
        tokens: The block tokens of the text.
        lines: Its lines, the head included, each with its end.

    Returns:
        A cut, or ``None`` if the block may go on.

    Example:
        >>> cut([], ["short\n"]) is None
        True
    """
    size = sum(map(len, lines))
    if size <= SOON or not tokens:
        return Cut(len(lines)) if size > LATE else None
    is_soon, find = _CUTS.get(tokens[0].type, (False, _anywhere))
    found = find(tokens, lines) if is_soon or size > LATE else None
    if tokens[0].type == "fence":
        return found  # a line that is too long is broken where it stands
    return found or (_anywhere(tokens, lines) if size > LATE else None)


def _fence(tokens: list[Token], lines: list[str]) -> Cut | None:
    start = _span(tokens[0])[0]
    opener = lines[start]
    at = _quiet_line(lines)
    if at <= start + 1:
        return None  # an empty box of code
    return Cut(at, head=opener, close=tokens[0].markup + "\n")


def _quiet_line(lines: list[str]) -> int:
    """A line in the last half that begins something at the margin after a blank line; or the last line."""
    for at in range(len(lines) - 1, len(lines) // 2, -1):
        if not lines[at - 1].strip() and lines[at][:1].strip():
            return at
    return len(lines) - 1


def _list(tokens: list[Token], lines: list[str]) -> Cut | None:
    items = _items(tokens)
    if len(items) < 2:  # noqa: PLR2004 - nothing to cut between
        return None
    at = items[-1]
    if tokens[0].type != "ordered_list_open":
        return Cut(at)
    return _numbered(at, lines[at], int(tokens[0].attrGet("start") or 1) + len(items) - 1)


def settled(tokens: list[Token], count: int) -> int:
    """How many lines of an open block will not change and need no second look.

    Args:
        tokens: The block tokens of the text.
        count: Its lines.

    Returns:
        Those above the last item of a list, or the last lines of a paragraph; all of a table or of link
        definitions; none of another block.

    Example:
        >>> settled([], 5)
        5
    """
    if not tokens or tokens[0].type == "table_open":
        return count
    if tokens[0].type == "paragraph_open":
        return max(count - SPAN, 0)
    return _items(tokens)[-1] if tokens[0].type.endswith("_list_open") else 0


def _items(tokens: list[Token]) -> list[int]:
    return [_span(token)[0] for token in tokens if token.type == "list_item_open" and token.level == 1]


def _numbered(at: int, line: str, number: int) -> Cut:
    """A cut above a numbered item that goes on counting, also where all items are written as ``1.``."""
    match = _ITEM.match(line)
    if not match or int(match[2]) == number:
        return Cut(at)
    digits = str(number).zfill(len(match[2]))
    first = match[1] + digits + line[match.end(2) :]
    spaces = len(match[4]) if 1 <= len(match[4]) <= 4 else 1  # noqa: PLR2004 - CommonMark: more is code
    return Cut(at, first=first, shift=Shift(match.end(3) + spaces, len(digits) - len(match[2])))


def _table(tokens: list[Token], lines: list[str]) -> Cut | None:
    first, end = _span(tokens[0])
    rows = min(end, len(lines)) - 1
    return Cut(rows, head="".join(lines[first : first + 2])) if rows > first + 2 else None


def _indented(_: list[Token], lines: list[str]) -> Cut | None:
    at = next((at for at in range(len(lines) - 1, 0, -1) if lines[at].strip()), 0)
    return Cut(at) if at else None


def _paragraph(_: list[Token], lines: list[str]) -> Cut | None:
    ends = (at for at in range(len(lines) - 1, len(lines) // 2, -1) if _SENTENCE.search(lines[at - 1][-4:]))
    at = next(ends, len(lines) - 1)
    return Cut(at) if at else None


def _anywhere(tokens: list[Token], lines: list[str]) -> Cut | None:
    """The last resort: the last part inside the block, or an open fence inside it, or just the last line."""
    leaf = next(token for token in reversed(tokens) if token.map and token.type != "inline")
    start = _span(leaf)[0]
    if leaf.type == "fence" and len(lines) > start + 2 and sum(map(len, lines[start:])) > SOON:
        return _inner_fence(leaf, lines)
    if leaf.type == "fence" and not start and len(lines) <= 2:  # noqa: PLR2004 - the opener and one line
        return None
    at = start or max(len(lines) - 1, 1)
    indent = len(lines[at]) - len(lines[at].lstrip(" ")) if at < len(lines) else 0
    return Cut(at, shift=Shift(indent, -indent) if indent else None)


def _inner_fence(leaf: Token, lines: list[str]) -> Cut:
    opener = lines[_span(leaf)[0]]
    column = max(opener.find(leaf.markup), 0)
    fence = leaf.markup + leaf.info.rstrip() + "\n"
    quote = _QUOTE.match(opener)
    if quote and ">" in quote[0]:
        return Cut(len(lines) - 1, head=quote[0] + fence)
    return Cut(len(lines) - 1, head=fence, shift=Shift(column, -column) if column else None)


def _span(token: Token) -> tuple[int, int]:
    assert token.map is not None
    return token.map[0], token.map[1]


_CUTS: dict[str, tuple[bool, Callable[[list[Token], list[str]], Cut | None]]] = {
    "fence": (True, _fence),
    "bullet_list_open": (True, _list),
    "ordered_list_open": (True, _list),
    "table_open": (True, _table),
    "code_block": (True, _indented),
    "paragraph_open": (False, _paragraph),
}


def in_line(text: str) -> int:
    """Where a line without end is cut: behind a sentence, else a word, else anywhere.

    Args:
        text: The line so far.

    Returns:
        Number of characters to cut off; 0 if it is not long, or an image is still arriving.

    Example:
        >>> in_line("short")
        0
    """
    if len(text) <= LATE or (text.rfind("(data:image/") > text.rfind(")") and len(text) < 2_000_000):  # noqa: PLR2004
        return 0
    sentence = [match.end() for match in _SENTENCE.finditer(text, LATE // 2, LATE)]
    return sentence[-1] if sentence else text.rfind(" ", LATE // 2, LATE) + 1 or LATE


class Again(NamedTuple):
    """What a block needs where it is cut in the middle of a line."""

    head: str = ""
    """Markdown before the rest."""
    close: str = ""
    """Markdown behind the part cut off."""
    shift: Shift | None = None
    """How the lines after this one move."""


def again(tokens: list[Token], source: str) -> Again:
    r"""What opens and what closes the last block where it is cut in the middle of a line; only a fence needs it.

    Args:
        tokens: The block tokens of the text.
        source: The text.

    Example:
        >>> again([], "words").head
        ''
    """
    leaf = next((token for token in reversed(tokens) if token.map and token.type != "inline"), None)
    if leaf is None or leaf.type != "fence":
        return Again()
    opener = with_ends(source)[_span(leaf)[0]]
    if not leaf.level:
        return Again(opener, leaf.markup + "\n")
    fence = leaf.markup + leaf.info.rstrip() + "\n"
    quote = _QUOTE.match(opener)
    if quote and ">" in quote[0]:
        return Again(quote[0] + fence + quote[0])
    column = max(opener.find(leaf.markup), 0)
    return Again(fence, shift=Shift(column, -column) if column else None)
