"""Whether a panel is heard while a cell runs; where it is not, it says so."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LONG_SECONDS = 0.5
"""A cell that is over sooner is no news."""


def hear_beside_cells(widget: Any) -> None:
    """Have messages to a widget taken while a cell runs.

    ipykernel 7.4 routes a reply by whoever published last, so that Stop would wait for the cell (seen 2026-11).
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = None  # noqa: SLF001  there is no public way


class Busy:
    """Listens to the notebook's cells.

    Kernels from ipykernel 7 on hear widgets in a thread of their own where the front end asks for that (JupyterLab
    does); ipykernel 6 hears them only between cells. Which it is shows in the thread a message comes in.

    Args:
        shell: Whose cells.
        say: Called with ``slow=True`` once a cell keeps the panel from being heard, with ``False`` after it.
    """

    def __init__(self, shell: Any, say: Callable[..., None]) -> None:
        self._events, self._say = shell.events, say
        self._beside = False
        self._slow = False
        self.is_running = False
        """Whether a cell runs."""
        self.was_heard = False
        """Whether any page has said anything."""
        self._timer: threading.Timer | None = None
        self._events.register("pre_run_cell", self._begins)
        self._events.register("post_run_cell", self._ends)

    def heard(self) -> None:
        """A message came, in this thread."""
        self.was_heard = True
        if threading.current_thread() is not threading.main_thread():
            self._beside = True
            self._settle()

    def close(self) -> None:
        """Listen no more."""
        self._settle()
        for event, callback in (("pre_run_cell", self._begins), ("post_run_cell", self._ends)):
            if callback in self._events.callbacks[event]:
                self._events.unregister(event, callback)

    def _begins(self, *_: Any) -> None:
        self.is_running = True
        if not self._beside:
            self._timer = threading.Timer(LONG_SECONDS, self._is_long)
            self._timer.daemon = True
            self._timer.start()

    def _is_long(self) -> None:
        self._slow = True
        self._say(slow=True)

    def _ends(self, *_: Any) -> None:
        self.is_running = False
        self._settle()

    def _settle(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._slow:
            self._slow = False
            self._say(slow=False)
