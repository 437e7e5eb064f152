"""After a 402: asked once more at most, whoever watches, and told as what it is."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from byte_server import END, HEAD, RESET, ByteServer, Gate, Seen, delta, event, piece, reply, stream
from catalogues import facts

from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.catalogue import fetch_catalogue
from aitunnel_jupyter.gateway.engine import close_engine
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.question import Question, begin
from aitunnel_jupyter.session.turn import Turn

KEY = Key("sk-aitunnel-0123456789abcdef", "test")
REFUSED = reply(402, {"error": {"message": "Insufficient balance"}})
MODELS = {"m": facts(max_output=1000, prompt_cost=0, completion_cost=1000)}


@pytest.fixture(autouse=True)
def _end_the_engine():  # type: ignore[no-untyped-def]
    yield
    close_engine()


class Shop:
    """A gateway that says 402 to everything dearer than the balance, and counts the questions."""

    def __init__(self, server: ByteServer, *, account: Any = None, asked: Any = REFUSED) -> None:
        server.on("public", reply(200, MODELS))
        self.address = Address(server.on("m", self.answer), KEY)
        self.account, self.reply = reply(200, {"data": []}), asked
        fetch_catalogue(self.address)
        self.account = account or reply(200, {"balance": 0.3})
        self.server = server

    def answer(self, seen: Seen) -> list[Any]:
        if not seen.path.endswith("/chat/completions"):
            return self.account if isinstance(self.account, list) else [self.account]
        return self.reply(seen) if callable(self.reply) else [self.reply]

    @property
    def asked(self) -> list[int]:
        """The ``max_tokens`` of each question."""
        return [seen.json["max_tokens"] for seen in self.server.requests("m") if seen.path.endswith("/completions")]

    def begin(self, journal: Journal | None = None, **named: Any) -> Turn:
        request = Request("m", ({"role": "user", "content": "Hi"},))
        return begin(Question(request, self.address, afford=True, **named), journal or Journal(None))


def ended(turn: Turn) -> Turn:
    while not turn.over:
        turn.wait(0.5)
    return turn


def only_small(seen: Seen) -> list[Any]:
    return [REFUSED] if seen.json["max_tokens"] > 300 else stream("Short")


def test_the_balance_decides_how_long_the_second_answer_may_be(server: ByteServer) -> None:
    shop, journal = Shop(server, asked=only_small), Journal(None)
    turn = ended(shop.begin(journal))
    assert (turn.answer, turn.error, shop.asked) == ("Short", None, [1000, 300])
    assert [tuple(notice) for notice in turn.answer.notices] == [("afforded", "300")]
    rows = journal.database.rows("SELECT state, cost FROM turns ORDER BY id")
    assert [tuple(row) for row in rows] == [("failed", 0), ("complete", 510_000_000)]


def test_a_server_that_always_refuses_is_asked_twice_and_not_more(server: ByteServer) -> None:
    shop = Shop(server)
    turn = ended(shop.begin())
    assert (len(shop.asked), turn.error.code, turn.error.status) == (2, "http.402.reserved", 402)
    assert turn.error.values["max_tokens"] == 300


def test_without_the_setting_it_is_asked_once_and_explained(server: ByteServer) -> None:
    shop = Shop(server)
    request = Request("m", ({"role": "user", "content": "Hi"},))
    turn = ended(begin(Question(request, shop.address), Journal(None)))
    assert (len(shop.asked), turn.error.code) == (1, "http.402.reserved")
    assert "up to 1.00 ₽" in str(turn.error)


@pytest.mark.parametrize(
    "account",
    [
        reply(200, {"balance": 0.01}),
        reply(200, {"balance": -5}),
        reply(200, {}),
        reply(200, {"balance": None, "budget": True}),
        reply(200, b'{"balance": NaN, "budget": "much"}'),
        reply(200, b'{"balance": 1e999}'),
        reply(200, [1]),
        reply(500, {"error": {"message": "down"}}),
        reply(401, {"error": {"message": "no"}}),
        reply(200, b"<html><title>Login</title>"),
        [RESET],
    ],
    ids=[
        "small",
        "negative",
        "empty",
        "of_no_kind",
        "not_a_number",
        "endless",
        "a_list",
        "down",
        "unauthorised",
        "a_page",
        "reset",
    ],
)
def test_a_balance_that_is_too_small_or_unknown_leaves_the_402(server: ByteServer, account: Any) -> None:
    shop = Shop(server, account=account)
    turn = ended(shop.begin())
    assert (len(shop.asked), turn.error.code, turn.error.status) == (1, "http.402.reserved", 402)


@pytest.mark.parametrize(
    ("status", "code"), [(400, "http.400"), (401, "http.401"), (403, "http.403"), (404, "http.404")]
)
def test_every_other_refusal_keeps_its_own_text(server: ByteServer, status: int, code: str) -> None:
    shop = Shop(server, asked=reply(status, {"error": {"message": "no"}}))
    turn = ended(shop.begin())
    assert (len(shop.asked), turn.error.code) == (1, code)


def test_a_402_in_the_middle_of_an_answer_is_not_asked_again(server: ByteServer) -> None:
    broken = [HEAD, piece(delta("So far")), piece(event({"error": {"message": "no money", "code": 402}})), END]
    shop = Shop(server, asked=lambda _seen: broken)
    turn = ended(shop.begin())
    assert (len(shop.asked), turn.answer, turn.error.partial) == (1, "So far", "So far")


def test_a_stop_while_the_balance_is_asked_ends_it(server: ByteServer) -> None:
    gate = Gate()
    shop = Shop(server, account=[gate, reply(200, {"balance": 0.3})])
    turn = shop.begin()
    while turn.error is None:
        turn.wait(0.5)
    assert not turn.ends_within(0), "the first try's end is not the turn's"
    answer = turn.stop()
    assert (turn.over, answer.complete, turn.error.status) == (True, False, 402)
    gate.open()
    server.wait_for(lambda: not [one for one in threading.enumerate() if one.name == "aitunnel-retry"])
    turn.wait(0)
    assert len(shop.asked) == 1


def test_a_listener_hears_the_second_try_too(server: ByteServer) -> None:
    shop = Shop(server, asked=only_small)
    turn, came = shop.begin(), threading.Event()
    turn.listen(came.set)
    while not turn.over:
        came.wait(5)
        came.clear()
        turn.wait(0)
    assert turn.answer == "Short"


def test_all_who_listen_are_told_whatever_one_of_them_does(server: ByteServer) -> None:
    def broken() -> None:
        raise RuntimeError

    shop = Shop(server, asked=only_small)
    turn, first, second = shop.begin(), threading.Event(), threading.Event()
    for listener in (first.set, broken, second.set):
        end = turn.listen(listener)
    while not turn.over:
        assert first.wait(5)
        assert second.wait(5)
        turn.wait(0)
    end()
    assert turn.answer == "Short"
