"""``%%ai {m}``: a variable names the model, or is the value of an option (papermill sets variables).

Only the plain name of a variable that the person made, and only text or a number: nothing is evaluated, and no
object gets to say what it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.line_words import takes_value
from aitunnel_jupyter.notebook.odd_signs import quoted
from aitunnel_jupyter.notebook.option_table import parser
from aitunnel_jupyter.session.prompt.roots import HISTORIES, person_variables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_NAME = re.compile(r"\{\s*(?P<name>[^\W\d]\w*)\s*\}")
_TAKE_ONE = frozenset(
    "model temperature top_p max_tokens seed reasoning format timeout base_url conversation".split()  # noqa: SIM905
)
"""Options whose value a variable may be. The others take text whose braces are the prompt's affair, or names."""


def persons_variables(shell: Any) -> dict[str, object]:
    """The variables that the person made: neither IPython's own nor private ones."""
    made = person_variables(shell.user_ns, shell.user_ns_hidden)
    return {name: value for name, value in made.items() if not name.startswith("_") and name not in HISTORIES}


def with_values(words: list[str], variables: Mapping[str, object], language: str) -> list[str]:
    """The words of a line with ``{name}`` replaced where it stands for a model or for an option's value.

    Raises:
        UsageError: There is no such variable, or it is neither text nor a number.

    Example:
        >>> with_values(["{m}", "-t", "{t}", "-s", "{m}"], {"m": "gpt-5.2", "t": 0.5}, "en")
        ['--model=gpt-5.2', '-t', '0.5', '-s', '{m}']
    """
    actions = parser()._option_string_actions  # noqa: SLF001  argparse has no public way to ask
    replaced: list[str] = []
    waiting = ""
    for word in words:
        option, equals, value = word.partition("=")
        place = waiting or ("model" if not word.startswith("-") else "")
        if not waiting and equals and option in actions and actions[option].dest in _TAKE_ONE:
            replaced.append(f"{option}={_value(value, actions[option].dest, variables, language)}")
        else:
            value = _value(word, place, variables, language) if place in _TAKE_ONE else word
            # A value never becomes an option by itself.
            replaced.append(f"--model={value}" if value != word and not waiting else value)
        waiting = actions[word].dest if not waiting and takes_value(word) else ""
    return replaced


def _value(text: str, place: str, variables: Mapping[str, object], language: str) -> str:
    if place == "model":
        return ",".join(_one(part, variables, language) for part in text.split(","))
    return _one(text, variables, language)


def _one(text: str, variables: Mapping[str, object], language: str) -> str:
    match = _NAME.fullmatch(text)
    if match is None:
        return text
    name = match["name"]
    if name not in variables:
        raise UsageError(say("value.none", language, name=quoted(name), text=quoted(text)))
    value = variables[name]
    if type(value) not in {str, int, float}:
        raise UsageError(say("value.kind", language, name=name, kind=type(value).__name__))
    return str(value)
