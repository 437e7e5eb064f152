"""The only importer of httpx: one long-lived client that opens, retries, watches and closes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from aitunnel_jupyter.errors import AddressProblem
from aitunnel_jupyter.gateway.exchange import Exchange, Learned, connect_failed, headers_for
from aitunnel_jupyter.gateway.proxies import unusable_variable
from aitunnel_jupyter.gateway.refusal import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.download import Downloaded
    from aitunnel_jupyter.gateway.request import Request

CONNECT_SECONDS = 10.0
WRITE_SECONDS = 30.0
POOL_SECONDS = 10.0
KEEPALIVE_SECONDS = 120.0
"""httpx's default of 5 s loses the warm connection between two cells (measured: +90 ms at 80 ms distance)."""


class Client:
    """Sends requests; lives in the engine's loop.

    Raises:
        AddressProblem: A proxy or certificate variable of the environment makes httpx fail at construction.
    """

    def __init__(self) -> None:
        self._http = _open_http()
        self._learned = Learned(set(), set())

    async def ask(self, request: Request, address: Address, report: Callable[[Any], None]) -> None:
        """Send ``request``; every step goes to ``report`` (see :mod:`aitunnel_jupyter.gateway.exchange`)."""
        await Exchange(self._http, self._learned, request, address, report).run()

    async def balance(self, address: Address) -> dict[str, Any]:
        """``GET /aitunnel/balance``: costs nothing, checks the key and warms the connection.

        Returns:
            ``balance`` in roubles, and ``budget`` if the key has one.

        Raises:
            GatewayRefused: For example 401 for an unknown key.
            ConnectFailed: No connection.
        """
        try:
            response = await self._http.get(
                f"{address.base_url}/aitunnel/balance", headers=headers_for(address, "application/json")
            )
        except httpx.HTTPError as error:
            raise connect_failed(address, error) from None
        if response.is_error:
            raise refusal(response.status_code, response.text, host=address.host, model="–")
        try:
            value = json.loads(response.text)
        except ValueError:
            value = None
        return value if isinstance(value, dict) else {}

    async def download(self, url: str, *, limit: int, allow_private: bool) -> Downloaded:
        """See :func:`aitunnel_jupyter.gateway.download.download`."""
        from aitunnel_jupyter.gateway.download import download

        return await download(self._http, url, limit=limit, allow_private=allow_private)

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()


def _open_http() -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            timeout=httpx.Timeout(CONNECT_SECONDS, write=WRITE_SECONDS, pool=POOL_SECONDS),
            limits=httpx.Limits(max_connections=None, keepalive_expiry=KEEPALIVE_SECONDS),
            follow_redirects=False,
            # A proxy of the environment must not be asked for this machine.
            mounts={f"all://{host}": httpx.AsyncHTTPTransport() for host in ("127.0.0.1", "localhost", "[::1]")},
        )
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        name, why = unusable_variable(error)
        raise AddressProblem("address.environment", name=name, why=why) from None
