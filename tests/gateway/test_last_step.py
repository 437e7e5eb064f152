"""Whatever fails on a request's way, exactly one last step comes, with the text so far."""

from __future__ import annotations

import multiprocessing
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest
from byte_server import CLOSE, END, HANG, HEAD, RESET, ByteServer, delta, finish, piece, reply, stream, usage

from aitunnel_jupyter import Chat
from aitunnel_jupyter.errors import AITunnelError, ConnectFailed, InternalFault
from aitunnel_jupyter.gateway import exchange as exchange_module
from aitunnel_jupyter.gateway import reading as reading_module
from aitunnel_jupyter.gateway import refusal as refusal_module
from aitunnel_jupyter.gateway import stream as stream_module
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.client import Client
from aitunnel_jupyter.gateway.engine import Engine, close_engine
from aitunnel_jupyter.gateway.engine import engine as the_engine
from aitunnel_jupyter.gateway.exchange import Exchange
from aitunnel_jupyter.gateway.reading import Reading
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished, Progress
from aitunnel_jupyter.gateway.stream import Stream
from aitunnel_jupyter.gateway.wire.delta import Delta
from aitunnel_jupyter.gateway.wire.fold import Fold
from aitunnel_jupyter.gateway.wire.patience import Patience
from aitunnel_jupyter.gateway.wire.reader import AnswerReader
from aitunnel_jupyter.session.turn import Turn

HALF_AN_EMOJI = reply(400, b'{"error": {"message": "no \\ud83d here", "code": "\\udc00"}}')
WAYS: dict[str, list[Any]] = {
    "whole": [HEAD, piece(delta("Hi ")), piece(delta("there")), piece(finish()), piece(usage()), END],
    "without_a_goodbye": [HEAD, piece(delta("Hi ")), piece(finish()), CLOSE],
    "cut": [HEAD, piece(delta("Hi ")), CLOSE],
    "reset": [RESET],
    "refused": [HALF_AN_EMOJI],
    "busy": [reply(503, {"error": {"message": "busy"}}, retry_after_ms="1")],
    "page": [reply(200, b"<html><title>Login</title>")],
    "unreadable": [reply(200, {"hello": "world"})],
}
PLACES: list[tuple[Any, str]] = [
    *((Exchange, name) for name, value in vars(Exchange).items() if isinstance(value, FunctionType)),
    *((Fold, name) for name, value in vars(Fold).items() if isinstance(value, FunctionType)),
    *((AnswerReader, name) for name, value in vars(AnswerReader).items() if isinstance(value, FunctionType)),
    *((exchange_module, name) for name in ("headers_for", "connect_failed", "some_of")),
    *((reading_module, name) for name in ("paced", "decoded", "next_chunk")),
    *((Reading, name) for name, value in vars(Reading).items() if isinstance(value, FunctionType)),
    *((Patience, name) for name, value in vars(Patience).items() if isinstance(value, FunctionType)),
    *((refusal_module, name) for name in ("refusal", "wait_before", "is_retried", "body_failure")),
    (Request, "body"),
    (Request, "fields"),
    (Client, "ask"),
    (Engine, "client"),
    (AITunnelError, "line"),
]
NEVER_MISSED = {"_with_retries", "_once", "_read_response", "_conclude", "_answer", "_fail", "_end", "_show", "_on_status",
                "_on_transport_error", "headers_for", "body", "refusal", "feed", "close", "facts", "line"}  # fmt: skip


class Oddity(RuntimeError):
    """Nothing in the package knows this one."""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(refusal_module, "MOST_RETRIES", 1)
    monkeypatch.setattr(refusal_module, "wait_before", lambda *_: 0.0)
    running = Engine()
    yield running
    running.close()


def question(**named: Any) -> Request:
    return Request("test-model", ({"role": "user", "content": "Hi"},), **named)


def all_steps(running: Stream) -> list[Any]:
    assert running.closed.wait(30), "it never ended"
    steps = []
    while True:
        try:
            steps.append(running.steps.get_nowait())
        except queue.Empty:
            return steps


def check_the_end(steps: list[Any]) -> Any:
    """One last step, behind everything else, with all that was reported before it."""
    ends = [isinstance(step, Finished | Failed) for step in steps]
    assert ends.count(True) == 1 and ends[-1], steps  # noqa: PT018  one rule
    last = steps[-1]
    answer = last.answer if isinstance(last, Finished) else last.error.partial
    told = "".join(item.text for step in steps if isinstance(step, list) for item in step)
    assert answer is not None
    assert answer.startswith(told)
    assert isinstance(last, Finished) or not answer.complete
    return last


@pytest.mark.parametrize("way", WAYS)
def test_whatever_breaks_exactly_one_last_step_comes(
    engine: Engine, server: ByteServer, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_url = server.on(way, *WAYS[way])
    hit = set()
    for owner, name in PLACES:
        with monkeypatch.context() as patch:

            def broken(*_: Any, name: str = name, **__: Any) -> Any:
                hit.add(name)
                raise Oddity

            patch.setattr(owner, name, broken)
            steps = all_steps(engine.ask(question(), Address(base_url)))
        last = check_the_end(steps)
        if isinstance(last, Failed):
            assert isinstance(last.error, InternalFault) or "Oddity" not in str(last.error)
            assert not (isinstance(last.error, ConnectFailed) and name in hit and way != "reset")
    assert hit


def test_the_ways_above_lead_through_every_step(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    for owner, name in PLACES:
        real = getattr(owner, name)

        def counting(*args: Any, name: str = name, real: Any = real, **named: Any) -> Any:
            seen.add(name)
            return real(*args, **named)

        monkeypatch.setattr(owner, name, counting)
    for way, actions in WAYS.items():
        check_the_end(all_steps(engine.ask(question(), Address(server.on(way, *actions)))))
    assert seen >= NEVER_MISSED


def test_a_fault_of_ours_is_not_told_as_one_of_the_network(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnswerReader, "feed", lambda *_: 1 / 0)
    last = check_the_end(all_steps(engine.ask(question(), Address(server.on("ours", *stream("Hi"))))))
    assert isinstance(last.error, InternalFault)
    for language, words in (("en", "itself failed"), ("ru", "сбой в самом")):
        line = last.error.line(language)
        assert words in line
        assert "ZeroDivisionError: division by zero at reading.py:" in line
        assert "pip show" in line
        assert len(line.encode()) <= 480
    assert not {"network or the base URL", "проверьте сеть"} & set(map(last.error.line, ("en", "ru")))


def test_half_an_emoji_in_a_refusal_ends_the_turn_and_the_chat(server: ByteServer) -> None:
    base_url = server.on("half", HALF_AN_EMOJI)
    turn = Turn(question(), Address(base_url))
    while not turn.over:
        assert turn.wait(20)
    assert "no \ufffd here" in str(turn.error)
    with pytest.raises(AITunnelError, match=r"400: the request was rejected: no \ufffd here"):
        Chat("m", base_url=base_url).ask("Hi")


@pytest.mark.parametrize("place", ["_answer", "_fail"])
def test_a_turn_ends_with_the_text_so_far_when_the_end_itself_breaks(
    server: ByteServer, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise Oddity

    monkeypatch.setattr(Exchange, place, broken)
    cut = [HEAD, piece(delta("Hi ", reasoning="Hm ")), CLOSE]
    turn = Turn(question(), Address(server.on("cut", *cut)))
    while not turn.over:
        assert turn.wait(20)
    assert turn.answer is not None
    assert (turn.answer, turn.answer.reasoning, turn.answer.complete) == ("Hi ", "Hm ", False)
    assert turn.answer.model == "test-model"
    assert turn.answer.error == str(turn.error)


def test_what_came_is_whole_also_without_a_word_of_text(server: ByteServer) -> None:
    """An empty answer is false, and its facts count all the same."""
    thought = [HEAD, piece(delta(reasoning="Hm")), piece(usage()), CLOSE]
    turn = Turn(question(), Address(server.on("thought", *thought)))
    while not turn.over:
        assert turn.wait(20)
    assert turn.answer is not None
    assert (turn.answer, turn.answer.reasoning) == ("", "Hm")
    assert turn.answer.usage is not None


def test_steps_after_the_last_one_are_dropped() -> None:
    running = Stream(None, question(), Address("http://127.0.0.1:1/v1"))  # type: ignore[arg-type]  no loop is needed
    for step in (
        Progress("connecting"),
        [Delta("Hi", "")],
        Failed(InternalFault("internal", why="x")),
        [Delta("!", "")],
    ):
        running.report(step)
    running.end(Oddity())
    last = check_the_end(all_steps(running))
    assert last.error.partial == "Hi"


def test_a_listener_that_fails_does_not_cost_the_answer(engine: Engine, server: ByteServer) -> None:
    def broken() -> None:
        raise Oddity

    running = engine.ask(question(), Address(server.on("heard", 0.1, *stream("Hi"))))
    running.listener = broken
    assert check_the_end(all_steps(running)).answer == "Hi"


@pytest.mark.parametrize("stop", [True, False])
def test_the_last_step_comes_even_if_no_answer_can_be_made(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, stop: bool
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise Oddity

    monkeypatch.setattr(stream_module, "Answer", broken)
    monkeypatch.setattr(exchange_module, "Answer", broken)
    running = engine.ask(question(), Address(server.on("none", HEAD, *([HANG] if stop else [CLOSE]))))
    server.wait_for(lambda: server.requests("none"))
    if stop:
        running.cancel()
    (last,) = [step for step in all_steps(running) if isinstance(step, Finished | Failed)]
    assert isinstance(last, Failed)
    assert last.error.partial is None
    assert isinstance(last.error, InternalFault) == stop


@pytest.mark.parametrize("stop", [True, False])
def test_what_is_stopped_before_it_began_ends_too(engine: Engine, server: ByteServer, stop: bool) -> None:
    """Cancelled before its first step, a task runs nothing that could report."""

    async def at_once() -> Stream:
        running = engine.ask(question(), Address(server.on("early", HANG)))
        if stop:
            running.cancel()
        else:
            engine._loop.call_soon(running._cancel_in_loop)
        return running

    last = check_the_end(all_steps(engine.call(at_once())))
    assert isinstance(last, Finished)
    assert (last.answer.complete, last.answer.error) == (False, "stopped")


def test_a_closed_engine_ends_what_comes_too_late(server: ByteServer) -> None:
    running = Engine()
    running.close()
    last = check_the_end(all_steps(running.ask(question(), Address(server.on("late", *stream("Hi"))))))
    assert last.answer.error == "stopped"

    async def work() -> None: ...

    running.start(work())
    with pytest.raises(AITunnelError, match="stopped"):
        running.call(work())


def test_what_is_put_in_after_the_loops_last_round_ends_too(server: ByteServer) -> None:
    running = Engine()
    late: list[Stream] = []
    address = Address(server.on("late", *stream("Hi")))

    def last_round() -> None:
        running._loop.stop()
        late.append(running.ask(question(), address))

    running._loop.call_soon_threadsafe(last_round)
    running._thread.join(20)
    assert check_the_end(all_steps(late[0])).answer.error == "stopped"


def test_an_engine_whose_loop_ended_is_replaced(server: ByteServer) -> None:
    first = the_engine()
    first._loop.call_soon_threadsafe(first._loop.stop)
    first._thread.join(20)
    last = check_the_end(all_steps(the_engine().ask(question(), Address(server.on("again", *stream("Hi"))))))
    assert last.answer == "Hi"
    close_engine()


@pytest.mark.parametrize(
    ("raised", "told"), [(Oddity("why"), InternalFault), (ConnectFailed("stopped"), ConnectFailed)]
)
def test_a_call_fails_with_an_error_of_ours(engine: Engine, raised: Exception, told: type[AITunnelError]) -> None:
    async def work() -> None:
        raise raised

    with pytest.raises(told):
        engine.call(work())


def _ask_in_the_child(base_url: str, told: Callable[[str], object]) -> None:
    told(str(check_the_end(all_steps(the_engine().ask(question(), Address(base_url)))).answer))


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_asks_by_itself_whoever_held_the_lock(server: ByteServer) -> None:
    import aitunnel_jupyter.gateway.engine as module

    base_url = server.on("fork", *stream("Hi"))
    check_the_end(all_steps(the_engine().ask(question(), Address(base_url))))
    forking = multiprocessing.get_context("fork")
    told = forking.SimpleQueue()
    with module._lock:  # as another thread may at that moment
        child = forking.Process(target=_ask_in_the_child, args=(base_url, told.put))
        child.start()
    child.join(30)
    assert child.exitcode == 0
    assert told.get() == "Hi"
    assert check_the_end(all_steps(the_engine().ask(question(), Address(base_url)))).answer == "Hi"


EXIT = """
import sys
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.engine import engine
from aitunnel_jupyter.gateway.reading import Reading
from aitunnel_jupyter.gateway.request import Request
running = engine().ask(Request("m", ()), Address(sys.argv[1]))
while not isinstance(running.steps.get(timeout=60), list): pass
"""


def test_a_program_that_ends_in_the_middle_of_an_answer_says_nothing(server: ByteServer) -> None:
    base_url = server.on("exit", HEAD, piece(delta("Hi")), HANG)
    ran = subprocess.run(
        [sys.executable, "-c", EXIT, base_url], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
