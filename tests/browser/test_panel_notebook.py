"""The chat panel in Notebook 7."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, steps, stream
from chat import LOOP, Chat
from front import axe
from lab import Lab


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("notebook"), application="notebook")
    yield lab
    lab.close()


def test_it_streams_across_a_reload(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    script, gates = steps("One **two** ", "three ", "four.")
    server.on("m", *script)
    chat = open_panel()
    chat.notebook.save()
    chat.send("Tell")
    chat.root.locator(".answer strong", has_text="two").wait_for()
    gates[0].open()
    chat.wait("three")
    chat.page.reload()
    again = Chat(chat.notebook)
    again.wait("One two three")
    gates[1].open()
    again.wait_for_end()
    again.wait("four.")
    assert again.answers == ["One two three four."]
    assert len(server.requests("m")) == 1
    assert axe(again.page, ".aitunnel-panel") == []


def test_stop_is_heard_while_a_cell_computes(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("Once upon a time")), HANG)
    chat = open_panel(LOOP)
    chat.notebook.run_cell(3)
    prompt = chat.page.locator(".jp-CodeCell").nth(3).locator(".jp-InputPrompt")
    prompt.filter(has_text="[*]").wait_for()
    chat.send("Tell")
    chat.wait("Once upon a time")
    chat.button("Stop (Esc)").click()
    server.wait_for(lambda: server.requests("m")[0].closed_at, 60)
    chat.root.locator(".footer-text", has_text="stopped").wait_for()
    assert chat.answers == ["Once upon a time"]
    assert "[*]" in prompt.inner_text()


def test_code_goes_into_cells(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", *stream("```python\nprint(6 * 7)\n```\n"))
    chat = open_panel("last = 1")
    chat.ask("Code")
    chat.button("Insert as a cell below").click()
    chat.button("Inserted below").wait_for()
    assert chat.notebook.sources()[2:] == ["panel", "print(6 * 7)", "last = 1"]
    assert chat.notebook.output(3).count() == 0
    chat.button("Insert below and run").click()
    chat.page.locator(".jp-CodeCell").nth(3).locator(".jp-OutputArea-output", has_text="42").wait_for()
    chat.button("Replace the cell of this panel").click()
    chat.button("The cell was replaced").wait_for()
    assert chat.notebook.sources()[2] == "print(6 * 7)"


def test_a_restart_is_said_and_nothing_typed_is_lost(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", *stream("Fine."))
    chat = open_panel()
    chat.composer.fill("precious words")
    chat.notebook.restart()
    chat.root.locator(".status", has_text="Run the panel's cell again").wait_for()
    for cell in range(3):
        chat.notebook.run(cell)
    again = Chat(chat.notebook)
    assert again.composer.input_value() == "precious words"
    again.composer.press("Enter")
    again.wait("Fine.")
