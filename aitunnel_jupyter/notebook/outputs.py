"""The cell's output area: display, update, clear, and whether anyone else wrote into it."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Outputs:
    """Publishes display messages of one cell.

    Args:
        shell: The kernel's shell.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        _flush()
        self._session = getattr(getattr(shell, "kernel", None), "session", None)
        self._sent = 0
        self._at_start = self._count()

    def display(self, data: dict[str, str], metadata: dict[str, Any] | None = None) -> str:
        """A new output; returns its display id."""
        display_id = uuid.uuid4().hex
        self._publish(data, metadata, display_id, update=False)
        return display_id

    def update(self, display_id: str, data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        """Replace what an output shows."""
        self._publish(data, metadata, display_id, update=True)

    def clear(self) -> None:
        """Take the cell's outputs away when the next one comes, without a flash of emptiness."""
        self._sent += 1
        self._shell.display_pub.clear_output(wait=True)

    def clear_now(self) -> None:
        """Take the cell's outputs away."""
        self._sent += 1
        self._shell.display_pub.clear_output(wait=False)

    @property
    def shared(self) -> bool:
        """Whether anything but ours may have been written into the cell since the start.

        A thread of the user's prints into the cell that ran last (ipykernel 7), and clearing would lose that.
        The kernel numbers its messages; more of them than we sent were someone else's. A message that was no
        output counts too: then the cell keeps its pieces, which loses nothing.
        """
        _flush()
        return self._count() > self._at_start + self._sent

    def _publish(self, data: dict[str, str], metadata: Any, display_id: str, *, update: bool) -> None:
        self._sent += 1
        transient = {"display_id": display_id}
        self._shell.display_pub.publish(data=data, metadata=metadata or {}, transient=transient, update=update)

    def _count(self) -> int:
        return int(getattr(self._session, "message_count", 0))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
