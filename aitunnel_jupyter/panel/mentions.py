"""What ``@`` offers: variables with their shape, files, the last error, the last output; and what each weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.notebook.completion_values import file_names, variable_names
from aitunnel_jupyter.notebook.fixing import last_failure
from aitunnel_jupyter.session.describe import describe
from aitunnel_jupyter.session.description import tokens_in

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics

MOST = 30
ERROR, OUTPUT = "error", "output"


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
    if ERROR.startswith(typed) and last_failure(magics.shell, magics.failure) is not None:
        found.append({"label": ERROR, "kind": ERROR, "detail": "", "tokens": 0, "insert": ERROR})
    if OUTPUT.startswith(typed) and magics.shell.user_ns.get("Out"):
        found.append({"label": OUTPUT, "kind": OUTPUT, "detail": "", "tokens": 0, "insert": OUTPUT})
    files = [name for name in file_names(fragment) if not name.endswith("/")]
    found += [{"label": name, "kind": "file", "detail": "", "tokens": 0, "insert": name} for name in files]
    return found[:MOST]


def _variable(name: str, value: object) -> dict[str, Any]:
    """A variable with its type and size: shape and columns of a frame, length of what has one."""
    return {"label": name, "kind": "variable", "detail": _detail(value), "tokens": 0, "insert": name}


def _detail(value: object) -> str:
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    columns = getattr(value, "columns", None)
    if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
        names = [str(column) for column in list(columns)[:6]] if columns is not None else []
        return f"{kind} {' × '.join(map(str, shape))}" + (f": {', '.join(names)}" if names else "")
    try:
        return f"{kind}, {len(value)}"  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001  the person's own objects raise what they like
        return kind


def weight(magics: AIMagics, attachment: dict[str, Any]) -> int:
    """About how many tokens an attachment takes."""
    if attachment.get("kind") == "variable":
        value = magics.shell.user_ns.get(str(attachment.get("name")))
        return tokens_in(describe(value, str(attachment.get("name"))).text)
    return 0
