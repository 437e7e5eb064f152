"""An answer that was shown as it came is not shown a second time as the value of the same cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer

_ANSWER = ("aitunnel_jupyter.answer", "Answer")


def mark_shown(shell: Any, answer: Answer) -> None:
    """Remember that ``answer`` stands in the running cell already; ``chat.ask(…)`` is often its last expression."""
    formatter = shell.display_formatter.ipython_display_formatter
    count = shell.execution_count
    shown = [answer]

    def skip_once(value: object) -> None:
        if shell.execution_count != count or not any(value is one for one in shown):
            raise NotImplementedError  # IPython goes on to the other formatters
        shown.clear()

    formatter.for_type_by_name(*_ANSWER, skip_once)


def unmark(shell: Any) -> None:
    """Forget it all; answers are shown as everything is."""
    formatter = shell.display_formatter.ipython_display_formatter
    formatter.pop(".".join(_ANSWER), None)
