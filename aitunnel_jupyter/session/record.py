"""Answers as rows: what of a turn is written down, and how an answer comes back from it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Answer, Facts, Message, Notice, ToolCall
from aitunnel_jupyter.usage import Usage

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.request import Request

_NANO = Decimal(10) ** 9
_MONEY = ("cost", "balance")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn was asked."""

    notebook: str = ""
    """The notebook's path, or a name for this process."""
    cell: str = ""
    """The front end's id of the cell; empty where it gives none."""
    name: str = ""
    """The variable the answer goes to."""
    conversation: str = ""


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Record:
    """One turn as the journal has it."""

    id: int
    started: float
    """Unix seconds."""
    state: str
    """``running``, ``complete``, ``partial``, ``failed`` or ``forgotten``."""
    place: Place
    prompt: str
    answer: Answer
    messages: tuple[Message, ...] = field(default=(), repr=False)


def fingerprint(request: Request, base_url: str) -> str:
    """What makes two requests the same: server, model, messages, parameters; not how they are sent.

    Example:
        >>> from aitunnel_jupyter.gateway.request import Request
        >>> ask = Request("gpt-5.2", ({"role": "user", "content": "Hi"},))
        >>> fingerprint(ask, "u") == fingerprint(dataclasses.replace(ask, stream=False, timeout=9.0), "u")
        True
    """
    payload = request.payload()
    for transport in ("stream", "stream_options"):
        payload.pop(transport, None)
    return _digest([base_url, payload])


def digest_of(message: Message) -> str:
    """The name under which a message is stored once, however many turns send it."""
    return _digest(dict(message))


def prompt_text(message: Message) -> str:
    """The words of a message, without pictures and files."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(
        str(part.get("text", "")) for part in parts if isinstance(part, dict) and part.get("type") == "text"
    )


def nano(amount: Decimal | None) -> int | None:
    """Roubles as whole billionths, which a database adds without error; what is less than one counts as one.

    Example:
        >>> nano(Decimal("0.51"))
        510000000
    """
    return None if amount is None else int((amount * _NANO).to_integral_value(ROUND_UP))


def from_nano(amount: int | None) -> Decimal | None:
    """The inverse of :func:`nano`."""
    return None if amount is None else Decimal(amount) / _NANO


def facts_as_json(answer: Answer) -> str:
    """An answer's facts without its text and without what was sent; both have columns of their own."""
    facts = {f.name: getattr(answer.facts, f.name) for f in dataclasses.fields(Facts)}
    for elsewhere in ("prompt_messages", "fields", "base_url", "kept_at", "turn_id"):
        del facts[elsewhere]
    facts["usage"] = dataclasses.asdict(answer.usage) if answer.usage else None
    return json.dumps(facts, ensure_ascii=False, default=str, separators=(",", ":"))


def answer_from(text: str, facts: str, **named: Any) -> Answer:
    """The answer back from its text and :func:`facts_as_json`."""
    known = {f.name for f in dataclasses.fields(Facts)}
    values = {name: value for name, value in json.loads(facts).items() if name in known}
    values["usage"] = _usage(values.get("usage"))
    values["tool_calls"] = tuple(ToolCall(*call) for call in values.get("tool_calls", ()))
    values["notices"] = tuple(Notice(*notice) for notice in values.get("notices", ()))
    for many in ("citations", "images"):
        values[many] = tuple(values.get(many, ()))
    return Answer(text, Facts(**(values | named)))


def _usage(raw: Any) -> Usage | None:
    if not isinstance(raw, Mapping):
        return None
    known = {f.name for f in dataclasses.fields(Usage)}
    values = {name: value for name, value in raw.items() if name in known}
    return Usage(**values | {name: Decimal(values[name]) for name in _MONEY if values.get(name) is not None})


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
