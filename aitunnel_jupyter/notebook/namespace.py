"""Names for later cells: the answer's own, ``_ai``, ``_ai<N>``."""

from __future__ import annotations

import keyword
from typing import Any

from aitunnel_jupyter.answer import Answer


def cell_number(shell: Any) -> int:
    """The number of the running cell, as it stands beside it.

    Not ``shell.execution_count``: some versions count it up before the cell runs, others after it (IPython 9.18 with
    ipykernel 6 and 7 before, 7.34 after; seen 2026-11-22).
    """
    return len(shell.history_manager.input_hist_raw) - 1


def is_name(text: str) -> bool:
    """Whether a variable may be called so.

    Example:
        >>> is_name("story"), is_name("1st"), is_name("class")
        (True, False, False)
    """
    return text.isidentifier() and not keyword.iskeyword(text)


def store(shell: Any, answer: Any, name: str | None, count: int | None = None) -> None:
    """Put ``answer`` where later cells look for it, as ``_`` and ``_12`` do for outputs.

    An answer without words, whatever went wrong, takes no other value's place: only the cell's number names it.

    Args:
        shell: Whose namespace (an ``InteractiveShell``, whose methods are not annotated).
        answer: The answer, whole or partial; a comparison, or a job that has none yet.
        name: What ``-o`` said, or ``None``.
        count: The asking cell's number; by default the running one's.
    """
    shell.push({f"_ai{count or cell_number(shell)}": answer}, interactive=False)
    store_last(shell, answer, name)


def store_last(shell: Any, answer: Any, name: str | None) -> None:
    """The part of :func:`store` that does not belong to a cell.

    Args:
        shell: Whose namespace.
        answer: The answer, whole or partial.
        name: The variable, or ``None``.
    """
    names = shell.user_ns
    if _may_replace(names, "_ai", answer):
        shell.push({"_ai": answer}, interactive=False)
    if name and _may_replace(names, name, answer):
        shell.push({name: answer})


def _may_replace(names: dict[str, Any], name: str, answer: object) -> bool:
    return name not in names or not _is_wordless(answer) or _is_wordless(names[name])


def _is_wordless(value: object) -> bool:
    """Whether it is an answer, or a comparison of answers, that failed before it said or showed anything."""
    answers = list(value.values()) if isinstance(value, dict) else [value]
    return bool(answers) and all(isinstance(one, Answer) and not (one or one.complete or one.images) for one in answers)
