"""Loading and unloading: what one does, the other undoes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aitunnel_jupyter.notebook.magics import AIMagics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load(shell: InteractiveShell) -> None:
    """Register the magics."""
    shell.register_magics(AIMagics)


def unload(shell: InteractiveShell) -> None:
    """Take the magics back, stop what runs in the background. Answers stay: they are the user's."""
    manager = shell.magics_manager
    magics = manager.registry.pop(AIMagics.__name__, None)
    for kind in ("line", "cell"):
        manager.magics[kind].pop("ai", None)
    if magics in shell.configurables:
        shell.configurables.remove(magics)
    if child := sys.modules.get("aitunnel_jupyter.local.child"):
        running = child.running()
        if running is not None:
            running.stop()
    if engine := sys.modules.get("aitunnel_jupyter.gateway.engine"):
        engine.close_engine()
