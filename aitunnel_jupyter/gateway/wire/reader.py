"""A response body → deltas, whatever the server calls it: events, one JSON completion, or a proxy's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aitunnel_jupyter.gateway.wire.fold import Fold
from aitunnel_jupyter.gateway.wire.sse import Event, SSEDecoder

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.wire.delta import Delta

_BOM = b"\xef\xbb\xbf"

Kind = Literal["", "events", "json", "page"]

MOST_BYTES = 64 * 2**20
"""Longest JSON body that is collected; longer ones are cut and end up unreadable."""


class AnswerReader:
    """Feeds a :class:`Fold` from the bytes of a body, cut anywhere.

    The Content-Type is not trusted (right streams come with a wrong one); the first byte that is not blank tells.

    Example:
        >>> reader = AnswerReader()
        >>> reader.feed(b'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\\n\\n')
        [Delta(text='Hi', reasoning='')]
        >>> reader.fold.finish_reason
        'stop'
    """

    def __init__(self) -> None:
        self.fold = Fold()
        self.kind: Kind = ""
        self._decoder = SSEDecoder()
        self._head = b""
        self._body: list[bytes] = []
        self._body_bytes = 0

    @property
    def body(self) -> str:
        """The collected body if it is JSON or a page."""
        return b"".join(self._body).decode("utf-8", "replace").removeprefix("\ufeff")

    def feed(self, chunk: bytes) -> list[Delta]:
        """The deltas that ``chunk`` completes."""
        if not self.kind:
            self.kind, chunk = self._sniff(chunk)
        if self.kind == "events":
            return self._fold(self._decoder.decode(chunk))
        if self.kind and self._body_bytes < MOST_BYTES:
            self._body.append(chunk)
            self._body_bytes += len(chunk)
        return []

    def close(self) -> list[Delta]:
        """The deltas that only the end completes: an unclosed last event, or the whole JSON body."""
        if not self.kind and self._head:
            self._decoder.decode(self._head)
        if self.kind == "json":
            return self._fold_body()
        return self._fold(self._decoder.flush())

    def _sniff(self, chunk: bytes) -> tuple[Kind, bytes]:
        """The kind, if the bytes so far tell, and the bytes not yet taken."""
        head = self._head + chunk
        start = head.removeprefix(_BOM).lstrip()
        if not start or (len(head) < len(_BOM) and _BOM.startswith(head)):
            self._head = head
            return "", b""
        self._head = b""
        first = start[:1]
        return ("json" if first in b"{[" else "page" if first == b"<" else "events"), head

    def _fold(self, events: list[Event]) -> list[Delta]:
        add = self.fold.add
        return [delta for event in events if (delta := add(event)) is not None]

    def _fold_body(self) -> list[Delta]:
        delta = self.fold.add(Event(self.body))
        if self.fold.understood and self.fold.finish_reason is None and self.fold.failure is None:
            self.fold.done = True  # a whole completion is over, with or without a reason
        return [delta] if delta is not None else []
