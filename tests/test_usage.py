"""What a server counted, in whatever form; what cannot be true is unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aitunnel_jupyter.usage import MOST_ROUBLES, MOST_TOKENS, Usage, usage_from

COSTS: list[tuple[Any, str | None]] = [
    (0.51, "0.51"), ("0.51", "0.51"), ("0,51", "0.51"), (" 1 234,50 ", "1234.50"), ("1\u00a0234", "1234"), (3, "3"),
    (0, "0"), ("0", "0"), (".5", "0.5"), ("1e-3", "0.001"), (0.1 + 0.2, "0.30000000000000004"), (10**9, "1000000000"),
    (10**9 + 1, None), (1e300, None), ("1e999999", None), ("1e9999", None), (5e-324, "0"), (float("nan"), None),
    (float("inf"), None), ("NaN", None), ("Infinity", None), (2**70, None), (10**400, None), (-0.5, None), ("-1", None),
    (True, None), (None, None), ("", None), ("free", None), ("1,2,3", None), ("1.2,3", None), ("0x10", None), ("1_0", None),
    ("١", None), ("9" * 41, None), ({"amount": 1}, None), ([1], None), ("0,51 ₽", None),
]  # fmt: skip
COUNTS: list[tuple[Any, int | None]] = [
    (11, 11), (0, 0), ("11", 11), (" 11 ", 11), ("1,240", 1240), ("1 240", 1240), (11.0, 11), ("11.0", 11),
    (MOST_TOKENS, MOST_TOKENS), (MOST_TOKENS + 1, None), (2**70, None), (-1, None), ("-1", None), (1e300, None),
    (float("nan"), None), (True, None), (None, None), ("", None), ("many", None), ([11], None), ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), COSTS)
def test_a_cost(value: Any, expected: str | None) -> None:
    cost = usage_from({"cost_rub": value}).cost
    assert cost == (None if expected is None else Decimal(expected))
    assert cost is None or (cost.is_finite() and 0 <= cost <= MOST_ROUBLES and f"{cost:.2f}")


@pytest.mark.parametrize(("value", "expected"), COUNTS)
def test_a_count(value: Any, expected: int | None) -> None:
    assert usage_from({"prompt_tokens": value}).prompt_tokens == expected


def test_an_account_may_be_overdrawn() -> None:
    assert usage_from({"balance": "-3,5"}).balance == Decimal("-3.5")


def test_the_first_name_that_says_a_number_counts() -> None:
    assert usage_from({"prompt_tokens": None, "input_tokens": 7}).prompt_tokens == 7
    assert usage_from({"prompt_tokens": 0, "input_tokens": 7}).prompt_tokens == 0
    details = {"prompt_tokens_details": {"cached_tokens": 3}, "prompt_cache_hit_tokens": 9}
    assert usage_from(details).cached_tokens == 3
    assert usage_from({"prompt_tokens_details": [], "prompt_cache_hit_tokens": 9}).cached_tokens == 9


def test_what_says_something() -> None:
    assert not Usage().says_something
    assert not Usage(prompt_tokens=0, cost=Decimal(0)).says_something
    assert Usage(completion_tokens=1).says_something
    assert Usage(cost=Decimal("0.01")).says_something


def test_a_later_usage_replaces_what_it_tells_and_adds_nothing() -> None:
    early = Usage(prompt_tokens=11, completion_tokens=1, reasoning_tokens=0, cost=Decimal(0))
    late = Usage(completion_tokens=22, total_tokens=33)
    assert late.after(early) == Usage(prompt_tokens=11, completion_tokens=22, total_tokens=33)
    assert late.after(None) is late
    assert early.of_incomplete().cost is None
    assert Usage(cost=Decimal(1)).of_incomplete().cost == 1
