"""Reading a response's body: together what trickles in, not longer than allowed, not more than needed."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

import httpx

from aitunnel_jupyter.gateway.wire.inflate import inflaters

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from aitunnel_jupyter.gateway.wire.inflate import Inflater

PACE_SECONDS = 0.04
"""Deltas that trickle in are read together: httpx spends 0.5 ms on each read, and nobody sees 25 frames a second."""
ERROR_BODY_BYTES = 65536
SILENCE = b"\0silence"
"""What :func:`next_chunk` returns, this very object, if nothing came in time."""


async def decoded(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body, unpacked a megabyte at a time: httpx unpacks all that one read brought, gigabytes at worst.

    Raises:
        httpx.DecodingError: It is packed in a way that was not asked for, or broken.
    """
    coding = response.headers.get("content-encoding", "")
    unpackers = inflaters(coding)
    if unpackers is None:
        raise httpx.DecodingError(f"content-encoding {coding}")
    try:
        async for chunk in response.aiter_raw():
            for piece in _unpack(chunk, unpackers):
                yield piece
    except zlib.error as error:
        raise httpx.DecodingError(f"{coding}: {error}") from None


def _unpack(chunk: bytes, unpackers: list[Inflater]) -> Iterator[bytes]:
    if not unpackers:
        yield chunk
        return
    for piece in unpackers[0].unpack(chunk):
        yield from _unpack(piece, unpackers[1:])


async def some_of(response: httpx.Response) -> bytes:
    """The first 64 KiB of an error's body; whatever comes before it breaks."""
    body = b""
    try:
        async for chunk in decoded(response):
            body += chunk
            if len(body) >= ERROR_BODY_BYTES:
                break
    except httpx.HTTPError:
        pass
    return body


async def no_more_than(response: httpx.Response, limit: int) -> bytes:
    """The body, or its first ``limit`` bytes: a longer one is not read to its end.

    Raises:
        httpx.HTTPError: It broke before.
    """
    body = bytearray()
    async for chunk in decoded(response):
        body += chunk
        if len(body) >= limit:
            break
    return bytes(body[:limit])


async def paced(stream: AsyncIterator[bytes], is_flowing: Callable[[], bool]) -> AsyncIterator[bytes]:
    """The chunks of ``stream``; after one that had to be waited for, pause, so that the next ones come together.

    Never before the first delta, and never while there is more to read: a burst is taken at full speed.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    async for chunk in stream:
        yield chunk
        if is_flowing() and loop.time() - began > PACE_SECONDS / 20:
            await asyncio.sleep(PACE_SECONDS)
        began = loop.time()


async def next_chunk(stream: AsyncIterator[bytes], seconds: float) -> bytes | None:
    """The next chunk, ``None`` at the end, or :data:`SILENCE` when ``seconds`` are over; then ``stream`` is, too.

    ``asyncio.wait`` and not ``asyncio.timeout``: the latter asks for the current task, which a foreign
    ``nest_asyncio.apply()`` replaces with its own notion.

    Raises:
        httpx.HTTPError: The connection broke.
    """
    if seconds <= 0:
        return SILENCE
    reading = asyncio.get_running_loop().create_task(_pull(stream))
    try:
        done, _ = await asyncio.wait({reading}, timeout=seconds)
    finally:
        if not reading.done():
            reading.cancel()
            await asyncio.wait({reading})  # it holds the connection that is about to be closed
            _ = reading.cancelled() or reading.exception()  # what breaks now matters to nobody
    return reading.result() if done else SILENCE


async def _pull(stream: AsyncIterator[bytes]) -> bytes | None:
    async for chunk in stream:
        if chunk:
            return chunk
    return None
