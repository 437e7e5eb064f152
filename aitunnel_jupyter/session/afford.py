"""After a 402: what the reservation had to do with it, and once more with what the balance allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.errors import AITunnelError, GatewayRefused
from aitunnel_jupyter.gateway.engine import engine
from aitunnel_jupyter.session.limits import fitting, limits_of, prices_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.session.entry import Entry
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn

PAYMENT_REQUIRED = 402


@dataclass(frozen=True, slots=True)
class RetryWithLess:
    """The only policy after a failure: a 402 is explained, and where the person wants it, asked once more with less.

    Args:
        question: What was asked.
        write_down: Begins the second request's entry; may refuse it.
    """

    question: Question
    write_down: Callable[[Request], tuple[Entry | None, tuple[Notice, ...]]]

    def wants(self, turn: Turn) -> bool:
        """Whether the person wants it and the balance may have been the reason."""
        return self.question.afford and _is_402(turn)

    def smaller(self, turn: Turn) -> Request | None:
        """The request that the balance allows."""
        found = affordable(self.question, turn)
        return found.request if found else None

    def begin(self, request: Request) -> tuple[Entry | None, tuple[Notice, ...]]:
        """Write it down.

        Raises:
            BudgetExceeded: It does not fit into a budget; nothing was sent.
        """
        entry, notices = self.write_down(request)
        return entry, (*notices, Notice("afforded", str(request.max_tokens)))

    def explained(self, turn: Turn) -> AITunnelError:
        """The turn's error; a 402 says what was reserved."""
        return explained(self.question, turn)


def affordable(question: Question, turn: Turn) -> Question | None:
    """The same question with the longest answer that the balance allows; ``None`` if that does not help.

    Asks the server for the balance; blocks.
    """
    prices = prices_of(question.request, question.address)
    if not _is_402(turn) or prices is None or turn.request.max_tokens is None:
        return None
    balance = _balance(question)
    if balance is None:
        return None
    most = turn.request.max_tokens - 1
    found = fitting(replace(question.request, max_tokens=most), prices, balance)
    return None if found is None else replace(question, request=found.request)


def explained(question: Question, turn: Turn) -> AITunnelError:
    """The turn's error; a 402 says what was reserved."""
    error = turn.error
    assert error is not None
    ceiling = limits_of(turn.request, question.address, question.max_tokens).ceiling
    if not _is_402(turn) or not ceiling or turn.request.max_tokens is None:
        return error
    values = error.values | {"ceiling": f"{ceiling:.2f}", "max_tokens": turn.request.max_tokens}
    return GatewayRefused(
        "http.402.reserved", status=error.status, request_id=error.request_id, partial=error.partial, **values
    )


def _is_402(turn: Turn) -> bool:
    return isinstance(turn.error, GatewayRefused) and turn.error.status == PAYMENT_REQUIRED


def _balance(question: Question) -> Decimal | None:
    """Roubles that the key may spend: the account's, or the key's own budget if that is less."""
    try:
        told = engine().account(question.address)
    except AITunnelError:
        return None
    amounts = [amount for name in ("balance", "budget") if (amount := _roubles(told.get(name))) is not None]
    return min(amounts) if amounts else None


def _roubles(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
