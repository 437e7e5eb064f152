"""Money before it is spent: what a request can cost at most, and whether that fits.

The journal is the ledger: a turn counts with what it cost, and as long as nobody knows that, with the most it can
cost. The check and the entry are one transaction, so parallel requests and other kernels cannot slip in between.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.errors import BudgetExceeded
from aitunnel_jupyter.session.record import from_nano, nano

if TYPE_CHECKING:
    import sqlite3

    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.session.database import Database

NOTHING = Decimal(0)
DAILY = "day"
"""The scope of ``%ai budget --daily``: every notebook, from midnight to midnight, local time."""

PICTURE_TOKENS = 8_000
"""More than any provider counts for one picture (OpenAI high detail 1 105 to 2 500, Gemini 258 per tile; 2026-08)."""
MESSAGE_TOKENS = 16
"""What chat templates put around each message, rounded up."""


class Budget(NamedTuple):
    """A limit and what is spent of it."""

    scope: str
    """:data:`DAILY`, or a notebook."""
    limit: Decimal
    """Roubles."""
    spent: Decimal
    """Roubles, running requests with the most they can cost."""
    since: float
    """Unix seconds."""

    @property
    def left(self) -> Decimal:
        """Roubles; negative only if the limit was lowered."""
        return self.limit - self.spent


def prompt_ceiling(request: Request) -> int:
    """The most tokens a prompt can be: a byte-level tokenizer never makes more tokens than there are bytes."""
    return sum(MESSAGE_TOKENS + _tokens(message.get("content")) for message in request.messages) + len(
        json.dumps(dict(request.extra), ensure_ascii=False).encode("utf-8", "replace")
    )


def ceiling(
    request: Request, max_tokens: int, prompt_cost: Decimal, completion_cost: Decimal, context: int | None = None
) -> Decimal:
    """The most a request can cost, in roubles.

    Args:
        request: What will be asked.
        max_tokens: The longest answer, reasoning included.
        prompt_cost: Roubles per 1 000 000 tokens.
        completion_cost: Roubles per 1 000 000 tokens.
        context: Most tokens the model can read: a longer prompt is refused, not charged.
    """
    count = request.extra.get("n", 1)
    answers = count if isinstance(count, int) and count > 0 else 1
    prompt = prompt_ceiling(request) if context is None else min(prompt_ceiling(request), context)
    return (prompt * prompt_cost + answers * max_tokens * completion_cost) / 1_000_000


def check(connection: sqlite3.Connection, notebook: str, cost: Decimal | None, model: str) -> bool:
    """Refuse what does not fit.

    Returns:
        Whether any budget holds here.

    Raises:
        BudgetExceeded: With the figures; also if nobody knows what it can cost.
    """
    found = _budgets(connection, notebook)
    for budget in found:
        if cost is None:
            raise BudgetExceeded("budget.unknown", limit=_kopecks(budget.limit), model=model)
        if budget.spent + cost > budget.limit:
            code = "budget.day" if budget.scope == DAILY else "budget.notebook"
            raise BudgetExceeded(
                code, limit=_kopecks(budget.limit), spent=_kopecks(budget.spent), ceiling=_kopecks(cost)
            )
    return bool(found)


def budgets(database: Database, notebook: str) -> list[Budget]:
    """The limits that hold in a notebook."""
    with database.write() as connection:
        return list(_budgets(connection, notebook))


def set_budget(database: Database, scope: str, limit: Decimal | None, *, afresh: bool = False) -> None:
    """Set or, with ``None``, lift a limit; what was spent since it was first set stays counted unless ``afresh``."""
    with database.write() as connection:
        if limit is None:
            connection.execute("DELETE FROM budgets WHERE scope = ?", (scope,))
            return
        again = ", since = excluded.since" if afresh else ""
        connection.execute(
            f"INSERT INTO budgets VALUES (?, ?, ?) ON CONFLICT (scope) DO UPDATE SET roubles = excluded.roubles{again}",
            (scope, nano(limit), time.time()),
        )


def _budgets(connection: sqlite3.Connection, notebook: str) -> list[Budget]:
    found = []
    for row in connection.execute("SELECT * FROM budgets WHERE scope IN (?, ?)", (DAILY, notebook)).fetchall():
        daily = row["scope"] == DAILY
        since = midnight() if daily else row["since"]
        where, values = ("", ()) if daily else (" AND notebook = ?", (notebook,))
        (spent,) = connection.execute(
            f"SELECT coalesce(sum(coalesce(cost, ceiling, 0) + doubtful), 0) FROM turns WHERE started >= ?{where}",
            (since, *values),
        ).fetchone()
        found.append(Budget(row["scope"], _roubles(row["roubles"]), _roubles(spent), since))
    return found


def midnight() -> float:
    """The last one, local time, in Unix seconds."""
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _roubles(amount: int) -> Decimal:
    return from_nano(amount) or NOTHING


def _kopecks(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def _tokens(content: Any) -> int:
    if isinstance(content, str):
        return len(content.encode("utf-8", "replace"))
    total = 0
    for part in content if isinstance(content, list) else []:
        if not isinstance(part, dict):
            continue
        is_picture = part.get("type") in {"image_url", "input_image"}
        total += PICTURE_TOKENS if is_picture else len(json.dumps(part, ensure_ascii=False).encode("utf-8", "replace"))
    return total
