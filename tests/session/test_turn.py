"""A turn from start to end, its steps and its clock scripted: what each watcher sees when."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from aitunnel_jupyter.answer import Answer, Notice
from aitunnel_jupyter.errors import AnswerBroken
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished, Progress
from aitunnel_jupyter.session.turn import Turn

REQUEST = Request("m", ({"role": "user", "content": "Hi"},), temperature=0.5)
ADDRESS = Address("http://127.0.0.1:1/v1")


class Script:
    """An engine whose one stream says what the test puts into it; also the clock."""

    def __init__(self, *, ends_on_cancel: bool = True) -> None:
        self.steps: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.over, self.closed = threading.Event(), threading.Event()
        self.closed.set()
        self.listener: Any = None
        self.now = 100.0
        self.cancelled = 0
        self._ends_on_cancel = ends_on_cancel

    def ask(self, *_: Any) -> Script:
        return self

    def clock(self) -> float:
        return self.now

    def put(self, *steps: Any) -> None:
        for step in steps:
            self.steps.put(step)
            if isinstance(step, Finished | Failed):
                self.over.set()
            if self.listener is not None:
                self.listener()

    def cancel(self) -> None:
        self.cancelled += 1
        if self._ends_on_cancel:
            self.put(Finished(Answer("from the stream", complete=False, error="stopped")))


class Notes:
    """A journal's entry that only listens."""

    turn_id = 7
    trouble = None

    def __init__(self) -> None:
        self.partials: list[tuple[str, str]] = []
        self.ends: list[tuple[Answer, Any]] = []

    def partial(self, parts: Sequence[str], reasoning: Sequence[str]) -> None:
        self.partials.append(("".join(parts), "".join(reasoning)))

    def end(self, answer: Answer, error: Any) -> None:
        self.ends.append((answer, error))


def turn_of(script: Script, **named: Any) -> Turn:
    return Turn(REQUEST, ADDRESS, background=script, clock=script.clock, **named)  # type: ignore[arg-type]


def test_its_states_follow_what_came() -> None:
    script, notes = Script(), Notes()
    turn = turn_of(script, entry=notes)
    seen = [turn.state]
    for step in (
        Progress("waiting"),
        Progress("retrying", "503", 2.0),
        [("", "Hm. ")],
        [("Hi ", ""), ("", "So.")],
        [("there", "")],
        Finished(Answer("Hi there", reasoning="Hm. So.")),
    ):
        script.now += 1
        script.put(step)
        assert turn.wait(0)
        seen.append(turn.state)
    assert seen == ["connecting", "waiting", "retrying", "thinking", "answering", "answering", "over"]
    assert (turn.progress.detail, turn.progress.seconds) == ("503", 2.0)
    assert (turn.first_delta_at, turn.elapsed, turn.reasoning) == (3.0, 6.0, "Hm. So.")
    assert notes.partials == [("", "Hm. "), ("Hi ", "Hm. So."), ("Hi there", "Hm. So.")]
    assert notes.ends == [(Answer("Hi there"), None)]
    assert (turn.answer, turn.answer.turn_id, turn.error) == ("Hi there", 7, None)


def test_nothing_is_nothing() -> None:
    script = Script()
    turn = turn_of(script)
    assert (turn.wait(0), turn.wait(0.001), turn.over, turn.ends_within(0)) == (False, False, False, False)
    assert (turn.take_text(), turn.take_reasoning(), turn.text_after(0), turn.reasoning_after(0)) == (
        "",
        "",
        ("", 0),
        ("", 0),
    )
    script.put(Finished(Answer("")))
    assert (turn.ends_within(0), turn.over) == (True, False), "the end is there, and nobody has taken it yet"
    assert (turn.wait(0), turn.over, turn.wait(0)) == (True, True, False)


DELTAS = strategies.lists(
    strategies.tuples(strategies.text("ab ", max_size=3), strategies.text("xy", max_size=2)), max_size=6
)


@settings(deadline=None, max_examples=200)
@given(
    batches=strategies.lists(DELTAS, max_size=6), looks=strategies.lists(strategies.booleans(), min_size=6, max_size=6)
)
def test_every_watcher_gets_all_of_it_once(batches: list[Any], looks: list[bool]) -> None:
    script = Script()
    turn = turn_of(script)
    taken, thought, other, at = "", "", "", 0
    for batch, look in zip(batches, looks, strict=False):
        script.put(batch)
        turn.wait(0)
        if look:
            taken, thought = taken + turn.take_text(), thought + turn.take_reasoning()
        new, at = turn.text_after(at)
        other += new
    script.put(Finished(Answer("whole")))
    turn.wait(0)
    text = "".join(text for batch in batches for text, _ in batch)
    reasoning = "".join(reasoning for batch in batches for _, reasoning in batch)
    assert (taken + turn.take_text(), thought + turn.take_reasoning(), other + turn.text_after(at)[0]) == (
        text,
        reasoning,
        text,
    )
    assert (turn.reasoning, turn.reasoning_after(0)[0]) == (reasoning, reasoning)
    assert (turn.take_text(), turn.text_after(turn.text_after(0)[1])[0]) == ("", "")


def test_a_stop_takes_what_the_stream_has_and_does_not_wait_for_one_that_hangs() -> None:
    script = Script()
    turn = turn_of(script)
    assert turn.stop() == "from the stream"
    hangs, notes = Script(ends_on_cancel=False), Notes()
    turn = turn_of(hangs, entry=notes, form="json", language="ru")
    hangs.put([("So far", "Hm.")])
    turn.wait(0)
    hangs.now += 4
    answer = turn.stop()
    assert (answer, answer.complete, answer.error, answer.reasoning) == ("So far", False, "stopped", "Hm.")
    assert (answer.model, answer.elapsed, answer.facts.base_url) == ("m", 4.0, ADDRESS.base_url)
    assert (answer.facts.format, answer.facts.language, answer.facts.fields) == ("json", "ru", REQUEST.fields())
    assert answer.messages == [*REQUEST.messages, {"role": "assistant", "content": "So far"}]
    assert turn.stop() is answer
    hangs.put(Finished(Answer("too late")))
    turn.wait(0)
    assert (turn.answer, len(notes.ends)) == ("So far", 1)


def test_an_error_has_what_came_as_the_turn_keeps_it() -> None:
    script, notes = Script(), Notes()
    turn = turn_of(script, entry=notes, notices=(Notice("along", "df"),), language="ru")
    script.put([("Half", "")], Failed(AnswerBroken("stream.cut", host="h")))
    turn.wait(0)
    assert turn.over
    assert (turn.answer, turn.answer.complete, turn.answer.notices) == ("Half", False, (Notice("along", "df"),))
    assert (turn.error.code, turn.error.partial, turn.error.language) == ("stream.cut", turn.answer, "ru")
    assert [error for _, error in notes.ends] == [turn.error]
    assert (turn.answer.error, "is kept" in turn.answer.error) == (turn.error.line(), True)


def test_an_error_before_any_text_does_not_call_it_kept() -> None:
    script = Script()
    turn = turn_of(script)
    script.put(Failed(AnswerBroken("stream.cut", host="h")))
    turn.wait(0)
    assert (turn.answer.error, "kept" in turn.answer.error) == (turn.error.line(), False)


def test_a_continuation_is_whole_in_answer_and_error() -> None:
    asked = (
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "One "},
        {"role": "user", "content": "on"},
    )
    for last, complete in (
        (Finished(Answer("two", prompt_messages=asked)), True),
        (Failed(AnswerBroken("stream.cut", host="h")), False),
    ):
        script = Script()
        turn = turn_of(script, before="One ")
        script.put([("two", "")], last)
        turn.wait(0)
        assert (turn.answer, turn.answer.complete) == ("One two", complete)
        assert complete or turn.error.partial == "One two"


def test_a_known_answer_is_there_at_once_and_asks_nobody() -> None:
    known = Answer("kept", reasoning="Hm.", notices=(Notice("kept", "then"),))
    turn = Turn(REQUEST, ADDRESS, known=known, notices=(Notice("along", "df"),))
    assert (turn.over, turn.state, turn.first_delta_at, turn.stream) == (True, "over", 0.0, None)
    assert (turn.take_text(), turn.take_reasoning(), turn.text_after(0)) == ("kept", "Hm.", ("kept", 1))
    assert turn.answer.notices == (Notice("along", "df"), Notice("kept", "then"))
    assert (turn.wait(1), turn.ends_within(1), turn.stop() is turn.answer) == (False, True, True)
    turn.cancel()


def test_listeners_hear_every_step_until_they_leave() -> None:
    script = Script()
    turn = turn_of(script)
    heard: list[str] = []
    leave = turn.listen(lambda: heard.append("one"))
    turn.listen(lambda: heard.append("two"))
    script.put(Progress("waiting"))
    leave()
    script.put(Finished(Answer("Hi")))
    assert heard == ["one", "two", "two"]


class OnceMore:
    """A policy that wants everything, whatever it is, for ever."""

    def __init__(self, script: Script, request: Request | None, refuses: bool = False) -> None:
        self.begun: list[Request] = []
        self._script, self._request, self._refuses = script, request, refuses

    def wants(self, _turn: Turn) -> bool:
        return True

    def smaller(self, _turn: Turn) -> Request | None:
        if self._request is None:
            raise ValueError("a fault of ours")
        return self._request

    def begin(self, request: Request) -> Any:
        if self._refuses:
            raise AnswerBroken("stream.cut", host="money")
        self.begun.append(request)
        self._script.over.clear()
        return SimpleNamespace(turn_id=8, trouble=None, partial=lambda *_: None, end=lambda *_: None), (
            Notice("afforded", "5"),
        )

    def explained(self, turn: Turn) -> Any:
        raise ZeroDivisionError("also a fault of ours")


def refused() -> Failed:
    return Failed(AnswerBroken("stream.empty", host="h"))


def test_a_policy_is_followed_once_and_no_fault_of_it_costs_the_end() -> None:
    script = Script()
    policy = OnceMore(script, REQUEST)
    turn, notes = turn_of(script, retry=policy), Notes()
    turn.entry = notes  # type: ignore[assignment]
    script.put(refused())
    while not policy.begun:
        turn.wait(1)
    assert (turn.state, turn.error, turn.over, len(notes.ends)) == ("connecting", None, False, 1)
    script.put(refused())
    while not turn.over:
        turn.wait(1)
    assert (len(policy.begun), turn.error.code, turn.answer.turn_id) == (1, "stream.empty", 8)
    assert turn.answer.notices == (Notice("afforded", "5"),)


@pytest.mark.parametrize(
    "policy", [lambda script: OnceMore(script, None), lambda script: OnceMore(script, REQUEST, True)]
)
def test_a_policy_that_fails_leaves_the_first_error(policy: Any) -> None:
    script = Script()
    turn = turn_of(script, retry=policy(script))
    script.put(refused())
    while not turn.over:
        turn.wait(1)
    assert turn.error.code == "stream.empty"


def test_who_listens_hears_that_a_second_try_is_decided() -> None:
    script, came = Script(), threading.Event()
    turn = turn_of(script, retry=OnceMore(script, None))
    turn.listen(came.set)
    script.put(refused())
    came.clear()
    turn.wait(0)
    assert came.wait(30)
    turn.wait(0)
    assert turn.over


def test_words_that_came_are_never_asked_for_again() -> None:
    script = Script()
    turn = turn_of(script, retry=OnceMore(script, REQUEST))
    script.put([("Half", "")], refused())
    turn.wait(0)
    assert (turn.over, turn.answer) == (True, "Half")
