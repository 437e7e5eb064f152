"""A budget is checked before the request, and is never exceeded, whoever asks at the same time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from byte_server import RESET, ByteServer, Gate, reply, stream, usage
from catalogues import facts
from hypothesis import given, settings, strategies

from aitunnel_jupyter.answer import Answer, Notice
from aitunnel_jupyter.errors import BudgetExceeded, ConnectFailed, GatewayRefused
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.catalogue import fetch_catalogue
from aitunnel_jupyter.gateway.catalogue_store import store_catalogue
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.models import Catalogue, Model
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.budget import DAILY, UNPRICED, budgets, ceiling, midnight, prompt_ceiling, set_budget
from aitunnel_jupyter.session.database import MIGRATIONS
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.limits import DEFAULT_MAX_TOKENS, limits_of
from aitunnel_jupyter.session.question import Question, begin, foreseen
from aitunnel_jupyter.session.record import Place
from aitunnel_jupyter.session.services import SERVICES, services_of
from aitunnel_jupyter.session.turn import Turn
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
    with pytest.raises(BudgetExceeded, match="day") as refused:
        journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal("3.5"))
    assert refused.value.code == "budget.day"
    set_budget(journal.database, "n.ipynb", Decimal(2))
    for most in (Decimal("2.5"), Decimal("3.5"), Decimal(9)):
        with pytest.raises(BudgetExceeded) as refused:
            journal.begin(ask(), ADDRESS, HERE, ceiling=most)
        assert refused.value.code == "budget.notebook", "the one that lacks most is told"
    set_budget(journal.database, "n.ipynb", Decimal(10))
    with journal.database.write() as connection:  # yesterday's are no longer today's
        connection.execute("UPDATE turns SET started = ?", (midnight() - 1,))
    journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal("3.5"))


def test_what_is_free_always_fits_and_what_nobody_knows_only_while_something_is_left(journal: Journal) -> None:
    set_budget(journal.database, "n.ipynb", Decimal(1), services={UNPRICED: Decimal(0)})
    journal.begin(ask(), ADDRESS, HERE, ceiling=None).end(Answer("ok", usage=Usage(cost=Decimal("1.5"))), None)
    journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(0))
    journal.begin(ask(), ADDRESS, Place("other"), ceiling=None)
    set_budget(journal.database, "n.ipynb", Decimal("1.5"))
    with pytest.raises(BudgetExceeded):  # nothing is left, to the last kopeck
        journal.begin(ask(), ADDRESS, HERE, ceiling=None)
    set_budget(journal.database, "n.ipynb", Decimal(1))
    for ceiling_, services in ((None, ()), (Decimal(0), ("search",)), (Decimal("0.01"), ())):
        with pytest.raises(BudgetExceeded):
            journal.begin(ask(), ADDRESS, HERE, ceiling=ceiling_, services=services)
    set_budget(journal.database, "n.ipynb", Decimal(1), services={"search": Decimal(0)})
    journal.begin(ask(), ADDRESS, HERE, ceiling=Decimal(0), services=("search",))


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


def test_without_a_budget_no_trouble_with_the_journal_stops_a_question(server: ByteServer, tmp_path: Path) -> None:
    address = Address(server.on("m", *stream("Hi")))
    answer = ended(begin(Question(ask(), address, HERE), None)).answer
    assert (answer, answer.turn_id, answer.notices) == ("Hi", None, ())
    journal = Journal(tmp_path / "journal.db")
    assert not journal.has_budget
    journal.database.close()
    answer = ended(begin(Question(ask(), address, HERE), journal)).answer
    assert (answer, answer.turn_id, [notice.code for notice in answer.notices]) == ("Hi", None, ["journal"])
    assert len(server.requests("m")) == 2


def test_a_server_without_roubles_costs_none(server: ByteServer) -> None:
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(0))
    address = Address(server.on("m", *stream("Hi")))
    turn = begin(Question(ask(), address, HERE), journal)
    while not turn.over:
        turn.wait(1)
    assert turn.answer == "Hi"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted server counts as another machine's."""
    monkeypatch.setattr("aitunnel_jupyter.session.limits.is_loopback", lambda _url: False)


def ended(turn: Turn) -> Turn:
    while not turn.over:
        turn.wait(1)
    return turn


def asked(server: ByteServer) -> list[Any]:
    return [seen.json for seen in server.requests("m") if seen.path.endswith("/chat/completions")]


@pytest.mark.parametrize("base_url", ["https://api.aitunnel.ru/v1", "https://api.openai.com/v1", "http://10.0.0.7/v1"])
def test_unknown_is_not_free_but_on_this_machine(base_url: str) -> None:
    assert limits_of(ask(), Address(base_url, KEY)).ceiling is None
    for here in ("http://127.0.0.1:1/v1", "http://localhost:8080/v1", "http://[::1]:1/v1", "http://127.9.9.9/v1"):
        assert limits_of(ask(), Address(here)).ceiling == 0
    store_catalogue(Catalogue(base_url, {"gpt-5.2": Model("gpt-5.2")}, time.time()))
    assert limits_of(ask(), Address(base_url, KEY)).ceiling is None, "a list without prices says nothing of prices"


def test_auto_with_a_list_without_prices_is_unknown() -> None:
    gateway = Address("https://api.aitunnel.ru/v1", KEY)
    store_catalogue(Catalogue(gateway.base_url, {"a": Model("a"), "b": Model("b")}, time.time()))
    assert limits_of(Request("auto", ()), gateway).ceiling is None
    store_catalogue(Catalogue(gateway.base_url, {}, time.time()))
    assert limits_of(Request("auto", ()), gateway).ceiling is None


@pytest.mark.usefixtures("elsewhere")
def test_the_first_question_under_a_budget_fetches_the_list_first(server: ByteServer) -> None:
    server.on("public", reply(200, {"gpt-5.2": facts(prompt_cost=0, completion_cost=1)}))
    address, journal = Address(server.on("m", *stream("Hi"))), Journal(None)
    assert ended(begin(Question(ask(), address, HERE), journal)).answer == "Hi"
    assert not server.requests("public"), "without a budget nobody waits for it"
    set_budget(journal.database, "n.ipynb", Decimal(1))
    assert ended(begin(Question(ask(), address, HERE), journal)).answer == "Hi"
    assert asked(server)[-1]["max_tokens"] == DEFAULT_MAX_TOKENS
    with pytest.raises(BudgetExceeded) as refused:
        begin(Question(ask(max_tokens=900_000), address, HERE), journal)
    assert refused.value.code == "budget.notebook"
    assert len(server.requests("public")) == 1, "and once is enough"


@pytest.mark.usefixtures("elsewhere")
def test_where_the_list_cannot_be_fetched_a_budget_refuses_and_says_how_to_go_on(server: ByteServer) -> None:
    address, journal = Address(server.on("m", reply(404, {}))), Journal(None)
    set_budget(journal.database, DAILY, Decimal(1000))
    with pytest.raises(BudgetExceeded) as refused:
        begin(Question(ask(), address, HERE), journal)
    line = refused.value.line("en")
    assert "no price is known for gpt-5.2" in line
    assert "%ai budget 1000.00 --daily --allow-unpriced" in line
    assert asked(server) == []
    set_budget(journal.database, DAILY, Decimal(1000), services={UNPRICED: Decimal(0)})
    assert ended(begin(Question(ask(), address, HERE), journal)).error is not None
    assert len(asked(server)) == 1


@pytest.mark.usefixtures("elsewhere")
def test_where_the_server_cannot_be_reached_that_is_the_reason(server: ByteServer) -> None:
    server.on("public", RESET)
    address, journal = Address(server.on("m", RESET)), Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(1000))
    for language, word in (("en", "cannot be fetched"), ("ru", "не загрузить")):
        with pytest.raises(BudgetExceeded) as refused:
            begin(Question(ask(), address, HERE, language=language), journal)
        assert refused.value.code == "budget.no_list"
        assert word in refused.value.line(language)
        assert "--allow-unpriced" in refused.value.line(language)
    assert asked(server) == []


@pytest.mark.parametrize(
    ("extra", "service"),
    [
        ({"tools": [{"type": "aitunnel:web_search"}]}, "search"),
        ({"tools": [{"type": "function"}, {"type": "web_search_preview"}]}, "search"),
        ({"web_search_options": {}}, "search"),
        ({"plugins": [{"id": "web", "max_results": 3}]}, "search"),
        ({"modalities": ["image", "text"]}, "pictures"),
        ({"tools": [{"type": "image_generation"}]}, "pictures"),
        ({"modalities": ["audio"]}, "audio"),
        ({"audio": {"voice": "alloy"}}, "audio"),
        ({"plugins": [{"id": "file-parser", "pdf": {"engine": "mistral-ocr"}}]}, "pdf"),
        ({"plugins": [{"id": "file-parser"}]}, "pdf"),
        ({"tools": [{"type": "aitunnel:new"}]}, "aitunnel:new"),
        ({"tools": [{}]}, "tools"),
        ({"tools": {"type": "web_search"}}, "search"),
        ({"tools": "all"}, "all"),
        ({"modalities": 7}, "modalities"),
        ({"plugins": []}, "plugins"),
        ({"plugins": [7]}, "plugins"),
    ],
)
def test_a_service_without_a_price_is_named_priced_or_allowed(
    server: ByteServer, extra: dict[str, Any], service: str
) -> None:
    server.on("public", reply(200, {"gpt-5.2": facts(prompt_cost=0, completion_cost=1000)}))
    address, journal = Address(server.on("m", reply(200, {"data": []}))), Journal(None)
    fetch_catalogue(address)
    request = ask(extra=extra, max_tokens=1000)
    limits = limits_of(request, address)
    assert (limits.ceiling, limits.tokens, limits.services) == (None, 1, (service,))

    def spent(limit: int, **services: Decimal) -> Decimal:
        set_budget(journal.database, "n.ipynb", Decimal(limit), afresh=True, services=services)
        journal.begin(request, address, HERE, ceiling=limits.tokens, services=limits.services)
        return budgets(journal.database, "n.ipynb")[0].spent

    with pytest.raises(BudgetExceeded) as refused:
        spent(50)
    assert refused.value.code == (f"budget.service.{service}" if service in SERVICES else "budget.service")
    assert "gpt-5.2" not in refused.value.line("en"), "the model's price is known"
    assert spent(50, **{service: Decimal(2)}) == 3
    with pytest.raises(BudgetExceeded, match=r"3\.00"):
        spent(2)
    set_budget(journal.database, "n.ipynb", None)
    assert spent(50, **{UNPRICED: Decimal(0)}) == 1, "what is known of it counts"


def test_a_spoken_prompt_is_a_service_and_on_this_machine_nothing_is() -> None:
    spoken = {"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}
    request = Request("free", ({"role": "user", "content": [{"type": "text", "text": "Hi"}, spoken, "odd"]},))
    assert services_of(request) == ("audio",)
    assert limits_of(request, ADDRESS)[1:4] == (0, 0, ()), "on this machine"
    models = {"free": Model("free", prompt_cost=Decimal(0), completion_cost=Decimal(0))}
    store_catalogue(Catalogue(PRICED.base_url, models, time.time()))
    assert limits_of(request, PRICED)[1:4] == (None, 0, ("audio",)), "a free model's services are not"


def test_what_costs_nothing_besides_needs_no_word() -> None:
    for extra in (
        {"tools": [{"type": "function", "function": {"name": "web_search"}}]}, {"tools": []}, {"tools": None},
        {"modalities": ["text"]}, {"audio": None}, {"plugins": [{"id": "context-compression", "enabled": False}]},
        {"plugins": [{"id": "web", "enabled": False}]}, {"plugins": [{"id": "file-parser", "pdf": {"engine": "native"}}]},
    ):  # fmt: skip
        assert services_of(ask(extra=extra)) == (), extra


@pytest.mark.parametrize(
    ("n", "count"),
    [(1, 1), (3, 3), ("3", 3), (2.5, 3), ("2.5", 3), (0, 1), (-1, 1), (None, 1), (True, 1), (False, 1), ("many", 1),
     ([3], 1), ({}, 1), (float("nan"), 1), ("1e999", 1), ("", 1)],
)  # fmt: skip
def test_however_n_is_written_it_counts_as_a_server_may_read_it(n: object, count: int) -> None:
    assert ceiling(ask(extra={"n": n}), 100, Decimal(0), Decimal(1_000_000)) == 100 * count


@pytest.mark.parametrize(
    ("extra", "tokens"),
    [
        ({}, 1000),
        ({"max_tokens": 3000}, 3000),
        ({"max_tokens": 1}, 1),
        ({"max_tokens": "3000"}, 3000),
        ({"max_tokens": 2999.5}, 3000),
        ({"max_completion_tokens": 2000}, 2000),
        ({"max_tokens": 5, "max_completion_tokens": 2000}, 2000),
        ({"max_completion_tokens": None}, 1000),
        ({"max_tokens": None}, 128_000),
        ({"max_tokens": 0}, 128_000),
        ({"max_tokens": -1}, 128_000),
        ({"max_tokens": "much"}, 128_000),
    ],
)
def test_a_limit_that_p_sets_or_takes_away_counts(server: ByteServer, extra: dict[str, Any], tokens: int) -> None:
    server.on("public", reply(200, {"m": facts(prompt_cost=0, completion_cost=1_000_000)}))
    address = Address(server.on("m", reply(200, {"data": []})))
    fetch_catalogue(address)
    assert limits_of(Request("m", (), max_tokens=1000, extra=extra), address).ceiling == tokens


LONG = "x" * 50_000


@pytest.mark.parametrize(
    "request_",
    [
        ask(LONG),
        ask(f"{LONG}\ud800\udfff"),
        ask(response_format={"type": "json_schema", "json_schema": {"description": LONG}}),
        ask(extra={"tools": [{"type": "function", "function": {"name": "f", "description": LONG}}]}),
        ask(extra={"response_format": {"type": "json_schema", "json_schema": {"description": LONG}}}),
        ask(extra={LONG: 1}),
        ask(stop=(LONG,)),
        Request("m", ({"role": "user", "name": LONG, "content": "Hi"},)),
        Request("m", ({"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": LONG}}]},)),
        Request("m", ({"role": "assistant", "content": None, "reasoning_details": [{"text": LONG}]},)),
        Request("m", ({"role": "tool", "tool_call_id": "1", "content": LONG},)),
        Request("m", ({"role": "user", "content": {"text": LONG}},)),
        Request("m", ({"role": "user", "content": [LONG]},)),
        Request("m", ({"role": "user", "content": [{"type": "text", "text": LONG}]},)),
        Request("m", ({"role": "user", "content": [{"type": "file", "file": {"file_data": LONG}}]},)),
        Request("m", ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": LONG}}]},)),
        Request("m", ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": f"data:text/plain,{LONG}"}}]},)),
        Request("m", (), extra={"messages": [{"role": "user", "content": LONG}]}),
        Request("m", (), extra={"messages": LONG}),
    ],
)  # fmt: skip
def test_the_ceiling_counts_every_byte_of_the_body(request_: Request) -> None:
    assert prompt_ceiling(request_) >= len(request_.body()) > 50_000


def test_pictures_count_by_what_a_picture_can_be() -> None:
    url = "data:image/png;base64," + "A" * 1_000_000
    for part in (
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "image_url", "image_url": url},
        {"type": "input_image", "image_url": url},
    ):
        message = {"role": "user", "content": [{"type": "text", "text": "Hi"}, part, part]}
        assert 16_000 < prompt_ceiling(Request("m", (message,))) < 17_000, part
        assert message["content"][1] is part, "and the request stays as it is"


@pytest.mark.parametrize(
    ("part", "is_linked"),
    [
        ({"type": "file", "file": {"filename": "all.pdf", "file_data": "https://example.org/all.pdf"}}, True),
        ({"type": "file", "file": {"file_url": "http://example.org/all.pdf"}}, True),
        ({"type": "input_file", "file_url": "https://example.org/all.pdf"}, True),
        ({"type": "video_url", "video_url": {"url": "https://example.org/a.mp4"}}, True),
        ({"type": "video_url", "video_url": "https://example.org/a.mp4"}, True),
        ({"type": "file", "file": {"filename": "of http.pdf", "file_data": "data:application/pdf;base64,http"}}, False),
        ({"type": "text", "text": "https://example.org"}, False),
        ({"type": "file", "file": None}, False),
        ({"type": "file"}, False),
        ({"type": ["file"]}, False),
    ],
)
def test_a_file_that_is_only_linked_may_be_as_long_as_any(part: dict[str, Any], *, is_linked: bool) -> None:
    assert (prompt_ceiling(Request("m", ({"role": "user", "content": [part]},))) >= 1_000_000) == is_linked


@pytest.fixture
def shop(server: ByteServer) -> Address:
    """1 000 tokens of answer cost 1 ₽."""
    server.on("public", reply(200, {"gpt-5.2": facts(prompt_cost=0, completion_cost=1000, max_output=100_000)}))
    address = Address(server.on("m", *stream("Hi")))
    fetch_catalogue(address)
    return address


def test_without_a_wish_of_the_persons_what_fits_is_sent_and_told(server: ByteServer, shop: Address) -> None:
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(5))
    turn = ended(begin(Question(ask(), shop, HERE), journal))
    assert (asked(server)[-1]["max_tokens"], turn.answer.facts.fields["max_tokens"]) == (5000, 5000)
    assert [tuple(notice) for notice in turn.answer.notices] == [("fitted", "5000")]
    assert journal.get(turn.answer.turn_id).answer.facts.fields["max_tokens"] == 5000
    assert budgets(journal.database, "n.ipynb")[0].spent == Decimal("0.51")
    for own in (ask(max_tokens=6000), ask(extra={"max_tokens": 6000}), ask(extra={"max_completion_tokens": 6000})):
        with pytest.raises(BudgetExceeded, match=r"6\.00"):
            begin(Question(own, shop, HERE), journal)
    with pytest.raises(BudgetExceeded, match=r"6\.00"):
        begin(Question(ask(), shop, HERE, max_tokens=6000), journal)
    inherited = Question(ask(max_tokens=6000), shop, HERE, is_limit_inherited=True)
    assert ended(begin(inherited, journal)).request.max_tokens == 4490
    assert len(asked(server)) == 2


@pytest.mark.parametrize(
    ("rest", "sent"), [("8.192", 8192), ("8.1919", 8191), ("0.064", 64), ("0.0639", None), ("0", None)]
)
def test_the_last_useful_answer_is_sent_and_less_is_refused(
    server: ByteServer, shop: Address, rest: str, sent: int | None
) -> None:
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(rest))
    seen = foreseen(Question(ask(), shop, HERE), journal)
    if sent is None:
        with pytest.raises(BudgetExceeded) as refused:
            begin(Question(ask(), shop, HERE), journal)
        assert "8.20" in refused.value.line("en"), "rounded up, so that the figures make sense"
        assert seen.refusal is not None
        assert seen.refusal.line("ru") == refused.value.line("ru")
        assert asked(server) == []
        return
    turn = ended(begin(Question(ask(), shop, HERE), journal))
    assert asked(server)[-1]["max_tokens"] == seen.request.max_tokens == sent
    assert bool(turn.answer.notices) == (sent != 8192)


def test_the_tighter_of_two_budgets_decides(server: ByteServer, shop: Address) -> None:
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(5))
    set_budget(journal.database, DAILY, Decimal(3), services={"search": Decimal(2)})
    assert ended(begin(Question(ask(), shop, HERE), journal)).request.max_tokens == 3000
    set_budget(journal.database, "n.ipynb", Decimal(5), services={"search": Decimal(0)})
    search = ask(extra={"web_search_options": {}})
    assert ended(begin(Question(search, shop, HERE), journal)).request.max_tokens == 490


def test_two_at_once_do_not_both_take_the_rest(server: ByteServer, shop: Address, tmp_path: Path) -> None:
    gates = [Gate() for _ in range(8)]
    server._scripts["m"] = [(gate, *stream("Hi")) for gate in gates]
    journal = Journal(tmp_path / "journal.db")
    set_budget(journal.database, "n.ipynb", Decimal(5))
    together = threading.Barrier(8)
    turns: list[Turn] = []

    def one() -> None:
        together.wait()
        with contextlib.suppress(BudgetExceeded):
            turns.append(begin(Question(ask(), shop, HERE), journal))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.request.max_tokens for turn in turns] == [5000], "the first has all of it"
    assert budgets(journal.database, "n.ipynb")[0].spent == 5
    for gate in gates:
        gate.open()
    ended(turns[0])
    assert budgets(journal.database, "n.ipynb")[0].spent == Decimal("0.51")


NAMES = strategies.sampled_from(
    ["type", "id", "url", "text", "content", "image_url", "input_image", "file", "input_file", "file_url", "video_url",
     "n", "max_tokens", "max_completion_tokens", "model", "models", "tools", "plugins", "pdf", "engine", "enabled",
     "modalities", "audio", "web_search_options", "messages", "input_audio", "function", "file-parser", "data:image/x"],
)  # fmt: skip
JSONS = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | NAMES | strategies.text(),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(extra=strategies.dictionaries(NAMES, JSONS, max_size=4), content=JSONS)
def test_whatever_json_a_request_holds_it_has_a_ceiling_or_none(extra: dict[str, Any], content: Any) -> None:
    request = Request("gpt-5.2", ({"role": "user", "content": content},), extra=extra)
    assert prompt_ceiling(request) > 0
    assert all(isinstance(service, str) and service for service in services_of(request))
    for address in (PRICED, Address("https://never.asked/v1", KEY), ADDRESS):
        limits = limits_of(request, address)
        assert limits.ceiling is None or limits.ceiling >= 0
        assert (address is not ADDRESS) or limits.ceiling == 0
        try:
            told = str(
                IN_MEMORY.begin(
                    request, address, HERE, ceiling=limits.tokens, services=limits.services, fit=limits.fit
                ).turn_id
            )
        except BudgetExceeded as refused:
            told = refused.line("ru")
        assert 0 < len(told.encode()) <= 500


PRICED = Address("https://priced.example/v1", KEY)
IN_MEMORY = Journal(None)


@pytest.fixture(autouse=True)
def _priced() -> None:
    models = {"gpt-5.2": Model("gpt-5.2", prompt_cost=Decimal(150), completion_cost=Decimal(1200), max_output=128_000)}
    store_catalogue(Catalogue(PRICED.base_url, models, time.time()))
    set_budget(IN_MEMORY.database, "n.ipynb", Decimal(20))


AMOUNTS = strategies.decimals(min_value=0, max_value=100, places=6)
QUESTIONS = strategies.lists(
    strategies.tuples(strategies.sampled_from(["n.ipynb", "other"]), AMOUNTS, strategies.none() | AMOUNTS), max_size=20
)


@settings(deadline=None, max_examples=150)
@given(notebook=AMOUNTS, day=AMOUNTS, questions=QUESTIONS)
def test_the_ledger_is_a_plain_sum(notebook: Decimal, day: Decimal, questions: list[Any]) -> None:
    journal = Journal(None)
    limits = {"n.ipynb": notebook, DAILY: day}
    for scope, limit in limits.items():
        set_budget(journal.database, scope, limit)
    spent = {"n.ipynb": Decimal(0), DAILY: Decimal(0)}
    for where, most, cost in questions:
        scopes = [scope for scope in (where, DAILY) if scope in spent]
        fits = not most or all(spent[scope] + most <= limits[scope] for scope in scopes)
        try:
            entry = journal.begin(ask(), ADDRESS, Place(where), ceiling=most)
        except BudgetExceeded:
            assert not fits
            continue
        assert fits
        if cost is not None:
            entry.end(Answer("ok", usage=Usage(cost=cost)), None)
        for scope in scopes:
            spent[scope] += most if cost is None else cost
    assert {one.scope: one.spent for one in budgets(journal.database, "n.ipynb")} == spent
    journal.database.close()


def test_a_file_of_the_first_version_gets_the_new_table_and_keeps_its_budget(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    old = sqlite3.connect(path)
    old.executescript(f"{MIGRATIONS[0]}PRAGMA user_version = 1;INSERT INTO budgets VALUES ('n', 5000000000, 1.0)")
    old.close()
    journal = Journal(path)
    (found,) = budgets(journal.database, "n")
    assert (found.limit, found.services, found.allows_unpriced) == (5, {}, False)
    set_budget(journal.database, "n", Decimal(6), services={"search": Decimal(2), UNPRICED: Decimal(0)})
    journal.database.close()
    (found,) = budgets(Journal(path).database, "n")
    assert (found.limit, found.services, found.allows_unpriced) == (6, {"search": 2}, True)


def test_the_gateway_without_its_catalogue_is_refused_under_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Address] = []

    def unreachable(address: Address) -> None:
        tried.append(address)
        raise GatewayRefused("models.none", host=address.host)

    monkeypatch.setattr("aitunnel_jupyter.session.question.catalogue", unreachable)
    journal = Journal(None)
    set_budget(journal.database, "n.ipynb", Decimal(1000))
    gateway = Address("https://api.aitunnel.ru/v1", KEY)
    with pytest.raises(BudgetExceeded, match="price") as refused:
        begin(Question(ask(), gateway, HERE), journal)
    assert (refused.value.code, tried) == ("budget.unknown", [gateway])
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
