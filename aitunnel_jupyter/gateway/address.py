"""Where requests go: base URLs, the gateway's mirror, and what counts as this machine."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from aitunnel_jupyter.errors import AddressProblem

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.key import Key

DEFAULT_BASE_URL = "https://api.aitunnel.ru/v1"
MIRROR_BASE_URL = "https://ru-api.aitunnel.ru/v1"
"""Same key, same paths, for networks where the first one resets (integrators' reports, 2026)."""

_ODD_IN_HOST = re.compile(r"[^\w.:%-]")
"""What one reader of URLs takes for the host's end and another for a part of it."""

BASE_URL_VARIABLE = "AITUNNEL_BASE_URL"


@dataclass(frozen=True, slots=True)
class Address:
    """A server and the key for it.

    Args:
        base_url: ``scheme://host[:port]/path`` without a trailing slash; see :func:`checked`.
        key: ``None`` only for servers on this machine.
    """

    base_url: str
    key: Key | None = None

    @property
    def host(self) -> str:
        """The host with its port, as shown to a person."""
        parts = urlsplit(self.base_url)
        return parts.netloc.rpartition("@")[2]

    @property
    def mirror(self) -> str | None:
        """The base URL to try when no connection to this one can be made."""
        return MIRROR_BASE_URL if self.base_url == DEFAULT_BASE_URL else None

    @property
    def is_gateway(self) -> bool:
        """Whether this is AITUNNEL, which has endpoints of its own."""
        name = (urlsplit(self.base_url).hostname or "").rstrip(".")
        return name == "aitunnel.ru" or name.endswith(".aitunnel.ru")

    @property
    def is_exposed(self) -> bool:
        """Whether what is sent there can be read on the way: plain http, and another machine."""
        return urlsplit(self.base_url).scheme == "http" and not is_loopback(self.base_url)

    def at(self, base_url: str) -> Address:
        """The same key at another base URL."""
        return Address(base_url, self.key)


def base_url_from(line: str = "", setting: str = "") -> str:
    """The base URL: the line's, else the setting, else ``AITUNNEL_BASE_URL``, else the gateway's.

    Raises:
        AddressProblem: It is not an http(s) URL with a host.

    Example:
        >>> base_url_from("http://127.0.0.1:8080/v1/")
        'http://127.0.0.1:8080/v1'
    """
    return checked(line or setting or os.environ.get(BASE_URL_VARIABLE, "").strip() or DEFAULT_BASE_URL)


def checked(url: str) -> str:
    """``url`` without trailing slashes and without the endpoint people paste along.

    Raises:
        AddressProblem: It is not an http(s) URL with a host, or it has a password, a query or odd characters.
    """
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise AddressProblem("address.invalid", url=url) from None
    if not _usable(parts, url.strip()):
        raise AddressProblem("address.invalid", url=url)
    return parts.geturl().rstrip("/").removesuffix("/chat/completions").rstrip("/")


def _usable(parts: SplitResult, url: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in url):
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts.scheme in {"http", "https"} and _can_be_looked_up(parts.hostname or "") and plain


def _can_be_looked_up(host: str) -> bool:
    """Whether a name can be asked for: an empty or a too long label makes Python's resolver raise UnicodeError."""
    try:
        return bool(host.removesuffix(".").encode("idna")) and not _ODD_IN_HOST.search(host)
    except UnicodeError:
        return False


def is_loopback(base_url: str) -> bool:
    """Whether ``base_url`` is this machine, where a server may need no key.

    Example:
        >>> is_loopback("http://localhost:1234/v1"), is_loopback("https://api.aitunnel.ru/v1")
        (True, False)
    """
    return is_this_machine(urlsplit(base_url).hostname or "")


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine: it needs no key, and no proxy is asked for it.

    Args:
        host: A name or an address; IPv6 without brackets.

    Example:
        >>> [is_this_machine(host) for host in ("127.0.0.2", "::1", "x.localhost", "0.0.0.0", "10.0.0.1")]
        [True, True, True, True, False]
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761
        return True
    try:
        found = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_loopback or found.is_unspecified
