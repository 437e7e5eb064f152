"""Server-Sent Events from bytes, without I/O.

Follows https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, with what real
servers need beside it: a non-standard ``error:`` field is an event of type ``error``; a last event that was not
closed by a blank line counts if its data is whole (both seen 2026-11-22); data lines that are whole JSON each are
events each, though no blank line parts them; JSON outside any field is an event of type ``bare`` (2026-11-26).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aitunnel_jupyter.gateway.wire.bare import BareJSON
from aitunnel_jupyter.gateway.wire.json_text import is_json

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"
_DONE = "[DONE]"
STRAY_CHARACTERS = 2000
"""Longest line outside any field that is remembered: it may say why there is no answer."""


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
        self.unfinished_bytes = 0
        """Length of the line that has not ended yet."""
        self.stray = ""
        """The last line that belongs to no field."""
        self._unfinished: list[bytes] = []  # parts of a line without its end; joined once, so long lines stay linear
        self._data: list[str] = []
        self._bare = BareJSON()
        self._type = ""
        self._at_start = True
        self._after_cr = False
        self._is_unparted = False  # no blank lines between events

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
        if self._bare:
            self._end_bare(self._bare.rest(), events)
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
        if lines:
            self.unfinished_bytes = 0
        if rest:
            self._unfinished.append(rest)
            self.unfinished_bytes += len(rest)
        return self._lines(lines)

    def _lines(self, lines: list[bytes]) -> list[Event]:
        events: list[Event] = []
        for line in lines:
            if line.startswith(b"data: "):  # nearly every line there is
                self._add_data(line[6:].decode("utf-8", "replace"), events)
            elif line:
                self._field(line.decode("utf-8", "replace"), events)
            elif self._data:
                self._dispatch(events)
            else:
                self._type = ""
        return events

    def _add_data(self, value: str, events: list[Event]) -> None:
        if self._data and value[:1] in ("{", "[") and is_whole("\n".join(self._data)):
            self._is_unparted = True
            self._dispatch(events)
        self._data.append(value)
        if value == _DONE or (self._is_unparted and is_whole("\n".join(self._data))):
            self._dispatch(events)

    def _dispatch(self, events: list[Event]) -> None:
        data = self._data[0] if len(self._data) == 1 else "\n".join(self._data)
        self.stray = ""  # it was not the last word
        if data:
            events.append(Event(data, self._type or "message"))
        self._data = []
        self._type = ""

    def _field(self, line: str, events: list[Event]) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._add_data(value, events)
        elif self._bare or line.lstrip()[:1] in ("{", "["):
            self._add_bare(line, events)
        elif name == "event":
            self._type = value
        elif name == "error" and value:
            events.append(Event(value, "error"))
        elif name not in {"", "id", "retry", "error"}:
            self.stray = line[:STRAY_CHARACTERS]

    def _add_bare(self, line: str, events: list[Event]) -> None:
        if value := self._bare.take(line):
            self._end_bare(value, events)

    def _end_bare(self, value: str, events: list[Event]) -> None:
        if is_json(value):
            events.append(Event(value, "bare"))
        else:
            self.stray = value[:STRAY_CHARACTERS]


def is_whole(data: str) -> bool:
    """Whether ``data`` is not cut: ``[DONE]`` or valid JSON.

    Example:
        >>> is_whole('{"a": 1}'), is_whole('{"a": ')
        (True, False)
    """
    return data.strip() == _DONE or is_json(data)
