"""``{expr}`` in prompts: replaced in one pass, and only where a notebook's variable is meant.

Prompts are pasted from anywhere: JSON, LaTeX, f-strings, shell, templates of other languages. A brace is ours
only if what stands in it is an expression rooted in a variable of the notebook, that reads and does nothing else;
everything else goes out as written, byte for byte.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.session.prompt.block import Block
from aitunnel_jupyter.session.prompt.expression import READING, Expression, parse
from aitunnel_jupyter.session.prompt.functions import text_of
from aitunnel_jupyter.session.prompt.plain import Allowance
from aitunnel_jupyter.session.prompt.refusals import NotPutIn
from aitunnel_jupyter.session.prompt.surroundings import Surrounding, Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Show = Callable[[object, str], str]

_OPENING = re.compile(r"\{(?=[^{}\n])")
_INSIDE = re.compile(r"""(?:[^{}"'\n]|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')++(?=\})""")
_WORD = re.compile(r"[^\W\d]\w*")
_LONGEST_EXPRESSION = 500
"""Characters: an expression for people is shorter; a longer brace is pasted code."""


class Expanded(NamedTuple):
    """A prompt ready to go out."""

    text: str
    unknown: tuple[str, ...] = ()
    """Bare names in braces that no variable has; they went out as written."""
    put_in: tuple[str, ...] = ()
    """The expressions whose values were put in; ``{city}`` for ``{{city}}``, which lost a pair of braces."""
    left: tuple[str, ...] = ()
    """Expressions on variables that went out as written, because they would do more than read."""
    left_in_code: tuple[str, ...] = ()
    """Expressions on variables that went out as written, because they stand in code."""


class ExpressionFailed(Exception):
    """An expression rooted in a variable raised; ``str()`` names the expression and what it raised."""


def expand(
    prompt: str,
    variables: Mapping[str, Any],
    show: Show | None = None,
    *,
    calls: str = READING,
    allowance: Allowance | None = None,
) -> Expanded:
    """Replace each ``{expr}`` that is rooted in one of ``variables``.

    Allowed in an expression: names, public attributes, indexing, slices, arithmetic, ``!r !s !a``, ``:spec``,
    ``len str repr round min max sum sorted type`` around it, and methods that are known to read
    (:func:`.methods.reader` adds to them). Never: a module, a function or a built-in as root, names with an underscore
    in front, other calls.
    ``{{x}}`` sends ``{x}``. Braces of LaTeX (``x^{n}``, ``\\frac{a}{b}``), of templates (``${x}``) and inside
    string literals of code are not touched; in fenced code an expression counts alone on its line.
    Values are put in as they are and never looked at again.

    Args:
        prompt: The text as typed.
        variables: The notebook's namespace; see :func:`.roots.person_variables`.
        show: Makes text of a value, given it and its expression; ``str`` by default. Not asked where the
            expression has a conversion or a format: ``{df!s}`` is always ``str(df)``.
        calls: ``"reading"``, or ``"any"`` for all methods of the variables.
        allowance: What values may take together; a fresh one by default.

    Raises:
        ExpressionFailed: The expression itself raised, for example a missing key.

    Example:
        >>> expand("{city} has {len(city)} letters, {}", {"city": "Perm"}).text
        'Perm has 4 letters, {}'
    """
    with warnings.catch_warnings():  # an odd escape in pasted code, or an overflow in a column, is no news for the cell
        warnings.simplefilter("ignore")
        return _Expansion(prompt, variables, show, calls, allowance or Allowance()).run()


class _Expansion:
    def __init__(
        self, prompt: str, variables: Mapping[str, Any], show: Show | None, calls: str, allowance: Allowance
    ) -> None:
        self.prompt, self.variables = prompt, variables
        self.show = show or (lambda value, _: text_of(value, allowance))
        self.calls, self.allowance = calls, allowance
        self.parts: list[str] = []
        self.done = 0  # up to here the prompt is in the parts
        self.refused: set[str] = set()
        """What was not put in, and is not tried again: it may have taken long to see that it is too large."""
        self.parsed: dict[str, Expression | None] = {}
        self.told: dict[str, dict[str, None]] = {name: {} for name in Expanded._fields[1:]}

    @functools.cached_property
    def surroundings(self) -> Surroundings:
        """Looked at once there is a brace for which it matters."""
        return Surroundings(self.prompt)

    def run(self) -> Expanded:
        at = 0
        while (found := _OPENING.search(self.prompt, at)) is not None:
            start = found.start()
            inside = _INSIDE.match(self.prompt, start + 1, start + _LONGEST_EXPRESSION)
            at = start + 1 if inside is None else self._brace(start, inside.end() + 1, inside[0])
        self.parts.append(self.prompt[self.done :])
        return Expanded("".join(self.parts), *(tuple(self.told[name]) for name in Expanded._fields[1:]))

    def _brace(self, start: int, end: int, inside: str) -> int:
        """Handle ``prompt[start:end]``; returns where to go on."""
        if not any(word in self.variables for word in _WORD.findall(inside)):
            self._remember_unknown(start, end, inside)
            return start + 1
        expression = self._parsed(inside)
        if expression is None:
            return start + 1
        surrounding = self.surroundings.of(start, end)
        if surrounding is Surrounding.FOREIGN or self._is_a_field(start):
            return end
        if surrounding is Surrounding.CODE:
            return self._leave("left_in_code", end, inside)
        if inside in self.refused or not expression.is_rooted(self.variables):
            return self._leave("left", end, inside)
        return self._double(start, end, inside) or self._value(start, end, inside, expression)

    def _double(self, start: int, end: int, inside: str) -> int:
        """``{{x}}`` loses a pair of braces; ``{{ x }}`` is a template. 0 for what is neither."""
        opening = start
        while opening > self.done and self.prompt[opening - 1] == "{":
            opening -= 1
        if (start - opening + 1) % 2:
            return 0
        if self.prompt.startswith("}", end) and inside == inside.strip():
            self._put(start - 1, end + 1, "{" + inside + "}")
            self.told["put_in"]["{{" + inside + "}}"] = None
        return end + 1

    def _is_a_field(self, start: int) -> bool:
        """Whether it is the width in ``{x:>{width}}`` of somebody's format."""
        outer = self.surroundings.outer_field(start)
        return bool(outer) and self._parsed(outer) is not None

    def _parsed(self, inside: str) -> Expression | None:
        """What stands in the braces, if all its names are in the namespace."""
        if inside not in self.parsed:
            expression = parse(inside)
            known = expression is not None and all(name in self.variables for name in expression.names)
            self.parsed[inside] = expression if known else None
        return self.parsed[inside]

    def _leave(self, why: str, end: int, inside: str) -> int:
        self.told[why]["{" + inside + "}"] = None
        return end

    def _remember_unknown(self, start: int, end: int, inside: str) -> None:
        bare = inside.isidentifier() and not keyword.iskeyword(inside) and not inside.startswith("_")
        if not bare or hasattr(builtins, inside) or inside in self.told["unknown"]:
            return
        if self.surroundings.of(start, end) in {Surrounding.TEXT, Surrounding.LINE_IN_FENCE}:
            self.told["unknown"][inside] = None

    def _value(self, start: int, end: int, inside: str, expression: Expression) -> int:
        try:
            text = expression.text(
                self.variables, lambda value: self.show(value, inside.strip()), self.allowance, self.calls
            )
            text = self.allowance.write(text)
        except NotPutIn:
            self.refused.add(inside)
            return self._leave("left", end, inside)
        except Exception as error:  # noqa: BLE001  the user's own objects raise what they like
            raise ExpressionFailed(f"{{{inside}}}: {_why(error)}") from None
        self._put(start, end, text)
        self.told["put_in"]["{" + inside.strip() + "}"] = None
        return end

    def _put(self, start: int, end: int, text: str) -> None:
        self.parts.append(self.prompt[self.done : start])
        if isinstance(text, Block):
            before = next((part[-1] for part in reversed(self.parts) if part), "")
            text = text.set_in(before, self.prompt[end : end + 1], self.surroundings.fence(start))
        self.parts.append(text)
        self.done = end


def _why(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  an error that cannot say what it is
        return type(error).__name__
