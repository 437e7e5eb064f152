"""The kernel's side of the panel, spoken to as a front end speaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernel_front import Front, echo, sent
from kernels import Kernel

SLOW = [f"word{at} " for at in range(30)]


@pytest.fixture
def front(start_kernel: Callable[..., Kernel], server: ByteServer) -> Front:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    return Front(kernel, "from aitunnel_jupyter import ChatPanel\npanel = ChatPanel(store_as='reply')\npanel")


def test_a_prompt_goes_out_and_only_deltas_come_back(front: Front, server: ByteServer) -> None:
    server.on("m", *stream(*SLOW, pause=0.02))
    done = front.ask("Tell")
    assert (done["state"], done["text"]) == ("complete", "".join(SLOW))
    assert "0.51 ₽" in done["footer"]
    front.until(lambda: ["0.51 ₽" in str(update) for update in front.updates if "cost" in update] == [True])
    assert [update["balance"] for update in front.updates if "balance" in update] == ["4\u202f999.55 ₽"]
    carriers = [one for one in front.told if "word29" in str(one)]
    assert [one["type"] for one in carriers] == ["delta"], "the text travels once"
    assert front.kernel.run("reply == panel.last == _ai, len(panel.conversation.turns)").result == "(True, 1)"
    front.ask("And then?")
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]] == ["Tell", "".join(SLOW), "And then?"]


def test_an_answer_is_shown_whole_even_if_it_cannot_be_written_down(front: Front, server: ByteServer) -> None:
    server.on("m", *stream("kept"))
    fail = "def fail(*_): raise ValueError('a fault\\nof two lines')\n"
    for at, broken in enumerate(["panel.turns.save = fail", "del panel.turns.save; panel.turns._store = fail"], 1):
        front.kernel.run(fail + broken)
        front.send(type="send", text="Tell", attachments=[])
        done = front.settled(at)
        assert (done["state"], done["text"]) == ("complete", "kept")
        assert done["error"] == "ValueError: a fault of two lines"
        assert front.kernel.run("str(panel.last)").result == "'kept'"


def test_stop_closes_the_connection_and_keeps_what_came(front: Front, server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("So far")), HANG)
    front.send(type="send", text="Tell", attachments=[])
    front.until(lambda: front.turns and front.turns[0]["text"] == "So far")
    front.send(type="stop")
    done = front.settled()
    assert (done["state"], done["text"]) == ("stopped", "So far")
    server.wait_for(lambda: server.requests("m")[0].closed_at)


def test_regenerate_and_edit_begin_branches_that_can_be_gone_back_to(front: Front, server: ByteServer) -> None:
    server.on("m", echo)
    first, second = front.ask("one"), front.ask("two")
    front.send(type="regenerate", id=second["id"])
    front.until(lambda: front.turns[-1]["variant"] == {"index": 2, "count": 2})
    front.settled()
    front.send(type="edit", id=first["id"], text="eins")
    front.until(lambda: front.prompts() == ["eins"])
    assert front.settled()["text"] == "EINS"
    front.send(type="branch", id=front.turns[0]["id"], to=1)
    front.until(lambda: front.prompts() == ["one", "two"])
    assert front.turns[0]["variant"] == {"index": 1, "count": 2}
    third = front.ask("three")
    assert sent(server) == ["one", "ONE", "two", "TWO", "three"]
    front.send(type="hide", id=first["id"])
    front.send(type="delete", id=third["id"])
    front.until(lambda: len(front.turns) == 2 and front.turns[0]["hidden"])
    front.ask("four")
    assert sent(server) == ["two", "TWO", "four"]
    front.until(lambda: "3.06 ₽" in [update.get("cost") for update in front.updates])
    costs = [update["cost"] for update in front.updates if "cost" in update]
    assert costs == sorted(costs), "six were paid, whatever was branched, hidden, deleted"


def test_the_lists(front: Front, server: ByteServer) -> None:
    server.on("m", echo)
    front.kernel.run("%%ai -c cats\nmeow")
    front.kernel.run("df = [1, 2, 3]\nnumber = 5")
    front.send(type="complete", seq=1, fragment="d")
    found = front.until(lambda: front.last("completions"))
    assert found["items"][0] == {"label": "df", "kind": "variable", "detail": "list, 3", "insert": "df"}
    front.send(type="chats", search="meow")
    assert front.until(lambda: front.last("chats"))["items"][0]["name"] == "cats"
    front.send(type="open", name="cats")
    front.until(lambda: front.prompts() == ["meow"])
    front.ask("purr")
    assert len(server.requests("m")[-1].json["messages"]) == 3
    front.send(type="export", format="md")
    assert "PURR" in front.until(lambda: front.last("file"))["text"]
    front.send(type="new")
    front.until(lambda: front.turns == [])


def test_what_goes_wrong_is_a_line_in_the_transcript_and_retry_asks_again(front: Front, server: ByteServer) -> None:
    server.on("m", reply(402, {"error": {"message": "no money"}}))
    failed = front.ask("one")
    assert failed["state"] == "failed"
    assert "402" in failed["error"]
    server._scripts["m"] = [tuple(stream("fine"))]
    front.send(type="retry", id=failed["id"])
    front.until(lambda: front.turns[0]["text"] == "fine")
    assert front.settled(1)["variant"] == {"index": 1, "count": 1}


def test_ask_in_python_is_seen_in_the_panel(front: Front, server: ByteServer) -> None:
    server.on("m", echo)
    assert front.kernel.run("str(panel.ask('from python'))").result == "'FROM PYTHON'"
    assert front.settled()["prompt"] == "from python"


def test_a_saved_notebook_keeps_the_transcript(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    server.on("m", echo)
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    front = Front(kernel, "%ai chat")
    run = next(iter(kernel._shown_in.values()))
    front.ask("one **bold**")
    front.until(lambda: "BOLD" in str(run.outputs))
    mirror = run.outputs[-1]["data"]
    assert mirror["text/plain"] == "> one **bold**\n\nONE **BOLD**"
    assert "<details><summary>transcript (turns: 1)" in mirror["text/html"]
    assert "<strong>BOLD</strong>" in mirror["text/html"]
    front.ask("two")
    front.until(lambda: "TWO" in str(run.outputs))
    kernel.run("'settled'")
    updates = [message for message in run.messages if message["msg_type"] == "update_display_data"]
    assert len(updates) == 2, "one for each turn"
