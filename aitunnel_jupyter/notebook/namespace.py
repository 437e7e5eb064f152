"""Names for later cells: the answer's own, ``_ai``, ``_ai<N>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer


def store(shell: Any, answer: Answer, name: str | None) -> None:
    """Put ``answer`` where later cells look for it, as ``_`` and ``_12`` do for outputs.

    Args:
        shell: Whose namespace (an ``InteractiveShell``, whose methods are not annotated).
        answer: The answer, whole or partial.
        name: What ``-o`` said, or ``None``.
    """
    hidden: dict[str, Any] = {"_ai": answer, f"_ai{shell.execution_count}": answer}
    shell.push(hidden, interactive=False)
    if name is not None:
        shell.push({name: answer})
