"""Another people's server, which breaks on demand: llmock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from llmock.scenarios import Fail, Reply, StreamFault
from llmock.testing import LLMockServer

from aitunnel_jupyter.errors import AnswerBroken, GatewayRefused, Stalled
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.engine import Engine
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished

TEXT = "A cat sat on the mat and looked at the moon for a long while."


@pytest.fixture(scope="module")
def mock() -> Iterator[LLMockServer]:
    with LLMockServer() as running:
        yield running


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.close()


def ask(engine: Engine, mock: LLMockServer, *behaviours: Any, timeout: float = 30.0) -> Any:
    for behaviour in (Reply(TEXT), *behaviours):
        mock.state.scenarios.add(behaviour)
    request = Request("gpt-4o", ({"role": "user", "content": "Hi"},), timeout=timeout)
    running = engine.ask(request, Address(mock.base_url("openai"), Key("sk-test-12345678")))
    while not isinstance(step := running.steps.get(timeout=60), Finished | Failed):
        pass
    mock.state.scenarios.clear()
    return step.answer if isinstance(step, Finished) else step.error


def test_an_ordinary_answer(engine: Engine, mock: LLMockServer) -> None:
    answer = ask(engine, mock)
    assert (answer, answer.complete, answer.finish_reason) == (TEXT, True, "stop")
    assert answer.usage.completion_tokens > 0


@pytest.mark.parametrize("kind", ["disconnect", "truncate"])
def test_a_stream_that_breaks_off_is_incomplete(engine: Engine, mock: LLMockServer, kind: Any) -> None:
    error = ask(engine, mock, StreamFault(kind, after_chunks=3))
    assert isinstance(error, AnswerBroken)
    assert error.partial is not None
    assert TEXT.startswith(error.partial)
    assert (0 < len(error.partial) < len(TEXT), error.partial.complete) == (True, False)


def test_a_stream_that_stalls_is_given_up(engine: Engine, mock: LLMockServer) -> None:
    error = ask(engine, mock, StreamFault("stall", after_chunks=3, stall_seconds=5), timeout=0.5)
    assert isinstance(error, Stalled)
    assert error.partial


def test_a_malformed_chunk_is_counted(engine: Engine, mock: LLMockServer) -> None:
    answer = ask(engine, mock, StreamFault("malformed", after_chunks=3))
    facts = answer.partial if isinstance(answer, Exception) else answer
    assert ("skipped", "1") in [tuple(notice) for notice in facts.notices]


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_passing_failure_is_waited_for(engine: Engine, mock: LLMockServer, status: int) -> None:
    answer = ask(engine, mock, Fail(status, retry_after=0.2))
    assert (answer, [tuple(notice) for notice in answer.notices]) == (TEXT, [("retried", str(status))])


def test_a_lack_of_money_is_told_at_once(engine: Engine, mock: LLMockServer) -> None:
    error = ask(engine, mock, Fail(402, message="Insufficient balance"))
    assert isinstance(error, GatewayRefused)
    assert (error.code, "Insufficient balance" in str(error)) == ("http.402", True)
