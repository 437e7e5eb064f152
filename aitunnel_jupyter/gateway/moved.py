"""Where a server sends a client to; nobody follows, because the key belongs to the server that was asked."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from aitunnel_jupyter.errors import AddressProblem, GatewayRefused
from aitunnel_jupyter.gateway.address import checked
from aitunnel_jupyter.redaction import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_REDIRECTS = range(300, 400)
_LOCATION_BYTES = 150


def moved(status: int, headers: Mapping[str, str], *, url: str, base_url: str, host: str) -> GatewayRefused | None:
    """The error for a redirect; ``None`` if the answer is none.

    Args:
        status: The HTTP status.
        headers: The answer's headers, lower-case names.
        url: What was asked for.
        base_url: The base URL it begins with.
        host: Who answered, as shown to a person.

    Example:
        >>> there = {"location": "https://b.ru/v1/models?key=x"}
        >>> moved(308, there, url="http://a.ru/v1/models", base_url="http://a.ru/v1", host="a.ru").line()
        '308: a.ru answers at another address: if you trust it, %config AIMagics.base_url = "https://b.ru/v1"'
    """
    location = headers.get("location", "").strip()
    if status not in _REDIRECTS or not location:
        return None
    place = _without_secrets(location, url)
    endpoint = url.removeprefix(base_url)
    if place.endswith(endpoint):
        with contextlib.suppress(AddressProblem):
            return GatewayRefused("http.3xx", status=status, host=host, base_url=checked(place.removesuffix(endpoint)))
    place = one_line(printable(place), _LOCATION_BYTES) or "–"
    return GatewayRefused("http.3xx.elsewhere", status=status, host=host, location=place)


def _without_secrets(location: str, url: str) -> str:
    """The whole address without user, password, query and fragment, which may be somebody's token."""
    try:
        parts = urlsplit(urljoin(url, location))
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        return ""
