"""The kernel's side of the panel, spoken to as a front end speaks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
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
            assert time.monotonic() < deadline, self.told[-3:]
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
