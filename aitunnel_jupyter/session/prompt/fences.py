"""Fenced code blocks of a prompt, by the rules of CommonMark; one that is never closed reaches to the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(
    r"^(?P<before>[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+|>)*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$", re.MULTILINE
)
_CLOSING_INDENT = 3
"""Spaces that a closing fence may stand further to the right than the opening one."""


class Fence(NamedTuple):
    """One fenced block."""

    start: int
    """Where its first line begins."""
    end: int
    """Where its last line ends."""
    marker: str
    """The characters that open it."""
    is_closed: bool


def fences(text: str) -> Iterator[Fence]:
    """The outermost fenced blocks of ``text``; in lists and quotations too.

    Example:
        >>> [fence[:2] for fence in fences("a\\n```py\\nx\\n```\\nb\\n~~~\\ny")]
        [(2, 13), (16, 21)]
    """
    opened: re.Match[str] | None = None
    for found in _MARKER.finditer(text):
        if opened is None:
            opened = found if found["fence"][0] == "~" or "`" not in found["info"] else None
        elif _closes(found, opened):
            yield Fence(opened.start(), found.end(), opened["fence"], is_closed=True)
            opened = None
    if opened is not None:
        yield Fence(opened.start(), len(text), opened["fence"], is_closed=False)


def _closes(found: re.Match[str], opened: re.Match[str]) -> bool:
    return (
        found["fence"].startswith(opened["fence"])
        and not found["info"].strip()
        and len(found["before"]) <= len(opened["before"]) + _CLOSING_INDENT
    )
