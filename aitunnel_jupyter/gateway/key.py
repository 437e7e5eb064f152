"""API keys: checked before they come near a header, and never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

from aitunnel_jupyter.errors import KeyProblem
from aitunnel_jupyter.redaction import KEY_VARIABLE, MASK, remember

KEYRING_SERVICE = "aitunnel_jupyter"


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


def find_key(entered: Key | None = None, key_file: str = "") -> Key | None:
    """The first key of: entered, ``AITUNNEL_API_KEY``, the system's keyring, ``key_file``.

    Args:
        entered: What ``%ai key`` took.
        key_file: Path of a file whose first line is a key; ``""`` for none.

    Raises:
        KeyProblem: The first one found is unusable, or ``key_file`` cannot be read.

    Example:
        >>> find_key(Key("sk-abc")).reveal()
        'sk-abc'
    """
    if entered is not None:
        return entered
    if text := os.environ.get(KEY_VARIABLE, "").strip():
        return Key(text, KEY_VARIABLE)
    return stored_key() or (_from_file(key_file) if key_file else None)


def stored_key() -> Key | None:
    """The key in the system's keyring; ``None`` without one or without the ``keyring`` package."""
    try:
        import keyring

        text = keyring.get_password(KEYRING_SERVICE, KEY_VARIABLE)
    except Exception:  # noqa: BLE001  keyring's backends raise their own kinds; no keyring is an ordinary state
        return None
    return Key(text, "keyring") if text else None


def _from_file(path: str) -> Key:
    try:
        lines = Path(path).expanduser().read_text(encoding="utf-8").split("\n", 1)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not text"
        raise KeyProblem("key.file", path=path, why=why) from None
    return Key(lines[0], path)
