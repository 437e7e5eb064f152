"""Which variables a prompt may name: those that the person made, and what the kernel calls cells and answers."""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt.plain import Kinds, members, mro

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER_NAMES = re.compile(r"_ai\d*")
"""``{_ai}`` and ``{_ai12}``."""
HISTORIES = frozenset({"In", "Out"})
"""``{In[3]}`` and ``{Out[3]}`` are one cell; the whole list is everything ever typed, passwords too."""
_CODE = Kinds(
    types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType, types.FrameType,
    types.TracebackType, types.MethodWrapperType, types.WrapperDescriptorType, types.MethodDescriptorType,
    types.ClassMethodDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType, type, property,
    classmethod, staticmethod,
)  # fmt: skip
_TOOLS = ("traitlets", "ipykernel", "IPython", "aitunnel_jupyter")
"""Packages whose objects run notebooks: shells, magics, widgets, panels."""
_SHOWN = "IPython.core.display"
_OURS = frozenset({"Answer", "Usage", "CodeBlock", "Notice", "ToolCall", "Comparison", "Job"})


def person_variables(namespace: Mapping[str, Any], hidden: Mapping[str, Any]) -> dict[str, Any]:
    """What of a shell's namespace is the person's own; modules, functions and classes of theirs too.

    Args:
        namespace: ``shell.user_ns``.
        hidden: ``shell.user_ns_hidden``: what IPython, or an extension, put there.

    Example:
        >>> person_variables({"city": "Perm", "exit": 1, "_": 2, "_ai": "Hi"}, {"exit": 1, "_ai": "Hi"})
        {'city': 'Perm', '_ai': 'Hi'}
    """
    none = object()
    return {
        name: value
        for name, value in list(namespace.items())
        if (is_nameable(name) or name in HISTORIES)
        and (name in HISTORIES or ANSWER_NAMES.fullmatch(name) or hidden.get(name, none) is not value)
    }


def is_nameable(name: str) -> bool:
    """Whether a prompt may name a variable so."""
    return not name.startswith("_") or bool(ANSWER_NAMES.fullmatch(name))


def is_a_value(value: object) -> bool:
    """Whether it is something to read: no module, function or class, nothing that runs a notebook or asks a model."""
    kinds = mro(type(value))
    if any(kind in _CODE for kind in kinds):
        return False
    for kind in kinds:
        module = members(kind).get("__module__")
        if not isinstance(module, str) or module.partition(".")[0] not in _TOOLS:
            continue
        if not module.startswith(_SHOWN) and not _is_answer(kind, module):
            return False
    return True


def _is_answer(kind: type, module: str) -> bool:
    return module.startswith("aitunnel_jupyter") and (kind.__name__ in _OURS or issubclass(kind, BaseException))
