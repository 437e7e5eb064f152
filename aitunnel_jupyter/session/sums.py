"""What the journal knows about tokens and roubles, added up."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.session.budget import midnight
from aitunnel_jupyter.session.record import from_nano

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.session.database import Database

_SUMS = """
    count(*) AS turns, coalesce(sum(prompt_tokens), 0) AS prompt_tokens,
    coalesce(sum(completion_tokens), 0) AS completion_tokens, coalesce(sum(cost), 0) AS cost,
    sum(cost IS NULL AND ceiling IS NOT 0) AS unknown
"""
_WHERE = "FROM turns WHERE started >= ? AND (? IS NULL OR notebook = ?) AND base_url != 'file:'"


class Sums(NamedTuple):
    """Turns added up."""

    model: str
    """Empty for the total."""
    turns: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal
    """Roubles that the server named."""
    unknown: int
    """Turns whose cost nobody knows, for example stopped ones."""

    @classmethod
    def total(cls, sums: Sequence[Sums]) -> Sums:
        """All of them together."""
        return cls(
            "",
            sum(one.turns for one in sums),
            sum(one.prompt_tokens for one in sums),
            sum(one.completion_tokens for one in sums),
            sum((one.cost for one in sums), Decimal(0)),
            sum(one.unknown for one in sums),
        )


def since(period: str) -> float:
    """When ``today``, ``month`` or anything else (always) began; Unix seconds, local time."""
    today = datetime.fromtimestamp(midnight()).astimezone()
    return {"today": midnight(), "month": today.replace(day=1).timestamp()}.get(period, 0.0)


def by_model(database: Database, begin: float, notebook: str | None) -> list[Sums]:
    """One entry for each model, the dearest first."""
    rows = database.rows(
        f"SELECT model, {_SUMS} {_WHERE} GROUP BY model ORDER BY cost DESC, turns DESC",
        begin, notebook, notebook,
    )  # fmt: skip
    return [
        Sums(
            row["model"], row["turns"], row["prompt_tokens"], row["completion_tokens"],
            from_nano(row["cost"]) or Decimal(0), row["unknown"],
        )
        for row in rows
    ]  # fmt: skip


def of_conversation(database: Database, notebook: str, name: str) -> dict[int, Decimal | None]:
    """Roubles of each turn that was answered in a conversation, also of those it does not have any more."""
    rows = database.rows(
        "SELECT id, cost FROM turns WHERE notebook = ? AND conversation = ? AND base_url != 'file:'"
        " AND (state IN ('complete', 'partial') OR cost > 0)",
        notebook, name,
    )  # fmt: skip
    return {row["id"]: from_nano(row["cost"]) for row in rows}


def by_day(database: Database, begin: float, notebook: str | None) -> list[tuple[str, Decimal]]:
    """Roubles per local day, the days between included; at most the last 60."""
    rows = database.rows(
        f"SELECT date(started, 'unixepoch', 'localtime') AS day, coalesce(sum(cost), 0) AS cost {_WHERE}"
        " GROUP BY day ORDER BY day",
        begin, notebook, notebook,
    )  # fmt: skip
    if not rows:
        return []
    spent = {datetime.fromisoformat(row["day"]).date(): from_nano(row["cost"]) or Decimal(0) for row in rows}
    first, last = min(spent), max(spent)
    days = [
        first.fromordinal(day) for day in range(max(first.toordinal(), last.toordinal() - 59), last.toordinal() + 1)
    ]
    return [(day.isoformat(), spent.get(day, Decimal(0))) for day in days]
