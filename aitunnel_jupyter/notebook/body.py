"""The growing text of an answer, keys masked, cut into pieces that are done and a tail that is not."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from aitunnel_jupyter.redaction import Growing
from aitunnel_jupyter.rendering.page import text_html

PLAIN_PIECE = 2_000
"""Characters after which plain text is frozen at a line end."""


class Piece(NamedTuple):
    """A part of the answer that will not change any more."""

    raw: str
    """Its characters of the answer, exactly."""
    html: str


class Body(Protocol):
    """What the live view asks of a growing text."""

    def append(self, text: str) -> None:
        """More text."""

    def finished(self) -> list[Piece]:
        """The pieces done since the last call."""

    def tail_html(self) -> str:
        """The rest, as it looks now."""

    def close(self) -> list[Piece]:
        """Everything left."""


class MarkdownBody:
    """Pieces are finished Markdown blocks."""

    def __init__(self) -> None:
        from aitunnel_jupyter.rendering.blocks import Blocks
        from aitunnel_jupyter.rendering.markdown import to_html

        self._blocks = Blocks()
        self._mask = Growing()
        self._to_html = to_html

    def append(self, text: str) -> None:  # noqa: D102  Body
        self._blocks.append(self._mask.feed(text))

    def finished(self) -> list[Piece]:  # noqa: D102
        return [Piece(piece.raw, self._to_html(piece)) for piece in self._blocks.finished()]

    def tail_html(self) -> str:  # noqa: D102
        tail = self._blocks.tail
        return self._to_html(tail) if tail.strip() else ""

    def close(self) -> list[Piece]:  # noqa: D102
        self._blocks.append(self._mask.flush())
        return [Piece(piece.raw, self._to_html(piece)) for piece in self._blocks.close()]


class PlainBody:
    """Pieces are runs of whole lines; the other formats are formatted when the answer is whole."""

    def __init__(self) -> None:
        self._rest = ""
        self._mask = Growing()

    def append(self, text: str) -> None:  # noqa: D102  Body
        self._rest += self._mask.feed(text)

    def finished(self) -> list[Piece]:  # noqa: D102
        end = self._rest.rfind("\n") + 1
        return self._cut(end) if end > PLAIN_PIECE else []

    def tail_html(self) -> str:  # noqa: D102
        return text_html(self._rest, "text") if self._rest else ""

    def close(self) -> list[Piece]:  # noqa: D102
        self._rest += self._mask.flush()
        return self._cut(len(self._rest)) if self._rest else []

    def _cut(self, end: int) -> list[Piece]:
        raw, self._rest = self._rest[:end], self._rest[end:]
        return [Piece(raw, text_html(raw.removesuffix("\n"), "text"))]


def body_for(form: str) -> Body:
    """The body for a format."""
    return MarkdownBody() if form == "markdown" else PlainBody()
