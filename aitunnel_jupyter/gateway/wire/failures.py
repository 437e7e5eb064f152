"""What servers say when something went wrong, in any of the shapes it comes in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from aitunnel_jupyter.gateway.wire.envelope import opened
from aitunnel_jupyter.gateway.wire.json_text import values_in
from aitunnel_jupyter.gateway.wire.values import clean, label, whole_text
from aitunnel_jupyter.redaction import scrub

MESSAGE_CHARACTERS = 2000
"""Longest text of an error that is kept; a person is shown one line of it."""


class Failure(NamedTuple):
    """An error a server put into its stream or body."""

    message: str
    code: str = ""


def failure_from(error: Any, levels: int = 3) -> Failure:
    """A server's error, in any of the shapes they come in, as message and code.

    Example:
        >>> failure_from({"code": 502, "message": "Bad gateway", "metadata": {"raw": "overloaded"}})
        Failure(message='Bad gateway: overloaded', code='502')
    """
    if not isinstance(error, Mapping):
        return Failure(_words(error) or "error")
    message = next((error[name] for name in _MESSAGES if error.get(name)), "")
    if isinstance(message, Mapping) and levels:
        inner = failure_from(message, levels - 1)
        message, nested_code = _words(message) if inner.message == "error" else inner.message, inner.code
    else:
        message, nested_code = _words(message), ""
    metadata = error.get("metadata")
    raw = _words(metadata.get("raw") or "") if isinstance(metadata, Mapping) else ""
    message = message or label(error.get("type")) or "error"
    if raw and raw not in message:
        message = f"{message}: {raw}"[:MESSAGE_CHARACTERS]
    return Failure(message, next((code for name in _CODES if (code := label(error.get(name)))), nested_code))


def failure_in(chunk: Mapping[str, Any]) -> Failure | None:
    """The error a chunk or body tells, if it tells one.

    The documented way is ``error``. Without it, words alone (``message``, ``detail``, ``msg``, a code) are an error
    only where neither choices nor usage stand beside them (shapes seen 2026-11-26 on DashScope, MiniMax, FastAPI).

    Example:
        >>> failure_in({"code": "DataInspectionFailed", "message": "inappropriate"})
        Failure(message='inappropriate', code='DataInspectionFailed')
        >>> failure_in({"choices": [], "error_type": None}) is None
        True
    """
    if (error := chunk.get("error")) and is_told(error):
        return failure_from(error if error is not True else {**chunk, "error": None})
    if chunk.get("error_type") or chunk.get("error_message"):
        return failure_from({"type": chunk.get("error_type"), "message": chunk.get("error_message")})
    base = chunk.get("base_resp")
    if isinstance(base, Mapping) and not _is_fine(base.get("status_code")):
        return failure_from(base)
    if chunk.get("choices") or isinstance(chunk.get("usage"), Mapping):
        return None
    return failure_from(chunk) if _is_error(chunk) else None


_TELLING = ("msg", "detail", "error_msg", "errorMessage", "error_message", "errors")
_MESSAGES = ("message", "error", *_TELLING, "status_msg", "description", "title", "reason")
_CODE_NAMES = ("code", "error_code", "errorCode", "status_code")
_CODES = (*_CODE_NAMES, "status", "type")
_FINE = frozenset({"", "0", "200", "ok", "success", "succeeded", "none", "null"})
_FAILED = frozenset({"error", "failed", "failure", "fail"})
_BENIGN = frozenset({
    "ping", "heartbeat", "keepalive", "keep-alive", "keep_alive", "status", "progress", "info", "processing", "queued",
    "pending", "running", "in_progress", "started", "waiting",
})  # fmt: skip
_REFUSED = 400


def _is_error(chunk: Mapping[str, Any]) -> bool:
    """Whether a chunk without choices and usage tells of an error."""
    states = {label(chunk.get(name)).lower() for name in ("object", "type", "status", "event")}
    if states & _FAILED or chunk.get("success") is False or chunk.get("ok") is False:
        return True
    if states & _BENIGN or chunk.get("success") is True:
        return False
    if isinstance(status := chunk.get("status"), int) and status >= _REFUSED:
        return True
    codes = [chunk[name] for name in _CODE_NAMES if name in chunk]
    if codes:
        return not all(_is_fine(code) for code in codes)
    message = chunk.get("message")
    return (isinstance(message, str) and bool(message.strip())) or any(
        isinstance(said := chunk.get(name), (str, list, Mapping)) and bool(said) for name in _TELLING
    )


def _is_fine(code: Any) -> bool:
    return code is None or code is True or label(code).lower() in _FINE


def is_told(error: Any) -> bool:
    """Whether ``error`` says anything: some servers send an empty one with every chunk.

    Example:
        >>> is_told({"message": None, "code": 0}), is_told(""), is_told({"code": 502})
        (False, False, True)
    """
    return any(error.values()) if isinstance(error, Mapping) else bool(error)


def failure_of(body: str) -> Failure:
    """The error in a body that came with an error status; its beginning if it is none of the known shapes.

    Example:
        >>> failure_of('[{"error": {"code": 429, "message": "quota"}}]'), failure_of("gone")
        (Failure(message='quota', code='429'), Failure(message='gone', code=''))
    """
    values, rest = values_in(body)
    found = values[0] if values and not rest else None
    chunks = [found] if isinstance(found, dict) else found if isinstance(found, list) else []
    failures = (failure_in(opened(chunk)) for chunk in chunks if isinstance(chunk, dict))
    return next((failure for failure in failures if failure), Failure(error_text(body)))


def json_or_text(data: str) -> Any:
    """The error in ``data``, parsed if it is JSON."""
    values, rest = values_in(data)
    if rest or len(values) != 1:
        return data
    return values[0].get("error") or values[0] if isinstance(values[0], dict) else values[0]


def _words(value: Any) -> str:
    """What a server said, as a text of bounded length."""
    if not isinstance(value, str):
        value = json.dumps(clean(value), ensure_ascii=False) if value else ""
    return scrub(whole_text(value[: 4 * MESSAGE_CHARACTERS]))[:MESSAGE_CHARACTERS]  # a cut key would not be known


def page_title(body: str) -> str:
    """The title of a web page, or its first words; never the page.

    Example:
        >>> page_title("<html><title>502 Bad &amp; Gateway</title>…")
        '502 Bad & Gateway'
    """
    found = re.search(r"<(title|h1)[^>]*>(.*?)</\1", body[:65536], re.IGNORECASE | re.DOTALL)
    text = (
        found[2]
        if found
        else re.sub(r"<(script|style).*?</\1\s*>|<[^>]*>", " ", body[:65536], flags=re.IGNORECASE | re.DOTALL)
    )
    return scrub(" ".join(html.unescape(text).split()))[:80]  # a half of a key is not found any more


def error_text(body: str) -> str:
    """A body that is neither answer nor known error, short enough for a line.

    Example:
        >>> error_text('{"detail": "Not Found"}')
        'Not Found'
    """
    values, rest = values_in(body)
    if rest or not values:
        return " ".join(_words(body).split())[:200]
    value = values[0]
    if isinstance(value, dict):
        value = value.get("detail") or value.get("message") or value
    if isinstance(value, str):
        return _words(value)
    return _words(json.dumps(clean(value), ensure_ascii=False))[:200]
