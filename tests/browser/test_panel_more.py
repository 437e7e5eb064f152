"""The chat panel in JupyterLab: files, programs, cells in the same conversation, exports."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from byte_server import ByteServer, steps, stream
from chat import Chat

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
MEGABYTES = 11


def answer(seen: Any) -> list[Any]:
    return stream(f"{len(seen.json['messages'])} messages")


def test_a_picture_larger_than_a_message_may_be_goes_along(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    """Jupyter Server closes the connection at ten megabytes."""
    server.on("m", answer)
    chat = open_panel()
    content = base64.b64decode(PIXEL) + bytes(MEGABYTES * 1_000_000)
    files = [
        {"name": "large.png", "mimeType": "image/png", "buffer": content},
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": "проверка".encode()},
    ]
    chat.root.locator("input[type=file]").set_input_files(files)
    chat.root.locator(".composer .chip", has_text="large.png").wait_for()
    chat.root.locator(".composer .chip", has_text="notes.txt").locator(".chip-tokens").wait_for()
    chat.ask("What is it?")
    (message,) = server.requests("m")[0].json["messages"]
    parts = {part["type"]: part for part in message["content"]}
    assert base64.b64decode(parts["image_url"]["image_url"]["url"].partition(",")[2]) == content
    assert "проверка" in json.dumps(message, ensure_ascii=False)
    chat.root.locator(".prompt .chip", has_text="large.png").locator("img").wait_for()
    assert chat.root.locator(".told").is_hidden()
    chat.button("Edit the prompt").click()
    chat.composer.press("!")
    chat.composer.press("Enter")
    chat.root.locator(".branch-count", has_text="2/2").wait_for()
    chat.wait_for_end()
    assert server.requests("m")[1].json["messages"][0]["content"][-1] == message["content"][-1], "it keeps what it had"


def test_an_answer_becomes_a_program_in_a_cell(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", answer)
    chat = open_panel()
    chat.ask("How many?")
    chat.button("As a program").click()
    chat.root.get_by_role("menuitem", name="curl").click()
    program = chat.root.locator(".program")
    program.locator(".code", has_text="How many?").wait_for()
    assert program.locator(".code-language").inner_text() == "curl"
    program.get_by_role("button", name="Insert as a cell below").click()
    program.get_by_role("button", name="Inserted below").wait_for()
    cell = chat.notebook.sources()[3]
    assert cell.startswith("%%")
    assert "How many?" in cell
    assert server.base_url("m") in cell
    assert chat.notebook.output(3).count() == 0
    chat.button("As a program").click()
    chat.root.get_by_role("menuitem", name="Python (openai)").click()
    program.locator(".code", has_text="import").wait_for()
    with chat.page.expect_download() as download:
        program.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "ask.py"


def test_a_cell_asks_in_the_panels_conversation(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", answer)
    script, gates = steps("From ", "the cell.")
    server.on("m", *script)
    server.on("m", answer)
    chat = open_panel(
        "from aitunnel_jupyter import ChatPanel\nChatPanel('test-model', name='cats')", "%%ai -c cats\nMeow"
    )
    chat.notebook.run(3)
    cats = Chat(chat.notebook, view=1)
    cats.ask("Purr")
    chat.notebook.run_cell(4)
    cats.wait("From")
    gates[0].open()
    cats.wait("the cell.")
    cats.wait_for_end(2)
    assert cats.root.locator(".prompt-text").all_inner_texts() == ["Purr", "Meow"]
    assert chat.answers == []
    assert cats.ask("And now?", 3) == "5 messages"
    assert cats.answers == ["1 messages", "From the cell.", "5 messages"]


def test_conversations_are_found_again_and_saved_as_files(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", answer)
    chat = open_panel()
    chat.ask("First things first")
    chat.button("New conversation").click()
    chat.root.get_by_text("Ask about this notebook.").wait_for()
    chat.ask("Something else")
    chat.button("Conversations").click()
    chat.page.keyboard.type("first")
    chat.root.get_by_role("option", name="First").click()
    chat.root.locator(".prompt-text", has_text="First things first").wait_for()
    assert chat.answers == ["1 messages"]
    chat.button("Export").click()
    with chat.page.expect_download() as download:
        chat.root.get_by_role("menuitem", name="Markdown").click()
    assert "First things first" in download.value.path().read_text()
