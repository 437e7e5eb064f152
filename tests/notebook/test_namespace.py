"""Names for later cells: what an answer takes, and what a failure leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from byte_server import CLOSE, HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernels import Kernel

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.notebook.namespace import store, store_last

WHOLE = Answer("whole")
PARTIAL = Answer("half", complete=False, error="cut")
EMPTY = Answer("", complete=False, error="no connection")
THOUGHT = Answer("", complete=False, error="stopped", reasoning="hm")
SILENT = Answer("")
DRAWN = Answer("", complete=False, error="cut", images=("data:image/png;base64,AA",))


class Shell:
    def __init__(self, **names: Any) -> None:
        self.user_ns: dict[str, Any] = names

    def push(self, names: dict[str, Any], interactive: bool = True) -> None:
        self.user_ns |= names


@pytest.mark.parametrize(
    "told", [WHOLE, PARTIAL, SILENT, DRAWN, {"a": EMPTY, "b": PARTIAL}, {"a": WHOLE, "b": EMPTY}], ids=repr
)
@pytest.mark.parametrize("there", [5, None, "", {}, {"a": 1}, WHOLE, PARTIAL, EMPTY, {"a": EMPTY}], ids=repr)
def test_an_answer_with_words_takes_the_names(told: Any, there: Any) -> None:
    shell = Shell(_ai=there, story=there)
    store(shell, told, "story", 12)
    assert all(shell.user_ns[name] is told for name in ("_ai", "_ai12", "story"))


@pytest.mark.parametrize("told", [EMPTY, THOUGHT, {"a": EMPTY, "b": THOUGHT}], ids=repr)
@pytest.mark.parametrize(
    "there", [5, None, "", "text", {}, {"a": 1}, WHOLE, PARTIAL, SILENT, DRAWN, {"a": WHOLE}], ids=repr
)
def test_a_failure_without_words_takes_no_names_but_its_own(told: Any, there: Any) -> None:
    shell = Shell(_ai=there, story=there)
    store(shell, told, "story", 12)
    assert (shell.user_ns["_ai"], shell.user_ns["story"]) == (there, there)
    assert shell.user_ns["_ai12"] is told
    store_last(shell, told, "story")
    assert shell.user_ns["story"] is there


@pytest.mark.parametrize("told", [EMPTY, THOUGHT, {"a": EMPTY}], ids=repr)
def test_where_nothing_was_the_failure_can_be_looked_at(told: Any) -> None:
    shell = Shell()
    store(shell, EMPTY, "story", 1)
    store(shell, told, "story", 2)
    assert (shell.user_ns["story"], shell.user_ns["_ai"]) == (told, told), "a failure replaces a failure"


def test_no_failure_wipes_the_last_answer_and_partial_text_is_kept(kernel: Kernel, server: ByteServer) -> None:
    good = server.on("good", *stream("```python\nx = 1\n```"))
    server.on("refused", reply(402, {"error": {"message": "no money"}}))
    server.on("fault", reply(500, {"error": {"message": "no"}}))
    server.on("early", HEAD, CLOSE)
    kernel.run(f"%%ai -o story --base-url {good}\nGo")
    kernel.run(f"%%ai a,b -o both --base-url {good}\nGo")
    for name in ("refused", "fault", "early"):
        base_url = server.base_url(name)
        run = kernel.run(f"%%ai -o story --base-url {base_url} --timeout 5\nGo")
        assert run.status == "error"
        assert kernel.run(f"%%ai a,b -o both --base-url {base_url} --timeout 5\nGo").status == "error"
        kernel.run(f"%%ai -o fresh --base-url {base_url} --timeout 5\nGo")
    assert kernel.run("fresh == '' and bool(fresh.error), [one.complete for one in both.values()]").result == (
        "(True, [True, True])"
    )
    waiting = server.on("waiting", HEAD, HANG)
    sent = kernel.send(f"%%ai -o story --base-url {waiting}\nGo")
    server.wait_for(lambda: server.requests("waiting"))
    kernel.interrupt()
    assert "stopped" in kernel.finish(sent).error
    assert kernel.run("story.complete, _ai is both").result == "(True, True)"
    kernel.run(f"%%ai -b --base-url {server.base_url('refused')}\nGo")
    jobs = "get_ipython().magics_manager.registry['AIMagics'].desk.jobs"
    assert "402" in kernel.run(f"{jobs}[-1].result(60)").error
    assert kernel.run("_ai is both").result == "True", "a job gives back what it took"
    kernel.run(f"%ai ask -o story --base-url {good} Go")
    kernel.run(f"%ai ask --base-url {server.base_url('fault')} --timeout 5 Go")
    assert kernel.run("%ai code").next_inputs == [("x = 1", False)], "the last answer with words"
    cut = server.on("cut", HEAD, piece(delta("Half")), CLOSE)
    assert kernel.run(f"%%ai -o story --base-url {cut}\nGo").status == "error"
    assert kernel.run("story, story.complete, _ai is story").result == "('Half', False, True)"
