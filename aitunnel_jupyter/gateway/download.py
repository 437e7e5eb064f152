"""Fetching what a person attaches by its address: from the public internet, not longer or larger than allowed.

A notebook's text may come from anyone, and what is fetched goes to a model: an address must not lead into the
private network or to this machine unless that was asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import unquote

import httpx

from aitunnel_jupyter import __version__
from aitunnel_jupyter.errors import AttachmentRefused
from aitunnel_jupyter.gateway.body import decoded
from aitunnel_jupyter.gateway.proxies import proxy_for

MOST_REDIRECTS = 5
SECONDS = 20.0
"""For everything together: names, redirects and the last byte."""
_ADDRESSES_TRIED = 3
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Downloaded(NamedTuple):
    """What an address gave."""

    content: bytes
    content_type: str
    """As the server says it, for example ``text/html; charset=utf-8``; may be empty."""
    name: str
    """The last part of the path, or the host."""


async def download(client: httpx.AsyncClient, url: str, *, limit: int, allow_private: bool) -> Downloaded:
    """``GET url`` without any key, following at most five redirects.

    Args:
        client: Any client; its proxies are used.
        url: ``http`` or ``https``.
        limit: Most bytes of the body, counted while it is read, whatever the server announces.
        allow_private: Also from private networks and this machine.

    Raises:
        AttachmentRefused: For every reason there is; the message names the address.
    """
    work = asyncio.get_running_loop().create_task(_Download(client, url, limit, allow_private).run())
    try:
        # asyncio.timeout needs the current task, which a foreign nest_asyncio.apply() hides.
        done, _ = await asyncio.wait({work}, timeout=SECONDS)
    finally:
        if not work.done():
            work.cancel()
    if not done:
        raise AttachmentRefused("attach.url.slow", url=url, seconds=f"{SECONDS:g}")
    return work.result()


class _Download:
    def __init__(self, client: httpx.AsyncClient, url: str, limit: int, allow_private: bool) -> None:
        self.client = client
        self.url = url
        self.limit = limit
        self.allow_private = allow_private

    async def run(self) -> Downloaded:
        try:
            url = httpx.URL(self.url)
            for _ in range(MOST_REDIRECTS + 1):
                found = await self._hop(url)
                if isinstance(found, Downloaded):
                    return found
                url = url.join(found)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            why = str(error) or type(error).__name__
            raise AttachmentRefused("attach.url.failed", url=self.url, why=why) from None
        raise AttachmentRefused("attach.url.redirects", url=self.url, most=MOST_REDIRECTS)

    async def _hop(self, url: httpx.URL) -> Downloaded | str:
        """One request; what it gave, or where it leads."""
        if url.scheme not in {"http", "https"} or not url.host:
            raise AttachmentRefused("attach.url.scheme", url=str(url))
        response = await self._open(url)
        try:
            if response.has_redirect_location:
                return str(response.headers["location"])
            if not response.is_success:
                raise AttachmentRefused("attach.url.status", status=response.status_code, url=str(url))
            content = await self._body(response)
        finally:
            await response.aclose()
        name = unquote(url.path.rstrip("/").rpartition("/")[2]) or url.host
        return Downloaded(content, response.headers.get("content-type", ""), name)

    async def _open(self, url: httpx.URL) -> httpx.Response:
        if self.allow_private:
            return await self._send(url, url.host)
        addresses = await self._public_addresses(url)
        if proxy_for(str(url)):  # the proxy looks the name up itself and must be asked by name
            return await self._send(url, url.host)
        *others, last = addresses[:_ADDRESSES_TRIED]
        for address in others:
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._send(url, address)
        return await self._send(url, last)

    async def _send(self, url: httpx.URL, address: str) -> httpx.Response:
        """Connect to ``address``, speak to ``url.host``: a name that changes its address meanwhile changes nothing."""
        request = self.client.build_request(
            "GET",
            url.copy_with(host=address, username=None, password=None, fragment=None),
            headers={
                "Host": url.netloc.decode("ascii"),
                "User-Agent": f"aitunnel_jupyter/{__version__}",
                "Accept": "*/*",
                "Accept-Encoding": "identity",
                # A pooled connection is known by its address; the next name on it would not be verified.
                "Connection": "close",
            },
            extensions={"sni_hostname": url.raw_host.decode("ascii")} if address != url.host else None,
        )
        return await self.client.send(request, stream=True, follow_redirects=False)

    async def _public_addresses(self, url: httpx.URL) -> list[str]:
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        host = url.raw_host.decode("ascii").strip("[]")
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not is_public(address):
                raise AttachmentRefused("attach.url.private", url=self.url, host=url.host, address=address)
        return addresses

    async def _body(self, response: httpx.Response) -> bytes:
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.limit:
            raise self._too_large()
        content = bytearray()
        async for chunk in decoded(response):
            content += chunk
            if len(content) > self.limit:
                raise self._too_large()
        return bytes(content)

    def _too_large(self) -> AttachmentRefused:
        return AttachmentRefused("attach.url.large", url=self.url, limit=f"{self.limit / 1024 / 1024:.3g}")


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, also if it hides another one inside.

    Example:
        >>> [is_public(a) for a in ("1.1.1.1", "127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "169.254.169.254")]
        [True, False, False, False, False]
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inside or found
    return found.is_global and not found.is_multicast
