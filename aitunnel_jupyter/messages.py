"""What people read, in English and Russian.

A message is one line: what happened, the value, the next step. Keys are grouped by room; every key exists in
both languages (a test keeps it).
"""

from __future__ import annotations

import functools
import os
from typing import Any

LANGUAGES = ("en", "ru")
LINE_BYTES = 480
"""Longest line shown to a person, in UTF-8 bytes (the bar is 500, the rest is for the shell's own prefix)."""


def preferred_language(setting: str = "") -> str:
    """``setting`` if it is a language we speak, else the locale's, else English.

    The locale is read from ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` in POSIX order of precedence.

    Example:
        >>> preferred_language("ru")
        'ru'
    """
    if setting in LANGUAGES:
        return setting
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ru" if locale.lower().startswith("ru") else "en"


def say(code: str, language: str = "en", **values: Any) -> str:
    """The message ``code`` in ``language`` with its fields filled in, without secrets: servers' words come this way.

    Raises:
        KeyError: there is no such message; that is a bug, not a user's mistake.

    Example:
        >>> say("stopped", "ru")
        'остановлено'
    """
    # Imported on first use: loading the extension says nothing, and must stay below 10 ms.
    from aitunnel_jupyter.redaction import beginning, scrub

    told = table()[code][LANGUAGES.index(language)].format(**values)
    return scrub(beginning(told, LINE_BYTES))


@functools.cache
def table() -> dict[str, tuple[str, str]]:
    """All messages: code → (English, Russian)."""
    from aitunnel_jupyter.texts import attachments, daily, lines, local, panel, plain, server, views

    rooms = (server, local, lines, views, attachments, daily, panel, plain)
    return {code: told for room in rooms for code, told in room.MESSAGES.items()}
