"""What goes wrong is one line, the cell is an error, and what came is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from byte_server import CLOSE, HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernels import Kernel

KEY = "sk-aitunnel-0123456789abcdef0123456789abcdef"
STREAMING = [HEAD, *[action for _ in range(600) for action in (piece(delta("word ")), 0.05)]]


def shown_bytes(run: Any) -> int:
    return len(run.error.encode())


@pytest.mark.parametrize(
    ("name", "actions", "told"),
    [
        (
            "refused",
            [reply(402, {"error": {"message": f"Insufficient balance for {KEY}", "code": 402}})],
            "402",
        ),
        ("unknown", [reply(404, {"error": {"message": "no such model " + "x" * 5000}})], "404"),
        ("page", [reply(200, b"<html><title>Login</title>")], "Login"),
    ],
)
@pytest.mark.parametrize("mode", ["Context", "Verbose"])
def test_an_error_is_one_line_without_secrets_and_ends_run_all(
    start_kernel: Callable[..., Kernel],
    server: ByteServer,
    name: str,
    actions: list[Any],
    told: str,
    mode: str,
) -> None:
    kernel = start_kernel(AITUNNEL_API_KEY=KEY)
    base_url = server.on(name, *actions)
    kernel.run(f"%xmode {mode}")
    sent = [kernel.send(f"%%ai --base-url {base_url}\nHello"), kernel.send("after = 1")]
    run, after = [kernel.finish(one) for one in sent]
    assert (run.status, after.status) == ("error", "aborted")
    assert told in run.error
    assert (run.error.count("\n"), shown_bytes(run) <= 500) == (0, True)
    assert KEY not in str(run.messages) + str(run.reply)
    assert [output["kind"] for output in run.outputs] == ["error"], "no waiting line is left"
    later = kernel.run("%tb")
    assert KEY not in str(later.messages)


def test_what_came_before_a_cut_is_kept_and_shown(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("cut", HEAD, piece(delta("Once upon ")), 0.3, CLOSE)
    run = kernel.run(f"%%ai -o story --base-url {base_url}\nHello")
    assert run.status == "error"
    display, error = run.outputs
    assert display["data"]["text/plain"] == "Once upon "
    assert "incomplete" in display["data"]["text/html"]
    assert "in the middle of the answer" in error["traceback"][0]
    assert (
        kernel.run("story, story.complete, story is _ai, bool(story.error)").result
        == "('Once upon ', False, True, True)"
    )


def test_russian(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    kernel = start_kernel(LC_ALL="ru_RU.UTF-8")
    base_url = server.on("no", reply(402, {"error": {"message": "x"}}))
    assert "не хватает денег" in kernel.run(f"%%ai --base-url {base_url}\nПривет").error
    kernel.run("%config AIMagics.language = 'en'")
    assert "not enough balance" in kernel.run(f"%%ai --base-url {base_url}\nПривет").error


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("%%ai --tempature 1\nHi", "did you mean --temperature?"),
        ("%%ai -t hot\nHi", "'hot' is not a number"),
        ("%%ai -o class\nHi", "'class' cannot name a variable"),
        ("%%ai -o 1x\nHi", "'1x' cannot name a variable"),
        ("%%ai gpt 5\nHi", "two models are named, 'gpt' and '5'"),
        ("%%ai 'gpt\nHi", "a quote is not closed"),
        ("%%ai gpt$\nHi", "'gpt$' is not a model name"),
        ("%%ai -f poem\nHi", "'poem' is not one of markdown"),
        ("%%ai -o\nHi", "a value is missing"),
        ("%%ai --dry-run=1\nHi", "leave out what follows ="),
        ("%%ai -p 'x={a}'\nHi", "put single quotes around it"),
        ("%%ai -p x\nHi", "'x' is not KEY=JSON"),
        ("%%ai --max-tokens 0\nHi", "at least 1"),
        ("%%ai\n  \n", "the prompt is empty"),
        ("%%ai --base-url ftp://x\nHi", "is not a usable base URL"),
        ("%%ai gpt-5.2\nHi", "no API key for api.aitunnel.ru"),
        ("d = {}\n%ai ask {d['k']}", "KeyError"),
        ("%ai frobnicate", "no command 'frobnicate'. To ask a model: %ai ask frobnicate"),
        ("%ai key sk-aitunnel-0123456789", "not accepted: a key typed in a cell stays"),
    ],
)
def test_a_typo_is_one_clear_line(shared_kernel: Kernel, line: str, told: str) -> None:
    run = shared_kernel.run(line)
    shown = run.error + run.text("stderr")
    assert run.status == "error"
    assert told in shown
    assert "Traceback" not in shown
    assert len(shown.strip().splitlines()) == 1
    assert len(shown.encode()) <= 500


# --- interrupt ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "actions", "kept"),
    [
        ("streaming", STREAMING, "word "),
        ("stalled", [HEAD, piece(delta("word ")), HANG], "word "),
        ("before_headers", [HANG], ""),
    ],
)
def test_interrupt_ends_the_cell_closes_the_connection_and_keeps_the_text(
    kernel: Kernel, server: ByteServer, name: str, actions: list[Any], kept: str
) -> None:
    base_url = server.on(name, *actions)
    sent = kernel.send(f"%%ai -o story --base-url {base_url}\nHello")
    after = kernel.send("after = 1")
    (seen,) = server.wait_for(lambda: server.requests(name))
    kernel.wait_until(sent, lambda run: "word" in str(run.messages) if kept else run.displays)
    kernel.interrupt()
    run = kernel.finish(sent)  # how soon, benchmarks/interrupt.py tells; the server would never end it
    server.wait_for(lambda: seen.closed_at)
    assert (run.status, run.error) == ("error", "stopped")
    assert kernel.finish(after).status == "aborted"
    result = kernel.run("story[:5], story.complete, story.cost, story is _ai").result
    assert result == f"('{kept}', False, None, True)"
    assert [output["kind"] for output in run.outputs] == (["display_data", "error"] if kept else ["error"])


def test_after_an_interrupt_the_next_cell_works(kernel: Kernel, server: ByteServer) -> None:
    sent = kernel.send(f"%%ai --base-url {server.on('hang', HEAD, HANG)}\nHello")
    server.wait_for(lambda: server.requests("hang"))
    kernel.interrupt()
    assert kernel.finish(sent).status == "error"
    run = kernel.run(f"%%ai --base-url {server.on('ok', *stream('Hi'))}\nHello")
    assert (run.status, run.outputs[0]["data"]["text/plain"]) == ("ok", "Hi")
