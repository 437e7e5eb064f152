"""The cell's output area: display, update, clear, and whether anyone else wrote into it."""

from __future__ import annotations

import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_publishing = threading.local()
"""``ours`` is set while this thread sends something of ours."""

_OUTPUT_TYPES = frozenset({"stream", "display_data", "update_display_data", "execute_result", "error"})


class Outputs:
    """Publishes display messages of one cell; a context manager, because it listens while the cell runs.

    Args:
        shell: The kernel's shell.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._kernel = getattr(shell, "kernel", None)
        self._session: Any = getattr(self._kernel, "session", None)
        self._foreign = 0
        self._parent = self._parent_id()

    def __enter__(self) -> Self:
        _flush()
        if self._session is not None:
            self._session.send = self._counting(self._session.send)
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            vars(self._session).pop("send", None)

    def display(self, data: dict[str, str], metadata: dict[str, Any] | None = None) -> str:
        """A new output; returns its display id."""
        display_id = f"ai-{uuid.uuid4().hex[:12]}"
        self._publish(data, metadata, display_id, update=False)
        return display_id

    def update(self, display_id: str, data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        """Replace what an output shows."""
        self._publish(data, metadata, display_id, update=True)

    def clear(self, *, wait: bool = True) -> None:
        """Take the cell's outputs away.

        Args:
            wait: When the next one comes, so that nothing flashes; else at once.
        """
        publisher: Any = self._shell.display_pub
        publisher.clear_output(wait=wait)

    @property
    def shared(self) -> bool:
        """Whether anything but ours was written into this cell meanwhile; clearing would lose it.

        A thread of the user's prints into the cell that ran last (ipykernel 7), which is this one.
        """
        _flush()
        return self._foreign > 0

    def _publish(self, data: dict[str, str], metadata: Any, display_id: str, *, update: bool) -> None:
        _publishing.ours = True
        try:
            transient = {"display_id": display_id}
            self._shell.display_pub.publish(data=data, metadata=metadata or {}, transient=transient, update=update)
        finally:
            _publishing.ours = False

    def _counting(self, send: Any) -> Any:
        """``send`` of the kernel's session, counting what others put into this cell; there is no public way to know.

        On ipykernel 6 the frames of an answer in the background carry the id of the cell that runs just now.
        """

        def counting_send(stream: Any, msg_or_type: Any, *args: Any, **named: Any) -> Any:
            if isinstance(msg_or_type, dict):
                kind = msg_or_type.get("msg_type")
                parent = (msg_or_type.get("parent_header") or {}).get("msg_id")
            else:
                kind, parent = msg_or_type, _id_of(named.get("parent"))
            if kind in _OUTPUT_TYPES and parent == self._parent and not getattr(_publishing, "ours", False):
                self._foreign += 1
            return send(stream, msg_or_type, *args, **named)

        return counting_send

    def _parent_id(self) -> str | None:
        parent = getattr(self._shell.display_pub, "parent_header", None)
        return parent.get("msg_id") if isinstance(parent, dict) else None


def _id_of(parent: Any) -> str | None:
    if not isinstance(parent, dict):
        return None
    found = parent.get("msg_id") or parent.get("header", {}).get("msg_id")
    return str(found) if found else None


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
