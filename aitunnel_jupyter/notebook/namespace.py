"""Names for later cells: the answer's own, ``_ai``, ``_ai<N>``."""

from __future__ import annotations

from typing import Any


def store(shell: Any, answer: Any, name: str | None, count: int | None = None) -> None:
    """Put ``answer`` where later cells look for it, as ``_`` and ``_12`` do for outputs.

    Args:
        shell: Whose namespace (an ``InteractiveShell``, whose methods are not annotated).
        answer: The answer, whole or partial; a comparison, or a job that has none yet.
        name: What ``-o`` said, or ``None``.
        count: The asking cell's number; by default the running one's.
    """
    hidden: dict[str, Any] = {"_ai": answer, f"_ai{count or shell.execution_count}": answer}
    shell.push(hidden, interactive=False)
    if name is not None:
        shell.push({name: answer})
