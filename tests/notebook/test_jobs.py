"""A job's words and its end, without a kernel: whatever fails in its thread, the answer is there and somebody is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from byte_server import CLOSE, HANG, HEAD, ByteServer, delta, piece, reply, stream

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.notebook import jobs
from aitunnel_jupyter.notebook.job_commands import stop
from aitunnel_jupyter.session.turn import Turn


def turn(base_url: str) -> Turn:
    return Turn(Request("m", ({"role": "user", "content": "q"},), timeout=5.0), Address(base_url))


class Work:
    """A view and a keeper that fail where told."""

    def __init__(self, *fails: str) -> None:
        self._fails = fails
        self.shown: list[Answer] = []
        self.kept: list[Answer] = []

    def _try(self, step: str) -> None:
        if step in self._fails:
            raise ValueError(f"a fault in {step}\nand more")

    def show(self, _turn: Turn) -> float:
        self._try("show")
        return 0.01

    def keep(self, answer: Answer, *, over: Any = None) -> Answer:
        self._try("keep")
        self.kept.append(answer)
        return answer

    def finish(self, _turn: Turn, answer: Answer) -> None:
        self._try("finish")
        self.shown.append(answer)


def followed(base_url: str, *fails: str, language: str = "en") -> tuple[jobs.Job, Work]:
    job, work = jobs.Job(turn(base_url), "s", language), Work(*fails)
    job.follow(work, work)  # type: ignore[arg-type]
    return job, work


@pytest.mark.parametrize("fails", [["show"], ["keep"], ["finish"], ["show", "keep", "finish"]], ids=str)
def test_no_fault_in_its_thread_costs_the_answer_and_its_state_tells(server: ByteServer, fails: list[str]) -> None:
    job, work = followed(server.on("m", *stream("One ", "two", pause=0.05)), *fails)
    assert (str(job.result()), job.result().complete, job.done()) == ("One two", True, True)
    assert work.kept == ([] if "keep" in fails else ["One two"])
    assert work.shown == ([] if "finish" in fails else ["One two"])
    assert job.state.startswith("s: m failed after 0 s: ValueError: a fault in ")
    assert "\n" not in job.state


def test_each_end_has_its_word(server: ByteServer) -> None:
    whole, _ = followed(server.on("whole", *stream("One")))
    empty, _ = followed(server.on("empty", *stream()))
    refused, _ = followed(server.on("refused", reply(402, {"error": {"message": "no money"}})))
    cut, _ = followed(server.on("cut", HEAD, piece(delta("Half")), CLOSE), language="ru")
    assert whole.state == "s: m is done, 0 s"
    assert repr(refused).startswith("s: m failed after 0 s: ")
    assert "402" in refused.state
    assert cut.state.startswith("s: m — ошибка через 0 с: ")
    with pytest.raises(type(refused._turn.error), match="402"):  # type: ignore[arg-type]
        refused.result()
    assert whole.stop() is whole.result(), "to stop what is over changes nothing"
    assert empty.stop() is empty._answer, "an empty answer is one, too"


def running(server: ByteServer) -> jobs.Job:
    return jobs.Job(turn(server.on("hang", HEAD, piece(delta("Half")), HANG)), "s", "en")


def test_a_stopped_job_is_not_done_but_stopped(server: ByteServer) -> None:
    import threading

    job, work = running(server), Work()
    assert (job.state, job.done()) == ("s: waiting for m, 0 s", False)
    with pytest.raises(TimeoutError, match="waiting for m"):
        job.result(0)
    follower = threading.Thread(target=job.follow, args=(work, work))
    follower.start()
    while job.state != "s: m answers, 0 s":
        assert follower.is_alive()
    answer = job.stop()
    assert (str(answer), answer.complete, answer.error) == ("Half", False, "stopped")
    assert job.state == "s: m was stopped after 0 s"
    assert work.kept == [answer]
    assert job.result() is answer
    follower.join(5)


def told(capsys: pytest.CaptureFixture[str], listed: list[jobs.Job], *words: str) -> str:
    magics: Any = SimpleNamespace(desk=SimpleNamespace(jobs=listed), person_language="en")
    stop(magics, list(words))
    return capsys.readouterr().out


def test_stop_tells_what_became_of_a_job_that_is_over_and_knows_no_other(
    server: ByteServer, capsys: pytest.CaptureFixture[str]
) -> None:
    from IPython.core.error import UsageError

    over, _ = followed(server.on("whole", *stream("One")))
    assert told(capsys, [over], "s") == "s: m is done, 0 s\n"
    assert told(capsys, [over]) == "nothing runs in the background\n"
    with pytest.raises(UsageError, match="nothing called t was asked"):
        told(capsys, [over], "t")


def test_the_last_answer_is_looked_for_behind_jobs() -> None:
    shell = SimpleNamespace(user_ns={})
    assert jobs.last_answer(shell) is None
    shell.user_ns["_ai"] = Answer("one")
    shell.user_ns["_ai"] = first = jobs.Job(None, "", "en", jobs.last_answer(shell))  # type: ignore[arg-type]
    second = jobs.Job(None, "", "en", jobs.last_answer(shell))  # type: ignore[arg-type]
    assert (first.before, second.before) == ("one", "one")
