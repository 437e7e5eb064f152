"""Which key goes to which server: each only to the host it belongs to.

::

    entered (%ai key)  ──┐ by host
    AITUNNEL_API_KEY  ───┤ the host of AITUNNEL_BASE_URL, else the gateway     ┌► https, or this machine: sent
    keyring  ────────────┤ by host                          ──► the key of ────┤
    AIMagics.key_file  ──┘ as AITUNNEL_API_KEY                  that host      └► plain http: not the gateway's
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from aitunnel_jupyter.errors import AddressProblem, KeyProblem
from aitunnel_jupyter.gateway.address import DEFAULT_BASE_URL, Address, base_url_from, is_loopback
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.redaction import KEY_VARIABLE

KEYRING_SERVICE = "aitunnel_jupyter"
_PORTS = {"http": 80, "https": 443}

entered: dict[str, Key] = {}
"""What ``%ai key`` took, by :func:`host_of`; lives in this process only."""
_told: set[str] = set()
"""Hosts whose keys go over plain http, and people were told."""


def host_of(base_url: str) -> str:
    """What keys are kept by: a host with its port; the gateway and its mirror are one.

    Example:
        >>> host_of("https://ru-api.aitunnel.ru/v1") == host_of("https://api.aitunnel.ru/v1")
        True
        >>> host_of("http://127.0.0.1:8080/v1"), host_of("https://llm.example.org/v1")
        ('127.0.0.1:8080', 'llm.example.org:443')
    """
    parts = urlsplit(base_url)
    if parts.scheme == "https" and parts.port in {None, 443} and Address(base_url).is_gateway:
        return str(urlsplit(DEFAULT_BASE_URL).hostname)
    return f"{(parts.hostname or '').rstrip('.')}:{parts.port or _PORTS.get(parts.scheme, 0)}"


GATEWAY = host_of(DEFAULT_BASE_URL)


def home() -> str:
    """The host that the key of the environment belongs to."""
    try:
        return host_of(base_url_from())
    except AddressProblem:
        return GATEWAY


def find_key(base_url: str, key_file: str = "") -> Key | None:
    """The key of a server: the first of entered, ``AITUNNEL_API_KEY``, the system's keyring, ``key_file``.

    Args:
        base_url: The server.
        key_file: Path of a file whose first line is a key; ``""`` for none.

    Raises:
        KeyProblem: The first one found is unusable, or ``key_file`` cannot be read.

    Example:
        >>> entered["llm.example.org:443"] = Key("sk-abc")
        >>> find_key("https://llm.example.org/v1"), find_key("https://other.example.org/v1")
        (Key('sk-…'), None)
        >>> entered.clear()
    """
    host = host_of(base_url)
    if host in entered:
        return entered[host]
    is_home = host == home()
    if is_home and (text := os.environ.get(KEY_VARIABLE, "").strip()):
        return Key(text, KEY_VARIABLE)
    return stored_key(host) or (_from_file(key_file) if is_home and key_file else None)


def address_with_key(base_url: str, key_file: str = "", *, given: Key | None = None) -> Address:
    """The server with its key.

    Args:
        base_url: The server.
        key_file: See :func:`find_key`.
        given: A key for just this server; then no other is looked for.

    Raises:
        KeyProblem: There is none for it and it is not on this machine, or it must not go there.
    """
    key = given or find_key(base_url, key_file)
    address = Address(base_url, key)
    if address.is_exposed and (address.is_gateway or (key is not None and key.is_gateways)):
        raise KeyProblem("key.exposed", host=address.host)
    if key is None and not is_loopback(base_url):
        code = "key.withheld" if has_any_key(key_file) else "key.missing"
        raise KeyProblem(code, host=address.host)
    return address


def address_if_any_key(base_url: str, key_file: str = "") -> Address:
    """The same where a server may be asked without a key too: it has one if there is a usable one."""
    try:
        return address_with_key(base_url, key_file)
    except KeyProblem:
        return Address(base_url)


def exposed_once(address: Address) -> str:
    """The host whose key goes over plain http, if nobody was told yet; else empty."""
    if address.key is None or not address.is_exposed or address.host in _told:
        return ""
    _told.add(address.host)
    return address.host


def stored_key(host: str) -> Key | None:
    """The key of a host in the system's keyring; ``None`` without one or without the ``keyring`` package."""
    try:
        import keyring

        text = keyring.get_password(KEYRING_SERVICE, entry_of(host))
    except Exception:  # noqa: BLE001  keyring's backends raise their own kinds; no keyring is an ordinary state
        return None
    return Key(text, "keyring") if text else None


def entry_of(host: str) -> str:
    """What the keyring calls the key of a host."""
    return KEY_VARIABLE if host == GATEWAY else host


def has_any_key(key_file: str = "") -> bool:
    """Whether there is a key for some server."""
    return bool(entered or key_file or os.environ.get(KEY_VARIABLE, "").strip() or stored_key(GATEWAY))


def _from_file(path: str) -> Key:
    try:
        lines = Path(path).expanduser().read_text(encoding="utf-8").split("\n", 1)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not text"
        raise KeyProblem("key.file", path=path, why=why) from None
    return Key(lines[0], path)
