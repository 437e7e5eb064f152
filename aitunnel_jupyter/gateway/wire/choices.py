"""Which of several choices is followed, and why it finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.values import label

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_REASONS = frozenset({"", "null", "none", "nil", "undefined", "false"})


def reason_of(choice: Mapping[str, Any]) -> str:
    """Why a choice finished; ``""`` if it did not: some servers write ``"null"`` or ``"None"`` until then.

    Example:
        >>> reason_of({"finish_reason": "stop"}), reason_of({"finish_reason": "None"})
        ('stop', '')
    """
    reason = choice.get("finish_reason")
    if not reason or not isinstance(reason, str):
        return ""
    reason = label(reason)
    return "" if reason.lower() in _NO_REASONS else reason


class Choices:
    """Follows the first choice of an answer; the others wait, in case the first one never comes.

    Example:
        >>> [choice["x"] for choice in Choices().followed([{"index": 1, "x": "b"}, {"index": 0, "x": "a"}])]
        ['a']
    """

    def __init__(self) -> None:
        self._has_first = False
        self._others: dict[int, list[Mapping[str, Any]]] = {}

    def followed(self, choices: list[Any]) -> list[Mapping[str, Any]]:
        """Those of a chunk's choices that belong to the first answer."""
        first: list[Mapping[str, Any]] = []
        for choice in choices:
            if isinstance(choice, dict):
                if index := _index(choice):
                    self._wait(index, choice)
                else:
                    self._has_first = True
                    first.append(choice)
        return first

    def left(self) -> list[Mapping[str, Any]]:
        """At the end: the choice with the lowest number, if there was none with 0."""
        others, self._others = self._others, {}
        return others[min(others)] if others and not self._has_first else []

    def _wait(self, index: int, choice: Mapping[str, Any]) -> None:
        if self._has_first:
            self._others.clear()
        else:
            self._others.setdefault(index, []).append(choice)


def _index(choice: Mapping[str, Any]) -> int:
    """The number of a choice; what is none, or no number, is the first."""
    index = choice.get("index")
    return index if isinstance(index, int) and not isinstance(index, bool) else 0
