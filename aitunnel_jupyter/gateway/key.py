"""API keys: checked before they come near a header, and never shown."""

from __future__ import annotations

from typing import NoReturn

from aitunnel_jupyter.errors import KeyProblem
from aitunnel_jupyter.redaction import MASK, remember

GATEWAY_PREFIX = "sk-aitunnel-"
"""How the gateway's own keys begin (https://aitunnel.ru, 2026-08-21)."""


class Key:
    """An API key that does not show itself in reprs, tracebacks, pickles or formatted strings.

    Args:
        text: The key as typed or stored; blanks and line ends around it are stripped.
        source: Where it came from, for ``%ai key`` to tell.

    Raises:
        KeyProblem: It has characters that cannot stand in a header. httpx's own exception would contain the
            whole key and be saved into the notebook (seen 2026-11-22, httpx 0.28.1).

    Example:
        >>> Key("sk-aitunnel-0123456789abcdef"), Key(" sk-abc ").reveal()
        (Key('sk-…'), 'sk-abc')
    """

    __slots__ = ("_text", "source")

    def __init__(self, text: str, source: str = "") -> None:
        text = text.strip()
        remember(text)
        if problem := _problem(text):
            raise KeyProblem("key.unusable", what=problem) from None
        self._text = text
        self.source = source

    def reveal(self) -> str:
        """The key itself: for the Authorization header and the keyring."""
        return self._text

    @property
    def is_gateways(self) -> bool:
        """Whether it looks like a key of the gateway, whoever it was given for."""
        return self._text.startswith(GATEWAY_PREFIX)

    def __repr__(self) -> str:
        return f"Key({MASK!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        message = "a key is not pickled"
        raise TypeError(message)


def _problem(text: str) -> str:
    if not text:
        return "nothing"
    if not text.isascii():
        return "non-ASCII"
    if any(character.isspace() for character in text):
        return "blanks"
    return "" if text.isprintable() else "control characters"
