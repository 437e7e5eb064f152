"""What was shown as it came is not shown a second time as the value of the same cell."""

from __future__ import annotations

import sys
from typing import Any


def mark_shown(shell: Any, value: object) -> None:
    """Remember that ``value`` stands in the running cell already: ``%ai ask …`` is often the last line.

    It is still the value of the line: ``_`` and ``Out`` have it.

    Args:
        shell: Whose cell.
        value: An answer, a comparison or a job.
    """
    formatter = shell.display_formatter.ipython_display_formatter
    count = shell.execution_count
    shown = [value]

    def skip_once(again: object) -> None:
        if shell.execution_count != count or not any(again is one for one in shown):
            raise NotImplementedError  # IPython goes on to the other formatters
        shown.clear()
        recorded = getattr(sys.displayhook, "outputs", None)
        if recorded is not None:  # %%capture records a value in any case: it takes the place of what we have shown
            if recorded and "aitunnel" in (recorded[-1].get("metadata") or ()):
                recorded.pop()
            raise NotImplementedError
        _take_back_prompt(shell)

    formatter.for_type(type(value), skip_once)


def unmark(shell: Any) -> None:
    """Forget it all; answers are shown as everything is."""
    printers = shell.display_formatter.ipython_display_formatter.type_printers
    for shown in [kind for kind, function in printers.items() if function.__module__ == __name__]:
        del printers[shown]


def _take_back_prompt(shell: Any) -> None:
    """A terminal has written ``Out[3]:`` before it asks what to write behind it."""
    if not hasattr(shell, "kernel") and sys.stdout.isatty():
        sys.stdout.write("\r\x1b[2K")
