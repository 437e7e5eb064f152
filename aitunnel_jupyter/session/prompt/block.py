"""Descriptions of several lines: each stands on lines of its own, with a frame that closes."""

from __future__ import annotations

from aitunnel_jupyter.session.description import fence_for
from aitunnel_jupyter.session.prompt.fences import Fence, fences


class Block(str):
    """A description, as opposed to a value's own text."""

    __slots__ = ()

    def set_in(self, before: str, behind: str, fence: Fence | None = None) -> str:
        r"""The text with line ends around it, if it has several lines.

        Args:
            before: The character before it, or nothing.
            behind: The character behind it, or nothing.
            fence: The person's fence that it stands in; its own frames must not close that.

        Example:
            >>> Block("sales: 2 rows\n```csv\n1\n```").set_in(" ", " ")
            '\nsales: 2 rows\n```csv\n1\n```\n'
            >>> Block("I am mine").set_in(" ", ";")
            'I am mine'
        """
        if "\n" not in self:
            return str(self)
        text = _without(self, fence.marker) if fence else _closed(self)
        return ("\n" if before not in ("", "\n") else "") + text + ("\n" if behind not in ("", "\n") else "")


def _closed(text: str) -> str:
    """``text``, in a frame if one of its own is left open: what comes behind it must not fall into that."""
    if all(fence.is_closed for fence in fences(text)):
        return str(text)
    frame = fence_for(text)
    return f"{frame}\n{text}\n{frame}"


def _without(text: str, marker: str) -> str:
    """``text`` without lines that would close the fence that ``marker`` opened: those get the other sign."""
    other = "~" if marker[0] == "`" else "`"
    lines = [
        line.replace(marker[0], other) if line.lstrip().startswith(marker) else line for line in str(text).split("\n")
    ]
    return "\n".join(lines)
