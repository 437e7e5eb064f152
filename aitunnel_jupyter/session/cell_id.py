"""What a cell is called: an id that is saved with it, or a handle that holds while one kernel lives."""

from __future__ import annotations

import re

_SAVED = re.compile(r"[\w-]{1,64}", re.ASCII)
"""Cell ids of nbformat 4.5. JupyterLab and Notebook tell them."""
_HANDLE = "handle"


def cell_id(told: str, kernel: str) -> str:
    """The name of the cell that a front end calls ``told``.

    VS Code tells ``vscode-notebook-cell:…#W1…``, which counts from the cell's position when the notebook was opened
    (1.139, seen 2026-11-26): the next time another cell has it. Such a name is only good together with the kernel's.

    Args:
        told: What the front end says.
        kernel: A name that no other kernel of the notebook ever has, without colons.

    Example:
        >>> cell_id("3f1c-a", "kernel 7"), cell_id("vscode-notebook-cell:/n.ipynb#W1", "kernel 7")
        ('3f1c-a', 'handle:kernel 7:vscode-notebook-cell:/n.ipynb#W1')
    """
    return told if _SAVED.fullmatch(told) else f"{_HANDLE}:{kernel}:{told}"


def kernel_of(cell: str) -> str:
    """The kernel in which the name of a cell holds; empty if it always does.

    Example:
        >>> kernel_of("handle:kernel 7:vscode-notebook-cell:/n.ipynb#W1"), kernel_of("3f1c-a")
        ('kernel 7', '')
    """
    kind, _, rest = cell.partition(":")
    return rest.partition(":")[0] if kind == _HANDLE else ""
