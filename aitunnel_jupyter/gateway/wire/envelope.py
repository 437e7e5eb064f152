"""Chunks and completions that came inside another object: ``{"code": 0, "data": {"choices": […]}}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.json_text import values_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES = ("data", "result", "response", "output", "body", "completion", "payload")
_MOST_LEVELS = 3
_TELLING = ("choices", "usage", "error")


def opened(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    """``chunk`` with the fields of the object inside it, if that is the answer.

    Fields beside the envelope stay where the one inside says nothing (DashScope, Cloudflare, batches; 2026-11-26).

    Example:
        >>> opened({"code": 0, "data": {"choices": [{"text": "Hi"}]}})
        {'code': 0, 'choices': [{'text': 'Hi'}]}
    """
    for _ in range(_MOST_LEVELS):
        if chunk.get("choices"):
            break
        name, inner = next(_found(chunk), ("", {}))
        if not inner:
            break
        outer = {key: value for key, value in chunk.items() if key != name}
        chunk = outer | {key: value for key, value in inner.items() if value is not None}
    return chunk


def _found(chunk: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What may be an envelope: by its name, else by the choices in it."""
    yield from ((name, inner) for name in _NAMES if (inner := _inside(chunk.get(name))))
    for name, value in chunk.items():
        if isinstance(value, dict) and isinstance(value.get("choices"), (list, dict)):
            yield name, value


def _inside(value: Any) -> Mapping[str, Any]:
    """The object in an envelope; empty if it is no part of an answer."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and value.startswith("{"):
        values, rest = values_in(value)
        value = values[0] if len(values) == 1 and not rest else None
    if not isinstance(value, dict):
        return {}
    tells = any(value.get(name) for name in _TELLING) or ("code" in value and ("message" in value or "msg" in value))
    return value if tells or any(isinstance(value.get(name), dict) for name in _NAMES) else {}
