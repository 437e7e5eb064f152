"""A name for a conversation, made of its first prompt, that ``%%ai -c`` takes without quotes."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

MOST_CHARACTERS = 32
MOST_WORDS = 5


def name_for(prompt: str, taken: Container[str]) -> str:
    """The first words of a prompt, joined by hyphens.

    Args:
        prompt: As typed.
        taken: Names of other conversations.

    Example:
        >>> name_for("What is odd in {sales}, and why?", set())
        'what-is-odd-in-sales'
        >>> name_for("Почему небо голубое?", {"почему-небо-голубое"})
        'почему-небо-голубое-2'
    """
    name = ""
    for word in re.findall(r"\w+", prompt[:500].lower())[:MOST_WORDS]:
        longer = f"{name}-{word}" if name else word[:MOST_CHARACTERS]
        if len(longer) > MOST_CHARACTERS:
            break
        name = longer
    name = name if name not in {"", "none"} else "chat"
    return next(made for made in _numbered(name) if made not in taken)


def _numbered(name: str) -> itertools.chain[str]:
    return itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
