"""``Chat`` in Python: in a notebook, in a script, synchronous and not."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from byte_server import CLOSE, HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernels import Kernel

from aitunnel_jupyter import AITunnelError, Answer, Chat
from aitunnel_jupyter.gateway.engine import close_engine
from aitunnel_jupyter.session.journal import close_journals


@pytest.fixture(autouse=True)
def _end_the_engine():  # type: ignore[no-untyped-def]
    yield
    close_engine()
    close_journals()


def sent(server: ByteServer, at: int = -1) -> list[object]:
    return [message["content"] for message in server.requests("m")[at].json["messages"]]


def test_questions_go_on_from_each_other(server: ByteServer) -> None:
    chat = Chat(
        "gpt-5.2",
        base_url=server.on("m", *stream("Hi")),
        system="brief",
        temperature=0.1,
        stop="END",
        extra_body={"x": 1},
    )
    first = chat.ask("one")
    assert isinstance(first, Answer)
    second = chat.ask("two", max_tokens=7, temperature=0.9)
    assert sent(server) == ["brief", "one", "Hi", "two"]
    body = server.requests("m")[-1].json
    assert (body["model"], body["temperature"], body["max_tokens"], body["stop"], body["x"]) == (
        "gpt-5.2", 0.9, 7, ["END"], 1,
    )  # fmt: skip
    assert (chat.last, second.cost, len(chat.conversation.turns)) == (second, first.cost, 2)
    chat.conversation.undo()
    chat.ask([{"type": "text", "text": "parts {x}"}])
    assert sent(server)[1:] == ["one", "Hi", [{"type": "text", "text": "parts {x}"}]]
    assert repr(chat) == "Chat(model='gpt-5.2', turns=2)"


def test_deltas_come_one_by_one_to_for_and_to_async_for(server: ByteServer) -> None:
    chat = Chat(base_url=server.on("m", *stream("a", "b", "c", pause=0.15)))
    deltas = chat.stream("one")
    with pytest.raises(RuntimeError):
        _ = deltas.answer
    assert list(deltas) == ["a", "b", "c"]
    assert deltas.answer == "abc"

    async def both() -> tuple[list[str], Answer, int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        parts = [part async for part in chat.stream("two")]
        answer = await chat.ask_async("three")
        ticking.cancel()
        return parts, answer, ticks

    parts, answer, ticks = asyncio.run(both())
    assert (parts, answer) == (["a", "b", "c"], "abc")
    assert ticks > 10, "other tasks go on"
    assert sent(server) == ["one", "abc", "two", "abc", "three"]


def test_leaving_the_loop_early_stops_the_bill_and_keeps_what_came(server: ByteServer) -> None:
    chat = Chat(base_url=server.on("m", HEAD, piece(delta("So far")), HANG))
    for part in chat.stream("one"):
        assert part == "So far"
        break
    server.wait_for(lambda: server.requests("m")[0].closed_at)

    async def leave() -> None:
        deltas = chat.stream("two")
        iterator = deltas.__aiter__()
        assert await iterator.__anext__() == "So far"
        await iterator.aclose()  # type: ignore[attr-defined]
        assert not deltas.answer.complete

    asyncio.run(leave())
    server.wait_for(lambda: server.requests("m")[1].closed_at)
    assert [(said.prompt, said.answer.complete) for said in chat.conversation.turns] == [("one", False), ("two", False)]


def test_what_goes_wrong_is_raised_with_what_came(server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("Half")), 0.1, CLOSE)
    chat = Chat(base_url=server.on("m", reply(402, {"error": {"message": "no money"}})))
    with pytest.raises(AITunnelError, match="middle") as broken:
        chat.ask("one")
    assert broken.value.partial == "Half"
    with pytest.raises(AITunnelError, match="402"):
        list(chat.stream("two"))
    with pytest.raises(AITunnelError, match="402"):
        asyncio.run(chat.ask_async("three"))
    assert [said.prompt for said in chat.conversation.turns] == ["one"], "nothing came of the others"


def test_an_answer_goes_on_where_it_broke_off(server: ByteServer) -> None:
    server.on("m", *stream("The cat sat on the", reason="length"))
    chat = Chat(base_url=server.on("m", *stream(" mat.")), temperature=0.3)
    first = chat.ask("tell")
    whole = first.continue_()
    assert (whole, first) == ("The cat sat on the mat.", "The cat sat on the")
    assert server.requests("m")[-1].json["temperature"] == 0.3
    assert whole.messages == [{"role": "user", "content": "tell"}, {"role": "assistant", "content": whole}]


SCRIPT = """
import asyncio
from aitunnel_jupyter import Chat
chat = Chat("m")
print(chat.ask("one"))
print(*chat.stream("two"), sep="|")
print(asyncio.run(chat.ask_async("three")).cost)
"""


def test_it_works_in_a_script_and_shows_nothing_by_itself(server: ByteServer, tmp_path: Path) -> None:
    environment = {
        **os.environ, "AITUNNEL_BASE_URL": server.on("m", *stream("Hi ", "there")), "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "Hi there"
    assert done.stdout.splitlines()[1].replace("|", "") == "Hi there"
    assert done.stdout.splitlines()[2] == "0.51"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_in_a_notebook_it_is_shown_live_and_once(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", *stream("One ", "two ", "three", pause=0.3))
    kernel.run(f"from aitunnel_jupyter import Chat\nchat = Chat('m', base_url='{base_url}')")
    run = kernel.run("chat.ask('Hello')")
    assert [output["kind"] for output in run.outputs] == ["display_data"], "not a second time as the cell's value"
    assert run.displays[0]["data"]["text/plain"] == "One two three"
    frames = [m for m in run.messages if m["msg_type"] in {"display_data", "update_display_data"}]
    assert len(frames) > 2
    assert kernel.run("chat.last").outputs[0]["kind"] == "execute_result"
    assert kernel.run("answer = chat.ask('Hello'); answer.complete").result == "True"
    assert kernel.run("import asyncio\nanswer = await chat.ask_async('Hello'); str(answer)").result == "'One two three'"


def test_it_shares_the_conversations_settings_and_journal_of_the_notebook(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", *stream("Hi"))
    kernel.run(f"%config AIMagics.base_url = '{base_url}'\n%config AIMagics.model = 'set'")
    kernel.run("%config AIMagics.model = 'set'")
    kernel.run("%%ai -c talk\none", cell="c1")
    kernel.run("from aitunnel_jupyter import Chat\nchat = Chat(name='talk')\nanswer = chat.ask('two')")
    assert server.requests("m")[-1].json["model"] == "set"
    assert sent(server) == ["one", "Hi", "two"]
    kernel.run("%%ai -c talk\nthree", cell="c2")
    assert sent(server) == ["one", "Hi", "two", "Hi", "three"]
    assert "two" in kernel.run("%ai history --search two").displays[0]["data"]["text/plain"]


def test_an_interrupt_keeps_what_came(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", HEAD, piece(delta("So far")), HANG)
    kernel.run(f"from aitunnel_jupyter import Chat\nchat = Chat('m', base_url='{base_url}')")
    cell = kernel.send("chat.ask('Hello')")
    kernel.wait_until(cell, lambda run: "So far" in str(run.messages))
    kernel.interrupt()
    assert "KeyboardInterrupt" in kernel.finish(cell).error or "stopped" in kernel.finish(cell).error
    assert kernel.run("chat.last, chat.last.complete").result == "('So far', False)"
    server.wait_for(lambda: server.requests("m")[0].closed_at)
