"""What a described value is, and how its text keeps to a budget of tokens."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SPACE = re.compile(r"\s+")
_BACKTICKS = re.compile(r"`+")


class Description(NamedTuple):
    """A value as a model gets it."""

    text: str
    """What the model reads, already cut to the budget."""
    picture: str | None = None
    """A ``data:`` URL, for figures and images."""


def tokens_in(text: str) -> int:
    """About how many tokens ``text`` costs; every model counts in its own way.

    A letter or sign of ASCII is a quarter of a token (OpenAI's rule of thumb for English), a digit three
    quarters, any other character half a token. Measured with Qwen2.5's tokenizer, estimate : tokens is 0.97 for
    English prose, 0.99 for Python, 1.16 for Russian prose and 0.63 for a table of decimals: Qwen makes each
    digit a token, OpenAI's newer tokenizers make one of up to three.

    Example:
        >>> tokens_in("four"), tokens_in("да"), tokens_in("2026"), tokens_in("")
        (1, 1, 3, 0)
    """
    others = 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
    digits = sum(text.count(digit) for digit in "0123456789")
    return math.ceil((len(text) + 2 * digits + others) / 4)


def cut(text: str, tokens: int, mark: str = "") -> str:
    """``text`` if it fits into ``tokens``, else its beginning and a mark that says how much is shown.

    Args:
        text: Any text.
        tokens: Most tokens of the result, by :func:`tokens_in`.
        mark: Put instead of the usual ``… (12 of 400 characters shown)``.

    Example:
        >>> cut("a" * 400, 15)
        'aaaaaaaaaaaa\\n… (12 of 400 characters shown)'
    """
    if tokens_in(text) <= tokens:
        return text
    widest = f"\n{mark or shown(len(text), len(text), 'characters')}"
    kept = prefix(text, tokens - tokens_in(widest))
    return f"{kept}\n{mark or shown(len(kept), len(text), 'characters')}" if kept else prefix(text, tokens)


def prefix(text: str, tokens: int) -> str:
    """The longest beginning of ``text`` that costs at most ``tokens``."""
    low, high = 0, max(0, min(len(text), tokens * 4))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens_in(text[:middle]) <= tokens else (low, middle - 1)
    return text[:low]


def shown(some: int, whole: int, things: str) -> str:
    """The mark that tells a model that it does not see everything.

    Example:
        >>> shown(12, 4000, "columns")
        '… (12 of 4,000 columns shown)'
    """
    return f"… ({some:,} of {whole:,} {things} shown)"


def flat(value: object, most: int = 80) -> str:
    """``str(value)`` on one line, at most ``most`` characters, without memory addresses."""
    return clip(str(value), most)


def clip(text: str, most: int) -> str:
    """``text`` on one line, at most ``most`` characters with an ellipsis for the rest.

    Example:
        >>> clip("two\\nlines <f at 0x7f00>", 80), clip("abcdef", 4)
        ('two lines <f>', 'abc…')
    """
    line = _SPACE.sub(" ", without_addresses(text[: most * 4])).strip()
    return line if len(line) <= most and len(text) <= most * 4 else line[: most - 1] + "…"


def without_addresses(text: str) -> str:
    """``text`` without ``at 0x7f…``: the same value reads the same in each run."""
    return _ADDRESS.sub("", text)


def fence_for(text: str) -> str:
    """A fence that nothing in ``text`` can close.

    Example:
        >>> fence_for("x = 1"), fence_for("````")
        ('```', '`````')
    """
    return "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))


def heading(name: str, what: str) -> str:
    """The first line of a description.

    Example:
        >>> heading("df", "pandas DataFrame"), heading("", "pandas DataFrame")
        ('df: pandas DataFrame', 'pandas DataFrame')
    """
    return f"{name}: {what}" if name else what
