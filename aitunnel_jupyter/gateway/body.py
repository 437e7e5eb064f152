"""Reading a response's body: together what trickles in, not longer than allowed, not more than needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PACE_SECONDS = 0.04
"""Deltas that trickle in are read together: httpx spends 0.5 ms on each read, and nobody sees 25 frames a second."""
ERROR_BODY_BYTES = 65536


async def some_of(response: httpx.Response) -> bytes:
    """The first 64 KiB of an error's body; whatever comes before it breaks."""
    body = b""
    try:
        async for chunk in response.aiter_bytes():
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
    async for chunk in response.aiter_bytes():
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
    """The next chunk, or ``None`` at the end, after an error, or when ``seconds`` are over.

    ``asyncio.wait`` and not ``asyncio.timeout``: the latter asks for the current task, which a foreign
    ``nest_asyncio.apply()`` replaces with its own notion.
    """
    reading = asyncio.get_running_loop().create_task(_pull(stream))
    try:
        done, _ = await asyncio.wait({reading}, timeout=max(seconds, 0.0))
    finally:
        if not reading.done():
            reading.cancel()
    return reading.result() if done else None


async def _pull(stream: AsyncIterator[bytes]) -> bytes | None:
    try:
        return await anext(stream)
    except (StopAsyncIteration, httpx.HTTPError):
        return None
