"""A response body → deltas, whatever the server calls it: events, one JSON completion, lines of JSON, or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aitunnel_jupyter.gateway.wire.fold import Fold
from aitunnel_jupyter.gateway.wire.sse import SSEDecoder

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.wire.delta import Delta
    from aitunnel_jupyter.gateway.wire.sse import Event

_BOM = b"\xef\xbb\xbf"

Kind = Literal["", "events", "json", "page"]

LINE_BYTES = 64 * 2**20
"""Longest line, and so longest JSON body: a picture of 25 MB, the largest file the gateway takes, is 33 MB as text."""
STREAM_BYTES = 256 * 2**20
"""Longest stream, decompressed: 128 000 tokens, the longest answer of any model (2026-11), are 64 MB of chunks."""
HEAD_BYTES = 65536
"""How much of a body is kept as it came: enough to tell what it was if it is no answer."""


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
        self.bytes_read = 0
        self.too_long = 0
        """The limit that was passed, in bytes; from then on nothing is read."""
        self._decoder = SSEDecoder()
        self._before = b""  # blanks before the first byte that tells
        self._head = bytearray()

    @property
    def body(self) -> str:
        """The beginning of the body as it came, for a body that is no answer."""
        return self._head.decode("utf-8", "replace").removeprefix("\ufeff")

    @property
    def has_enough(self) -> bool:
        """Whether more bytes can change nothing: a web page is told by its title."""
        return self.kind == "page" and len(self._head) >= HEAD_BYTES

    def feed(self, chunk: bytes) -> list[Delta]:
        """The deltas that ``chunk`` completes."""
        if self.too_long:
            return []
        self.bytes_read += len(chunk)
        if not self.kind:
            self.kind, chunk = self._sniff(chunk)
        if self.kind != "events" and len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        deltas = self._fold(self._decoder.decode(chunk)) if self.kind in ("events", "json") else []
        if self.bytes_read > STREAM_BYTES or self._decoder.unfinished_bytes > LINE_BYTES:
            self.too_long = STREAM_BYTES if self.bytes_read > STREAM_BYTES else LINE_BYTES
        return deltas

    def close(self) -> list[Delta]:
        """The deltas that only the end completes: an unclosed last event, or what waited for more."""
        if not self.kind and self._before:
            self._decoder.decode(self._before)
        deltas = self._fold(self._decoder.flush()) if self.kind != "page" and not self.too_long else []
        fold = self.fold
        if self.kind == "json" and fold.is_completion and not fold.ended and fold.failure is None:
            fold.done = True  # a whole completion is over, with or without a reason
        elif self.kind == "events" and not fold.ended and self._decoder.stray:
            fold.say(self._decoder.stray)
        last = fold.close()
        return [*deltas, last] if last is not None else deltas

    def _sniff(self, chunk: bytes) -> tuple[Kind, bytes]:
        """The kind, if the bytes so far tell, and the bytes not yet taken."""
        head = self._before + chunk
        start = head.removeprefix(_BOM).lstrip()
        if not start or (len(head) < len(_BOM) and _BOM.startswith(head)):
            self._before = head
            return "", b""
        self._before = b""
        first = start[:1]
        return ("json" if first in b"{[" else "page" if first == b"<" else "events"), head

    def _fold(self, events: list[Event]) -> list[Delta]:
        add = self.fold.add
        return [delta for event in events if (delta := add(event)) is not None]
