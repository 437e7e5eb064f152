"""What one chunk of a stream adds to an answer."""

from __future__ import annotations

from typing import NamedTuple


class Delta(NamedTuple):
    """What one chunk added."""

    text: str = ""
    reasoning: str = ""


def summed(first: Delta | None, second: Delta | None) -> Delta | None:
    """Two deltas in a row as one."""
    if first is None or second is None:
        return first or second
    return Delta(first.text + second.text, first.reasoning + second.reasoning)


def is_blank(delta: Delta | None) -> bool:
    """Whether ``delta`` is nothing but blanks and line ends."""
    return delta is not None and not delta.reasoning and delta.text.isspace()
