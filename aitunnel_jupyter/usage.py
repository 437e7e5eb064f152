"""What a turn used and cost, as the server counted it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """What a turn used, as the server counted it; ``None`` where it said nothing.

    Source: the gateway's ``usage`` object, https://aitunnel.ru (documentation of 2026-08-21).
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    web_search_requests: int | None = None
    cost: Decimal | None = None
    """Charged for this turn, in roubles (``cost_rub``)."""
    balance: Decimal | None = field(default=None, repr=False)
    """The account after it, in roubles; not shown with the rest, because a notebook saves what it shows."""


def usage_from(raw: Mapping[str, Any]) -> Usage:
    """The wire's ``usage`` object as :class:`Usage`; what is absent or malformed becomes ``None``.

    Example:
        >>> usage_from({"prompt_tokens": 3, "cost_rub": 0.51}).cost
        Decimal('0.51')
    """
    prompt = _mapping(raw.get("prompt_tokens_details"))
    completion = _mapping(raw.get("completion_tokens_details"))
    tools = _mapping(raw.get("server_tool_use"))
    return Usage(
        prompt_tokens=_count(raw.get("prompt_tokens")),
        completion_tokens=_count(raw.get("completion_tokens")),
        total_tokens=_count(raw.get("total_tokens")),
        cached_tokens=_count(prompt.get("cached_tokens")),
        cache_write_tokens=_count(prompt.get("cache_write_tokens")),
        reasoning_tokens=_count(completion.get("reasoning_tokens")),
        web_search_requests=_count(tools.get("web_search_requests")),
        cost=_roubles(raw.get("cost_rub")),
        balance=_roubles(raw.get("balance")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return int(value)


def _roubles(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        amount = Decimal(str(value))
    except ArithmeticError:
        return None
    return amount if amount.is_finite() else None
