"""``%%ai`` in Jupyter: answers stream into the cell and land in a variable.

>>> # %load_ext aitunnel_jupyter
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aitunnel_jupyter.answer import Answer, CodeBlock, Usage
from aitunnel_jupyter.errors import AITunnelError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = [
    "AITunnelError",
    "Answer",
    "CodeBlock",
    "Usage",
    "__version__",
    "load_ipython_extension",
    "unload_ipython_extension",
]

__version__ = "0.1.0"


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register ``%ai`` and ``%%ai``; nothing else happens until one is used."""
    from aitunnel_jupyter.notebook import extension

    extension.load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take the magics back, close the connections, end the local model; your variables stay."""
    from aitunnel_jupyter.notebook import extension

    extension.unload(ipython)
