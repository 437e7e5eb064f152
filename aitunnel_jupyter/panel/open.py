"""``%ai chat`` and ``ChatPanel``: open a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.panel.panel import Panel

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


class ChatPanel(Panel):
    """The chat panel.

    Args:
        model: As in ``%%ai``; by default the notebook's.
        system: Instructions before everything.
        name: The conversation of this notebook to go on with, the same as ``%%ai -c NAME``.
        store_as: A variable that always has the newest answer.

    Raises:
        UsageError: There is no notebook around it, or ``%load_ext aitunnel_jupyter`` was not run.

    Example:
        panel = ChatPanel("gpt-5.2", store_as="reply")
        panel
    """

    def __init__(self, model: str = "", *, system: str = "", name: str = "", store_as: str = "") -> None:
        super().__init__(_magics(), name=name, model=model, system=system, store_as=store_as)


def _magics() -> AIMagics:
    shell: Any = get_ipython()
    magics: AIMagics | None = shell.magics_manager.registry.get("AIMagics") if shell is not None else None
    if magics is None:
        raise UsageError(say("panel.not_loaded"))
    return magics
