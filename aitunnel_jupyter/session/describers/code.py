"""Functions, methods and classes: their source, or what can be said without it."""

from __future__ import annotations

import ast
import inspect
import linecache
from typing import Any

from aitunnel_jupyter.session.description import fence_for, heading, prefix, shown, tokens_in, without_addresses

_DOC_CHARACTERS = 2000
_MOST_METHODS = 60


def function(value: Any, name: str, tokens: int) -> str:
    """A function or method: its source; signature and doc where there is none."""
    first = heading(name, f"{_word(value)} {_full_name(value)}")
    source = _source(value)
    return _with_source(first, source, tokens) if source else "\n".join([first + _signature(value), *_doc(value)])


def class_(value: type, name: str, tokens: int) -> str:
    """A class: its source; signature, doc and public methods where there is none."""
    first = heading(name, f"class {_full_name(value)}")
    if source := _cell_source(value) or _source(value):
        return _with_source(first, source, tokens)
    return "\n".join([first + _signature(value), *_doc(value), *_methods(value)])


def _with_source(first: str, source: str, tokens: int) -> str:
    """Whole lines of the source, as many as fit."""
    lines = source.rstrip().expandtabs(4).splitlines()
    whole = inspect.cleandoc("\n".join(["", *lines])) if lines[0][:1].isspace() else "\n".join(lines)
    fence = fence_for(whole)
    block = f"{first}\n{fence}python\n{whole}\n{fence}"
    if tokens_in(block) <= tokens:
        return block
    left = tokens - tokens_in(f"{first}\n```python\n\n```") - tokens_in(shown(len(lines), len(lines), "lines")) - 2
    kept = prefix(whole, left).splitlines()[:-1]
    return "\n".join([first, f"{fence}python", *kept, shown(len(kept), len(lines), "lines"), fence])


def _source(value: Any) -> str:
    """Cells of a notebook are found too: IPython puts them into ``linecache``."""
    try:
        source = inspect.getsource(value)
    except (OSError, TypeError, IndexError, SyntaxError):
        return ""
    # A class of a notebook is looked for in the file that started the process, if there is one.
    return "" if isinstance(value, type) and f"class {value.__name__}" not in source else source


def _cell_source(value: type) -> str:
    """A class of a notebook: ``inspect`` looks for a file of ``__main__``, so a method leads to the cell."""
    for member in vars(value).values():
        code = getattr(getattr(member, "__func__", member), "__code__", None)
        if code is not None and getattr(member, "__qualname__", "").startswith(f"{value.__qualname__}."):
            source = "".join(linecache.getlines(code.co_filename))  # nothing for what a dataclass generates
            if found := _class_in(source, value.__name__, code.co_firstlineno):
                return found
    return ""


def _class_in(source: str, name: str, line: int) -> str:
    """The class ``name`` of ``source`` that ``line`` belongs to."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name and node.lineno <= line <= (node.end_lineno or 0):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return ""


def _word(value: Any) -> str:
    return "method" if inspect.ismethod(value) else "function"


def _full_name(value: Any) -> str:
    module = getattr(value, "__module__", None)
    own = str(getattr(value, "__qualname__", None) or getattr(value, "__name__", type(value).__name__))
    return own if module in {None, "__main__", "builtins"} else f"{module}.{own}"


def _signature(value: Any) -> str:
    try:
        return without_addresses(str(inspect.signature(value)))
    except (ValueError, TypeError):
        return "(…)"


def _doc(value: Any) -> list[str]:
    doc = inspect.getdoc(value)
    return [doc[:_DOC_CHARACTERS]] if doc else []


def _methods(value: type) -> list[str]:
    names = [name for name, member in vars(value).items() if not name.startswith("_") and callable(member)]
    kept = f"methods: {', '.join(names[:_MOST_METHODS])}"
    rest = [shown(_MOST_METHODS, len(names), "methods")] if len(names) > _MOST_METHODS else []
    return [kept, *rest] if names else []
