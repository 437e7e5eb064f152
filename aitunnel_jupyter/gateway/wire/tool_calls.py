"""Tool calls arrive in pieces, and every vendor numbers the pieces in a way of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aitunnel_jupyter.answer import ToolCall
from aitunnel_jupyter.gateway.wire.json_text import is_json
from aitunnel_jupyter.gateway.wire.values import clean, label, whole_text


@dataclass(slots=True, eq=False)
class _Call:
    id: str = ""
    name: str = ""
    pieces: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> str:
        return "".join(self.pieces)

    def take_name(self, name: str) -> None:
        """A name comes whole, whole on each piece, growing, or in pieces."""
        if name.startswith(self.name):
            self.name = name
        elif name != self.name and not self.pieces:
            self.name += name

    def take_arguments(self, arguments: str) -> None:
        so_far = self.arguments
        if arguments.startswith("{") and so_far.startswith("{") and arguments.startswith(so_far):
            self.pieces = [arguments]  # the text so far, each time
        else:
            self.pieces.append(arguments)


class ToolCallFold:
    """Collects the pieces of tool calls.

    A piece belongs to the call with its ``index``; a *different non-empty id* on the same index starts a new call,
    and so does a new name, or a new ``{``, after arguments that are whole. Without an index, a piece belongs to the
    call with its id, and one without either continues the last. ``""`` means absent.

    Example:
        >>> fold = ToolCallFold()
        >>> fold.add([{"index": 0, "id": "a", "function": {"name": "now", "arguments": "{"}}])
        True
        >>> fold.add([{"index": 0, "function": {"arguments": "}"}}])
        True
        >>> fold.calls()
        (ToolCall(id='a', name='now', arguments='{}'),)
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, list[_Call]] = {}
        self._last: _Call | None = None

    def __bool__(self) -> bool:
        return bool(self._calls)

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls so far, in the order they began."""
        return tuple(ToolCall(call.id, call.name, whole_text(call.arguments)) for call in self._calls)

    def add(self, pieces: Any) -> bool:
        """Take the pieces of one chunk; whether there were any."""
        pieces = [pieces] if isinstance(pieces, dict) else pieces
        found = [piece for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []
        begun: list[_Call] = []
        for piece in found:
            begun.append(self._add(piece, begun))
        return bool(found)

    def _add(self, piece: Mapping[str, Any], begun: list[_Call]) -> _Call:
        function = piece.get("function")
        if not isinstance(function, Mapping):
            function = piece
        name, arguments = label(function.get("name")), _text(function.get("arguments"))
        call = self._call_for(piece.get("index"), label(piece.get("id")), name, arguments, begun)
        call.take_name(name)
        if arguments:
            call.take_arguments(arguments)
        self._last = call
        return call

    def _call_for(self, index: Any, call_id: str, name: str, arguments: str, begun: list[_Call]) -> _Call:
        number = _number(index)
        known = self._calls if number is None else self._by_index.setdefault(number, [])
        call = _with_id(known, call_id) if call_id else self._last if number is None else known[-1] if known else None
        if (
            call is None
            or (call in begun and name and not call_id and (number is None or call.pieces))
            or _is_another(call, call_id, name, arguments)
        ):
            call = _Call(name="" if name or call is None else call.name)
            self._calls.append(call)
            if number is not None:
                known.append(call)
        call.id = call.id or call_id
        return call


def _with_id(known: list[_Call], call_id: str) -> _Call | None:
    """The call that has ``call_id``, or the last one if it has none yet."""
    found = next((call for call in reversed(known) if call.id == call_id), None)
    return found or (known[-1] if known and not known[-1].id else None)


def _is_another(call: _Call, call_id: str, name: str, arguments: str) -> bool:
    """Whether a piece that should continue ``call`` begins a new one: a new name, or a ``{`` after whole arguments."""
    ends = call.pieces[0].lstrip()[:1] + call.pieces[-1].rstrip()[-1:] if call.pieces else ""
    if ends not in {"{}", "[]"} or (call_id and call_id == call.id):
        return False
    has_new_name = bool(name) and name != call.name
    begins = arguments.lstrip()[:1] in ("{", "[")
    return (has_new_name or begins) and is_json(call.arguments) and not arguments.startswith(call.arguments)


def _number(index: Any) -> int | None:
    """The number of a call; some servers write it as text."""
    if isinstance(index, str) and index.isascii() and index.isdigit():
        return int(index[:9])
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def _text(arguments: Any) -> str:
    """Arguments as JSON text; some servers send the value itself."""
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else json.dumps(clean(arguments), ensure_ascii=False)
