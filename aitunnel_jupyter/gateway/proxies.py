"""Which proxy of the environment a request goes through, and which of its variables is at fault.

httpx reads them only when a client is made, knows no ``10.0.0.0/8`` and no ``*.corp``, and cannot tell afterwards
which one it took (0.28.1, seen 2026-11-22): so this is ours. The rules are curl's: https://curl.se/libcurl/c/CURLOPT_NOPROXY.html
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import importlib.util
import ipaddress
import os
import ssl
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from aitunnel_jupyter.errors import AddressProblem
from aitunnel_jupyter.gateway.address import is_this_machine

_KNOWN_SCHEMES = ("http", "https", "socks5", "socks5h")
_PORTS = {"http": 80, "https": 443}


class Proxy(NamedTuple):
    """A proxy, and where it is set."""

    url: str
    """With its password, if it has one."""
    variable: str
    """For example ``HTTPS_PROXY``; ``proxy`` where the system's settings name it."""

    def __str__(self) -> str:
        """As a person is shown it: the variable and the address, without user and password."""
        scheme, _, rest = self.url.partition("://")
        return f"{self.variable}={scheme}://{rest.rpartition('@')[2]}"


def proxy_for(url: str, host: str = "") -> Proxy | None:
    """The proxy for a request to ``url``, as the environment says just now; never for this machine.

    Args:
        url: Where the request goes.
        host: The server's name, if the URL has its address instead.

    Raises:
        AddressProblem: The variable that names it is unusable.

    Example:
        >>> proxy_for("http://127.0.0.1:8080/v1")
    """
    parts = urlsplit(url)
    host = (host or parts.hostname or "").lower().rstrip(".")
    if is_this_machine(host):
        return None
    proxies = urllib.request.getproxies()
    kind = next((kind for kind in (parts.scheme, "all") if proxies.get(kind)), None)
    if kind is None or is_bypassed(host, parts.port or _PORTS.get(parts.scheme, 0), proxies.get("no", "")):
        return None
    variable = next((name for name in (f"{kind}_proxy", f"{kind.upper()}_PROXY") if os.environ.get(name)), "")
    if not variable and urllib.request.proxy_bypass(host):  # the system's settings have exceptions of their own
        return None
    proxy = Proxy(proxies[kind] if "://" in proxies[kind] else f"http://{proxies[kind]}", variable or "proxy")
    if problem := _problem(proxy):
        raise AddressProblem("address.environment", name=proxy.variable, why=problem)
    return proxy


def via(url: str) -> str:
    """The proxy in between for a person, ``[HTTPS_PROXY=http://proxy.corp:3128]``; empty without one."""
    proxy = proxy_for(url)
    return f"[{proxy}]" if proxy else ""


def is_bypassed(host: str, port: int, no_proxy: str) -> bool:
    """Whether ``NO_PROXY`` takes a host out.

    Args:
        host: A name or an address, lower case, IPv6 without brackets.
        port: Of the request.
        no_proxy: Entries separated by commas or blanks: ``*``, a name (its subdomains too), ``.corp``, ``*.corp``,
            an address, a network as ``10.0.0.0/8``; each with a port if it is meant for that port only.

    Example:
        >>> is_bypassed("10.9.9.9", 80, "10.0.0.0/8,*.corp"), is_bypassed("corporation.ru", 80, "10.0.0.0/8,*.corp")
        (True, False)
    """
    return any(_matches(entry, host, port) for entry in no_proxy.lower().replace(",", " ").split())


def _matches(entry: str, host: str, port: int) -> bool:
    name, entry_port = _without_port(entry.partition("://")[2] or entry)
    if entry_port not in ("", str(port)):
        return False
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    if name == "<local>":  # Windows' word for names without a dot
        return "." not in host and ":" not in host
    if "*" in name.removeprefix("*."):
        return fnmatch.fnmatchcase(host, name)
    name, host = _ascii(name.removeprefix("*").strip(".")), _ascii(host)
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _without_port(entry: str) -> tuple[str, str]:
    """``[::1]:80`` → ``::1`` and ``80``; an IPv6 address without brackets has no port."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        network, _, port = rest.partition(":")
        return name + network, port
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""


def _ascii(name: str) -> str:
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


def _problem(proxy: Proxy) -> str:
    try:
        parts = urlsplit(proxy.url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        return str(error)
    if parts.scheme not in _KNOWN_SCHEMES:
        return f"unknown scheme {parts.scheme}://; for SOCKS write socks5://"
    if parts.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        return "SOCKS needs: %pip install socksio"
    return "" if has_host else "no host"


def certificates_variable() -> str:
    """The variable that says whom to trust; empty if none does."""
    return next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), "")


def unusable_variable() -> tuple[str, str] | None:
    """The variable that keeps certificates from being read, and why, for a person; ``None`` if none does.

    Each is tried alone: what Python raises does not say which it was.
    """
    for name in ("SSLKEYLOGFILE", certificates_variable()):
        value = os.environ.get(name, "")
        try:
            if value:
                _try(name, value)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            return name, f"{value}: {why}"
    return None


def _try(name: str, value: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if name == "SSLKEYLOGFILE":
        context.keylog_filename = value
    elif name == "SSL_CERT_FILE":
        context.load_verify_locations(cafile=value)
    elif not any(Path(folder).is_dir() for folder in value.split(os.pathsep)):
        # OpenSSL says nothing until a server is checked, and then that it trusts nobody.
        raise NotADirectoryError(errno.ENOTDIR, "no such directory")
