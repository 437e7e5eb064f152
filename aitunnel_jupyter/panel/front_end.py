"""What the pages of a panel know, and how little has to be told them when something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from aitunnel_jupyter.panel.shape import RUNNING

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROWING = ("text", "reasoning")
_TOLD_BY_DELTAS = {"state", "note", "model"}
"""While a turn runs pages find these out by themselves."""


class Widget(Protocol):
    """What shows the panel: the one with a front end of its own, or the plain one."""

    conversation: str
    settings: dict[str, Any]
    status: dict[str, Any]
    cost: str
    balance: str

    def send(self, message: dict[str, Any]) -> None:
        """Tell every page."""

    def _repr_mimebundle_(self) -> Any:
        """What a cell shows: data, or data and metadata."""

    def keep_quietly(self, turns: list[dict[str, Any]]) -> None:
        """Have the turns ready for pages that open later."""


class FrontEnd:
    """Tells pages what they do not know yet: deltas while an answer comes, changed fields after it.

    Args:
        widget: What shows the panel.
        turns: What pages find when they open.
    """

    def __init__(self, widget: Widget, turns: Sequence[dict[str, Any]]) -> None:
        self.widget = widget
        self._known: dict[str, dict[str, Any]] = {}
        self._grown: dict[str, dict[str, list[str]]] = {}
        self._learn(turns)

    def tell(self, what: str, **fields: Any) -> None:
        """Any message."""
        self.widget.send({"type": what, **fields})

    def delta(self, turn_id: str, text: str, reasoning: str, note: str) -> None:
        """What is new of a running turn; nothing that is empty travels."""
        grown = self._grown.get(turn_id)
        if grown is None:
            return
        message: dict[str, Any] = {"type": "delta", "id": turn_id}
        if text:
            message |= {"at": sum(map(len, grown["text"])), "text": text}
        if reasoning:
            message |= {"rat": sum(map(len, grown["reasoning"])), "reasoning": reasoning}
        if note:
            message["note"] = note
        grown["text"].append(text)
        grown["reasoning"].append(reasoning)
        self.widget.send(message)

    def show(self, turns: list[dict[str, Any]]) -> None:
        """These turns instead of those that are shown; only the differences travel."""
        known = {turn["id"]: self._known.get(turn["id"]) for turn in turns}
        if not any(known.values()) or not self._has_order_of(turns):
            self.tell("turns", turns=turns)
        else:
            for gone in self._known.keys() - known.keys():
                self.tell("gone", id=gone)
            for index, turn in enumerate(turns):
                self._differences(turn, known[turn["id"]], index)
        self._learn(turns)
        self.widget.keep_quietly(turns)

    def all(self, turns: list[dict[str, Any]]) -> None:
        """Everything, for a page that asks."""
        self.tell("turns", turns=turns)
        self._learn(turns)
        self.widget.keep_quietly(turns)

    def _differences(self, turn: dict[str, Any], known: dict[str, Any] | None, index: int) -> None:
        if known is None:
            self.tell("turn", index=index, turn=turn)
            return
        before = known | {name: "".join(self._grown[turn["id"]][name]) for name in _GROWING}
        changed = {name: value for name, value in turn.items() if before[name] != value}
        if {turn["state"], before["state"]} <= RUNNING:
            changed = {name: value for name, value in changed.items() if name not in _TOLD_BY_DELTAS}
        if changed:
            sizes = {"size": len(turn["text"]), "rsize": len(turn["reasoning"])}
            self.tell("snapshot", id=turn["id"], **sizes, **changed)

    def _has_order_of(self, turns: Sequence[dict[str, Any]]) -> bool:
        ids = [turn["id"] for turn in turns if turn["id"] in self._known]
        return ids == [known for known in self._known if known in set(ids)]

    def _learn(self, turns: Sequence[dict[str, Any]]) -> None:
        self._known = {turn["id"]: {**turn, "text": "", "reasoning": ""} for turn in turns}
        self._grown = {turn["id"]: {name: [turn[name]] for name in _GROWING} for turn in turns}
