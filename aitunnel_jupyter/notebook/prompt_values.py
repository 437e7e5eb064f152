"""Values of the notebook's variables go into a prompt; what went in, and what did not, is told beside the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from IPython.core.error import UsageError

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.redaction import printable, scrub
from aitunnel_jupyter.session.description import tokens_in
from aitunnel_jupyter.session.prompt import Expanded, ExpressionFailed, expand
from aitunnel_jupyter.session.prompt.block import Block
from aitunnel_jupyter.session.prompt.plain import Allowance
from aitunnel_jupyter.session.prompt.refusals import NotPutIn
from aitunnel_jupyter.session.prompt.roots import person_variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aitunnel_jupyter.notebook.magics import AIMagics

_BRACES = re.compile(r"\{[^{}]*\}")
_NAME = re.compile(r"[^\W\d]\w*")
MOST_NAMED = 100
"""Characters of names in a line beside the answer."""


class Weight(NamedTuple):
    """A part of what would be sent, for ``%ai context``."""

    name: str
    kind: str
    tokens: int


class PromptValues:
    """Puts values into the texts of one request: the prompt and the system's words.

    Args:
        magics: The notebook's variables, and which calls a prompt may hold.
        edited: A text with values in it that is sent once more, changed: names in its braces may be of a value.
    """

    def __init__(self, magics: AIMagics, edited: str = "") -> None:
        self.pictures: list[str] = []
        """Of values that are pictures, as ``data:`` URLs."""
        self.weights: list[Weight] = []
        """Of values that described themselves."""
        self._calls = magics.calls
        named = {name for braces in _BRACES.findall(edited) for name in _NAME.findall(braces)}
        made = person_variables(magics.shell.user_ns, magics.shell.user_ns_hidden)
        self._variables = {name: value for name, value in made.items() if name not in named}
        self._allowance = Allowance()
        self._expanded: list[Expanded] = []

    def put_into(self, text: str) -> str:
        """``text`` with the values of its expressions.

        Raises:
            UsageError: An expression failed.
        """
        try:
            found = expand(text, self._variables, self._shown, calls=self._calls, allowance=self._allowance)
        except ExpressionFailed as error:
            raise UsageError(printable(scrub(str(error)))) from None
        self._expanded.append(found)
        return found.text

    def notices(self) -> tuple[Notice, ...]:
        """What a person should know of it, one line for each kind."""
        return tuple(
            Notice(code, value)
            for code, value in (
                ("put_in", self._names("put_in")),
                ("left", self._names("left")),
                ("left_in_code", self._names("left_in_code")),
                ("unknown", self._names("unknown")),
            )
            if value
        )

    def _names(self, what: str) -> str:
        found = dict.fromkeys(name for expanded in self._expanded for name in getattr(expanded, what))
        return listed(f"{{{name}}}" if what == "unknown" else name for name in found)

    def _shown(self, value: object, expression: str) -> str:
        """A value as text; one that describes itself as a block, and it is remembered."""
        from aitunnel_jupyter.session.describe import describe, is_describable

        # Not isinstance(): it asks the value for its __class__, which may be a property.
        if issubclass(type(value), (str, int, float)) or not is_describable(value) or expression.startswith("type("):
            return self._plain(value, expression)
        description = describe(value, expression)
        if description.picture:
            self.pictures.append(description.picture)
        self.weights.append(Weight(expression, "variable", tokens_in(description.text)))
        return Block(description.text)

    def _plain(self, value: object, expression: str) -> str:
        """``str(value)``; a value that cannot say it is described, which never fails."""
        from aitunnel_jupyter.session.describe import describe
        from aitunnel_jupyter.session.prompt.functions import text_of

        try:
            return text_of(value, self._allowance)
        except NotPutIn:
            raise
        except Exception:  # noqa: BLE001  the person's own objects raise what they like
            return Block(describe(value, expression).text)


def along(weights: Sequence[Weight]) -> tuple[Notice, ...]:
    """The line about what goes along and what it weighs."""
    names = listed(f"{weight.name} ≈ {weight.tokens}" for weight in weights)
    return (Notice("along", names),) if names else ()


def listed(names: Iterable[str]) -> str:
    """Names between commas, and how many more there are than fit.

    Example:
        >>> listed(["{a}", "{b}"]), listed(["{name}"] * 15)[-26:]
        ('{a}, {b}', '{name}, {name}, {name} + 3')
    """
    kept: list[str] = []
    left = list(names)
    while left and sum(map(len, kept)) + 2 * len(kept) + len(left[0]) <= MOST_NAMED:
        kept.append(left.pop(0))
    if left and not kept:
        kept.append(left.pop(0)[: MOST_NAMED - 1] + "…")
    return ", ".join(kept) + (f" + {len(left)}" if left else "")
