"""``%ai alias``: names of one's own for models."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.compose import LOCAL
from aitunnel_jupyter.notebook.odd_signs import as_option, quoted
from aitunnel_jupyter.notebook.option_values import OptionValues
from aitunnel_jupyter.notebook.words import parsed, too_much

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics

DELETE = "--delete"


def alias(magics: AIMagics, words: list[str]) -> None:
    """Show the aliases, set one, or take one away.

    Raises:
        UsageError: One line that says what is wrong.
    """
    language = magics.person_language
    options = [word for word in words if word.startswith("-") or as_option(word)]
    plain = [word for word in words if word not in options]
    is_deleted = parsed(magics, "alias", options, DELETE).delete
    if len(plain) > 2 - is_deleted:
        raise UsageError(too_much("alias", plain[2 - is_deleted], language))
    if is_deleted or len(plain) == 1:
        _known(magics, "".join(plain))
    if is_deleted:
        magics.aliases = {name: model for name, model in magics.aliases.items() if name != plain[0]}
        print(say("alias.deleted", language, name=plain[0]))
        return
    if len(plain) == 2:  # noqa: PLR2004  a name and its model
        magics.aliases = {**magics.aliases, _name(magics, plain[0]): _checked(magics, plain[1])}
    lines = [f"{name} → {model}" for name, model in magics.aliases.items() if not plain or name == plain[0]]
    print("\n".join(lines) or say("alias.none", language))


def _known(magics: AIMagics, name: str) -> None:
    if name not in magics.aliases:
        raise UsageError(say("alias.unknown", magics.person_language, name=quoted(name)))


def _name(magics: AIMagics, text: str) -> str:
    if text == LOCAL:
        raise UsageError(say("alias.local", magics.person_language))
    return _checked(magics, text)


def _checked(magics: AIMagics, text: str) -> str:
    try:
        return OptionValues(magics.person_language).model(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"%ai alias: {error}") from None
