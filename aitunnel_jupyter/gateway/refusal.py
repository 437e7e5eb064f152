"""HTTP error statuses → the error a person reads, and whether asking again makes sense."""

from __future__ import annotations

import email.utils
import json
import math
import random
import time
from datetime import UTC
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import GatewayRefused
from aitunnel_jupyter.gateway.wire.failures import Failure, failure_of, page_title
from aitunnel_jupyter.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NO_KEY = 401
TOO_MANY = 429
SERVER_FAILED = 500
MOST_RETRIES = 2
DETAIL_BYTES = 200
"""Of a server's words, where the proxy in between is told behind them."""
LONGEST_WAIT = 120.0
"""Seconds: a longer ``Retry-After`` is told to the person instead of waited for."""

_RETRIED = frozenset({408, 409, 425, 429})
MOST_SECONDS = 366 * 86_400.0
"""A longer ``Retry-After`` is a mistake of the server's."""
_CONTEXT_WORDS = (
    "context_length", "context length", "context size", "context window", "exceed_context", "maximum context",
    "prompt is too long", "input is too long",
)  # fmt: skip
_BY_STATUS = {
    401: "http.401",
    402: "http.402",
    403: "http.403",
    404: "http.404",
    407: "http.407",
    413: "http.413",
    429: "http.429",
}


def is_retried(status: int, failure: Failure) -> bool:
    """Whether a request that got ``status`` may be sent again.

    Example:
        >>> is_retried(503, Failure("")), is_retried(402, Failure(""))
        (True, False)
    """
    if status == TOO_MANY and "insufficient_quota" in f"{failure.code} {failure.message}":
        return False
    return status in _RETRIED or status >= SERVER_FAILED


def wait_before(attempt: int, headers: Mapping[str, str]) -> float:
    """Seconds to wait before asking again.

    ``retry-after-ms``, then ``Retry-After`` (seconds or an HTTP date), else ``min(0.5·2ⁿ, 8)`` with jitter.

    Args:
        attempt: 0 for the wait after the first try.
        headers: The refusal's headers, lower-case names.

    Example:
        >>> wait_before(0, {"retry-after": "3"})
        3.0
    """
    told = wait_told(headers)
    if told is not None:
        return told
    return min(0.5 * 2.0**attempt, 8.0) * random.uniform(0.75, 1.25)  # noqa: S311  jitter, not a secret


def wait_told(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait; ``None`` if it says nothing, or nothing that is a time to come.

    Example:
        >>> wait_told({"retry-after-ms": "250"}), wait_told({"retry-after": "-5"})
        (0.25, None)
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _seconds(headers.get(name, ""), unit)
        if 0.0 <= seconds <= MOST_SECONDS:  # false for "nan" too
            return seconds
    return None


def _seconds(value: str, unit: float) -> float:
    """A number or an HTTP date in seconds from now; NaN for anything else."""
    try:
        return float(value.partition(",")[0]) * unit  # two such headers arrive as one, with a comma
    except ValueError:
        pass
    try:
        date = email.utils.parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return math.nan


def body_failure(body: str) -> Failure:
    """The error inside an error body: JSON in any known shape, a page's title, or plain text.

    Example:
        >>> body_failure('{"error": {"message": "no", "code": "pii_blocked"}}')
        Failure(message='no', code='pii_blocked')
    """
    return Failure(page_title(body)) if body.lstrip()[:1] == "<" else failure_of(body)


def refusal(
    status: int,
    body: str,
    *,
    host: str,
    model: str,
    via: str = "",
    keyless: bool = False,
    request_id: str | None = None,
    wait: float | None = None,
    close: Sequence[str] = (),
) -> GatewayRefused:
    """The error for an HTTP status of 400 and above.

    Args:
        status: The HTTP status.
        body: The response's body as text.
        host: Who answered, as shown to a person.
        model: The model asked for.
        via: The proxy in between, as shown to a person: it may be the one that refuses.
        keyless: Whether no key was sent.
        request_id: The server's id, if it gave one.
        wait: Seconds the server asked to wait, if it did.
        close: Models of its list whose names are like this one's.
    """
    failure = body_failure(body)
    clue = f"{failure.code} {failure.message} {_kind(body)}".lower()
    detail = failure.message or "–"
    if via:
        detail = f"{one_line(detail, DETAIL_BYTES)} {via}"
    values: dict[str, Any] = {"detail": detail, "host": host, "model": model}
    code = "http.401.keyless" if keyless and status == NO_KEY else _code(status, clue)
    if body.lstrip()[:1] == "<" and status not in _BY_STATUS:
        code, values["title"] = "http.page", failure.message or "–"
        values["host"] = f"{host} {via}" if via else host
    if code == "http.404" and close:
        code, values["close"] = "http.404.close", ", ".join(close)
    if code == "http.429" and wait:
        code, values["seconds"] = "http.429.wait", str(math.ceil(wait))
    return GatewayRefused(code, status=status, request_id=request_id, **values)


def _kind(body: str) -> str:
    """The error's ``type``, which says more than its code where that repeats the status (llama.cpp)."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    error = value.get("error") if isinstance(value, dict) else None
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def _code(status: int, clue: str) -> str:
    if "pii_blocked" in clue:
        return "http.pii"
    if status in {400, 413, 422} and any(word in clue for word in _CONTEXT_WORDS):
        return "http.context"
    if status == TOO_MANY and "insufficient_quota" in clue:
        return "http.429.quota"
    return _BY_STATUS.get(status, "http.5xx" if status >= SERVER_FAILED else "http.400")
