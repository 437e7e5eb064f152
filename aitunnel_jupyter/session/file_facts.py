"""What a conversation's file says of an answer: anybody can have written it, so odd values are dropped."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Facts, Notice, ToolCall
from aitunnel_jupyter.messages import LANGUAGES, table
from aitunnel_jupyter.redaction import one_line
from aitunnel_jupyter.session.rows import storable
from aitunnel_jupyter.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "file:"
"""The ``base_url`` of turns that were not asked here."""

_FORMATS = frozenset({"markdown", "text", "code", "json", "html", "math"})
_MOST_TOKENS = 10**12
_MOST_ROUBLES = Decimal(10) ** 9
_COUNTS = (
    "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens",
    "web_search_requests",
)  # fmt: skip


def facts_of(raw: Any, model: str = "") -> Facts:
    """The facts of an answer in a file.

    Args:
        raw: The file's value for them, of any kind.
        model: Who answered, where the facts do not say it.

    Example:
        >>> facts_of({"model": "m", "elapsed": float("nan"), "usage": {"cost": "0.5", "prompt_tokens": -1}}).usage.cost
        Decimal('0.5')
    """
    told: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    language, form = _text(told.get("language")), _text(told.get("format"))
    return Facts(
        model=_text(told.get("model")) or _text(model),
        usage=_usage(told.get("usage")),
        finish_reason=_text(told.get("finish_reason")) or None,
        reasoning=_text(told.get("reasoning")),
        tool_calls=tuple(ToolCall(*map(_text, call)) for call in _lists(told.get("tool_calls"), 3)),
        citations=tuple(one for one in _list(told.get("citations")) if isinstance(one, dict)),
        images=tuple(one for one in _list(told.get("images")) if isinstance(one, str)),
        elapsed=_seconds(told.get("elapsed")),
        request_id=_text(told.get("request_id")) or None,
        complete=told.get("complete") is not False,
        error=one_line(_text(told.get("error")), 480) or None,
        notices=tuple(Notice(*map(_text, one)) for one in _lists(told.get("notices"), 2) if _is_notice(one[0])),
        format=form if form in _FORMATS else "markdown",
        language=language if language in LANGUAGES else "en",
        base_url=FILE,
    )


def _text(value: Any) -> str:
    return str(storable(value)) if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _lists(value: Any, size: int) -> list[list[Any]]:
    return [one for one in _list(value) if isinstance(one, list) and len(one) == size]


def _is_notice(code: Any) -> bool:
    return isinstance(code, str) and f"notice.{code}" in table()


def _seconds(value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) and 0 <= value < _MOST_TOKENS else 0.0


def _usage(raw: Any) -> Usage | None:
    if not isinstance(raw, dict):
        return None
    counts: dict[str, Any] = {name: _count(raw.get(name)) for name in _COUNTS}
    return Usage(**counts, cost=_roubles(raw.get("cost")))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_TOKENS else None


def _roubles(value: Any) -> Decimal | None:
    try:
        amount = Decimal(value) if isinstance(value, str) and len(value) < 60 else None  # noqa: PLR2004
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and 0 <= amount < _MOST_ROUBLES else None
