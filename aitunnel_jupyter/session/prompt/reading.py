"""Evaluates an expression step by step; each step is one that reads, or the expression is not evaluated."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt import methods
from aitunnel_jupyter.session.prompt.arithmetic import binary, unary
from aitunnel_jupyter.session.prompt.attributes import attribute
from aitunnel_jupyter.session.prompt.functions import function
from aitunnel_jupyter.session.prompt.items import item
from aitunnel_jupyter.session.prompt.refusals import NotReading
from aitunnel_jupyter.session.prompt.roots import HISTORIES, is_a_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aitunnel_jupyter.session.prompt.plain import Allowance


def read(tree: ast.expr, variables: Mapping[str, Any], allowance: Allowance) -> Any:
    """The value of an expression that only reads.

    Args:
        tree: Made of the nodes that :func:`.expression.parse` lets through.
        variables: Where names are looked up.
        allowance: What the prompt may still take.

    Raises:
        NotReading: A step may run somebody's code, or change something.
        TooLarge: A step, or its value, would be too much.
    """
    return _Reading(variables, allowance).value(tree)


class _Reading:
    def __init__(self, variables: Mapping[str, Any], allowance: Allowance) -> None:
        self._variables = variables
        self._allowance = allowance

    def value(self, node: ast.AST) -> Any:
        """The value of one node."""
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        return _admitted(self._variables[node.id])

    def _attribute(self, node: ast.Attribute) -> Any:
        return _admitted(attribute(self.value(node.value), node.attr))

    def _subscript(self, node: ast.Subscript) -> Any:
        try:
            return self._item(node)
        except LookupError:
            if isinstance(node.value, ast.Name) and node.value.id in HISTORIES:
                raise LookupError(f"there is no {ast.unparse(node)}") from None
            raise

    def _item(self, node: ast.Subscript) -> Any:
        key = self.value(node.slice)
        if isinstance(node.value, ast.Name) and node.value.id in HISTORIES and type(key) is not int:
            raise NotReading  # a slice in a variable is everything ever typed
        return _admitted(item(self.value(node.value), key, self._allowance))

    def _slice(self, node: ast.Slice) -> slice:
        return slice(*(None if end is None else self.value(end) for end in (node.lower, node.upper, node.step)))

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(map(self.value, node.elts))

    def _list(self, node: ast.List) -> list[Any]:
        return list(map(self.value, node.elts))

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        return unary(node.op, self.value(node.operand), self._allowance)

    def _binop(self, node: ast.BinOp) -> Any:
        return binary(node.op, self.value(node.left), self.value(node.right), self._allowance)

    def _call(self, node: ast.Call) -> Any:
        owner = node.func
        if isinstance(owner, ast.Attribute) and owner.attr.startswith("_"):
            raise NotReading
        given = self.value(owner.value) if isinstance(owner, ast.Attribute) else None
        values = [self.value(one) for one in node.args]
        named = {one.arg: self.value(one.value) for one in node.keywords if one.arg}
        if isinstance(owner, ast.Name):
            return function(owner.id, values, named, self._allowance)
        assert isinstance(owner, ast.Attribute)
        return _admitted(methods.call(given, owner.attr, values, named, self._allowance))


def _admitted(value: Any) -> Any:
    if not is_a_value(value):
        raise NotReading
    return value
