"""Finished blocks that share one output of the live view."""

from __future__ import annotations

from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.rendering.page import live_page

SINGLE = 28
"""So many outputs hold one block each: a short answer is never sent twice."""
FIRST_LIMIT = 900
GROWTH = 1.15
MOST = 47
"""JupyterLab folds a cell's outputs after 50 of them (notebook setting ``maxNumberOutputs``, 4.6.6)."""


def limit(index: int) -> float:
    """Characters after which group ``index`` is full.

    The first ones take one block. Then they grow slowly, which costs least for the whole: 47 groups hold
    80 000 characters; the last ones double, so that no answer reaches the fold.

    Example:
        >>> limit(3), round(limit(28)), round(limit(46)), round(limit(49))
        (0.0, 900, 11138, 89103)
    """
    if index < SINGLE:
        return 0.0
    doubled = max(index - MOST + 1, 0)
    return FIRST_LIMIT * GROWTH ** (index - SINGLE - doubled) * 2.0**doubled


class Group:
    """One output and what it holds.

    Args:
        display_id: Of the output.
        index: How many groups came before it.
        html: Of its first block.
        raw: Its first characters of the answer.
    """

    def __init__(self, display_id: str, index: int, html: str, raw: str) -> None:
        self.display_id = display_id
        self._index = index
        self._html = [html]
        self._raw = [raw]
        self._size = len(raw)

    @property
    def full(self) -> bool:
        """Whether the next block begins a new group."""
        return self._size >= limit(self._index)

    def accepts(self, size: int) -> bool:
        """Whether ``size`` finished characters are worth sending the group again; a full one takes none at all.

        Blocks wait beside the tail until they are a quarter of the group: a page pays for what it is sent.
        """
        return self.full or size >= self._size / 4

    def add(self, html: str, raw: str) -> None:
        """One more block."""
        self._html.append(html)
        self._raw.append(raw)
        self._size += len(raw)

    def data(self) -> dict[str, str]:
        """The MIME bundle of all of it."""
        inner = live_page("".join(self._html), first=self._index == 0)
        return {"text/html": inner, "text/plain": printable("".join(self._raw))}
