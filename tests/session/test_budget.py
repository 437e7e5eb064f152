"""A budget is checked before the request, and is never exceeded, whoever asks at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest
from byte_server import ByteServer, reply, stream, usage
from catalogues import facts

from aitunnel_jupyter.answer import Answer, Notice
from aitunnel_jupyter.errors import BudgetExceeded, ConnectFailed
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.catalogue import fetch_catalogue
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.budget import DAILY, budgets, ceiling, midnight, prompt_ceiling, set_budget
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.limits import DEFAULT_MAX_TOKENS, limits_of
from aitunnel_jupyter.session.question import Question, begin
from aitunnel_jupyter.session.record import Place
from aitunnel_jupyter.usage import Usage

HERE = Place("n.ipynb")
KEY = Key("sk-aitunnel-0123456789abcdef", "test")
ADDRESS = Address("http://127.0.0.1:1/v1")


def ask(text: str = "Hi", **named: object) -> Request:
    return Request("gpt-5.2", ({"role": "user", "content": text},), **named)  # type: ignore[arg-type]


@pytest.fixture
def journal() -> Journal:
    return Journal(None)


def spend(journal: Journal, cost: str | None, place: Place = HERE, ceiling: str = "5") -> None:
    entry = journal.begin(ask(), ADDRESS, place, ceiling=Decimal(ceiling))
    entry.end(Answer("ok", usage=Usage(cost=Decimal(cost)) if cost else None), None)


def test_what_fits_is_let_through_and_what_does_not_is_refused_with_the_figures(journal: Journal) -> None:
    set_budget(journal.database, "n.ipynb", Decimal(10))
    spend(journal, "4")
    with pytest.raises(BudgetExceeded) as refused:
        journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal("6.01"))
    line = refused.value.line("en")
    assert all(figure in line for figure in ("6.01", "10.00", "4.00", "--max-tokens", "%ai budget"))
    assert len(refused.value.line("ru").encode()) <= 500
    journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(6)).end(Answer("ok"), None)
    (left,) = budgets(journal.database, "n.ipynb")
    assert (left.spent, left.left) == (Decimal(10), 0)


def test_a_running_request_counts_with_the_most_it_can_cost(journal: Journal) -> None:
    set_budget(journal.database, "n.ipynb", Decimal(10))
    running = journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(8))
    with pytest.raises(BudgetExceeded):
        journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(3))
    running.end(Answer("ok", usage=Usage(cost=Decimal("0.5"))), None)
    journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(9))


def test_a_stopped_request_keeps_counting_with_its_ceiling_and_a_refused_one_with_nothing(journal: Journal) -> None:
    set_budget(journal.database, "n.ipynb", Decimal(10))
    stopped = journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(4))
    stopped.end(Answer("so", complete=False, error="stopped"), None)
    refused = journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(5))
    refused.end(Answer("", complete=False), ConnectFailed("connect.failed", host="h", why="w"))
    assert budgets(journal.database, "n.ipynb")[0].spent == 4


def test_a_request_that_may_have_been_charged_twice_counts_twice(journal: Journal) -> None:
    set_budget(journal.database, "n.ipynb", Decimal(20))
    entry = journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(4))
    entry.end(Answer("ok", usage=Usage(cost=Decimal(1)), notices=(Notice("billed", "reset"),)), None)
    assert budgets(journal.database, "n.ipynb")[0].spent == 5


def test_an_unknown_price_is_refused_only_where_a_budget_holds(journal: Journal) -> None:
    journal.begin(ask(), ADDRESS, HERE, ceiling=None)
    set_budget(journal.database, "n.ipynb", Decimal(10))
    with pytest.raises(BudgetExceeded, match=r"gpt-5\.2"):
        journal.begin(ask(), ADDRESS, HERE, ceiling=None)
    journal.begin(ask(), ADDRESS, Place("other.ipynb"), ceiling=None)


def test_the_day_counts_every_notebook_and_a_notebook_counts_from_when_its_budget_was_set(journal: Journal) -> None:
    spend(journal, "3")
    set_budget(journal.database, "n.ipynb", Decimal(10))
    set_budget(journal.database, DAILY, Decimal(7))
    spend(journal, "1", Place("other.ipynb"), "1")
    found = {budget.scope: budget.spent for budget in budgets(journal.database, "n.ipynb")}
    assert found == {"n.ipynb": Decimal(0), DAILY: Decimal(4)}
    with pytest.raises(BudgetExceeded, match="day"):
        journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal("3.5"))
    with journal.database.write() as connection:  # yesterday's are no longer today's
        connection.execute("UPDATE turns SET started = ?", (midnight() - 1,))
    journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal("3.5"))


def test_raising_a_budget_keeps_what_is_spent_and_afresh_does_not(journal: Journal) -> None:
    set_budget(journal.database, "n.ipynb", Decimal(5))
    spend(journal, "4")
    set_budget(journal.database, "n.ipynb", Decimal(8))
    assert budgets(journal.database, "n.ipynb")[0].spent == 4
    time.sleep(0.01)
    set_budget(journal.database, "n.ipynb", Decimal(8), afresh=True)
    assert budgets(journal.database, "n.ipynb")[0].spent == 0
    set_budget(journal.database, "n.ipynb", None)
    assert budgets(journal.database, "n.ipynb") == []


def test_fifty_at_once_never_exceed_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    set_budget(journal.database, "n.ipynb", Decimal(10))
    outcomes: list[bool] = []
    gate = threading.Barrier(50)

    def one() -> None:
        gate.wait()
        try:
            entry = journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal("0.9"))
            entry.end(Answer("ok", usage=Usage(cost=Decimal("0.9"))), None)
            outcomes.append(True)
        except BudgetExceeded:
            outcomes.append(False)

    threads = [threading.Thread(target=one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count(True), len(outcomes)) == (11, 50)
    assert budgets(journal.database, "n.ipynb")[0].spent == Decimal("9.9")


RACER = """
import sys
from decimal import Decimal
from pathlib import Path
from aitunnel_jupyter.errors import BudgetExceeded
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.record import Place
journal = Journal(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
let = 0
for _ in range(30):
    try:
        journal.begin(Request("m", ()), Address("http://127.0.0.1/v1"), Place(sys.argv[2]), ceiling=Decimal("0.9"))
        let += 1
    except BudgetExceeded:
        pass
print(let)
"""


def test_kernels_of_other_processes_cannot_slip_in_between(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal(path)
    set_budget(journal.database, DAILY, Decimal(20))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(path), name], stdin=-1, stdout=-1, text=True, env=environment
        )
        for name in ("one", "two", "three")
    ]
    for racer in racers:  # all are ready before the first may begin
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    let = sum(int(racer.communicate(timeout=120)[0]) for racer in racers)
    assert let == 22
    assert budgets(journal.database, "any")[0].spent == Decimal("19.8")


def test_the_ceiling_is_never_below_what_a_tokenizer_can_make_of_it() -> None:
    request = ask("привет 🐈", seed=1)
    assert prompt_ceiling(request) >= len("привет 🐈".encode())
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 100_000}}
    parts = Request("m", ({"role": "user", "content": [{"type": "text", "text": "Hi"}, picture]},))
    assert 8_000 < prompt_ceiling(parts) < 9_000, "a picture is not counted by its bytes"
    tools = ask(extra={"tools": [{"name": "f" * 1000}], "n": 3})
    assert prompt_ceiling(tools) > 1000
    assert ceiling(tools, 100, Decimal(0), Decimal(1_000_000)) == 300, "n answers cost n times"


def test_prices_come_from_the_catalogue_and_max_tokens_is_always_sent(server: ByteServer) -> None:
    models = {"gpt-5.2": facts(), "small": facts(max_output=1000, prompt_cost=1, completion_cost=2), "odd": {}}
    server.on("public", reply(200, models))
    address = Address(server.on("m", *stream("Hi")), KEY)
    assert limits_of(ask(), address).max_tokens is None, "an unknown server has limits of its own"
    fetch_catalogue(address)
    assert limits_of(ask(), address).max_tokens == DEFAULT_MAX_TOKENS
    small = Request("small", ({"role": "user", "content": "Hi"},))
    limits = limits_of(small, address)
    assert limits.max_tokens == 1000
    assert limits.ceiling is not None
    assert Decimal("0.002") <= limits.ceiling < Decimal("0.0022")
    assert limits_of(small, address, 500).max_tokens == 500
    assert limits_of(ask(max_tokens=7), address, 500).max_tokens == 7
    auto = limits_of(Request("auto", small.messages), address).ceiling
    assert auto is not None
    assert auto >= Decimal(DEFAULT_MAX_TOKENS) * 1176 / 1_000_000, "the gateway may choose the dearest"
    for unknown in ("odd", "nobody/knows"):
        assert limits_of(Request(unknown, ()), address).ceiling is None
    turn = begin(Question(small, address), Journal(None))
    while not turn.over:
        turn.wait(1)
    assert server.requests("m")[-1].json["max_tokens"] == 1000


def test_what_p_says_about_limits_and_models_counts(server: ByteServer) -> None:
    cheap, dear = facts(prompt_cost=0, completion_cost=1), facts(prompt_cost=0, completion_cost=1000)
    server.on("public", reply(200, {"cheap": cheap, "dear": dear, "odd": {}}))
    address = Address(server.on("m", reply(200, {"data": []})))
    fetch_catalogue(address)

    def most(**extra: object) -> Decimal | None:
        return limits_of(Request("cheap", (), max_tokens=1000, extra=extra), address).ceiling

    assert most() == Decimal("0.001")
    assert most(max_completion_tokens=2000) == Decimal("0.002")
    assert most(max_tokens=3000) == Decimal("0.003")
    assert most(model="dear") == most(models=["dear"]) == 1
    assert most(n=2) == Decimal("0.002")
    assert most(tools=[{"type": "function"}]) == Decimal("0.001")
    for unknown in (
        {"model": "odd"},
        {"models": ["dear", "odd"]},
        {"tools": [{"type": "aitunnel:web_search"}]},
        {"plugins": []},
    ):
        assert most(**unknown) is None, unknown
    sent = limits_of(Request("cheap", (), extra={"max_completion_tokens": 5}), address)
    assert sent.max_tokens is None, "one limit is enough"


def test_a_prompt_costs_at_most_what_the_model_can_read(server: ByteServer) -> None:
    server.on("public", reply(200, {"gpt-5.2": facts(prompt_cost=1_000_000, completion_cost=0, context_size=100)}))
    address = Address(server.on("m", reply(200, {"data": []})))
    fetch_catalogue(address)
    assert limits_of(ask("word " * 1000), address).ceiling == 100


def test_a_ledger_that_cannot_be_read_stops_the_spending_where_a_budget_holds(
    server: ByteServer, tmp_path: Path
) -> None:
    address = Address(server.on("m", *stream("Hi")))
    journal = Journal(tmp_path / "journal.db")
    set_budget(journal.database, "n.ipynb", Decimal(10))
    turn = begin(Question(ask(), address, HERE), journal)
    while not turn.over:
        turn.wait(1)
    journal.database.close()
    with pytest.raises(BudgetExceeded, match="cannot be read"):
        begin(Question(ask(), address, HERE), journal)
    assert len(server.requests("m")) == 1


def test_a_server_without_roubles_costs_none(server: ByteServer) -> None:
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(0))
    address = Address(server.on("m", *stream("Hi")))
    turn = begin(Question(ask(), address, HERE), journal)
    while not turn.over:
        turn.wait(1)
    assert turn.answer == "Hi"


def test_the_gateway_without_its_catalogue_is_refused_under_a_budget() -> None:
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(1000))
    gateway = Address("https://api.aitunnel.ru/v1", KEY)
    with pytest.raises(BudgetExceeded, match="price"):
        begin(Question(ask(), gateway, HERE), journal)
    assert limits_of(ask(), gateway).max_tokens == DEFAULT_MAX_TOKENS


def test_usage_after_it_is_what_the_server_charged(server: ByteServer) -> None:
    assert b"0.51" in usage()
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(1))
    address = Address(server.on("m", *stream("Hi")))
    for _ in range(2):
        turn = begin(Question(ask(), address, HERE), journal)
        while not turn.over:
            turn.wait(1)
    assert budgets(journal.database, "n.ipynb")[0].spent == Decimal("1.02")
