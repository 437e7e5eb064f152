"""Server-Sent Events from bytes, without I/O.

Follows https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, with two
additions that real servers need (seen 2026-11-22): a non-standard ``error:`` field is an event of type
``error``, and a last event that was not closed by a blank line counts if its data is whole.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One dispatched event."""

    data: str
    """The ``data`` lines joined by ``\\n``."""
    type: str = "message"


class SSEDecoder:
    """Turns chunks of bytes, cut anywhere, into events.

    Lines end in CRLF, LF or CR only: U+2028 and U+0085 are ordinary characters of the data. Bytes that are not
    UTF-8 become U+FFFD.

    Example:
        >>> decoder = SSEDecoder()
        >>> decoder.decode(b"data: a") + decoder.decode(b"b\\n\\n")
        [Event(data='ab', type='message')]
    """

    def __init__(self) -> None:
        self._unfinished: list[bytes] = []  # parts of a line without its end; joined once, so long lines stay linear
        self._data: list[str] = []
        self._type = ""
        self._at_start = True
        self._after_cr = False

    def decode(self, chunk: bytes) -> list[Event]:
        """The events completed by ``chunk``, in order."""
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")  # the second half of a CRLF that was cut
        if not chunk:
            return []
        if self._at_start:
            return self._decode_start(chunk)
        return self._decode_lines(chunk)

    def flush(self) -> list[Event]:
        """At the end of the stream: the event that was not closed, if its data is whole."""
        events = self._lines([b"".join(self._unfinished)]) if self._unfinished else []
        self._unfinished = []
        if self._data and is_whole("\n".join(self._data)):
            self._dispatch(events)
        self._data = []
        return events

    def _decode_start(self, chunk: bytes) -> list[Event]:
        start = b"".join(self._unfinished) + chunk
        self._unfinished = []
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._unfinished = [start]
            return []
        self._at_start = False
        return self._decode_lines(start.removeprefix(_BOM))

    def _decode_lines(self, chunk: bytes) -> list[Event]:
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            lines = _LINE_END.split(chunk)
        else:
            lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._unfinished:
            lines[0] = b"".join([*self._unfinished, lines[0]])
            self._unfinished = []
        if rest:
            self._unfinished.append(rest)
        return self._lines(lines)

    def _lines(self, lines: list[bytes]) -> list[Event]:
        events: list[Event] = []
        for line in lines:
            if line.startswith(b"data: "):  # nearly every line there is
                self._data.append(line[6:].decode("utf-8", "replace"))
            elif line:
                self._field(line.decode("utf-8", "replace"), events)
            elif self._data:
                self._dispatch(events)
            else:
                self._type = ""
        return events

    def _dispatch(self, events: list[Event]) -> None:
        data = self._data[0] if len(self._data) == 1 else "\n".join(self._data)
        if data:
            events.append(Event(data, self._type or "message"))
        self._data = []
        self._type = ""

    def _field(self, line: str, events: list[Event]) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "error" and value:
            events.append(Event(value, "error"))


def is_whole(data: str) -> bool:
    """Whether ``data`` is not cut: ``[DONE]`` or valid JSON.

    Example:
        >>> is_whole('{"a": 1}'), is_whole('{"a": ')
        (True, False)
    """
    if data.strip() == "[DONE]":
        return True
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
