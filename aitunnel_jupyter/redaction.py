"""What may be shown: text without secrets, control characters or line ends."""

from __future__ import annotations

import re

_KEY = re.compile(r"sk-[A-Za-z0-9_\-]{8,}")
_BEARER = re.compile(r"(?i)(bearer\s+)[^\s\"',;]{8,}")
_USER_INFO = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]*://)[^\s/@\"']+@")
# ESC sequences first as a whole (a string that does not end loses its ESC only, not what follows), then every
# C0 and C1 control that is not a tab or line end, and the bidirectional overrides that make a line read
# differently from what it is (CVE-2021-42574).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)|[ -/]*[0-~])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

MASK = "sk-…"


def scrub(text: str) -> str:
    """``text`` with everything that looks like a key or a password in a URL masked.

    Example:
        >>> scrub("Authorization: Bearer sk-aitunnel-0123456789abcdef")
        'Authorization: Bearer sk-…'
    """
    text = _USER_INFO.sub(r"\1…@", text)
    return _KEY.sub(MASK, _BEARER.sub(rf"\1{MASK}", text))


def printable(text: str) -> str:
    """``text`` without terminal escapes and control characters; tabs and line feeds stay.

    Example:
        >>> printable("a\\x1b[31mb\\r\\n")
        'ab\\n'
    """
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


def one_line(text: str, most_bytes: int) -> str:
    """``text`` scrubbed, printable, on one line, cut at ``most_bytes`` UTF-8 bytes with an ellipsis.

    Example:
        >>> one_line("two\\nlines", 100)
        'two lines'
    """
    flat = " ".join(printable(scrub(text)).split())
    raw = flat.encode("utf-8", "replace")  # half an emoji comes as "\\ud83d" in a server's JSON
    if len(raw) <= most_bytes:
        return raw.decode()
    return raw[: most_bytes - 3].decode(errors="ignore").rstrip() + "…"
