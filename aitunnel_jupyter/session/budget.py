"""Money before it is spent: the limits of a notebook and of the day, what is spent of them, and whether more fits.

The journal is the ledger: a turn counts with what it cost, and as long as nobody knows that, with the most it can
cost. The check and the entry are one transaction, so parallel requests and other kernels cannot slip in between.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.errors import BudgetExceeded
from aitunnel_jupyter.session.record import from_nano, nano
from aitunnel_jupyter.session.services import SERVICES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.session.database import Database

NOTHING = Decimal(0)
MOST = Decimal(10**6)
"""Roubles: whatever is more is counted as this much, so that sums stay whole numbers of 64 bits."""
DAILY = "day"
"""The scope of ``%ai budget --daily``: every notebook, from midnight to midnight, local time."""
UNPRICED = "*"
"""Stands among a budget's services for everything that nobody knows a price of."""

PICTURE_TOKENS = 8_000
"""More than any provider counts for one picture (OpenAI high detail 1 105 to 2 500, Gemini 258 per tile; 2026-08)."""
LINKED_FILE_TOKENS = 1_000_000
"""For a file or film that a request only links to: nobody here knows its size, and no model reads more."""
_PICTURES = ("image_url", "input_image")
_LINKED = ("file", "input_file", "video_url")


def prompt_ceiling(request: Request) -> int:
    """The most tokens a prompt can be: the bytes of the body that is sent, pictures by what a picture can be.

    A byte-level tokenizer never makes more tokens than there are bytes, and what chat templates put around a message
    is shorter than its JSON.
    """
    payload = request.payload()
    messages = payload.get("messages")
    pictures, linked = 0, 0
    if isinstance(messages, list):
        payload["messages"] = [_without_pictures(message) for message in messages]
        parts = [part for message in messages for part in _parts(message)]
        pictures = sum(map(_is_picture, parts))
        linked = sum(map(_is_linked, parts))
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(body.encode("utf-8", "surrogatepass")) + pictures * PICTURE_TOKENS + linked * LINKED_FILE_TOKENS


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
    prompt = prompt_ceiling(request) if context is None else min(prompt_ceiling(request), context)
    return min((prompt * prompt_cost + answers(request) * max_tokens * completion_cost) / 1_000_000, MOST)


def answers(request: Request) -> int:
    """How many answers a request asks for, at least one: ``n`` as a server may understand it."""
    return count(request.payload().get("n")) or 1


def count(value: object) -> int | None:
    """A number of a request as a server may understand it, rounded up; ``None`` if it is not above 0.

    Example:
        >>> [count(value) for value in (3, "3", 2.5, True, 0, -1, None, "many")]
        [3, 3, 3, 1, None, None, None, None]
    """
    if not isinstance(value, (int, float, str)):
        return None
    try:
        number = math.ceil(float(value)) if not isinstance(value, int) else int(value)
    except (ValueError, OverflowError):
        return None
    return number if number > 0 else None


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit and what is spent of it."""

    scope: str
    """:data:`DAILY`, or a notebook."""
    limit: Decimal
    """Roubles."""
    spent: Decimal
    """Roubles, running requests with the most they can cost."""
    since: float
    """Unix seconds."""
    services: Mapping[str, Decimal] = field(default_factory=dict)
    """Roubles that the person says a service adds to one question at most."""
    allows_unpriced: bool = False
    """Whether the person lets through what nobody knows a price of."""

    @property
    def left(self) -> Decimal:
        """Roubles; negative only if the limit was lowered."""
        return self.limit - self.spent

    def has_room(self, cost: Cost) -> bool:
        """Whether a request fits: what is free always does, what nobody knows only while something is left."""
        total = self.total(cost)
        is_known = cost.tokens is not None and all(name in self.services for name in cost.services)
        return (is_known and not total) or (total <= self.left if is_known else total < self.left)

    def total(self, cost: Cost) -> Decimal:
        """Roubles that a request can cost at most, as far as anybody knows."""
        return (cost.tokens or NOTHING) + sum((self.services.get(name, NOTHING) for name in cost.services), NOTHING)


@dataclass(frozen=True, slots=True)
class Cost:
    """The most a request can cost."""

    model: str
    tokens: Decimal | None
    """Roubles for prompt and answer; ``None`` if nobody knows."""
    services: tuple[str, ...] = ()
    """What is charged besides, see :mod:`aitunnel_jupyter.session.services`."""
    fit: Callable[[Decimal], tuple[Request, Decimal] | None] | None = None
    """The request with a shorter answer, and the roubles it can cost, for so many roubles; ``None`` if the length is
    the person's own wish."""


class Checked(NamedTuple):
    """What a check found."""

    holds: bool
    """Whether any budget holds here."""
    ceiling: Decimal | None
    """What the ledger counts until the cost is known, in roubles."""
    request: Request | None = None
    """Set if only this shorter one fits."""


def check(connection: sqlite3.Connection, notebook: str, cost: Cost) -> Checked:
    """Let through what fits, if need be with a shorter answer.

    Raises:
        BudgetExceeded: With the figures; also if nobody knows what it can cost.
    """
    return checked(_budgets(connection, notebook), cost)


def checked(found: Sequence[Budget], cost: Cost) -> Checked:
    """The same for limits that were read before.

    Raises:
        BudgetExceeded: It does not fit.
    """
    if not found:
        return Checked(holds=False, ceiling=None if cost.services else cost.tokens)
    for budget in found:
        if not budget.allows_unpriced:
            _refuse_unpriced(budget, cost)
    tightest = min(found, key=lambda budget: budget.left - budget.total(cost))
    if all(budget.has_room(cost) for budget in found):
        known = cost.tokens is not None
        return Checked(holds=True, ceiling=max(budget.total(cost) for budget in found) if known else None)
    return _shorter(found, cost) or _refuse(tightest, tightest.total(cost))


def _refuse_unpriced(budget: Budget, cost: Cost) -> None:
    limit, daily = _kopecks(budget.limit), " --daily" * (budget.scope == DAILY)
    for service in cost.services:
        if service not in budget.services:
            code = f"budget.service.{service}" if service in SERVICES else "budget.service"
            raise BudgetExceeded(code, limit=limit, daily=daily, service=service)
    if cost.tokens is None:
        raise BudgetExceeded("budget.unknown", limit=limit, daily=daily, model=cost.model)


def _shorter(found: Sequence[Budget], cost: Cost) -> Checked | None:
    if cost.fit is None or cost.tokens is None:
        return None
    besides = {budget.scope: budget.total(cost) - cost.tokens for budget in found}
    fitted = cost.fit(min(budget.left - besides[budget.scope] for budget in found))
    return Checked(True, fitted[1] + max(besides.values()), fitted[0]) if fitted else None


def _refuse(budget: Budget, ceiling: Decimal) -> Checked:
    code = "budget.day" if budget.scope == DAILY else "budget.notebook"
    raise BudgetExceeded(
        code, limit=_kopecks(budget.limit), spent=_kopecks(budget.spent), ceiling=_kopecks(ceiling, ROUND_CEILING)
    )


def budgets(database: Database, notebook: str) -> list[Budget]:
    """The limits that hold in a notebook."""
    with database.write() as connection:
        return _budgets(connection, notebook)


def holds(database: Database, notebook: str) -> bool:
    """Whether any limit holds in a notebook."""
    return bool(database.rows("SELECT 1 FROM budgets WHERE scope IN (?, ?)", DAILY, notebook))


def set_budget(
    database: Database,
    scope: str,
    limit: Decimal | None,
    *,
    afresh: bool = False,
    services: Mapping[str, Decimal | None] | None = None,
) -> None:
    """Set or, with ``None``, lift a limit; what was spent since it was first set stays counted unless ``afresh``.

    Args:
        database: The ledger.
        scope: :data:`DAILY`, or a notebook.
        limit: Roubles.
        afresh: Count from now.
        services: Prices of services for one question, in roubles; ``None`` forgets one. :data:`UNPRICED` with any
            number lets through what nobody knows a price of. Those set before stay.
    """
    with database.write() as connection:
        if limit is None:
            connection.execute("DELETE FROM budgets WHERE scope = ?", (scope,))
            connection.execute("DELETE FROM services WHERE scope = ?", (scope,))
            return
        again = ", since = excluded.since" if afresh else ""
        connection.execute(
            f"INSERT INTO budgets VALUES (?, ?, ?) ON CONFLICT (scope) DO UPDATE SET roubles = excluded.roubles{again}",
            (scope, nano(min(limit, MOST)), time.time()),
        )
        for name, price in (services or {}).items():
            connection.execute("DELETE FROM services WHERE scope = ? AND name = ?", (scope, name))
            if price is not None:
                connection.execute("INSERT INTO services VALUES (?, ?, ?)", (scope, name, nano(min(price, MOST))))


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
        prices = connection.execute("SELECT name, roubles FROM services WHERE scope = ?", (row["scope"],)).fetchall()
        services = {name: _roubles(price) for name, price in prices}
        unpriced = services.pop(UNPRICED, None) is not None
        found.append(Budget(row["scope"], _roubles(row["roubles"]), _roubles(spent), since, services, unpriced))
    return found


def midnight() -> float:
    """The last one, local time, in Unix seconds."""
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _roubles(amount: int) -> Decimal:
    return from_nano(amount) or NOTHING


def _kopecks(amount: Decimal, rounding: str = ROUND_HALF_UP) -> str:
    return f"{amount.quantize(Decimal('0.01'), rounding)}"


def _parts(message: Any) -> Iterator[dict[str, Any]]:
    content = message.get("content") if isinstance(message, dict) else None
    yield from (part for part in (content if isinstance(content, list) else []) if isinstance(part, dict))


def _is_picture(part: dict[str, Any]) -> bool:
    return part.get("type") in _PICTURES


def _is_linked(part: dict[str, Any]) -> bool:
    """Whether the server fetches a file or film itself."""
    told = part.get(part["type"].removeprefix("input_")) if part.get("type") in _LINKED else None
    values = told.values() if isinstance(told, dict) else [told, part.get("file_url")]
    return any(isinstance(value, str) and value.startswith("http") for value in values)


def _without_pictures(message: Any) -> Any:
    """The message without the bytes of its pictures; anything else in their place stays, and counts."""
    if not any(map(_is_picture, _parts(message))):
        return message
    return message | {
        "content": [_without_bytes(part) if isinstance(part, dict) else part for part in message["content"]]
    }


def _without_bytes(part: dict[str, Any]) -> dict[str, Any]:
    if not _is_picture(part):
        return part
    told = part.get("image_url")
    url = told.get("url") if isinstance(told, dict) else told
    if not isinstance(url, str) or not url.startswith("data:image/"):
        return part
    return part | {"image_url": told | {"url": ""} if isinstance(told, dict) else ""}
