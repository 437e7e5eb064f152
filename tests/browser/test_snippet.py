"""The ``fetch`` program in a page: the same file that runs in Node, between script tags."""

from __future__ import annotations

from typing import Any

from byte_server import ByteServer, Seen, reply, stream
from playwright.sync_api import Page
from programs import answer_to, as_sent

from aitunnel_jupyter.export.snippet import program_of
from aitunnel_jupyter.gateway.request import Request

ODD = "</script><!--<script>\u2028`${1}` «Мурка» 🐈 \\ \" ' \r\n"


def test_the_fetch_program_streams_in_a_page(page: Page, server: ByteServer) -> None:
    request = Request("gpt-5.2", ({"role": "user", "content": ODD},), extra={"__proto__": {"a": 1}})
    program = program_of(answer_to(request, server.base_url("m")), "fetch").text

    def play(seen: Seen) -> list[Any]:
        if seen.path.endswith("/chat/completions"):
            return stream("Hi ", "<b>там</b>")
        return [reply(200, f'<!doctype html><meta charset="utf-8"><body><script>{program}</script>'.encode())]

    server.on("m", play)
    page.on("dialog", lambda dialog: dialog.accept("sk-typed"))
    with page.expect_console_message(lambda note: "stop · 1240 → 310 tokens · 0.51 ₽" in note.text):
        page.goto(f"{server.base_url('m')}/page.html")
    texts = "[...document.body.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)"
    assert page.evaluate(f"{texts}.map((node) => node.data).join('')") == "Hi <b>там</b>"
    sent = next(seen for seen in server.requests("m") if seen.path.endswith("/chat/completions"))
    assert sent.json == as_sent(request)
    assert sent.headers["authorization"] == "Bearer sk-typed"
