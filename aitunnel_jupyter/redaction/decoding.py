"""A text as it reads once its escapes are taken for what they stand for, and where each character came from.

Escapes of JSON and programs (``\\/``, ``\\u0067``, ``\\x67``), of URLs (``%67``), of HTML (``&#103;``), any of them
written twice, and what nobody sees: controls, zero widths, terminal sequences.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from typing import NamedTuple

from aitunnel_jupyter.controls import ESCAPES, UNSEEN

_SUSPECT = re.compile(rf"[\\%&{UNSEEN[1:-1]}]")
_ESCAPE = re.compile(
    rf"{ESCAPES.pattern}|{UNSEEN}"
    r"|\\+(?:u\{0*([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U00([0-9a-fA-F]{6})|x([0-9a-fA-F]{2})|([nrtbf])|(.))"
    r"|%(?:25)*([0-9a-fA-F]{2})"
    r"|&(?:amp;)*(?:\#[xX]0*([0-9a-fA-F]{1,6});?|\#0*([0-9]{1,7});?|([A-Za-z]{2,31};))",
    re.DOTALL,
)
_BEGUN = re.compile(
    r"(?:\\+(?:u\{?[0-9a-fA-F]{0,6}|U[0-9a-fA-F]{0,7}|x[0-9a-fA-F]?)?|%(?:25)*[0-9a-fA-F]?|&[\#;0-9A-Za-z]{0,32})\Z"
)
_LAST = 256
"""Characters at the end of a text in which an escape that has begun is looked for."""


class Decoded(NamedTuple):
    """A text without its escapes."""

    text: str
    starts: list[int]
    """Where each part begins in :attr:`text`: an escape, or what stands between two."""
    sources: list[tuple[int, int]]
    """Where each part was."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from ``start`` to ``end`` were."""
        return self._origin(start)[0], self._origin(end - 1)[1]

    def _origin(self, place: int) -> tuple[int, int]:
        part = bisect_right(self.starts, place) - 1
        begin, end = self.sources[part]
        after = self.starts[part + 1] if part + 1 < len(self.starts) else len(self.text)
        if after - self.starts[part] != end - begin:
            return begin, end
        exact = begin + place - self.starts[part]
        return exact, exact + 1


def decoded(text: str) -> Decoded | None:
    r"""``text`` with every escape replaced by what it stands for; ``None`` if there is none.

    Example:
        >>> decoded(r"a\/\u0062%63&#100;").text, decoded("plain")
        ('a/bcd', None)
    """
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[tuple[int, int]] = []
    length = done = 0
    for suspect in _SUSPECT.finditer(text):
        start = suspect.start()
        if start < done or (escape := _ESCAPE.match(text, start)) is None:
            continue
        for piece, source in ((text[done:start], (done, start)), (_meaning(escape), escape.span())):
            if source[0] < source[1]:
                pieces.append(piece)
                starts.append(length)
                sources.append(source)
                length += len(piece)
        done = escape.end()
    if not pieces:
        return None
    if done < len(text):
        pieces.append(text[done:])
        starts.append(length)
        sources.append((done, len(text)))
    return Decoded("".join(pieces), starts, sources)


def begun_at(text: str) -> int:
    """Where the escape begins that the end of ``text`` cuts; its length if there is none."""
    found = _BEGUN.search(text, max(len(text) - _LAST, 0))
    return found.start() if found else len(text)


def _meaning(escape: re.Match[str]) -> str:
    *digits, control, plain, percent, in_html, decimal, name = escape.groups()
    if name:
        return html.unescape(f"&{name}")
    if control or plain:
        return " " if control else str(plain)
    number = next((int(found, 16) for found in (*digits, percent, in_html) if found), None)
    if decimal:
        number = int(decimal)
    return "" if number is None else chr(min(number, 0x10FFFF))
