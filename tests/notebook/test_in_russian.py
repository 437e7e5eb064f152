"""What a person who reads Russian sees of the daily commands."""

from __future__ import annotations

from byte_server import ByteServer, reply, stream
from kernels import Kernel


def test_a_comparison_says_why_in_the_persons_language(kernel: Kernel, server: ByteServer) -> None:
    refused = [reply(402, {"error": {"message": "no money", "code": 402}})]
    base_url = server.on("two", lambda seen: refused if seen.json["model"] == "poor" else stream("Да."))
    kernel.run("%config AIMagics.language = 'ru'")
    run = kernel.run(f"%%ai rich,poor -o both --base-url {base_url}\nHi")
    (output,) = run.displays
    shown = output["data"]["text/html"]
    assert "<p>Да.</p>" in shown
    assert "✗ 402: не хватает денег на счёте" in shown
    assert "✗ 402: не хватает денег на счёте" in kernel.run("print('✗', both['poor'].error)").text()
    assert "0,51 ₽" in shown, "under the answer as in the table"
    assert "<td>0,51</td>" in shown
    assert kernel.run("both['rich'].complete, both['poor'].complete").result == "(True, False)"


def test_what_would_be_sent_is_told_in_russian(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.language = 'ru'\n%config AIMagics.base_url = '{server.base_url('none')}'")
    shown = kernel.run("%ai context Как дела?").displays[0]["data"]["text/plain"]
    assert "запрос" in shown
    assert "prompt" not in shown
    kernel.run("%config AIMagics.base_url = ''")
    assert "цена неизвестна" in kernel.run("%ai context Как дела?").displays[0]["data"]["text/plain"]
    assert server.seen == []
