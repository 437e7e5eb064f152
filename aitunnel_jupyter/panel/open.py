"""``%ai chat`` and ``ChatPanel``: open a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.magic_names import registered
from aitunnel_jupyter.panel.panel import Panel
from aitunnel_jupyter.panel.widget import needs_plain

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


class ChatPanel(Panel):
    """The chat panel: a conversation beside the notebook.

    Args:
        model: As in ``%%ai``; by default the notebook's.
        system: Instructions before everything.
        name: The conversation to go on with, the same as ``%%ai -c NAME``; by default the one this cell had last,
            else a new one that its first prompt names.
        store_as: A variable that always has the newest answer.
        plain: Use core widgets only, for front ends that load no others.

    Raises:
        UsageError: There is no notebook around it, or ``%load_ext aitunnel_jupyter`` was not run.

    Example:
        panel = ChatPanel("gpt-5.2", store_as="latest")
        panel
    """

    def __init__(
        self, model: str = "", *, system: str = "", name: str = "", store_as: str = "", plain: bool = False
    ) -> None:
        magics = _magics()
        cell = magics.desk.next_cell()
        super().__init__(magics, cell, name=name, model=model, system=system, store_as=store_as, plain=plain)


def open_panel(magics: AIMagics, *, name: str, model: str, side: bool, plain: bool) -> None:
    """``%ai chat``: the panel that this cell opened before, or a new one; ``_chat`` is its Python object.

    Args:
        magics: Whose notebook.
        name: A conversation; empty for the panel's own.
        model: As in ``%%ai``; empty for the panel's own.
        side: Beside the notebook instead of below the cell; JupyterLab with the package ``sidecar`` can.
        plain: Use core widgets only.

    Raises:
        UsageError: There is no notebook around it, or no ``sidecar``.
    """
    _need_notebook(magics)
    cell = magics.desk.next_cell()
    plain = plain or needs_plain()
    panel = next((one for one in _panels(magics) if one.cell == cell and one.is_plain == plain), None)
    if panel is None:
        panel = Panel(magics, cell, name=name, model=model, plain=plain)
    else:
        panel.configure({"model": model} if model else {})
        panel.open(name or panel.name)
    magics.shell.push({"_chat": panel}, interactive=False)
    panel.show(side=side)


def _panels(magics: AIMagics) -> list[Panel]:
    return [watcher for watcher in magics.desk.watchers if isinstance(watcher, Panel)]


def _magics() -> AIMagics:
    shell: Any = get_ipython()
    magics = registered(shell) if shell is not None else None
    if magics is None:
        raise UsageError(say("panel.not_loaded"))
    _need_notebook(magics)
    return magics


def _need_notebook(magics: AIMagics) -> None:
    if not hasattr(magics.shell, "kernel"):
        raise UsageError(say("panel.terminal", magics.person_language))
