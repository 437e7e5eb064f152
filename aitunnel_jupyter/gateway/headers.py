"""The headers of a request: the only place where the key stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aitunnel_jupyter import __version__

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.address import Address


def headers_for(address: Address, accept: str) -> dict[str, str]:
    """The headers of a request: identity encoding, because compressed streams arrive late."""
    headers = {
        "Accept": accept,
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "User-Agent": f"aitunnel_jupyter/{__version__}",
    }
    if address.key:
        headers["Authorization"] = f"Bearer {address.key.reveal()}"
    return headers
