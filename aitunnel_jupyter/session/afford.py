"""After a 402: what the reservation had to do with it, and what the balance allows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.errors import AITunnelError, GatewayRefused
from aitunnel_jupyter.gateway.engine import engine
from aitunnel_jupyter.session.budget import prompt_ceiling
from aitunnel_jupyter.session.limits import limits_of, prices_of

if TYPE_CHECKING:
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn

PAYMENT_REQUIRED = 402
SHORTEST = 64
"""Tokens: a shorter answer is no use to anyone."""


def affordable(question: Question, turn: Turn) -> Question | None:
    """The same question with the longest answer that the balance allows; ``None`` if that does not help."""
    prices = prices_of(question.request, question.address)
    if not _is_402(turn) or prices is None or turn.request.max_tokens is None:
        return None
    balance = _balance(question)
    if balance is None:
        return None
    left = balance * 1_000_000 - prompt_ceiling(question.request) * prices.prompt
    tokens = min(int(left / prices.completion) if prices.completion else 0, turn.request.max_tokens - 1)
    if tokens < SHORTEST:
        return None
    notices = (*question.notices, Notice("afforded", str(tokens)))
    return replace(question, request=replace(question.request, max_tokens=tokens), notices=notices)


def explained(question: Question, turn: Turn) -> AITunnelError:
    """The turn's error; a 402 says what was reserved."""
    error = turn.error
    assert error is not None
    ceiling = limits_of(question.request, question.address, question.max_tokens).ceiling
    if not _is_402(turn) or not ceiling or turn.request.max_tokens is None:
        return error
    values = error.values | {"ceiling": f"{ceiling:.2f}", "max_tokens": turn.request.max_tokens}
    return GatewayRefused(
        "http.402.reserved", status=error.status, request_id=error.request_id, partial=error.partial, **values
    )


def _is_402(turn: Turn) -> bool:
    return turn.error is not None and turn.error.status == PAYMENT_REQUIRED


def _balance(question: Question) -> Decimal | None:
    """Roubles that the key may spend: the account's, or the key's own budget if that is less."""
    try:
        told = engine().account(question.address)
    except AITunnelError:
        return None
    amounts = [value for value in (told.get("balance"), told.get("budget")) if isinstance(value, (int, float))]
    return min(Decimal(str(amount)) for amount in amounts) if amounts else None
