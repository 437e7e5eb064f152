"""Connections in shards of eight: one pool gets slower with each connection it holds.

CPU per request of one httpx client: 1.4 ms at 8 connections, 15.8 at 64, 29.9 at 256 (httpx 0.28.1, measured
2026-11-26; https://github.com/encode/httpx/issues/3215). In shards it is 1.4 to 1.7 ms at any width.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import httpx

from aitunnel_jupyter.gateway.proxies import Proxy, proxy_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SHARD_PLACES = 8
"""Requests of one shard at the same time."""
MOST_REQUESTS = 2048
"""At the same time; the others wait for a place, however long that takes."""
FILES_LEFT = 0.75
"""The share of the process's open files that connections may take: macOS allows 256 in all."""
KEEPALIVE_SECONDS = 120.0
"""httpx's default of 5 s loses the warm connection between two cells (measured: +90 ms at 80 ms distance)."""


class Shard:
    """At most eight requests to one direction: straight, or through one proxy."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self.transport = transport
        self.busy = 0
        self.empty_since = 0.0
        """The loop's time when the last request left."""


class Shards(httpx.AsyncBaseTransport):
    """The transport of the one client. Takes the first shard with a place, so that the next request finds it warm.

    Args:
        open_shard: Makes the transport of a new shard, for requests through a proxy or without one.
        most: Requests at the same time.
    """

    def __init__(self, open_shard: Callable[[Proxy | None], httpx.AsyncBaseTransport], most: int) -> None:
        self._open_shard = open_shard
        self._shards: dict[str, list[Shard]] = {}
        self._places = asyncio.Semaphore(most)
        self._closing: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it in a shard with a free place.

        Raises:
            AddressProblem: The variable that names the proxy is unusable.
        """
        # A request to an address that was looked up before knows its name for TLS.
        proxy = proxy_for(str(request.url), str(request.extensions.get("sni_hostname", "")))
        _look_up_here(request)
        await self._places.acquire()
        shard = self._shard(proxy)
        shard.busy += 1
        try:
            response = await shard.transport.handle_async_request(request)
        except BaseException:
            self._leave(shard)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Body(response.stream, lambda: self._leave(shard))
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        shards = [shard for direction in self._shards.values() for shard in direction]
        self._shards.clear()
        for shard in shards:
            await shard.transport.aclose()

    def _shard(self, proxy: Proxy | None) -> Shard:
        direction = self._shards.setdefault(proxy.url if proxy else "", [])
        for shard in direction:
            if shard.busy < SHARD_PLACES:
                return shard
        direction.append(Shard(self._open_shard(proxy)))
        return direction[-1]

    def _leave(self, shard: Shard) -> None:
        shard.busy -= 1
        self._places.release()
        if not shard.busy:
            loop = asyncio.get_running_loop()
            shard.empty_since = loop.time()
            loop.call_later(KEEPALIVE_SECONDS, self._close_if_empty, shard, shard.empty_since)

    def _close_if_empty(self, shard: Shard, since: float) -> None:
        """Idle connections end with their shard: a pool looks at them only when it is asked again."""
        if shard.busy or shard.empty_since != since:
            return
        for direction in self._shards.values():
            if shard in direction:
                direction.remove(shard)
                closing = asyncio.get_running_loop().create_task(_close(shard))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)


class _Body(httpx.AsyncByteStream):
    """A response's body; its end gives the place back."""

    def __init__(self, inner: httpx.AsyncByteStream, leave: Callable[[], None]) -> None:
        self._inner = inner
        self._leave: Callable[[], None] | None = leave

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._inner.__aiter__()

    async def aclose(self) -> None:
        """Close the body, and give the place back whatever happens on the way."""
        leave, self._leave = self._leave, None
        try:
            await self._inner.aclose()
        finally:
            if leave is not None:
                leave()


def _look_up_here(request: httpx.Request) -> None:
    """``x.localhost`` is this machine (RFC 6761), also where the system's resolver does not know it, as glibc's."""
    name = request.url.host.rstrip(".")
    if name.endswith(".localhost"):
        request.url = request.url.copy_with(host="127.0.0.1")
        request.extensions = {**request.extensions, "sni_hostname": name}


async def _close(shard: Shard) -> None:
    with contextlib.suppress(Exception):  # the other side may have closed it worse
        await shard.transport.aclose()


def most_requests() -> int:
    """How many requests may be under way at the same time, by the files that this process may open."""
    try:
        import resource
    except ImportError:  # Windows counts sockets apart
        return MOST_REQUESTS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_REQUESTS if files == resource.RLIM_INFINITY else max(min(int(files * FILES_LEFT), MOST_REQUESTS), 1)
