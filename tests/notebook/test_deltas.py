"""``chat.stream(…)``: an answer is taken and kept by itself, asked once, and read as often as one likes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from byte_server import CLOSE, HANG, HEAD, ByteServer, Gate, delta, piece, reply, steps, stream

from aitunnel_jupyter import AITunnelError, Chat
from aitunnel_jupyter.errors import AnswerBroken, BudgetExceeded
from aitunnel_jupyter.gateway.engine import close_engine
from aitunnel_jupyter.session import entry
from aitunnel_jupyter.session.budget import set_budget
from aitunnel_jupyter.session.journal import close_journals, open_journal


@pytest.fixture(autouse=True)
def _end_the_engine() -> Iterator[None]:
    yield
    close_engine()
    close_journals()


def written() -> list[tuple[str, str]]:
    """State and text of each turn in the journal."""
    return [(record.state, record.answer.text) for record in open_journal().recent(10)]


async def read(deltas: Any) -> str:
    return "".join([part async for part in deltas])


def test_a_reader_that_does_not_come_back_loses_nothing(server: ByteServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "PARTIAL_SECONDS", 0.0)
    actions, gates = steps("One ", "two ", "three")
    chat = Chat("m", base_url=server.on("m", *actions))
    deltas = chat.stream("Hi")
    reader = iter(deltas)
    assert next(reader) == "One "
    gates[0].open()
    server.wait_for(lambda: written() == [("running", "One two ")])
    gates[1].open()
    server.wait_for(lambda: written() == [("complete", "One two three")])
    server.wait_for(lambda: chat.last == "One two three")
    assert (deltas.answer, "".join(reader)) == ("One two three", "two three")


def test_a_reader_of_async_for_that_is_busy_loses_nothing_either(server: ByteServer) -> None:
    actions, gates = steps("One ", "two")
    chat = Chat("m", base_url=server.on("m", *actions))

    async def busy() -> tuple[str, str]:
        reader = aiter(chat.stream("Hi"))
        first = await anext(reader)
        gates[0].open()
        server.wait_for(lambda: written() == [("complete", "One two")])  # the loop stands still meanwhile
        return first, await read(reader)

    assert asyncio.run(busy()) == ("One ", "two")


def test_a_second_loop_reads_the_same_answer(server: ByteServer) -> None:
    chat = Chat("m", base_url=server.on("m", *stream("a", "b", "c", pause=0.05)))
    deltas = chat.stream("Hi")
    assert ["".join(deltas), "".join(deltas), asyncio.run(read(deltas)), "".join(deltas)] == ["abc"] * 4
    assert (len(server.requests("m")), len(chat.conversation.turns)) == (1, 1)
    other = chat.stream("again")
    assert [asyncio.run(read(other)), "".join(other)] == ["abc"] * 2
    assert (len(server.requests("m")), len(chat.conversation.turns)) == (2, 2)


def test_two_loops_at_once_are_one_question_and_leaving_one_stops_nothing(server: ByteServer) -> None:
    actions, gates = steps("One ", "two")
    deltas = Chat("m", base_url=server.on("m", *actions)).stream("Hi")
    stays, leaves = iter(deltas), iter(deltas)
    assert (next(stays), next(leaves)) == ("One ", "One ")
    leaves.close()  # type: ignore[attr-defined]
    gates[0].open()
    assert "".join(stays) == "two"
    assert (len(server.requests("m")), deltas.answer.complete) == (1, True)


@pytest.mark.parametrize("how", ["break", "exception", "forgotten"])
def test_however_a_loop_is_left_what_came_is_kept(server: ByteServer, how: str) -> None:
    chat = Chat("m", base_url=server.on("m", HEAD, piece(delta("So far")), HANG))
    deltas = chat.stream("Hi")
    if how == "break":
        for _ in deltas:
            break
    elif how == "exception":
        with pytest.raises(ZeroDivisionError):
            _ = [1 / 0 for _ in deltas]
    else:
        assert next(iter(deltas)) == "So far"
    gc.collect()
    server.wait_for(lambda: server.requests("m")[0].closed_at)
    server.wait_for(lambda: written() == [("partial", "So far")])
    server.wait_for(
        lambda: [(said.answer, said.answer.complete) for said in chat.conversation.turns] == [("So far", False)]
    )
    assert list(deltas) == ["So far"], "a second loop asks nothing"
    assert len(server.requests("m")) == 1


def test_nothing_is_asked_before_the_first_piece_is_wanted(server: ByteServer) -> None:
    chat = Chat("m", base_url=server.on("m", *stream("Hi")))
    deltas = chat.stream("one")
    iter(deltas)
    aiter(deltas)
    with pytest.raises(RuntimeError):
        _ = deltas.answer
    assert chat.ask("two") == "Hi"
    assert [said.prompt for said in chat.conversation.turns] == ["two"]
    assert len(server.requests("m")) == 1


def test_what_went_wrong_is_raised_by_each_loop_after_what_came(server: ByteServer) -> None:
    chat = Chat("m", base_url=server.on("m", HEAD, piece(delta("Half")), 0.05, CLOSE))
    deltas = chat.stream("Hi")
    for _ in range(2):
        parts: list[str] = []
        with pytest.raises(AnswerBroken) as broken:
            parts.extend(deltas)
        assert (parts, broken.value.partial, broken.value.partial.complete) == (["Half"], "Half", False)
    with pytest.raises(AnswerBroken):
        asyncio.run(read(deltas))
    assert len(server.requests("m")) == 1


def test_a_refusal_is_raised_by_each_loop_and_nothing_is_sent(server: ByteServer) -> None:
    chat = Chat("m", base_url=server.on("m", *stream("Hi")), max_tokens=10)
    set_budget(open_journal().database, chat._desk.notebook, Decimal(0))
    chat.conversation.turns.clear()
    refused = chat.stream("Hi", tools=[{"type": "web_search"}])
    server.on("m", reply(404, {}))
    assert "".join(refused) == "Hi", "on this machine nothing costs anything"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aitunnel_jupyter.session.limits.is_loopback", lambda _url: False)
        patch.setattr("aitunnel_jupyter.session.question.catalogue", lambda _address: None)
        refused = chat.stream("Hi")
        for _ in range(2):
            with pytest.raises(BudgetExceeded):
                list(refused)
        with pytest.raises(AITunnelError):
            asyncio.run(read(refused))
        patch.setenv("LC_ALL", "ru_RU.UTF-8")
        for ask in (chat.ask, lambda prompt: list(chat.stream(prompt))):
            with pytest.raises(BudgetExceeded, match="не отправлено"):
                ask("Hi")
    assert len(server.requests("m")) == 1


def test_a_task_that_is_cancelled_before_the_first_words_stops_the_question(server: ByteServer) -> None:
    gate = Gate()
    chat = Chat("m", base_url=server.on("m", gate, *stream("Hi")))
    deltas = chat.stream("Hi")

    async def stopped() -> None:
        reading = asyncio.ensure_future(read(deltas))
        await asyncio.to_thread(server.wait_for, lambda: server.requests("m"))
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(stopped())
    gate.open()
    server.wait_for(lambda: written() == [("failed", "")])
    assert not deltas.answer.complete
