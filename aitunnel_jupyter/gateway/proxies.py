"""Which variable of the environment makes httpx fail at construction (httpx 0.28.1, seen 2026-11-22)."""

from __future__ import annotations

import os
from pathlib import Path

_PROXIES = ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_BYPASSES = ("NO_PROXY", "no_proxy")
_KNOWN_SCHEMES = ("http://", "https://", "socks5://", "socks5h://")


def unusable_variable(error: BaseException) -> tuple[str, str]:
    """The variable to blame for ``error`` and why, for a person.

    Returns:
        The variable's name, and a reason without passwords.

    Example:
        >>> unusable_variable(ValueError("odd"))[1]
        'odd'
    """
    certificates = os.environ.get("SSL_CERT_FILE", "")
    if certificates and not Path(certificates).is_file():
        return "SSL_CERT_FILE", f"no file {certificates}"
    for name in _PROXIES:
        value = os.environ.get(name, "")
        if value.startswith("socks") and isinstance(error, ImportError):
            return name, "SOCKS needs: pip install socksio"
        if "://" in value and not value.startswith(_KNOWN_SCHEMES):
            return name, f"unknown scheme {value.partition('://')[0]}://; for SOCKS write socks5://"
    for name in _BYPASSES:
        for entry in os.environ.get(name, "").split(","):
            if entry.count(":") > 1 or "[" in entry:
                return name, f"IPv6 entry {entry.strip()} is not understood"
    name = next((name for name in (*_BYPASSES, *_PROXIES, "SSL_CERT_DIR") if os.environ.get(name)), "HTTP_PROXY")
    return name, str(error) or type(error).__name__
