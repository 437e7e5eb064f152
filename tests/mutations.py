"""Small faults to put into a source file: one at a time, each at its place in the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

_OPERATORS: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
LONG_TEXT = 40
"""Characters: longer texts are sentences for people."""


class Mutation(NamedTuple):
    """One fault."""

    start: tuple[int, int]
    """Line from 1 and column in bytes, as ``ast`` counts."""
    end: tuple[int, int]
    after: str
    lines: range
    """Of the statement it is in; of a compound one its head."""

    @property
    def line(self) -> int:
        return self.start[0]

    def before(self, source: str) -> str:
        """What it takes the place of."""
        head, tail = self._around(source)
        raw = source.encode()
        return raw[len(head) : len(raw) - len(tail)].decode()

    def apply(self, source: str) -> str:
        """The source with the fault."""
        head, tail = self._around(source)
        return (head + self.after.encode() + tail).decode()

    def _around(self, source: str) -> tuple[bytes, bytes]:
        lines = source.encode().splitlines(keepends=True)
        (first, at), (last, to) = self.start, self.end
        return b"".join(lines[: first - 1]) + lines[first - 1][:at], lines[last - 1][to:] + b"".join(lines[last:])


def mutations(source: str) -> list[Mutation]:
    """Every fault that this file can have, in the order of the text.

    Left alone: docstrings, annotations, decorators, what only the type checker reads, f-strings, sentences.
    """
    found = [
        Mutation(_start(node), _end(node), text, lines)
        for node, lines in _nodes(ast.parse(source), range(1))
        for text in _faults(node)
    ]
    return sorted((one for one in found if one.before(source) != one.after), key=lambda one: one[:3])


def _nodes(node: ast.AST, lines: range) -> Iterator[tuple[ast.AST, range]]:
    """What may be changed, from the outside in, and the lines of its statement."""
    if isinstance(node, ast.stmt):
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        lines = range(node.lineno, max(last, node.lineno) + 1)
    yield node, lines
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, (ast.JoinedStr, ast.TypeAlias)):
                continue
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue  # a docstring, or an ellipsis
            yield from _nodes(child, lines)


def _faults(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _OPERATORS:
            yield _text(ast.Compare(node.left, [_OPERATORS[type(operator)]()], node.comparators))
        case ast.BoolOp():
            yield _text(ast.BoolOp(_OPERATORS[type(node.op)](), node.values))
        case ast.BinOp() if type(node.op) in _OPERATORS:
            yield _text(ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right))
        case ast.UnaryOp(op=ast.Not()):
            yield _text(node.operand)
        case ast.IfExp():
            yield _text(ast.IfExp(node.test, node.orelse, node.body))
        case ast.Constant():
            yield from _constants(node.value)
        case ast.Return(value=ast.expr()):
            yield "return None"
        case ast.Expr(value=ast.Call()):
            yield "pass"
        case ast.Break():
            yield "continue"
        case ast.Continue():
            yield "break"


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, (int, float)):
        yield repr(value + 1)
    elif isinstance(value, str) and len(value) <= LONG_TEXT:
        yield repr("" if value else "XX")


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


def _start(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", None) or 1, getattr(node, "end_col_offset", None) or 0
