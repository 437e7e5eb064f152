"""What one chunk of a stream adds to an answer."""

from __future__ import annotations

from typing import NamedTuple


class Delta(NamedTuple):
    """What one chunk added."""

    text: str = ""
    reasoning: str = ""
