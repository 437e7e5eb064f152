"""Reasoning comes in up to three fields, in parts and inside the text: collected once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.growing import Growing
from aitunnel_jupyter.gateway.wire.values import Halves, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCES = ("reasoning", "reasoning_content", "reasoning_details", "thinking", "thinking_blocks")
"""Fields of a delta, best first; a chunk that fills several says the same in each."""
PART_TYPES = frozenset({"reasoning", "thinking", "thought", "reasoning_text", "reasoning.text", "summary_text"})
"""Types of a part of ``content`` that is reasoning."""


def reasoning_in(body: Mapping[str, Any]) -> tuple[str, str]:
    """Which field of a delta has reasoning, and what.

    Example:
        >>> reasoning_in({"reasoning_content": "hm", "thinking_blocks": [{"type": "thinking", "thinking": "hm"}]})
        ('reasoning_content', 'hm')
    """
    for source in SOURCES:
        if (value := body.get(source)) and (text := text_of(value)):
            return source, text
    return "", ""


class ReasoningFold:
    """Collects reasoning from several sources; what one only repeats of the others is not taken twice.

    Example:
        >>> fold = ReasoningFold()
        >>> fold.take("reasoning", "Hm. "), fold.take("reasoning", "So."), fold.take("reasoning_details", "Hm. So.")
        ('Hm. ', 'So.', '')
        >>> fold.text
        'Hm. So.'
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._sources: dict[str, tuple[Growing, Halves]] = {}
        self._taken: set[str] = set()
        self._repeats: dict[str, tuple[int, int]] = {}  # from where to where a source repeats what is there
        self._joined: tuple[int, str] = (0, "")

    def __bool__(self) -> bool:
        return bool(self._pieces)

    @property
    def text(self) -> str:
        """All of it."""
        if self._joined[0] != len(self._pieces):
            self._joined = (len(self._pieces), "".join(self._pieces))
        return self._joined[1]

    def take(self, source: str, piece: str) -> str:
        """What ``piece`` adds; ``""`` if it repeats."""
        if source not in self._sources:
            self._sources[source] = (Growing(), Halves())
        growing, halves = self._sources[source]
        return self._add(source, halves.take(growing.take(piece)))

    def close(self) -> str:
        """What waited for a piece that never came."""
        left = [
            (source, halves.take(growing.close()) + halves.close())
            for source, (growing, halves) in self._sources.items()
        ]
        return "".join([self._add(source, piece) for source, piece in left])

    def _add(self, source: str, new: str) -> str:
        if not new:
            return ""
        if self._pieces and source not in self._taken:
            new = self._unless_repeated(source, new)
        if new:
            self._taken.add(source)
            self._pieces.append(new)
        return new

    def _unless_repeated(self, source: str, new: str) -> str:
        text = self.text
        start, end = self._repeats.get(source, (0, 0))
        if end > start and text.startswith(new, end):
            self._repeats[source] = (start, end + len(new))
            return ""
        seen = text[start:end] + new
        at = text.find(seen.lstrip())
        if at < 0:
            return seen
        self._repeats[source] = (at, at + len(seen.lstrip()))
        return ""
