"""Which expressions a prompt may hold, and their values as text."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.session.prompt.functions import NAMES, text_of
from aitunnel_jupyter.session.prompt.plain import Allowance, is_plain_scalar
from aitunnel_jupyter.session.prompt.reading import read
from aitunnel_jupyter.session.prompt.refusals import NotReading
from aitunnel_jupyter.session.prompt.roots import HISTORIES, is_a_value, is_nameable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

READING, ANY = "reading", "any"
"""What calls an expression may hold: those that are known to read, or all methods of a variable."""

_ALLOWED = (
    ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Slice, ast.Constant, ast.UnaryOp, ast.USub,
    ast.UAdd, ast.Invert, ast.BinOp, ast.operator, ast.Call, ast.keyword, ast.Tuple, ast.List,
)  # fmt: skip
_SPEC = re.compile(
    r"(?:[^{}]?[<>=^])?[-+]?z?#?0?\d{0,3}[,_]?(?:\.\d{1,3})?[bcdeEfFgGnosxX%]?|[^{}%\s]*(?:%[a-zA-Z][^{}%]*)+"
)
"""At most 999 wide: ``{x:1000000000}`` needs a gigabyte."""
_CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}
_LONGEST = 500
"""Characters: an expression for people is shorter; a longer brace is pasted code."""


class Expression(NamedTuple):
    """A parsed expression with its conversion and format."""

    tree: ast.Expression
    names: frozenset[str]
    """The variables it needs; never empty for one that may be replaced."""
    conversion: str
    spec: str

    def is_rooted(self, variables: Mapping[str, Any]) -> bool:
        """Whether all its names are variables that a prompt may name, and no modules, functions or classes."""
        return all(name in variables and is_nameable(name) and is_a_value(variables[name]) for name in self.names)

    def text(
        self, variables: Mapping[str, Any], show: Callable[[object], str], allowance: Allowance, calls: str = READING
    ) -> str:
        """The value as text; whatever it raises is the caller's to tell.

        Args:
            variables: Where names are looked up.
            show: Makes text of the value where neither a conversion nor a format is given.
            allowance: What the prompt may still take.
            calls: :data:`READING` or :data:`ANY`.

        Raises:
            NotPutIn: It does more than read, or takes too much.
        """
        value = self.value(variables, allowance, calls)
        if self.conversion:
            value = text_of(value, allowance, _CONVERSIONS[self.conversion])
        if self.spec:
            if calls != ANY and not is_plain_scalar(value):
                raise NotReading  # its class may have a __format__ of its own
            return format(value, self.spec)
        return str(value) if self.conversion else show(value)

    @property
    def name(self) -> str:
        """The variable, if the expression is nothing but its name; empty otherwise."""
        return self.tree.body.id if isinstance(self.tree.body, ast.Name) else ""

    def value(self, variables: Mapping[str, Any], allowance: Allowance | None = None, calls: str = READING) -> Any:
        """The value itself.

        Raises:
            NotPutIn: It does more than read, or takes too much.
        """
        if calls != ANY:
            return read(self.tree.body, variables, allowance or Allowance())
        import builtins

        scope = {name: getattr(builtins, name) for name in NAMES} | {name: variables[name] for name in self.names}
        code = compile(self.tree, "<prompt>", "eval")
        return eval(code, {"__builtins__": {}} | scope)  # noqa: S307  the person said so: AIMagics.calls = "any"


def parse(inside: str) -> Expression | None:
    """What stands between braces as an expression; ``None`` if it is not one that may be replaced.

    Example:
        >>> sorted(parse("df.head(n)!r:>10").names), parse("import os"), parse("x := 1")
        (['df', 'n'], None, None)
    """
    if len(inside) > _LONGEST:
        return None
    source, conversion, spec = _split(inside)
    if not source.strip() or not (spec == "" or _SPEC.fullmatch(spec)):
        return None
    tree = _tree(source.strip())
    if tree is None:
        return None
    nodes = list(ast.walk(tree))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    variables = [node for node in names if id(node) not in called]
    if not variables or not all(node.id in NAMES for node in names if id(node) in called):
        return None
    return (
        None
        if _whole_histories(nodes, variables)
        else Expression(tree, frozenset(node.id for node in variables), conversion, spec)
    )


def _tree(source: str) -> ast.Expression | None:
    """The source as a tree of nothing but what an expression may have."""
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(tree.body, ast.Tuple | ast.List) or not all(map(_is_allowed, ast.walk(tree))):
        return None
    return tree


def _whole_histories(nodes: list[ast.AST], variables: list[ast.Name]) -> bool:
    """Whether ``In`` or ``Out`` stands there but for one cell of it: ``In[3]``, ``Out[-1]``."""
    single = {id(node.value) for node in nodes if isinstance(node, ast.Subscript) and _is_number(node.slice)}
    return any(node.id in HISTORIES and id(node) not in single for node in variables)


def _is_number(node: ast.expr) -> bool:
    """Whether it is a number, or may be one: what a variable holds is seen where it is read."""
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and type(node.value) is int)


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("_")
    if isinstance(node, ast.Name):
        return not node.id.startswith("__")
    if isinstance(node, ast.keyword):
        return node.arg is not None
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute | ast.Name)
    return isinstance(node, _ALLOWED)


def _split(inside: str) -> tuple[str, str, str]:
    """Expression, conversion, format spec: cut at the first ``!`` or ``:`` outside brackets and quotes."""
    depth = 0
    quote = ""
    for at, character in enumerate(inside):
        if quote:
            quote = "" if character == quote and inside[at - 1] != "\\" else quote
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
