"""``%ai local`` in a real kernel, with the real model."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from kernels import Kernel


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def wait_until_gone(pid: int, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < deadline, f"{pid} still runs"
        time.sleep(0.1)


def test_a_real_model_answers_stops_and_ends_with_the_kernel(start_kernel: Callable[..., Kernel]) -> None:
    kernel = start_kernel()
    before = kernel.run("%%ai\nHello")
    assert "%ai local" in before.error, "without a key the way to a model is told"
    started = kernel.run("%ai local", 300)
    assert (started.status, started.error) == ("ok", "")
    (line,) = started.outputs
    assert "runs on this machine" in line["data"]["text/plain"]
    pid = int(kernel.run("from aitunnel_jupyter.local import running; running().pid").result)

    # Without a key, and by name.
    for first in ("%%ai gpt-5.2 -o a -t 0 --max-tokens 20", "%%ai local -o a -t 0 --max-tokens 20"):
        run = kernel.run(f"{first}\nWrite the word hello and nothing else.", 200)
        assert (run.status, len(run.displays)) == ("ok", 1)
        assert "hello" in run.displays[0]["data"]["text/plain"].lower()
    facts = kernel.run("a.model, a.usage.completion_tokens > 0, a.finish_reason, a.cost, a.complete").result
    assert facts == "('qwen2.5-coder-0.5b-instruct-q4_k_m', True, 'stop', None, True)"
    assert "₽" not in run.displays[0]["data"]["text/html"]

    # A conversation in Python finds it the same way.
    chat = "chat = __import__('aitunnel_jupyter').Chat(temperature=0, max_tokens=20)"
    assert kernel.run(f"{chat}\nchat.ask('Write the word hello and nothing else.').model", 200).result == (
        "'qwen2.5-coder-0.5b-instruct-q4_k_m'"
    )

    # ■ reaches the kernel's whole process group; the model survives it and answers again.
    # Told to ignore the end, it cannot be done before it is interrupted, whatever it answers.
    sent = kernel.send("%%ai -o long -t 0 -p ignore_eos=true\nCount from 1 to 1000, one number per line.")
    kernel.wait_until(sent, lambda run: len(run.messages) > 8, 100)
    kernel.interrupt()
    stopped = kernel.finish(sent)
    assert stopped.error == "stopped"
    assert kernel.run("long.complete, len(long) > 0").result == "(False, True)"
    assert kernel.run("%ai ask --max-tokens 5 Hi", 200).status == "ok"
    assert is_running(pid)

    overflow = kernel.run("many = 'word ' * 20000\n%ai ask {many}", 200)
    assert "does not fit into the model's context" in overflow.error

    os.kill(kernel.pid, signal.SIGKILL)
    wait_until_gone(pid)


def test_local_stop_and_if_no_key(start_kernel: Callable[..., Kernel]) -> None:
    kernel = start_kernel(AITUNNEL_API_KEY="sk-aitunnel-0123456789abcdef")
    assert "a key is set: api.aitunnel.ru answers" in kernel.run("%ai local --if-no-key").text()
    assert kernel.run("%ai local", 300).status == "ok"
    pid = int(kernel.run("from aitunnel_jupyter.local import running; running().pid").result)
    assert "local model: qwen" in kernel.run("%ai").text()
    assert kernel.run("%ai local stop").text() == "the local model is stopped\n"
    wait_until_gone(pid)
    assert kernel.run("%unload_ext aitunnel_jupyter").status == "ok"


def test_without_the_extra_one_line_says_what_to_install(start_kernel: Callable[..., Kernel]) -> None:
    kernel = start_kernel()
    kernel.run("import sys; sys.modules['xllamacpp'] = None")
    run = kernel.run("%ai local")
    assert 'pip install "aitunnel-jupyter[local]"' in run.error
    assert run.error.count("\n") == 0
