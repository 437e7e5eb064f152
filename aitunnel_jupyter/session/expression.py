"""Which expressions a prompt may hold, and their values as text."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

HARMLESS: dict[str, Any] = {
    function.__name__: function for function in (len, str, repr, round, min, max, sum, sorted, type)
}
"""The built-ins that may stand around a variable."""

_ALLOWED = (
    ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Slice, ast.Constant, ast.UnaryOp, ast.USub,
    ast.UAdd, ast.Invert, ast.BinOp, ast.operator, ast.Call, ast.keyword, ast.Tuple, ast.List,
)  # fmt: skip
_SPEC = re.compile(r"(?:[^{}]?[<>=^])?[-+]?z?#?0?\d*[,_]?(?:\.\d+)?[bcdeEfFgGnosxX%]?|[^{}\s]*%[a-zA-Z][^{}]*")
_CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}


class Expression(NamedTuple):
    """A parsed expression with its conversion and format."""

    code: CodeType
    names: frozenset[str]
    """The variables it needs; never empty for one that may be replaced."""
    conversion: str
    spec: str

    def value(self, variables: Mapping[str, Any]) -> Any:
        """The value itself; whatever it raises is the caller's to tell."""
        scope = {"__builtins__": {}} | HARMLESS | {name: variables[name] for name in self.names}
        return eval(self.code, scope)  # noqa: S307  the tree was checked node by node; this is the user's own prompt

    def evaluate(self, variables: Mapping[str, Any]) -> str:
        """The value as text; whatever it raises is the caller's to tell."""
        value = self.value(variables)
        if self.conversion:
            value = _CONVERSIONS[self.conversion](value)
        return format(value, self.spec) if self.spec else str(value)


def parse(inside: str) -> Expression | None:
    """What stands between braces as an expression; ``None`` if it is not one that may be replaced.

    Example:
        >>> sorted(parse("df.head(n)!r:>10").names), parse("import os"), parse("x := 1")
        (['df', 'n'], None, None)
    """
    source, conversion, spec = _split(inside)
    if not source.strip() or not (spec == "" or _SPEC.fullmatch(spec)):
        return None
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not all(_is_allowed(node) for node in ast.walk(tree)) or isinstance(tree.body, ast.Tuple | ast.List):
        return None
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not called <= HARMLESS.keys() or not names - called:
        return None
    return Expression(compile(tree, "<prompt>", "eval"), frozenset(names - called), conversion, spec)


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("__")
    if isinstance(node, ast.Name):
        return not node.id.startswith("__")
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute | ast.Name)
    return isinstance(node, _ALLOWED)


def _split(inside: str) -> tuple[str, str, str]:
    """Expression, conversion, format spec: cut at the first ``!`` or ``:`` outside brackets and quotes."""
    depth = 0
    quote = ""
    for at, character in enumerate(inside):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and character in "!:":
            return inside[:at], *_conversion_and_spec(inside[at:])
    return inside, "", ""


def _conversion_and_spec(rest: str) -> tuple[str, str]:
    if rest.startswith("!"):
        if rest[1:2] in _CONVERSIONS and rest[2:3] in ("", ":"):
            return rest[1], rest[3:]
        return "", "{"  # not a conversion: a spec that never matches
    return "", rest[1:] or "{"
