"""After a restart the panel's cell shows the same conversation again."""

from __future__ import annotations

from collections.abc import Callable

from byte_server import ByteServer
from kernel_front import Front, echo, sent
from kernels import Kernel


def test_beside_the_notebook_needs_sidecar_and_says_so(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    kernel.run("import sys; sys.modules['sidecar'] = None")
    assert "pip install sidecar" in kernel.run("%ai chat --side").text("stderr")


def test_the_same_cell_shows_the_same_panel_and_after_a_restart_the_same_conversation(
    start_kernel: Callable[..., Kernel], server: ByteServer
) -> None:
    server.on("m", echo)
    environment = {"AITUNNEL_BASE_URL": server.base_url("m"), "JPY_SESSION_NAME": "trip.ipynb"}
    front = Front(start_kernel(**environment), "%ai chat", cell="a")
    front.ask("one")
    front.kernel.run("before = _chat")
    front.kernel.run("%ai chat", cell="a")
    assert front.kernel.run("_chat is before").result == "True"
    front.kernel.run("%ai chat", cell="b")
    assert front.kernel.run("_chat is before, len(_chat.conversation.turns)").result == "(False, 0)"
    front.kernel.close()

    again = Front(start_kernel(**environment), "%ai chat", cell="a")
    assert [(turn["prompt"], turn["text"]) for turn in again.state["turns"]] == [("one", "ONE")]
    again.turns = again.state["turns"]
    again.ask("two")
    assert sent(server) == ["one", "ONE", "two"]
