"""What may be shown: text without secrets, control characters or line ends."""

from __future__ import annotations

import re

from aitunnel_jupyter.controls import printable

__all__ = ["MASK", "one_line", "printable", "scrub"]

_KEY = re.compile(r"sk-[A-Za-z0-9_\-]{8,}")
_BEARER = re.compile(r"(?i)(bearer\s+)[^\s\"',;]{8,}")
_USER_INFO = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]*://)[^\s/@\"']+@")

MASK = "sk-…"


def scrub(text: str) -> str:
    """``text`` with everything that looks like a key or a password in a URL masked.

    Example:
        >>> scrub("Authorization: Bearer sk-aitunnel-0123456789abcdef")
        'Authorization: Bearer sk-…'
    """
    text = _USER_INFO.sub(r"\1…@", text)
    return _KEY.sub(MASK, _BEARER.sub(rf"\1{MASK}", text))


def one_line(text: str, most_bytes: int) -> str:
    """``text`` scrubbed, printable, on one line, cut at ``most_bytes`` UTF-8 bytes with an ellipsis.

    Example:
        >>> one_line("two\\nlines", 100)
        'two lines'
    """
    flat = " ".join(printable(scrub(_beginning(text, most_bytes))).split())
    raw = flat.encode()
    if len(raw) <= most_bytes:
        return flat
    return raw[: most_bytes - 3].decode(errors="ignore").rstrip() + "…"


def _beginning(text: str, most_bytes: int) -> str:
    """What of a text of megabytes is looked at; the word at the cut goes, it may be half a key."""
    most = most_bytes * 20 + 4_096
    if len(text) <= most:
        return text
    words = text[:most].rsplit(maxsplit=1)
    return (words[0] if words else "") + "…"
