"""``{expr}`` in prompts: replaced in one pass, and only where a notebook's variable is meant.

Prompts are pasted from anywhere: JSON, LaTeX, f-strings, shell, templates of other languages. A brace is ours
only if what stands in it is an expression rooted in a variable of the notebook; everything else goes out as
written, byte for byte.
"""

from __future__ import annotations

import builtins
import keyword
import re
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.session.expression import Expression, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Show = Callable[[object, str], str]

_LATEX_BEFORE = re.compile(r"(?:\\[A-Za-z]+\*?(?:\[[^\]\n]*\])?|\^|(?<!\w)\w_|[)\]}|\\]_|\\[A-Za-z]+_)\Z")
_FSTRING_BEFORE = re.compile(r"""(?<!\w)(?:f|rf|fr)(?P<quote>["'])(?:(?!(?P=quote)).)*\Z""", re.IGNORECASE)
_LONGEST_EXPRESSION = 500
"""Characters: an expression for people is shorter; a longer brace is pasted code."""
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Expanded(NamedTuple):
    """A prompt ready to go out."""

    text: str
    unknown: tuple[str, ...]
    """Bare names in braces that no variable has; they went out as written."""


class ExpressionFailed(Exception):
    """An expression rooted in a variable raised; ``str()`` names the expression and what it raised."""


def expand(prompt: str, variables: Mapping[str, Any], show: Show | None = None) -> Expanded:
    """Replace each ``{expr}`` that is rooted in one of ``variables``.

    Allowed in an expression: names, attributes, indexing, slices, arithmetic, method calls on the
    variable, ``!r !s !a``, ``:spec`` and ``len str repr round min max sum sorted type`` around it. Never: a
    module or a built-in as root, names with two leading underscores, other calls. ``{{x}}`` sends ``{x}``.
    Braces of LaTeX (``x^{n}``, ``\\frac{a}{b}``), of templates (``${x}``) and inside f-strings are not touched.
    Values are put in as they are and never looked at again.

    Args:
        prompt: The text as typed.
        variables: The notebook's namespace.
        show: Makes text of a value, given it and its expression; ``str`` by default. Not asked where the
            expression has a conversion or a format: ``{df!s}`` is always ``str(df)``.

    Raises:
        ExpressionFailed: The expression itself raised, for example a missing key.

    Example:
        >>> expand("{city} has {len(city)} letters, {}", {"city": "Perm"}).text
        'Perm has 4 letters, {}'
    """
    return _Expansion(prompt, variables, show or _as_str).run()


def _as_str(value: object, _expression: str) -> str:
    return str(value)


class _Expansion:
    def __init__(self, prompt: str, variables: Mapping[str, Any], show: Show) -> None:
        self.prompt = prompt
        self.show = show
        self.variables = variables
        self.parts: list[str] = []
        self.unknown: list[str] = []
        self.untouched_until = -1  # end of the last group left alone: LaTeX puts the next one right behind it

    def run(self) -> Expanded:
        at = 0
        while (start := self.prompt.find("{", at)) >= 0:
            self.parts.append(self.prompt[at:start])
            at = self._brace(start)
        self.parts.append(self.prompt[at:])
        return Expanded("".join(self.parts), tuple(dict.fromkeys(self.unknown)))

    def _brace(self, start: int) -> int:
        """Handle the brace at ``start``; returns where to go on."""
        if self.prompt.startswith("{{", start):
            return self._double(start)
        end = _matching(self.prompt, start)
        if end is None or self._is_foreign(start):
            return self._leave(start, end)
        inside = self.prompt[start + 1 : end]
        expression = parse(inside)
        if expression is None or not self._is_rooted(expression):
            self._remember_unknown(inside)
            return self._leave(start, end)
        self.parts.append(self._value(inside, expression))
        return end + 1

    def _double(self, start: int) -> int:
        end = self.prompt.find("}}", start, start + _LONGEST_EXPRESSION)
        inside = self.prompt[start + 2 : end] if end > 0 else ""
        expression = parse(inside) if inside and "{" not in inside else None
        if expression is None or not self._is_rooted(expression):
            self.parts.append("{{")
            return start + 2
        self.parts.append("{" + inside + "}")
        return end + 2

    def _leave(self, start: int, end: int | None) -> int:
        """The brace stays; what is inside is looked at on its own only if it is not LaTeX."""
        if end is not None and self._is_foreign(start):
            self.untouched_until = end + 1
            self.parts.append(self.prompt[start : end + 1])
            return end + 1
        self.parts.append("{")
        return start + 1

    def _is_foreign(self, start: int) -> bool:
        """Whether the brace belongs to LaTeX, a shell or JavaScript template, or an f-string."""
        if start == self.untouched_until and start > 0:
            return True
        before = self.prompt[self.prompt.rfind("\n", 0, start) + 1 : start][-400:]
        return before.endswith("$") or bool(_LATEX_BEFORE.search(before)) or bool(_FSTRING_BEFORE.search(before))

    def _is_rooted(self, expression: Expression) -> bool:
        return bool(expression.names) and all(
            name in self.variables and not isinstance(self.variables[name], ModuleType) for name in expression.names
        )

    def _remember_unknown(self, inside: str) -> None:
        bare = inside.isidentifier() and not keyword.iskeyword(inside)
        if bare and inside not in self.variables and not hasattr(builtins, inside):
            self.unknown.append(inside)

    def _value(self, inside: str, expression: Expression) -> str:
        try:
            return expression.evaluate(self.variables, lambda value: self.show(value, inside.strip()))
        except Exception as error:  # noqa: BLE001  the user's own objects raise what they like
            why = f"{{{inside}}}: {type(error).__name__}: {error}"
            raise ExpressionFailed(why) from None


def _matching(text: str, start: int) -> int | None:
    """Where the brace opened at ``start`` closes, minding brackets and quotes; ``None`` if not nearby."""
    expected: list[str] = []
    quote = ""
    for at in range(start, min(len(text), start + _LONGEST_EXPRESSION)):
        character = text[at]
        if character == "\n":
            return None
        if quote:
            quote = "" if character == quote and text[at - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSING:
            expected.append(_CLOSING[character])
        elif character in ")]}":
            if character != expected.pop():
                return None
            if not expected:
                return at
    return None
