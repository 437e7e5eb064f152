"""The turns of a plain panel, kept as the panel tells them; the messages are those of ``front/state/turns.js``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.panel.plain_turn import PlainTurn
from aitunnel_jupyter.rendering.page import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.panel.plain_parts import Parts


class PlainTranscript:
    """A column of turns that stays scrolled to its end.

    Args:
        parts: Makes the widgets.
        act: Called with ``retry`` or ``regenerate`` and a turn's id.
        language: ``en`` or ``ru``.
    """

    def __init__(self, parts: Parts, act: Callable[[str, str], None], language: str) -> None:
        self._parts, self._act, self._language = parts, act, language
        self._lock = threading.RLock()
        self._turns: dict[str, PlainTurn] = {}
        self._empty = parts.html("", "aitunnel-plain-empty")
        self._column = parts.column([self._empty])
        # The outer one is turned upside down by the style: so a page keeps it at its end, without a script.
        self.box: Any = parts.column([self._column], "aitunnel-plain-transcript")
        self.speak(language)

    @property
    def running(self) -> bool:
        """Whether an answer is on its way."""
        return any(turn.running for turn in list(self._turns.values()))

    @property
    def all(self) -> list[dict[str, Any]]:
        """The turns as they are shown."""
        return [turn.turn for turn in list(self._turns.values())]

    def speak(self, language: str) -> None:
        """Show everything in ``language``."""
        with self._lock:
            turns, self._language = self.all, language
            self._empty.value = page(f"<p>{say('plain.empty', language)}</p>")
            self.load([])
            self.load(turns)

    def load(self, turns: list[dict[str, Any]]) -> None:
        """Show these turns; those that are here already are not sent again."""
        with self._lock:
            before = self._turns
            self._turns = {turn["id"]: before.get(turn["id"]) or self._made(turn) for turn in turns}
            for turn in turns:
                self._turns[turn["id"]].show(turn)
            self._arrange()
            for name in before.keys() - self._turns.keys():
                before[name].close()

    def apply(self, message: dict[str, Any]) -> bool:
        """Take a message of the panel; False if a part of an answer is missing, which asks for all turns again."""
        with self._lock:
            kind, known = message.get("type"), self._turns.get(str(message.get("id")))
            if kind == "turns":
                self.load(message.get("turns") or [])
            elif kind == "turn":
                self._put(message["turn"], message.get("index"))
            elif kind == "gone":
                self.load([turn for turn in self.all if turn["id"] != message["id"]])
            elif kind == "delta" and known:
                return known.grow(message)
            elif kind == "snapshot" and known:
                return _patch(known, message)
            return True

    def _put(self, turn: dict[str, Any], index: int | None) -> None:
        others = [other for other in self.all if other["id"] != turn["id"]]
        at = list(self._turns).index(turn["id"]) if index is None and turn["id"] in self._turns else index
        others.insert(len(others) if at is None else at, turn)
        self.load(others)

    def _made(self, turn: dict[str, Any]) -> PlainTurn:
        return PlainTurn(self._parts, turn, self._act, self._language, self._lock)

    def _arrange(self) -> None:
        columns = tuple(turn.column for turn in self._turns.values()) or (self._empty,)
        if columns != self._column.children:
            self._column.children = columns


def _patch(known: PlainTurn, message: dict[str, Any]) -> bool:
    """Show a turn with the fields of a snapshot; whether its texts are as long as they are there."""
    fields = {name: value for name, value in message.items() if name not in {"type", "size", "rsize"}}
    known.show(known.turn | fields)
    sizes = {"text": message.get("size"), "reasoning": message.get("rsize")}
    return all(size is None or len(known.turn[name]) >= size for name, size in sizes.items())
