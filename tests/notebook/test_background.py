"""Answers in the background: the cell returns, its output goes on, the variable becomes the answer."""

from __future__ import annotations

from collections.abc import Callable

from byte_server import CLOSE, HANG, HEAD, ByteServer, Gate, delta, piece, reply, stream
from kernels import Kernel, Run

Start = Callable[..., Kernel]
SLOW = [f"word{at} " for at in range(20)]


def last_html(run: Run) -> str:
    return str(run.outputs[-1]["data"]["text/html"])


def test_the_cell_returns_and_goes_on_while_others_run(kernel: Kernel, server: ByteServer) -> None:
    begun, going = Gate(), Gate()
    first, *rest = SLOW
    base_url = server.on(
        "m", HEAD, piece(delta(first)), begun, *stream(*rest[:10], pause=0.05)[1:-4],
        going, *stream(*rest[10:], pause=0.05)[1:],
    )  # fmt: skip
    sent = kernel.send(f"%%ai -b -o story --base-url {base_url}\nTell")
    run = kernel.finish(sent)
    assert run.status == "ok"
    assert kernel.run("type(story).__name__, story.done()").result == "('Job', False)"
    kernel.wait_until(sent, lambda run: "word0" in str(run.messages))
    assert "answers" in kernel.run("story").result
    begun.open()
    busy = kernel.run("import time; began = time.monotonic()\nwhile time.monotonic() - began < 1: pass\n'busy'")
    assert busy.result == "'busy'"
    assert busy.displays == [], "nothing of it lands in another cell"
    kernel.wait_until(sent, lambda run: "word10" in str(run.messages))
    assert kernel.run("story.done()").result == "False"
    going.open()
    assert kernel.run("str(story.result(30)) == ''.join(f'word{n} ' for n in range(20))").result == "True"
    kernel.wait_until(sent, lambda run: "tokens" in str(run.outputs[-1]["data"].get("text/html")))
    assert run.outputs[0]["data"]["text/plain"].startswith("word0 word1")
    assert len(run.outputs) == 1
    assert kernel.run("type(story).__name__, story.done(), story.result() is story, _ai is story").result == (
        "('Answer', True, True, True)"
    )
    assert "is done" in kernel.run("%ai jobs").text()


def test_it_can_be_awaited_whether_it_runs_or_is_done(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", *stream("One ", "two", pause=0.3))
    kernel.run(f"%%ai -b -o story --base-url {base_url}\nTell")
    ticking = "import asyncio\nticks = 0\nasync def tick():\n    global ticks\n    while True:\n        ticks += 1\n"
    kernel.run(ticking + "        await asyncio.sleep(0.02)\ntask = asyncio.create_task(tick())")
    assert kernel.run("str(await story), ticks > 3").result == "('One two', True)"
    assert kernel.run("task.cancel()\nstr(await story)").result == "'One two'"


def test_stop_closes_the_connection_and_keeps_what_came(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", HEAD, piece(delta("So far")), HANG)
    kernel.run(f"%%ai -b -o story --base-url {base_url}\nTell")
    kernel.run(f"%%ai -b -o other --base-url {base_url}\nTell")
    server.wait_for(lambda: len(server.requests("m")) == 2)
    waiting = "import time\nwhile 'answers' not in story.state: time.sleep(0.05)"
    kernel.run(waiting)
    kernel.run(waiting.replace("story", "other"))
    assert "story" in kernel.run("%ai stop story").text()
    server.wait_for(lambda: server.requests("m")[0].closed_at)
    assert (
        kernel.run("story, story.complete, story.error, other.done()").result == "('So far', False, 'stopped', False)"
    )
    assert kernel.run("str(other.stop())").result == "'So far'"
    assert "nothing runs" in kernel.run("%ai stop").text()


def test_an_interrupt_of_another_cell_does_not_stop_it(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", *stream(*SLOW, pause=0.1))
    kernel.run(f"%%ai -b -o story --base-url {base_url}\nTell")
    sent = kernel.send("print('begun', flush=True); import time; time.sleep(60)")
    kernel.wait_until(sent, lambda run: "begun" in run.text())
    kernel.interrupt()
    assert "KeyboardInterrupt" in kernel.finish(sent).error
    assert kernel.run("len(story.result(30).split()), story.complete").result == "(20, True)"


def test_two_at_once_and_one_in_front_do_not_mix(kernel: Kernel, server: ByteServer) -> None:
    urls = [server.on(name, *stream(*[name + " "] * 10, pause=0.05)) for name in ("red", "blue", "green")]
    first = kernel.send(f"%%ai -b -o red --base-url {urls[0]}\nTell")
    second = kernel.send(f"%%ai -b -o blue --base-url {urls[1]}\nTell")
    front = kernel.run(f"%%ai -o green --base-url {urls[2]}\nTell")
    kernel.run("red.result(30), blue.result(30)")
    runs = [kernel.wait_until(sent, lambda run: "tokens" in last_html(run)) for sent in (first, second)]
    texts = [run.outputs[0]["data"]["text/plain"] for run in (*runs, front)]
    assert texts == ["red " * 10, "blue " * 10, "green " * 10]
    assert [len(run.outputs) for run in (*runs, front)] == [1, 1, 1], "a background frame is nobody's foreign output"


def test_a_variable_that_got_another_value_meanwhile_is_left_alone(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", *stream("One ", "two", pause=0.3))
    kernel.run(f"%%ai -b -o story --base-url {base_url}\nTell")
    kernel.run("job = story; story = 'mine'")
    assert kernel.run("str(job.result(30)), story").result == "('One two', 'mine')"


def test_what_goes_wrong_is_told_in_its_cell_and_by_result(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("no", reply(402, {"error": {"message": "Insufficient balance"}}))
    cut = server.on("cut", HEAD, piece(delta("Half")), 0.2, CLOSE)
    sent = kernel.send(f"%%ai -b -o story --base-url {base_url}\nTell")
    kernel.finish(sent)
    assert "402" in kernel.run("story.result(30)").error + kernel.run("story.error").result
    run = kernel.wait_until(sent, lambda run: "✗" in str(run.outputs))
    assert len(run.outputs) == 1
    broken = kernel.send(f"%%ai -b -o half --base-url {cut}\nTell")
    run = kernel.wait_until(broken, lambda run: "✗" in str(run.outputs))
    assert "Half" in last_html(run)
    assert kernel.run("half, half.complete").result == "('Half', False)"
    told = kernel.run(
        "try:\n    half.result()\nexcept Exception as error:\n    found = error\n[found.partial is half, str(found)]"
    )
    assert told.result.startswith("[True,")
    assert "the answer went wrong: the connection to" in told.result


def test_unload_stops_what_runs(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", HEAD, piece(delta("So far")), HANG)
    kernel.run(f"%%ai -b -o story --base-url {base_url}\nTell")
    server.wait_for(lambda: server.requests("m"))
    kernel.run("%unload_ext aitunnel_jupyter")
    server.wait_for(lambda: server.requests("m")[0].closed_at)
    names = kernel.run("import threading; [t.name for t in threading.enumerate() if 'aitunnel' in t.name]").result
    assert names == "[]"
