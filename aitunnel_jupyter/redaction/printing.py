"""Text for a line: without secrets, controls, escape sequences and line ends."""

from __future__ import annotations

from aitunnel_jupyter.controls import printable
from aitunnel_jupyter.redaction.masking import scrub


def beginning(text: str, most_bytes: int) -> str:
    """What of a text of megabytes is looked at; the word at the cut goes, it may be half a key."""
    most = most_bytes * 20 + 4_096
    if len(text) <= most:
        return text
    words = text[:most].rsplit(maxsplit=1)
    return (words[0] if words else "") + "…"


def one_line(text: str, most_bytes: int) -> str:
    """``text`` scrubbed, printable, on one line, cut at ``most_bytes`` UTF-8 bytes with an ellipsis.

    Example:
        >>> one_line("two\\nlines", 100)
        'two lines'
    """
    flat = " ".join(printable(scrub(beginning(text, most_bytes))).split())
    raw = flat.encode()
    if len(raw) <= most_bytes:
        return flat
    return raw[: most_bytes - 3].decode(errors="ignore").rstrip() + "…"
