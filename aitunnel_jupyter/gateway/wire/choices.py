"""Choices in any shape they come in: which one is followed, what it says, and why it finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.values import label

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_REASONS = frozenset({"", "null", "none", "nil", "undefined", "false"})


_FIELDS = frozenset({"delta", "message", "text", "content", "finish_reason", "error", "index"})
"""What a choice is known by."""


def listed(choices: Any) -> list[Any]:
    """``choices`` as the list they should be: some servers send one choice, or choices by their number.

    Example:
        >>> listed({"1": {"text": "b"}, "0": {"text": "a"}}), listed({"text": "a"})
        ([{'index': 1, 'text': 'b'}, {'index': 0, 'text': 'a'}], [{'text': 'a'}])
    """
    if not isinstance(choices, dict):
        return choices if isinstance(choices, list) else []
    if not _FIELDS.isdisjoint(choices):
        return [choices]
    return [
        {"index": int(number) if number in _NUMBERS else 0, **choice}
        for number, choice in choices.items()
        if isinstance(choice, dict)
    ]


_NUMBERS = frozenset(map(str, range(129)))
"""128 choices are the most that any documented server makes of one prompt."""


def body_of(value: Any) -> dict[str, Any]:
    """A delta or message as an object: some servers send its text, or its parts, alone."""
    if isinstance(value, dict):
        return value
    return {"content": value} if value and isinstance(value, (str, list)) else {}


def said(choice: Mapping[str, Any], name: str) -> Any:
    """What a choice says, at its own level or inside its delta or message.

    Example:
        >>> said({"delta": {"error": "gone"}, "error": None}, "error")
        'gone'
    """
    if value := choice.get(name):
        return value
    body = choice.get("delta") or choice.get("message")
    return body.get(name) if type(body) is dict else None


def reason_of(choice: Mapping[str, Any]) -> str:
    """Why a choice finished; ``""`` if it did not: some servers write ``"null"`` or ``"None"`` until then.

    Example:
        >>> reason_of({"finish_reason": "stop"}), reason_of({"finish_reason": "None"})
        ('stop', '')
    """
    reason = said(choice, "finish_reason")
    if not reason or not isinstance(reason, str):
        return ""
    reason = label(reason)
    return "" if reason.lower() in _NO_REASONS else reason


def usage_in(chunk: Mapping[str, Any], choices: Any) -> Any:
    """The usage of a chunk, also in a choice, or where Groq puts it."""
    if usage := chunk.get("usage"):
        return usage
    groq = chunk.get("x_groq")
    if isinstance(groq, dict) and groq.get("usage"):
        return groq["usage"]
    for choice in listed(choices):  # a loop: this is done for every chunk
        if isinstance(choice, dict) and (usage := said(choice, "usage")):
            return usage
    return None


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
