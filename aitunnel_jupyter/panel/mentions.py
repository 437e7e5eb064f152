"""What ``@`` offers: variables with their shape, files, the last error, the last output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.notebook.completion_values import file_names, variable_names
from aitunnel_jupyter.notebook.fixing import last_failure
from aitunnel_jupyter.panel.attached import ERROR, OUTPUT
from aitunnel_jupyter.session.prompt.attributes import attribute
from aitunnel_jupyter.session.prompt.functions import function
from aitunnel_jupyter.session.prompt.plain import Allowance
from aitunnel_jupyter.session.prompt.refusals import NotPutIn

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics

MOST = 30


def mentions(magics: AIMagics, fragment: str) -> list[dict[str, Any]]:
    """What may stand after ``@``, the likeliest first.

    Args:
        magics: Whose notebook.
        fragment: What is typed after the sign.
    """
    typed = fragment.casefold()
    names = [name for name in variable_names(magics.shell) if typed in name.casefold()]
    names.sort(key=lambda name: not name.casefold().startswith(typed))
    found = [_variable(name, magics.shell.user_ns[name]) for name in names[:MOST]]
    failure = last_failure(magics.shell, magics.failure) if ERROR.startswith(typed) else None
    if failure is not None:
        found.append({"label": ERROR, "kind": ERROR, "detail": type(failure.error).__name__, "insert": ERROR})
    if OUTPUT.startswith(typed) and magics.shell.user_ns.get("Out"):
        found.append({"label": OUTPUT, "kind": OUTPUT, "detail": "", "insert": OUTPUT})
    files = [re.sub(r"\\(.)", r"\1", name) for name in file_names(fragment) if not name.endswith("/")]
    found += [{"label": name, "kind": "file", "detail": "", "insert": name} for name in files]
    return found[:MOST]


def _variable(name: str, value: object) -> dict[str, Any]:
    """A variable with its type and size: shape and columns of a frame, length of what has one."""
    return {"label": name, "kind": "variable", "detail": _detail(value), "insert": name}


def _detail(value: object) -> str:
    kind = type(value).__name__
    shape, columns = _read(value, "shape"), _read(value, "columns")
    if type(shape) is tuple and all(type(size) is int for size in shape):
        names = [str(column) for column in list(columns)[:6]] if columns is not None else []
        return f"{kind} {' × '.join(map(str, shape))}" + (f": {', '.join(names)}" if names else "")
    try:
        return f"{kind}, {function('len', [value], {}, Allowance())}"
    except NotPutIn:
        return kind


def _read(value: object, name: str) -> Any:
    """An attribute, if getting it runs nobody's code: this happens while a person types."""
    try:
        return attribute(value, name)
    except NotPutIn:
        return None
