"""A panel while a cell runs: heard at once where the kernel can, honest where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
from kernel_front import Front
from kernels import Kernel

SPIN = "import time\nend = time.monotonic() + 600\nwhile time.monotonic() < end: pass"


@pytest.fixture
def front(start_kernel: Callable[..., Kernel], server: ByteServer) -> Front:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    return Front(kernel, "%ai chat -c trip")


def states(front: Front) -> list[Any]:
    return [update["status"]["state"] for update in front.updates if "status" in update]


def test_an_answer_goes_on_while_a_cell_computes(front: Front, server: ByteServer) -> None:
    server.on("m", *stream(*[f"w{at} " for at in range(40)], pause=0.05))
    front.send(type="send", text="long", attachments=[])
    front.until(lambda: front.turns and front.turns[0]["text"])
    cell = front.kernel.send(SPIN)
    assert front.settled()["text"].endswith("w39 ")
    assert not front.kernel._runs[cell].reply, "the cell still runs"
    front.kernel.interrupt()
    front.kernel.finish(cell)


def test_stop_is_heard_while_a_cell_computes_or_the_panel_says_that_it_cannot(front: Front, server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("So far")), HANG)
    heard = front.speak_beside_cells()
    front.send(type="send", text="Tell", attachments=[])
    front.until(lambda: front.turns and front.turns[0]["text"] == "So far")
    cell = front.kernel.send(SPIN)
    front.kernel.wait_until(cell, lambda run: any(m["msg_type"] == "execute_input" for m in run.messages))
    front.send(type="stop")
    if heard:
        server.wait_for(lambda: server.requests("m")[0].closed_at)
        assert front.settled()["state"] == "stopped"
        assert not front.kernel._runs[cell].reply, "the cell still runs"
        assert "slow" not in states(front)
        front.kernel.interrupt()
    else:
        front.until(lambda: states(front)[-1:] == ["slow"])
        front.kernel.interrupt()
        front.until(lambda: states(front)[-1:] == ["idle"])
        assert front.settled()["state"] == "stopped"
    front.kernel.finish(cell)


def test_where_no_page_opens_the_panel_a_line_says_what_helps(
    start_kernel: Callable[..., Kernel], server: ByteServer
) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    kernel.run("import aitunnel_jupyter.panel.panel as module\nmodule.HINT_SECONDS = 0.2")
    front = Front(kernel, "%ai chat", cell="a")
    run = next(iter(kernel._shown_in.values()))
    front.until(lambda: "%ai chat --plain" in str(run.outputs[-1]["data"]))
    front.send(type="hello")
    front.until(lambda: "%ai chat --plain" not in str(run.outputs[-1]["data"]))


def test_unloading_the_extension_stops_what_runs(front: Front, server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("So far")), HANG)
    front.send(type="send", text="Tell", attachments=[])
    front.until(lambda: front.turns and front.turns[0]["text"] == "So far")
    front.kernel.run("%unload_ext aitunnel_jupyter")
    server.wait_for(lambda: server.requests("m")[0].closed_at)
    assert front.settled()["state"] == "stopped"
    code = (
        "[name for event in get_ipython().events.callbacks.values() for name in map(repr, event) if 'aitunnel' in name]"
    )
    assert front.kernel.run(code).result == "[]"
