"""What to say of ``%ai WORD`` where ``WORD`` is no command: a slip, a model, or the question itself."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.odd_signs import odd_sign, odd_sign_told, quoted
from aitunnel_jupyter.redaction import one_line, scrub

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.notebook.magics import AIMagics

_LIKE_A_MODEL = re.compile(r"(?=.*[A-Za-z])[\w.~][\w.~-]*(?:[/:-][\w.:~-]+)+|gpt\w*|o\d\w*", re.ASCII)
MOST_SHOWN = 80


def command_told(magics: AIMagics, name: str, rest: str, known: Sequence[str]) -> str:
    """One line for ``%ai name rest``.

    Args:
        magics: Language and server.
        name: The word that is no command.
        rest: What follows it.
        known: The commands.
    """
    language = magics.person_language
    shown, line = quoted(name), one_line(scrub(f"{name} {rest}".strip()), MOST_SHOWN)
    if (found := odd_sign(name)) is not None and found.kind != "letter" and not name.isalpha():
        return odd_sign_told(name, language)
    if _is_model(magics, name):
        text = one_line(scrub(rest), MOST_SHOWN) or say("command.text", language)
        return say("command.is_model", language, name=shown, model=one_line(name, MOST_SHOWN), rest=text)
    close = difflib.get_close_matches(name.lower(), [word for word in known if word.isalpha()], n=1, cutoff=0.7)
    if close and not rest.endswith("?"):
        return say("command.close", language, name=shown, close=close[0])
    return say("command.unknown", language, name=shown, line=line)


def _is_model(magics: AIMagics, name: str) -> bool:
    from aitunnel_jupyter.notebook.completion_values import model_names

    return name in model_names(magics) or bool(_LIKE_A_MODEL.fullmatch(name))
