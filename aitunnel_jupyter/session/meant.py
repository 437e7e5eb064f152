"""What a word after ``-a`` means: an address, a variable, a file; and what was probably meant."""

from __future__ import annotations

import ast
import difflib
import itertools
import re
import stat
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt.expression import Expression, parse
from aitunnel_jupyter.session.prompt.plain import Kinds
from aitunnel_jupyter.session.prompt.roots import is_a_value, is_nameable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_SOURCES = Kinds(FunctionType, type)
_MOST_NAMES = 10_000
"""Of a folder that is searched for a similar name."""


def is_address(spec: str) -> bool:
    """Whether ``spec`` begins like a URL of any scheme; those that are not http are refused later by name."""
    return bool(_SCHEME.match(spec))


def kind_of(path: Path) -> str:
    """``"file"``, ``"folder"``, ``"special"`` for devices and pipes, ``""`` for nothing or an impossible name."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "special"


def variable_meant(spec: str, variables: Mapping[str, Any]) -> Expression | None:
    """``spec`` as an expression on a variable, or ``None``: arithmetic is none, ``src/main`` is a path.

    Example:
        >>> d = {"src": 1, "main": 2}
        >>> variable_meant("src", d) is None, variable_meant("src/main", d) is None, variable_meant("x", d) is None
        (False, True, True)
    """
    expression = parse(spec)
    if expression is None or expression.conversion or expression.spec:
        return None
    if not all(name in variables and is_nameable(name) for name in expression.names):
        return None
    node: ast.expr = expression.tree.body
    if isinstance(node, ast.Name):  # a function or a class is described, not called
        return expression if _is_described(variables[node.id]) else None
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    rooted = isinstance(node, ast.Name) and node.id in variables and expression.is_rooted(variables)
    return expression if rooted else None


def _is_described(value: object) -> bool:
    """Whether ``-a`` takes it: values, and the source of functions and classes, but nothing that runs a notebook."""
    return is_a_value(value) or type(value) in _SOURCES


def closest(spec: str, path: Path, variables: Mapping[str, Any]) -> str:
    """The name of a file beside ``path``, or of a variable, that is most like what was typed; empty if none is."""
    try:
        beside = [
            entry.name for entry in itertools.islice(path.parent.iterdir(), _MOST_NAMES) if kind_of(entry) == "file"
        ]
    except OSError:
        beside = []
    if found := difflib.get_close_matches(path.name, beside, 1):
        return spec[: len(spec) - len(path.name)] + found[0] if spec.endswith(path.name) else found[0]
    names = [
        name for name, value in variables.items() if not name.startswith("_") and not isinstance(value, ModuleType)
    ]
    return next(iter(difflib.get_close_matches(spec, names, 1)), "")
