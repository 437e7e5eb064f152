"""A growing answer in core widgets: finished blocks are sent once, only the tail is sent again.

::

    column ─┬─ frozen ── finished blocks ─┐
            ├─ frozen ── …                │  never sent again
            ├─ tail ──── finished blocks that wait, and what has begun
            └─ spare ─── empty; the next tail

The spare is why nothing flickers: when the tail freezes, the page already has the view that goes on with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.notebook.body import MarkdownBody
from aitunnel_jupyter.rendering.page import page

if TYPE_CHECKING:
    from aitunnel_jupyter.panel.plain_parts import Parts

STEP = 20
"""Frozen block number n holds at least n times so many characters: then the lists of children, which are sent
with each new block, add up to bytes in proportion to the answer."""


class PlainAnswer:
    """The blocks of one answer.

    Args:
        parts: Makes the widgets.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._body = MarkdownBody()
        self._waiting: list[str] = []
        self._size = 0
        self._tail, self._spare = parts.prose(), parts.prose()
        self._blocks = [self._tail, self._spare]
        self.column: Any = parts.column(self._blocks, "aitunnel-plain-answer", "jp-RenderedHTMLCommon")

    def append(self, text: str) -> None:
        """More text; :meth:`paint` shows it."""
        self._body.append(text)

    def paint(self) -> int:
        """Show what came; returns about how many bytes it took."""
        sent = self._freeze(self._body.finished())
        sent += _show(self._tail, "".join(self._waiting) + self._body.tail_html())
        self._arrange()
        return sent

    def close(self) -> None:
        """Show all of it; nothing more will come."""
        self._freeze([*self._body.finished(), *self._body.close()])
        _show(self._tail, "".join(self._waiting))
        self._arrange()

    def _freeze(self, pieces: list[Any]) -> int:
        sent = 0
        for piece in pieces:
            self._waiting.append(piece.html)
            self._size += len(piece.raw)
            if self._size >= STEP * (len(self._blocks) - 1):
                sent += _show(self._tail, "".join(self._waiting))
                self._waiting, self._size = [], 0
                self._tail, self._spare = self._spare, self._parts.prose()
                self._blocks.append(self._spare)
        return sent

    def _arrange(self) -> None:
        if len(self._blocks) > len(self.column.children):
            self.column.children = tuple(self._blocks)


def _show(block: Any, inner: str) -> int:
    value = page(inner) if inner else ""
    if value == block.value:
        return 0
    block.value = value
    return len(value.encode())
