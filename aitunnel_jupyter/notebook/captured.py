"""Cells whose outputs something else takes: ``%%capture``, ``capture_output()``, an ``Output`` widget.

A record of outputs keeps every frame of a live answer (62 kB of them for 3 000 characters), and an ``Output`` widget
shows the first one for ever, because front ends look for an updated output in the cells only (seen 2026-11-26). There
the answer is shown once, when it is whole.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.rendering.page import answer_bundle, answer_metadata

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.outputs import Outputs
    from aitunnel_jupyter.session.turn import Turn

PAUSE_SECONDS = 0.1


class FinalView:
    """Shows a turn when it is over: one output, and nothing before it.

    Args:
        outputs: The cell.
    """

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs

    def show(self, turn: Turn) -> float:
        """Nothing yet; returns the seconds until it wants to look again."""
        turn.take_text()
        turn.take_reasoning()
        return PAUSE_SECONDS

    def finish(self, turn: Turn, answer: Answer) -> None:  # noqa: ARG002  View
        """The whole answer, if anything came."""
        if answer or answer.reasoning or answer.images or answer.complete:
            self._outputs.display(answer_bundle(answer), answer_metadata(answer))


def is_captured(shell: Any) -> bool:
    """Whether what is displayed now goes to a record or a widget instead of the cell."""
    publisher = shell.display_pub
    # IPython's CapturingDisplayPublisher has a list of outputs; ipykernel's hooks take messages away.
    return hasattr(publisher, "outputs") or bool(getattr(publisher, "_hooks", ())) or _is_in_widget(publisher)


def _is_in_widget(publisher: Any) -> bool:
    """Whether an ``Output`` widget takes the messages of the running cell: it says so in its ``msg_id``."""
    module = sys.modules.get("ipywidgets.widgets.widget_output")
    parent = getattr(publisher, "parent_header", None)
    asked = parent.get("msg_id") if isinstance(parent, dict) else None
    if module is None or not asked:
        return False
    base = sys.modules["ipywidgets.widgets.widget"]
    # ipywidgets 8 keeps them in the module, 7 in the class; there is no public list of both (2026-11-26).
    made = base._instances if hasattr(base, "_instances") else base.Widget.widgets  # noqa: SLF001
    return any(isinstance(one, module.Output) and one.msg_id == asked for one in list(made.values()))
