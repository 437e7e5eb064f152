"""The keys of this process, and the texts by which each is found."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from aitunnel_jupyter.redaction.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_VARIABLE = "AITUNNEL_API_KEY"
LEAST_CHARACTERS = 8
"""A shorter key is not looked for: it would be found in ordinary words."""
_PLACEHOLDERS = frozenset({
    "lm-studio", "not-needed", "no-key-required", "placeholder", "anything", "password", "changeme", "token-abc123",
    "your-api-key",
})  # fmt: skip
"""What the manuals of local servers have people type where a key is wanted; no secrets."""

_known: dict[str, tuple[str, ...]] = {}
"""Key → the texts it is found by."""


def remember(secret: str) -> None:
    """Have ``secret`` masked in all that leaves this process from now on, also once it is no longer used.

    Example:
        >>> from aitunnel_jupyter.redaction import scrub
        >>> remember("hunter2-hunter2")
        >>> scrub(r"they sent hunter2-\\u0068unter2"), scrub("hunter&#x32;-hunter2")
        ('they sent sk-…', 'sk-…')
    """
    if len(secret) >= LEAST_CHARACTERS and secret not in _PLACEHOLDERS and secret not in _known:
        _known[secret] = tuple(dict.fromkeys([secret, *_decodings(secret), *_encodings(secret)]))


def needles() -> list[str]:
    """The texts to look for; what is in the environment just now counts too."""
    remember(os.environ.get(KEY_VARIABLE, "").strip())
    return [needle for found_by in list(_known.values()) for needle in found_by]


def _decodings(secret: str) -> Iterator[str]:
    """How a key that has signs of an escape in it looks after decoding."""
    while (inner := decoded(secret)) is not None and len(inner.text) >= LEAST_CHARACTERS:
        secret = inner.text
        yield secret


def _encodings(secret: str) -> Iterator[str]:
    """The key in hexadecimal digits and in base64, wherever in a longer text it begins."""
    raw = secret.encode("utf-8", "surrogatepass")
    yield from (raw.hex(), raw.hex().upper())
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw)
        # The characters that its neighbours have a part in are left out.
        inner = coded[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3].decode()
        yield from (inner, inner.replace("+", "-").replace("/", "_"))
