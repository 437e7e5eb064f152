"""What a page may say: kinds of messages, and the fields of each. Whatever else arrives is told in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.export.languages import LANGUAGES
from aitunnel_jupyter.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

NAME_BYTES = 60
MOST = 1e9
"""No number that a page sends is as large."""


class Malformed(Exception):
    """A message that no page of this version sends; ``str()`` of it is the kind, and the field."""


class _Field(NamedTuple):
    read: Callable[[Any], Any]
    """The value as the panel takes it; raises :class:`Malformed` if it is of another type."""
    default: Any = ...
    """What a missing field means; without one it must be there."""


def read(message: object) -> dict[str, Any]:
    """A message with all its fields.

    Raises:
        Malformed: It is none, its kind is unknown, a field is missing or of another type.

    Example:
        >>> read({"type": "regenerate", "id": "t1", "more": 1})
        {'type': 'regenerate', 'id': 't1', 'model': ''}
        >>> read({"type": "branch", "id": "t1", "to": "2"})
        Traceback (most recent call last):
        aitunnel_jupyter.panel.protocol.Malformed: branch.to
    """
    if not isinstance(message, dict):
        raise Malformed(type(message).__name__)
    kind = message.get("type")
    if not isinstance(kind, str):
        raise Malformed(f"type {type(kind).__name__}")
    if kind not in _KINDS:
        raise Malformed(f"type {one_line(_text(kind), NAME_BYTES)}")
    return {"type": kind} | _fields(message, _KINDS[kind], kind)


def _fields(values: dict[str, Any], fields: dict[str, _Field], path: str) -> dict[str, Any]:
    found = {}
    for name, field in fields.items():
        value = values.get(name)
        try:
            found[name] = field.default if value is None and field.default is not ... else field.read(value)
        except Malformed as inner:
            raise Malformed(f"{path}.{name}{inner}") from None
    return found


def _text(value: Any) -> str:
    _need(isinstance(value, str))
    text: str = value.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent on
    return text


def _whole(value: Any) -> Any:
    _need(isinstance(value, int) and not isinstance(value, bool))
    return value


def _number(value: Any) -> Any:
    _need(isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < MOST)
    return value


def _one_of(choices: Collection[str]) -> Callable[[Any], Any]:
    def choice(value: Any) -> Any:
        _need(isinstance(value, str) and value in choices)
        return value

    return choice


def _attachments(value: Any) -> tuple[dict[str, Any], ...]:
    _need(isinstance(value, list) and all(isinstance(one, dict) for one in value))
    found = [_fields(one, _ATTACHMENT, "") for one in value]
    return tuple({name: text for name, text in one.items() if text is not None} for one in found)


def _settings(value: Any) -> dict[str, Any]:
    _need(isinstance(value, dict))
    return _fields(value, {name: field for name, field in _SETTINGS.items() if name in value}, "")


def _need(fits: bool) -> None:
    if not fits:
        raise Malformed


_ATTACHMENT = {"kind": _Field(_text), "name": _Field(_text), "upload": _Field(_text, None)}
_SETTINGS = {
    "model": _Field(_text, ""), "system": _Field(_text, ""), "temperature": _Field(_number, None),
    "reasoning": _Field(_text, ""), "store_as": _Field(_text, ""),
}  # fmt: skip
_TURN = {"id": _Field(_text)}
_SEARCH = {"search": _Field(_text, "")}
_PROMPT = {"text": _Field(_text), "attachments": _Field(_attachments, ())}
_SEQUENCE = {"seq": _Field(_whole)}
_KINDS: dict[str, dict[str, _Field]] = {
    "hello": {},
    "page": {},
    "upload": _TURN | {"at": _Field(_whole), "of": _Field(_whole), "data": _Field(_text)},
    "send": _PROMPT,
    "stop": {},
    "regenerate": _TURN | {"model": _Field(_text, "")},
    "retry": _TURN | {"model": _Field(_text, "")},
    "edit": _TURN | {"text": _Field(_text)},
    "branch": _TURN | {"to": _Field(_whole)},
    "hide": _TURN,
    "delete": _TURN,
    "settings": {"settings": _Field(_settings)},
    "new": {},
    "open": {"name": _Field(_text)},
    "models": _SEARCH,
    "chats": _SEARCH,
    "balance": {},
    "export": {"format": _Field(_one_of(("md", "json", "ipynb")))},
    "complete": _SEQUENCE | {"fragment": _Field(_text)},
    "weigh": _SEQUENCE | {"text": _Field(_text, ""), "attachments": _Field(_attachments, ())},
    "snippet": _TURN | {"language": _Field(_one_of(LANGUAGES))},
}
KINDS = frozenset(_KINDS)
