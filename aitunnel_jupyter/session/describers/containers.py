"""Dicts, lists, tuples, sets and long texts: how many, of what kinds, and the first of them."""

from __future__ import annotations

import itertools
import reprlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.description import cut, heading, shown, tokens_in, without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_ITEMS = 100
_COUNTED = 10_000
"""Items whose types are counted; in a longer container the rest is not looked at."""
_SORTED = 10_000
_KINDS = 5


def text(value: str, name: str, tokens: int) -> str:
    """A text with its length."""
    whole = str.__str__(value)
    first = heading(name, f"str, {len(whole):,} characters")
    return f"{first}\n{cut(whole, tokens - tokens_in(first) - 1)}"


def mapping(value: dict[Any, Any], name: str, tokens: int) -> str:
    """A dict: its length, the kinds of its values, its first items."""
    lines = (f"- {_short(key)}: {_one(item)}" for key, item in value.items())
    return _listed(heading(name, f"{_kind(value)}, {_count(value, value.values())}"), lines, len(value), tokens)


def items(value: list[Any] | tuple[Any, ...], name: str, tokens: int) -> str:
    """A list or tuple: its length, the kinds of its items, the first of them; a named tuple with its fields."""
    fields = getattr(type(value), "_fields", None)
    lines = (f"- {_one(item)}" for item in value)
    if isinstance(value, tuple) and isinstance(fields, tuple):
        lines = (f"- {field}: {_one(item)}" for field, item in zip(fields, value, strict=False))
    return _listed(heading(name, f"{_kind(value)}, {_count(value, value)}"), lines, len(value), tokens)


def members(value: set[Any] | frozenset[Any], name: str, tokens: int) -> str:
    """A set; its first members in a stable order unless it is huge."""
    ordered: Iterable[Any] = sorted(value, key=_short) if len(value) <= _SORTED else value
    lines = (f"- {_one(item)}" for item in ordered)
    return _listed(heading(name, f"{_kind(value)}, {_count(value, value)}"), lines, len(value), tokens)


def _listed(first: str, lines: Iterator[str], whole: int, tokens: int) -> str:
    """As many lines as fit, at most a hundred."""
    left = tokens - tokens_in(first) - tokens_in(shown(whole, whole, "items")) - 2
    kept = [first]
    for line in itertools.islice(lines, _MOST_ITEMS):
        left -= tokens_in(line) + 1
        if left < 0:
            break
        kept.append(line)
    if len(kept) - 1 < whole:
        kept.append(shown(len(kept) - 1, whole, "items"))
    return "\n".join(kept)


def _one(item: object) -> str:
    """An item on one line: the first line of its description, or its shortened ``repr``."""
    from aitunnel_jupyter.session.describe import describe, is_describable

    return describe(item, tokens=200).text.partition("\n")[0] if is_describable(item) else _short(item)


def _short(item: object) -> str:
    return without_addresses(_SHORT.repr(item))


def _kind(value: object) -> str:
    return type(value).__name__


def _count(value: Any, kinds: Iterable[Any]) -> str:
    counted = Counter(_kind(item) for item in itertools.islice(kinds, _COUNTED))
    names = [f"{kind} × {count:,}" if len(counted) > 1 else kind for kind, count in counted.most_common(_KINDS)]
    more = ", …" if len(counted) > _KINDS or len(value) > _COUNTED else ""
    noun = "item" if len(value) == 1 else "items"
    return f"{len(value):,} {noun}" + (f" ({', '.join(names)}{more})" if names else "")


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 200
_SHORT.maxlevel = 3
