"""Tool calls arrive in pieces, and every vendor numbers the pieces in a way of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aitunnel_jupyter.answer import ToolCall


class ToolCallFold:
    """Collects the pieces of tool calls.

    A piece belongs to the call with its ``index``; a *different non-empty id* on the same index starts a new
    call; without an index, a piece with an id is a new call and one without continues the last. ``""`` means
    absent; a name is set once.

    Example:
        >>> fold = ToolCallFold()
        >>> fold.add([{"index": 0, "id": "a", "function": {"name": "now", "arguments": "{"}}])
        >>> fold.add([{"index": 0, "function": {"arguments": "}"}}])
        >>> fold.calls()
        (ToolCall(id='a', name='now', arguments='{}'),)
    """

    def __init__(self) -> None:
        self._calls: list[dict[str, Any]] = []
        self._by_index: dict[int, dict[str, Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls so far, in the order they began."""
        return tuple(ToolCall(call["id"], call["name"], "".join(call["arguments"])) for call in self._calls)

    def add(self, pieces: Iterable[Mapping[str, Any]]) -> None:
        """Take the pieces of one chunk."""
        for piece in pieces:
            self._add(piece)

    def _add(self, piece: Mapping[str, Any]) -> None:
        call = self._call_for(piece.get("index"), str(piece.get("id") or ""))
        function = piece.get("function")
        if isinstance(function, Mapping):
            call["name"] = call["name"] or str(function.get("name") or "")
            arguments = function.get("arguments")
            if isinstance(arguments, str):
                call["arguments"].append(arguments)

    def _call_for(self, index: Any, call_id: str) -> dict[str, Any]:
        if isinstance(index, int):
            call = self._by_index.get(index)
            if call is None or (call_id and call["id"] and call_id != call["id"]):
                call = self._by_index[index] = self._begin()
        elif self._calls and (not call_id or call_id == self._calls[-1]["id"]):
            call = self._calls[-1]
        else:
            call = self._begin()
        call["id"] = call["id"] or call_id
        return call

    def _begin(self) -> dict[str, Any]:
        self._calls.append({"id": "", "name": "", "arguments": []})
        return self._calls[-1]
