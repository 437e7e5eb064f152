"""What a turn used and cost, as the server counted it."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

MOST_ROUBLES = Decimal(10) ** 9
"""More than this is a mistake of the server; the journal adds billionths of a rouble in 64 bits."""
MOST_TOKENS = 2**63 - 1
"""The largest integer of SQLite."""
_DECIMAL_PLACES = 18
_NUMBER_CHARACTERS = 40
_GROUPED = re.compile(r"\d{1,3}([, \u00a0\u202f_]\d{3})+")


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

    @property
    def says_something(self) -> bool:
        """Not if every number in it is zero or unknown."""
        return any(getattr(self, field.name) for field in dataclasses.fields(self))

    def after(self, earlier: Usage | None) -> Usage:
        """This usage, with what only an earlier one of the same answer told; nothing is added up.

        Example:
            >>> Usage(completion_tokens=22).after(Usage(prompt_tokens=11, completion_tokens=1)).prompt_tokens
            11
        """
        if earlier is None:
            return self
        told = {f.name: value for f in dataclasses.fields(self) if (value := getattr(earlier, f.name))}
        unknown = {name: value for name, value in told.items() if getattr(self, name) is None}
        return dataclasses.replace(self, **unknown) if unknown else self

    def of_incomplete(self) -> Usage:
        """The same for an answer that did not come to its end: a cost of 0 is then not known, not nothing."""
        return dataclasses.replace(self, cost=None) if self.cost == 0 else self


def usage_from(raw: Mapping[str, Any]) -> Usage:
    """The wire's ``usage`` object as :class:`Usage`; what is absent, malformed or impossible becomes ``None``.

    Names of other vendors count too: ``input_tokens``, ``output_tokens`` and their details (Anthropic, the
    Responses API), ``prompt_cache_hit_tokens`` (DeepSeek).

    Example:
        >>> usage_from({"prompt_tokens": 3, "cost_rub": "0,51"}).cost
        Decimal('0.51')
    """
    prompt = _mapping(raw, "prompt_tokens_details", "input_tokens_details")
    completion = _mapping(raw, "completion_tokens_details", "output_tokens_details")
    tools = _mapping(raw, "server_tool_use")
    return Usage(
        prompt_tokens=_count(raw, "prompt_tokens", "input_tokens"),
        completion_tokens=_count(raw, "completion_tokens", "output_tokens"),
        total_tokens=_count(raw, "total_tokens"),
        cached_tokens=_first(
            _count(prompt, "cached_tokens"), _count(raw, "cache_read_input_tokens", "prompt_cache_hit_tokens")
        ),
        cache_write_tokens=_first(_count(prompt, "cache_write_tokens"), _count(raw, "cache_creation_input_tokens")),
        reasoning_tokens=_first(_count(completion, "reasoning_tokens"), _count(raw, "reasoning_tokens")),
        web_search_requests=_count(tools, "web_search_requests"),
        cost=_cost(raw.get("cost_rub")),
        balance=_roubles(raw.get("balance")),
    )


def _mapping(raw: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    return next((value for name in names if isinstance(value := raw.get(name), Mapping)), {})


def _first(*counts: int | None) -> int | None:
    return next((count for count in counts if count is not None), None)


def _count(raw: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = raw.get(name)
        if isinstance(value, str) and _GROUPED.fullmatch(value.strip()):
            value = re.sub(r"\D", "", value)
        number = _number(value)
        if number is not None and 0 <= number <= MOST_TOKENS:
            return int(number)
    return None


def _cost(value: Any) -> Decimal | None:
    amount = _roubles(value)
    return None if amount is not None and amount < 0 else amount


def _roubles(value: Any) -> Decimal | None:
    amount = _number(value)
    if amount is None or abs(amount) > MOST_ROUBLES:
        return None
    exponent = amount.as_tuple().exponent
    return round(amount, _DECIMAL_PLACES) if isinstance(exponent, int) and exponent < -_DECIMAL_PLACES else amount


def _number(value: Any) -> Decimal | None:
    """A finite number, also one written as text, with a decimal comma too."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() <= MOST_TOKENS.bit_length() else None
    if isinstance(value, float):
        return Decimal(str(value)) if math.isfinite(value) else None
    text = re.sub(r"[\s\u00a0\u202f]", "", value[: _NUMBER_CHARACTERS + 1])
    if len(text) > _NUMBER_CHARACTERS or not re.fullmatch(r"[-+]?\d*([.,]\d*)?([eE][-+]?\d{1,4})?", text, re.ASCII):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except ArithmeticError:
        return None
