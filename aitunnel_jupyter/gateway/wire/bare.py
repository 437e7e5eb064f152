"""JSON that stands in a body without the frame of an event: one value, one on each line, or an error between events."""

from __future__ import annotations

from aitunnel_jupyter.gateway.wire.json_text import depth_change


class BareJSON:
    r"""Collects the lines of a JSON value until its brackets are closed.

    Example:
        >>> bare = BareJSON()
        >>> [bare.take(line) for line in ("{", '  "a": [1,', "  2]", "}")]
        ['', '', '', '{\n  "a": [1,\n  2]\n}']
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def __bool__(self) -> bool:
        """Whether a value has begun and not ended."""
        return bool(self._lines)

    def take(self, line: str) -> str:
        """The value that ``line`` completes, else ``""``."""
        self._lines.append(line)
        self._depth += depth_change(line)
        return self.rest() if self._depth <= 0 else ""

    def rest(self) -> str:
        """What there is, whole or not; the next line begins another value."""
        lines, self._lines, self._depth = self._lines, [], 0
        return "\n".join(lines)
