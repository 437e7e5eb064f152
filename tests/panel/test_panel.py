"""The kernel's side of the panel, spoken to as a front end speaks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernels import Kernel

SLOW = [f"word{at} " for at in range(30)]


class Front:
    """Sends what a page sends, collects what the kernel tells."""

    def __init__(self, kernel: Kernel, code: str) -> None:
        self.kernel = kernel
        self.told: list[dict[str, Any]] = []
        kernel.listen = self._hear
        self.comm = ""
        run = kernel.run(code)
        assert run.status == "ok", run.error
        assert self.comm, "no widget was opened"

    def _hear(self, message: dict[str, Any]) -> None:
        data = message["content"].get("data", {})
        if message["msg_type"] == "comm_open" and "_esm" in data.get("state", {}):
            self.comm, self.state = message["content"]["comm_id"], data["state"]
        elif message["msg_type"] == "comm_msg" and data.get("method") == "custom":
            self.told.append(data["content"])

    def send(self, **content: Any) -> None:
        message = self.kernel.client.session.msg(
            "comm_msg", {"comm_id": self.comm, "data": {"method": "custom", "content": content}}
        )
        self.kernel.client.shell_channel.send(message)

    def until(self, condition: Callable[[], Any], seconds: float = 60) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, str(self.told[-3:])
            self.kernel.pump(0.02)
        return found

    def last(self, kind: str) -> dict[str, Any]:
        return next((one for one in reversed(self.told) if one["type"] == kind), {})

    def text(self) -> str:
        """What the deltas add up to, as a page adds them up."""
        text = ""
        for one in self.told:
            if one["type"] == "delta":
                assert one["at"] == len(text)
                text += one["text"]
        return text


@pytest.fixture
def front(start_kernel: Callable[..., Kernel], server: ByteServer) -> Front:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    return Front(kernel, "from aitunnel_jupyter import ChatPanel\npanel = ChatPanel(store_as='reply')\npanel")


def test_a_prompt_goes_out_and_only_deltas_come_back(front: Front, server: ByteServer) -> None:
    server.on("m", *stream(*SLOW, pause=0.02))
    front.send(type="send", text="Tell", attachments=[])
    done = front.until(lambda: front.last("turn"))
    assert front.text() == "".join(SLOW)
    assert (done["turn"]["state"], done["turn"]["text"]) == ("complete", "".join(SLOW))
    assert "0.51 ₽" in done["turn"]["footer"]
    assert front.kernel.run("reply == panel.last, len(panel.conversation.turns)").result == "(True, 1)"
    front.send(type="send", text="And then?", attachments=[])
    front.until(lambda: len([one for one in front.told if one["type"] == "turn"]) == 2)
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]] == ["Tell", "".join(SLOW), "And then?"]


def test_stop_closes_the_connection_and_keeps_what_came(front: Front, server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("So far")), HANG)
    front.send(type="send", text="Tell", attachments=[])
    front.until(lambda: front.text() == "So far")
    front.send(type="stop")
    done = front.until(lambda: front.last("turn"))
    assert (done["turn"]["state"], done["turn"]["text"]) == ("stopped", "So far")
    server.wait_for(lambda: server.requests("m")[0].closed_at)


def turns(front: Front) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = front.last("turns").get("turns", [{}])
    return found


def ask(front: Front, text: str) -> dict[str, Any]:
    before = len([one for one in front.told if one["type"] == "turn"])
    front.send(type="send", text=text, attachments=[])
    front.until(lambda: len([one for one in front.told if one["type"] == "turn"]) > before)
    return front.last("turn")["turn"]  # type: ignore[no-any-return]


def echo(seen: Any) -> list[Any]:
    return stream(str(seen.json["messages"][-1]["content"]).upper())


def test_regenerate_and_edit_begin_branches_that_can_be_gone_back_to(front: Front, server: ByteServer) -> None:
    server.on("m", echo)
    first, second = ask(front, "one"), ask(front, "two")
    front.send(type="regenerate", id=second["id"])
    front.until(lambda: turns(front)[-1]["variant"] == {"index": 2, "count": 2})
    front.send(type="edit", id=first["id"], text="eins")
    front.until(lambda: [turn["prompt"] for turn in turns(front)] == ["eins"])
    front.until(lambda: front.last("turn")["turn"]["text"] == "EINS")
    front.send(type="branch", id=front.last("turn")["turn"]["id"], to=1)
    front.until(lambda: [turn["prompt"] for turn in turns(front)] == ["one", "two"])
    assert turns(front)[0]["variant"] == {"index": 1, "count": 2}
    third = ask(front, "three")
    sent = [message["content"] for message in server.requests("m")[-1].json["messages"]]
    assert sent == ["one", "ONE", "two", "TWO", "three"]
    front.send(type="hide", id=first["id"])
    front.send(type="delete", id=third["id"])
    front.until(lambda: len(turns(front)) == 2 and turns(front)[0]["hidden"])
    ask(front, "four")
    sent = [message["content"] for message in server.requests("m")[-1].json["messages"]]
    assert sent == ["two", "TWO", "four"]


def test_the_lists(front: Front, server: ByteServer) -> None:
    server.on("m", echo)
    front.kernel.run("%%ai -c cats\nmeow")
    front.kernel.run("df = [1, 2, 3]\nnumber = 5")
    front.send(type="complete", seq=1, fragment="d")
    found = front.until(lambda: front.last("completions"))
    assert found["items"][0] == {"label": "df", "kind": "variable", "detail": "list, 3", "tokens": 0, "insert": "df"}
    front.send(type="chats", search="meow")
    assert front.until(lambda: front.last("chats"))["items"][0]["name"] == "cats"
    front.send(type="open", name="cats")
    front.until(lambda: [turn.get("prompt") for turn in turns(front)] == ["meow"])
    ask(front, "purr")
    assert len(server.requests("m")[-1].json["messages"]) == 3
    front.send(type="export", format="md")
    assert "PURR" in front.until(lambda: front.last("file"))["text"]
    front.send(type="new")
    front.until(lambda: turns(front) == [])


def test_what_goes_wrong_is_a_line_in_the_transcript_and_retry_asks_again(front: Front, server: ByteServer) -> None:
    server.on("m", reply(402, {"error": {"message": "no money"}}))
    failed = ask(front, "one")
    assert failed["state"] == "failed"
    assert "402" in failed["error"]
    server._scripts["m"] = [tuple(stream("fine"))]
    front.send(type="retry", id=failed["id"])
    front.until(lambda: front.last("turn")["turn"]["text"] == "fine")


def test_ask_in_python_is_seen_in_the_panel(front: Front, server: ByteServer) -> None:
    server.on("m", echo)
    assert front.kernel.run("str(panel.ask('from python'))").result == "'FROM PYTHON'"
    assert front.last("turn")["turn"]["prompt"] == "from python"


def test_a_saved_notebook_keeps_the_transcript(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    server.on("m", echo)
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    front = Front(kernel, "%ai chat")
    run = next(iter(kernel._shown_in.values()))
    ask(front, "one **bold**")
    front.until(lambda: "BOLD" in str(run.outputs))
    mirror = run.outputs[-1]["data"]
    assert mirror["text/plain"] == "> one **bold**\n\nONE **BOLD**"
    assert "<details><summary>transcript (turns: 1)" in mirror["text/html"]
    assert "<strong>BOLD</strong>" in mirror["text/html"]
