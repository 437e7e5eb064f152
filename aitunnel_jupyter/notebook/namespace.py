"""Names for later cells: the answer's own, ``_ai``, ``_ai<N>``."""

from __future__ import annotations

import keyword
from typing import Any


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

    Args:
        shell: Whose namespace (an ``InteractiveShell``, whose methods are not annotated).
        answer: The answer, whole or partial; a comparison, or a job that has none yet.
        name: What ``-o`` said, or ``None``.
        count: The asking cell's number; by default the running one's.
    """
    hidden: dict[str, Any] = {"_ai": answer, f"_ai{count or cell_number(shell)}": answer}
    shell.push(hidden, interactive=False)
    if name is not None:
        shell.push({name: answer})
