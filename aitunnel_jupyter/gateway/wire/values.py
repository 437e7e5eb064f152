"""A server's values made harmless, once: what passes here can be written as UTF-8, as JSON and into SQLite."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from aitunnel_jupyter.redaction import printable

MOST_LEVELS = 16
"""Deepest nesting that is kept; no server nests a citation deeper than 4 (seen 2026-11-26)."""
MOST_ITEMS = 1000
"""Longest list that is kept beside an answer: sources, pictures, keys of one object."""
LABEL_CHARACTERS = 200
"""Longest name: of a model, an id, a tool, a reason, a code."""
INTEGER_BITS = 63
"""SQLite and most readers of JSON hold signed integers of 64 bits."""

_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LONE = re.compile("[\ud800-\udfff]")
_HALF_AT_END = re.compile("[\ud800-\udbff]\\Z")


def whole_text(text: str) -> str:
    r"""``text`` with the halves of characters joined; a half that stays alone becomes U+FFFD.

    Example:
        >>> whole_text("\ud83d\ude00 \ud83d") == "\U0001f600 \ufffd"
        True
    """
    if text.isascii() or not _LONE.search(text):
        return text
    return _LONE.sub("\ufffd", _PAIR.sub(_joined, text))


class Halves:
    r"""Joins characters whose two halves come in two pieces: ``\\ud83d`` in one, ``\\ude00`` in the next.

    Example:
        >>> halves = Halves()
        >>> halves.take("a\ud83d"), halves.take("\ude00b") == "\U0001f600b"
        ('a', True)
    """

    def __init__(self) -> None:
        self._half = ""

    def take(self, piece: str) -> str:
        """``piece`` in whole characters; a half at its end waits."""
        if not self._half and piece.isascii():
            return piece
        piece = self._half + piece
        self._half = piece[-1] if _HALF_AT_END.search(piece) else ""
        return whole_text(piece[: len(piece) - len(self._half)])

    def close(self) -> str:
        """What stands for a half whose other half never came."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""


def label(value: Any) -> str:
    r"""A name a server gave, short and printable; ``""`` if it is none.

    Example:
        >>> label("gpt-5.2\n"), label(7), label({"a": 1}), label(True)
        ('gpt-5.2', '7', '', '')
    """
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= INTEGER_BITS:
        return str(value)
    if not isinstance(value, str):
        return ""
    return printable(whole_text(" ".join(value[: 4 * LABEL_CHARACTERS].split())))[:LABEL_CHARACTERS]


def clean(value: Any, levels: int = MOST_LEVELS) -> Any:
    """``value`` with whole texts, finite numbers of at most 64 bits, no deep nesting; the rest becomes ``None``.

    Example:
        >>> clean({"a": [1, 2**70, float("nan"), "x"]})
        {'a': [1, None, None, 'x']}
    """
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, (int, float)):
        return value if _is_storable(value) else None
    if isinstance(value, Mapping) and levels > 0:
        return {whole_text(str(k)): clean(v, levels - 1) for k, v in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list) and levels > 0:
        return [clean(item, levels - 1) for item in value[:MOST_ITEMS]]
    return None


def _is_storable(number: float) -> bool:
    return number.bit_length() <= INTEGER_BITS if isinstance(number, int) else math.isfinite(number)


def text_of(value: Any, levels: int = 8) -> str:
    """The text in a string, a number, ``{"text": …}``, or in a list of these (``reasoning_details``).

    Example:
        >>> text_of([{"type": "summary_text", "text": "a"}, "b", 1])
        'ab1'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value) if _is_storable(value) else ""
    if isinstance(value, dict) and levels > 0:
        found = (text_of(value.get(name), levels - 1) for name in _TEXT_NAMES)
        return next((text for text in found if text), "")
    return "".join([text_of(item, levels - 1) for item in value]) if isinstance(value, list) and levels > 0 else ""


_TEXT_NAMES = ("text", "summary", "content", "thinking", "reasoning", "value")


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
