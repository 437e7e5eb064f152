"""Other people's loops, threads, tasks and kernels, beside ours."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
from kernels import Kernel

PATCH = "import asyncio, {module}\n{module}.apply()"


@pytest.mark.parametrize("module", ["nest_asyncio", "nest_asyncio2"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_foreign_patch_of_asyncio_does_not_hurt(
    start_kernel: Callable[..., Kernel], server: ByteServer, module: str, when: str
) -> None:
    kernel = start_kernel(load=False)
    patch = PATCH.format(module=module)
    if when == "before":
        assert kernel.run(patch).status == "ok"
    kernel.run("%load_ext aitunnel_jupyter")
    base_url = server.on("q", *stream(*"abc", pause=0.05))
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    assert kernel.run("%%ai\nHello").outputs[0]["data"]["text/plain"] == "abc"
    if when == "after":
        assert kernel.run(patch).status == "ok"
    sent = [kernel.send(f"%%ai -o a{n}\nNumber {n}") for n in range(4)]
    assert [kernel.finish(one).status for one in sent] == ["ok"] * 4
    hang = kernel.send(f"%%ai --base-url {server.on('hang', HEAD, piece(delta('x')), HANG)}\nHello")
    (seen,) = server.wait_for(lambda: server.requests("hang"))
    kernel.wait_until(hang, lambda run: run.displays)
    kernel.interrupt()
    assert kernel.finish(hang).status == "error"
    server.wait_for(lambda: seen.closed_at)


def test_two_kernels_at_once(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    base_url = server.on("two", *stream(*"abcdefgh", pause=0.1))
    kernels = [start_kernel(), start_kernel()]
    sent = [kernel.send(f"%%ai --base-url {base_url}\nHello") for kernel in kernels]
    runs = [kernel.finish(one) for kernel, one in zip(kernels, sent, strict=True)]
    assert [run.outputs[0]["data"]["text/plain"] for run in runs] == ["abcdefgh"] * 2
    first, second = server.requests("two")
    assert first.at < second.done_at
    assert second.at < first.done_at


def test_what_a_thread_and_a_task_print_meanwhile_is_not_lost(kernel: Kernel, server: ByteServer) -> None:
    """Where it lands is the kernel's affair (ipykernel 7: the cell that ran last); losing it would be ours."""
    starter = kernel.run(
        "import threading, time, asyncio, contextvars\n"
        "def work(name):\n"
        "    for n in range(12):\n"
        "        time.sleep(0.1); print(f'{name} {n}\\n', end='', flush=True)\n"
        "context = contextvars.copy_context()\n"
        "threads = [threading.Thread(target=work, args=('plain',)),\n"
        "           threading.Thread(target=context.run, args=(work, 'mine'))]\n"
        "for thread in threads: thread.start()\n"
        "print('started')"
    )
    cell = kernel.run(f"%%ai --base-url {server.on('s', *stream(*'abcdefghijklmnop', pause=0.12))}\nHello")
    joined = kernel.run("for thread in threads: thread.join()")
    printed = starter.text() + cell.text() + joined.text()
    assert [line for line in printed.splitlines() if line.startswith("plain")] == [f"plain {n}" for n in range(12)]
    assert [line for line in printed.splitlines() if line.startswith("mine")] == [f"mine {n}" for n in range(12)]
    answer = "".join(output["data"]["text/plain"] for output in cell.displays)
    assert answer == "abcdefghijklmnop"
    assert cell.displays[-1]["metadata"]["aitunnel"]["finish_reason"] == "stop"


def test_pieces_stay_when_something_else_stands_in_the_cell(kernel: Kernel, server: ByteServer) -> None:
    text = "First paragraph.\n\nSecond paragraph.\n\n```python\nx = 1\n```\n\nLast."
    kernel.run(
        "import threading, time\n"
        "def work():\n"
        "    ip = get_ipython()\n"
        "    time.sleep(1.0); ip.display_pub.publish({'text/plain': 'foreign'})\n"
        "threading.Thread(target=work).start()"
    )
    parts = [text[at : at + 3] for at in range(0, len(text), 3)]
    run = kernel.run(f"%%ai -o a --base-url {server.on('s', *stream(*parts, pause=0.1))}\nHello")
    foreign = [o for o in run.displays if o["data"].get("text/plain") == "foreign"]
    if foreign:  # attributed to this cell by the kernel: ipykernel 7
        ours = [o for o in run.displays if o not in foreign]
        assert "".join(o["data"]["text/plain"] for o in ours) == text
        assert "test-model" in ours[-1]["data"]["text/html"]
    else:
        assert [o["data"]["text/plain"] for o in run.displays] == [text]
    assert kernel.run("a").outputs[0]["data"]["text/plain"] == text


@pytest.mark.parametrize("keep", [False, True])
def test_the_users_tasks_go_on_only_if_asked_for(kernel: Kernel, server: ByteServer, keep: bool) -> None:
    kernel.run(f"%config AIMagics.keep_loop_running = {keep}")
    kernel.run(
        "import asyncio\nticks = 0\n"
        "async def tick():\n    global ticks\n    while True:\n        ticks += 1\n        await asyncio.sleep(0.05)\n"
        "task = asyncio.ensure_future(tick())\nawait asyncio.sleep(0.2)"
    )
    base_url = server.on("s", *stream(*"abcdefghij", pause=0.2))
    run = kernel.run(
        f"before = ticks\nget_ipython().run_cell_magic('ai', '--base-url {base_url}', 'Hello')\nduring = ticks - before"
    )
    assert run.status == "ok"
    ticked = int(kernel.run("during").result)
    assert ticked >= 10 if keep else ticked <= 2
    patched = kernel.run("import sys; 'nest_asyncio2' in sys.modules").result
    assert patched == str(keep)
    if keep:
        sent = [kernel.send(f"%%ai -o b{n}\nNumber {n}") for n in range(1)]
        assert kernel.finish(sent[0]).status == "error"  # no key: one line, also with the nested loop
        hang = kernel.send(f"%%ai --base-url {server.on('hang', HEAD, piece(delta('x')), HANG)}\nHello")
        (seen,) = server.wait_for(lambda: server.requests("hang"))
        kernel.wait_until(hang, lambda run: run.displays)
        kernel.interrupt()
        assert kernel.finish(hang).status == "error"
        server.wait_for(lambda: seen.closed_at)
        assert kernel.run("1 + 1").result == "2"


def test_a_forked_child_gets_an_engine_of_its_own(server: ByteServer) -> None:
    """multiprocessing's fork copies no threads: the child's first request must not wait for ours."""
    import multiprocessing

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.engine import close_engine
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.session.turn import Turn

    base_url = server.on("fork", *stream("Hi"))

    def ask(results: object = None) -> str:
        turn = Turn(Request("m", ({"role": "user", "content": "x"},)), Address(base_url))
        while not turn.over:
            turn.wait(0.1)
        if results is not None:
            results.put(str(turn.answer))  # type: ignore[attr-defined]
        return str(turn.answer)

    assert ask() == "Hi"
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is just what people do here
        child = context.Process(target=ask, args=(results,))
        child.start()
    assert results.get(timeout=60) == "Hi"
    child.join(60)
    close_engine()
    assert not [thread for thread in threading.enumerate() if thread.name == "aitunnel-engine"]
