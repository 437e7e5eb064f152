"""The chat panel in JupyterLab: asking, stopping, branches."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from byte_server import HANG, HEAD, ByteServer, delta, piece, reply, steps, stream
from chat import LOOP, Chat


def echo(seen: Any) -> list[Any]:
    return stream(str(seen.json["messages"][-1]["content"]).upper())


def test_the_answer_grows_and_lands_in_a_variable(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    script, gates = steps("One **bold", "** word.\n\n", "```python\nx = 1\n```\n", "The end.")
    server.on("m", *script)
    chat = open_panel("reply.upper(), panel.last.complete")
    chat.send("Tell")
    chat.wait("One bold")
    assert "*" not in chat.answers[-1]
    gates[0].open()
    chat.root.locator(".answer strong", has_text="bold").wait_for()
    gates[1].open()
    chat.root.locator(".answer .code", has_text="x = 1").wait_for()
    assert "The end." not in chat.answers[-1]
    assert chat.button("Stop (Esc)").is_visible()
    gates[2].open()
    chat.wait_for_end()
    chat.wait("The end.")
    footer = chat.root.locator(".footer-text").inner_text()
    assert "test-model" in footer
    assert "0.51 ₽" in footer
    assert server.requests("m")[0].json["messages"] == [{"role": "user", "content": "Tell"}]
    assert "THE END.', True)" in chat.notebook.run(3)


def stopped(chat: Chat, server: ByteServer, stop: Callable[[], None]) -> float:
    """Stop; seconds until the connection was closed."""
    chat.send("Tell")
    chat.wait("Once upon a time")
    began = time.monotonic()
    stop()
    server.wait_for(lambda: server.requests("m")[0].closed_at, 60)
    seconds = float(server.requests("m")[0].closed_at or 0) - began
    chat.root.locator(".footer-text", has_text="stopped").wait_for()
    assert chat.answers == ["Once upon a time"]
    return seconds


def test_stop_closes_the_connection(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("Once upon a time")), HANG)
    chat = open_panel("reply, reply.complete")
    print("Stop to closed, idle kernel:", round(stopped(chat, server, chat.button("Stop (Esc)").click), 3))
    assert "('Once upon a time', False)" in chat.notebook.run(3)


def test_stop_is_heard_while_a_cell_computes(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", HEAD, piece(delta("Once upon a time")), HANG)
    chat = open_panel(LOOP)
    chat.notebook.run_cell(3)
    chat.page.locator(".jp-CodeCell").nth(3).locator(".jp-InputPrompt", has_text="[*]").wait_for()
    print("Stop to closed, busy kernel:", round(stopped(chat, server, lambda: chat.composer.press("Escape")), 3))
    assert "[*]" in chat.page.locator(".jp-CodeCell").nth(3).locator(".jp-InputPrompt").inner_text()
    chat.notebook.command("notebook:interrupt-kernel")
    chat.notebook.wait_for_idle()
    assert chat.answers == ["Once upon a time"]


def test_regenerate_and_edit_make_branches(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", *stream("First answer."))
    server.on("m", *stream("Second answer."))
    server.on("m", echo)
    chat = open_panel()
    assert chat.ask("Tell") == "First answer."
    chat.button("Regenerate").click()
    chat.wait("Second answer.")
    chat.root.locator(".branch-count", has_text="2/2").wait_for()
    chat.button("Edit the prompt").click()
    chat.composer.press("ControlOrMeta+a")
    chat.page.keyboard.type("Other words")
    chat.composer.press("Enter")
    chat.wait("OTHER WORDS")
    chat.root.locator(".branch-count", has_text="3/3").wait_for()
    assert chat.root.locator(".prompt-text").all_inner_texts() == ["Other words"]
    chat.button("Branch before").click()
    chat.wait("Second answer.")
    chat.button("Branch before").click()
    chat.wait("First answer.")
    assert chat.root.locator(".prompt-text").all_inner_texts() == ["Tell"]
    chat.ask("More", 2)
    sent = [message["content"] for message in server.requests("m")[-1].json["messages"]]
    assert sent == ["Tell", "First answer.", "More"]


def test_a_refusal_is_one_line_and_retry_asks_again(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", reply(402, {"error": {"message": "no money"}}))
    server.on("m", *stream("Fine."))
    chat = open_panel()
    chat.send("Tell")
    chat.root.locator(".error", has_text="402").wait_for()
    chat.button("Retry").click()
    chat.wait("Fine.")


def test_a_variable_goes_along(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", echo)
    chat = open_panel("sales = {'Kazan': 41, 'Omsk': 43}")
    chat.notebook.run(3)
    chat.composer.click()
    chat.page.keyboard.type("What is odd in @sal")
    chat.root.get_by_role("option", name="sales").wait_for()
    chat.page.keyboard.press("Enter")
    chat.root.locator(".composer .chip", has_text="sales").wait_for()
    chat.page.keyboard.press("Enter")
    chat.wait_for_end()
    assert "Kazan" in str(server.requests("m")[0].json["messages"])
    chat.root.locator(".prompt .chip", has_text="sales").wait_for()
