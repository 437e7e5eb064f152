"""``%%ai`` in Jupyter: answers stream into the cell and land in a variable.

In a notebook: ``%load_ext aitunnel_jupyter``, then ``%%ai?`` for the help page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.code_block import CodeBlock
    from aitunnel_jupyter.errors import AITunnelError
    from aitunnel_jupyter.export.snippet import snippet_of as snippet_of
    from aitunnel_jupyter.notebook.chat import Chat
    from aitunnel_jupyter.panel.open import ChatPanel
    from aitunnel_jupyter.session.describe import describer
    from aitunnel_jupyter.session.prompt.methods import reader
    from aitunnel_jupyter.usage import Usage

__all__ = [
    "AITunnelError",
    "Answer",
    "Chat",
    "ChatPanel",
    "CodeBlock",
    "Usage",
    "__version__",
    "describer",
    "load_ipython_extension",
    "reader",
    "unload_ipython_extension",
]

__version__ = "0.1.0"

_HOMES = {
    "AITunnelError": "errors",
    "Answer": "answer",
    "Chat": "notebook.chat",
    "ChatPanel": "panel.open",
    "CodeBlock": "code_block",
    "Usage": "usage",
    "describer": "session.describe",
    "reader": "session.prompt.methods",
    "snippet_of": "export.snippet",  # for Answer.snippet, which may not know what is upstairs
}


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register ``%ai`` and ``%%ai``; nothing else happens until one is used."""
    from aitunnel_jupyter.notebook import extension

    extension.load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take the magics back, close the connections, end the local model; your variables stay."""
    from aitunnel_jupyter.notebook import extension

    extension.unload(ipython)


def __getattr__(name: str) -> Any:
    """The public names on first use: ``%load_ext`` stays below 10 ms without them."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
