"""Compressed bodies, a piece at a time: what a server packs must not take the memory it unpacks to."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE_BYTES = 2**20
"""Most bytes unpacked at a time: 1 MB of zeros is 1 kB of gzip, and a reader may stop after each piece."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"
_NAMES = frozenset({"gzip", "x-gzip", "deflate"})


class Inflater:
    """Unpacks one coding of a body; a body that only pretends to be packed passes as it is.

    Args:
        coding: ``gzip`` or ``deflate``.

    Example:
        >>> b"".join(Inflater("gzip").unpack(zlib.compress(b"Hi")))
        b'Hi'
    """

    def __init__(self, coding: str) -> None:
        self._may_be_raw = coding == "deflate"  # without zlib's head: servers differ (RFC 9110, 8.4.1.2)
        self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._is_plain = False
        self._start = b""
        self._has_begun = False

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        """What ``packed`` comes to, in pieces.

        Raises:
            zlib.error: It is broken.
        """
        if not self._has_begun:
            self._start += packed
        while packed and not self._is_plain:
            try:
                piece = self._unpacker.decompress(packed, PIECE_BYTES)
            except zlib.error:
                if self._has_begun or self._start.startswith(_MAGIC):
                    raise
                packed = self._begin_otherwise()
                continue
            if piece:
                self._has_begun, self._start = True, b""
            packed = self._unpacker.unconsumed_tail
            if self._unpacker.eof:  # another member may follow (RFC 1952, 2.2)
                packed = self._unpacker.unused_data.lstrip(b"\0")
                self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
            yield piece
        if packed:
            yield packed

    def _begin_otherwise(self) -> bytes:
        """Take it for something else; returns all the bytes since the beginning."""
        self._is_plain, self._may_be_raw = not self._may_be_raw, False
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._start


def inflaters(codings: str) -> list[Inflater] | None:
    """What unpacks a body with this Content-Encoding, in order; ``None`` if nothing here can.

    Example:
        >>> len(inflaters("identity")), len(inflaters("deflate, gzip")), inflaters("br")
        (0, 2, None)
    """
    names = [name.strip().lower() for name in codings.split(",")]
    packed = [name for name in names if name not in {"", "identity"}]
    return [Inflater(name) for name in reversed(packed)] if _NAMES.issuperset(packed) else None
