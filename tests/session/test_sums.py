"""What `%ai usage` adds up: tokens, roubles, what nobody knows, by model and by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import ConnectFailed
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.budget import midnight
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.record import Place
from aitunnel_jupyter.session.sums import Sums, by_day, by_model, since
from aitunnel_jupyter.usage import Usage

ADDRESS = Address("http://127.0.0.1:1/v1")


@pytest.fixture
def journal() -> Journal:
    return Journal(None)


def turn(
    journal: Journal, model: str, cost: str | None, *, notebook: str = "n", most: str | None = "9", days: float = 0
) -> None:
    usage = Usage(prompt_tokens=3, completion_tokens=5, cost=Decimal(cost) if cost else None)
    ceiling = Decimal(most) if most else None
    entry = journal.begin(Request(model, ()), ADDRESS, Place(notebook), ceiling=ceiling)
    entry.end(Answer("ok", model=model, usage=usage), None)
    with journal.database.write() as connection:
        connection.execute("UPDATE turns SET started = started - ? WHERE id = ?", (days * 86400, entry.turn_id))


def test_the_dearest_model_comes_first_and_what_nobody_knows_is_counted(journal: Journal) -> None:
    turn(journal, "a", "0.5")
    turn(journal, "a", None)
    turn(journal, "b", "2.000000001")
    turn(journal, "b", None, most=None)
    turn(journal, "free", None, most="0")
    refused = journal.begin(Request("c", ()), ADDRESS, Place("n"), ceiling=Decimal(9))
    refused.end(Answer("", model="c", complete=False), ConnectFailed("connect.failed", host="h", why="w"))
    journal.begin(Request("c", ()), ADDRESS, Place("n"), ceiling=Decimal(9))
    loaded = journal.begin(Request("file", ()), Address("file:"), Place("n"), is_asked=False)
    loaded.end(Answer("ok", model="file", usage=Usage(cost=Decimal(7))), None)
    found = by_model(journal.database, 0, None)
    assert found == [
        Sums("b", 2, 6, 10, Decimal("2.000000001"), 1),
        Sums("a", 2, 6, 10, Decimal("0.5"), 1),
        Sums("c", 2, 0, 0, Decimal(0), 1),
        Sums("free", 1, 3, 5, Decimal(0), 0),
    ]
    assert Sums.total(found) == Sums("", 7, 15, 25, Decimal("2.500000001"), 3)
    assert Sums.total([]) == Sums("", 0, 0, 0, Decimal(0), 0)


def test_a_notebook_and_a_time_can_be_asked_for(journal: Journal) -> None:
    turn(journal, "a", "1")
    turn(journal, "a", "2", notebook="other")
    turn(journal, "a", "4", days=40)
    assert [one.cost for one in by_model(journal.database, 0, None)] == [7]
    assert [one.cost for one in by_model(journal.database, 0, "n")] == [5]
    assert [one.cost for one in by_model(journal.database, since("today"), None)] == [3]
    assert by_model(journal.database, since("today"), "nobody") == []
    month = datetime.fromtimestamp(since("month")).astimezone()
    assert (month.day, month.hour, month.minute) == (1, 0, 0)
    assert since("month") <= since("today") == midnight()
    assert [since("notebook"), since("all")] == [0.0, 0.0]


def test_days_between_are_there_and_only_the_last_sixty(journal: Journal) -> None:
    assert by_day(journal.database, 0, None) == []
    turn(journal, "a", "1")
    turn(journal, "a", None)
    turn(journal, "a", "2", days=3)
    today = datetime.now().astimezone().date()
    days = by_day(journal.database, 0, None)
    assert [cost for _, cost in days] == [2, 0, 0, 1]
    assert [day for day, _ in days] == [(today - timedelta(days=ago)).isoformat() for ago in (3, 2, 1, 0)]
    turn(journal, "a", "4", days=200)
    days = by_day(journal.database, 0, None)
    assert (len(days), sum(cost for _, cost in days), days[-1][0]) == (60, 3, today.isoformat())
