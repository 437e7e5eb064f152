"""One long-lived client that opens, retries, watches and closes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx

from aitunnel_jupyter.errors import AddressProblem, GatewayRefused
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.body import no_more_than
from aitunnel_jupyter.gateway.exchange import Exchange, connect_failed
from aitunnel_jupyter.gateway.headers import headers_for
from aitunnel_jupyter.gateway.learned import Learned
from aitunnel_jupyter.gateway.logs import mask_logs, unmask_logs
from aitunnel_jupyter.gateway.moved import moved
from aitunnel_jupyter.gateway.proxies import Proxy, unusable_variable, via
from aitunnel_jupyter.gateway.refusal import refusal
from aitunnel_jupyter.gateway.shards import KEEPALIVE_SECONDS, SHARD_PLACES, Shards, most_requests
from aitunnel_jupyter.gateway.wire.failures import error_text, page_title

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from aitunnel_jupyter.gateway.download import Downloaded
    from aitunnel_jupyter.gateway.request import Request

CONNECT_SECONDS = 10.0
WRITE_SECONDS = 30.0
GET_SECONDS = 10.0
"""Longest time for a whole small answer, from the first byte sent to the last one received."""
ANSWER_BYTES = 65536


class Client:
    """Sends requests; lives in the engine's loop.

    Raises:
        AddressProblem: A variable of the environment keeps certificates from being read.
    """

    def __init__(self) -> None:
        self._http = _open_http()
        mask_logs()
        self._learned = Learned(set(), set())

    async def ask(self, request: Request, address: Address, report: Callable[[Any], None]) -> None:
        """Send ``request``; every step goes to ``report`` (see :mod:`aitunnel_jupyter.gateway.exchange`)."""
        await Exchange(self._http, self._learned, request, address, report).run()

    async def account(self, address: Address, what: str) -> dict[str, Any]:
        """``GET /aitunnel/…``, the gateway's own facts; costs nothing, checks the key and warms the connection.

        Args:
            address: The gateway, with the key.
            what: ``balance`` → ``balance`` in roubles, and ``budget`` if the key has one;
                ``stats/summary`` → ``today_spend, today_requests, month_spend, month_requests``.

        Raises:
            GatewayRefused: For example 401 for an unknown key.
            ConnectFailed: No connection.
        """
        value = await self.get_json(address, f"{address.base_url}/aitunnel/{what}", with_key=True)
        return value if isinstance(value, dict) else {}

    async def get_json(self, address: Address, url: str, *, with_key: bool, limit: int = ANSWER_BYTES) -> Any:
        """``GET url``: the JSON value it answers with, in at most ten seconds.

        Args:
            address: The server that ``url`` belongs to, for the key and for what a person is told.
            url: The whole URL.
            with_key: Whether the key goes along.
            limit: Most bytes of the body.

        Raises:
            GatewayRefused: An HTTP error status, or something that is not JSON or is longer than ``limit``.
            ConnectFailed: No connection, or no whole answer in time.
        """
        asked = address if with_key else Address(address.base_url)
        # Not asyncio.timeout: see gateway/body.py.
        reading = asyncio.get_running_loop().create_task(self._get(asked, url, limit))
        try:
            done, _ = await asyncio.wait({reading}, timeout=GET_SECONDS)
        finally:
            if not reading.done():
                reading.cancel()
        if not done:
            raise connect_failed(address, httpx.ReadTimeout(""))
        status, body = reading.result()
        return _value(address, status, body, limit)

    async def _get(self, address: Address, url: str, limit: int) -> tuple[int, bytes]:
        try:
            async with self._http.stream("GET", url, headers=headers_for(address, "application/json")) as response:
                host = f"{address.host} {via(address.base_url)}".rstrip()
                there = moved(response.status_code, response.headers, url=url, base_url=address.base_url, host=host)
                if there is not None:
                    raise there
                return response.status_code, await no_more_than(response, limit + 1)
        except httpx.HTTPError as error:
            raise connect_failed(address, error) from None

    async def download(self, url: str, *, limit: int, allow_private: bool) -> Downloaded:
        """See :func:`aitunnel_jupyter.gateway.download.download`."""
        from aitunnel_jupyter.gateway.download import download

        return await download(self._http, url, limit=limit, allow_private=allow_private)

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()
        unmask_logs()


def _value(address: Address, status: int, body: bytes, limit: int) -> Any:
    text = body.decode("utf-8", "replace")
    host = f"{address.host} {via(address.base_url)}".rstrip()
    if not httpx.codes.is_success(status):
        raise refusal(
            status, text, host=address.host, model="–", via=via(address.base_url), keyless=address.key is None
        )
    if len(body) > limit:
        raise GatewayRefused("http.unreadable", status=status, host=host, detail=f"> {limit // 1000} kB")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        title, detail = page_title(text) or "–", error_text(text) or "–"
    code = "http.page" if text.lstrip()[:1] == "<" else "http.unreadable"
    raise GatewayRefused(code, status=status, host=host, title=title, detail=detail)


def _open_http() -> httpx.AsyncClient:
    certificates = _certificates()

    def open_shard(proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
            verify=certificates,
            # No limit here: Shards counts the places, so that nobody waits in a pool and is told about a time-out.
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=SHARD_PLACES, keepalive_expiry=KEEPALIVE_SECONDS
            ),
            proxy=httpx.Proxy(proxy.url) if proxy else None,
        )

    return httpx.AsyncClient(
        timeout=httpx.Timeout(CONNECT_SECONDS, write=WRITE_SECONDS, pool=None),
        transport=Shards(open_shard, most_requests()),
        follow_redirects=False,
        trust_env=False,  # the environment's proxies are read by gateway/proxies.py, per request
    )


def _certificates() -> ssl.SSLContext:
    """Whom to trust: made once, because that takes 20 ms and more."""
    if found := unusable_variable():
        raise AddressProblem("address.environment", name=found[0], why=found[1])
    return httpx.create_ssl_context()
