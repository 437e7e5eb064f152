"""The chat panel where the kernel hears it only between cells, as ipykernel 6 does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from byte_server import HANG, ByteServer, steps
from chat import LOOP, Chat
from lab import Lab


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("slow"), subshells=False)
    yield lab
    lab.close()


def test_it_streams_and_says_how_to_stop(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    script, gates = steps("Once ", "upon a time", end=False)
    server.on("m", *script, HANG)
    chat = open_panel(LOOP)
    chat.send("Tell")
    chat.wait("Once")
    chat.notebook.run_cell(3)
    chat.root.locator(".status", has_text="The kernel is busy with a cell").wait_for()
    gates[0].open()
    chat.wait("Once upon a time")
    chat.button("Stop (Esc)").click()
    chat.root.locator(".told", has_text="■ in the notebook's toolbar stops both").wait_for()
    assert server.requests("m")[0].closed_at is None
    chat.notebook.command("notebook:interrupt-kernel")
    server.wait_for(lambda: server.requests("m")[0].closed_at, 60)
    chat.root.locator(".footer-text", has_text="stopped").wait_for()
    assert chat.answers == ["Once upon a time"]
    chat.root.locator(".status:not([hidden])").wait_for(state="detached")
