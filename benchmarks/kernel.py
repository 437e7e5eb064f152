"""In a real kernel: loading, the first text against raw httpx, and how fast ■ is."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

from byte_server import END, HANG, HEAD, ByteServer, delta, finish, piece, usage
from kernels import Kernel

ROUNDS = 15
FIRST_AFTER = 0.2
"""Seconds the server waits before its first token."""

RAW = """
import httpx, time
raw_client = httpx.Client()
def raw_first():
    began = time.perf_counter()
    with raw_client.stream("POST", {url!r}, json={{"model": "m", "messages": [], "stream": True}}) as response:
        for chunk in response.iter_bytes():
            first = time.perf_counter() - began
            break
        response.read() if not response.is_stream_consumed else None
    return first
"""
OURS = """
import time
import aitunnel_jupyter.notebook.outputs as outputs_module
times = []
original = outputs_module.Outputs._publish
def watched(self, data, *args, **named):
    if "Once" in data.get("text/html", ""):
        times.append(time.perf_counter() - began)
    return original(self, data, *args, **named)
def begin(*_):
    global began
    began = time.perf_counter()
outputs_module.Outputs._publish = watched
get_ipython().events.register("pre_run_cell", begin)
"""


def measure() -> dict[str, Any]:
    server = ByteServer()
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "load_ext_ms": round(statistics.median(_load(Path(folder)) for _ in range(5)), 1),
            **_first_text(server, Path(folder)),
            **_interrupt(server, Path(folder)),
        }
    server.close()
    return found


def _kernel(folder: Path) -> Kernel:
    return Kernel(sys.executable, dict(os.environ), folder)


def _load(folder: Path) -> float:
    kernel = _kernel(folder)
    kernel.run(
        "import time\nt = time.perf_counter()\n%load_ext aitunnel_jupyter\nms = (time.perf_counter() - t) * 1000"
    )
    ms = float(kernel.run("ms").result)
    kernel.close()
    return ms


def _first_text(server: ByteServer, folder: Path) -> dict[str, Any]:
    actions = [
        FIRST_AFTER,
        HEAD,
        piece(delta("Once")),
        0.3,
        piece(finish() + usage() + b"data: [DONE]\n\n"),
        END,
    ]
    base_url = server.on("first", *actions)
    kernel = _kernel(folder)
    kernel.run("%load_ext aitunnel_jupyter")
    kernel.run(RAW.format(url=f"{base_url}/chat/completions"))
    kernel.run(f"%%ai --base-url {base_url}\nHello")
    kernel.run(OURS)
    kernel.run("raw_first()")
    pairs = []
    for _ in range(ROUNDS):
        raw = float(kernel.run("raw_first()").result)
        kernel.run("times.clear()")
        kernel.run(f"%%ai --base-url {base_url}\nHello")
        pairs.append((raw, float(kernel.run("times[0]").result)))
    kernel.close()
    raw, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "first_text_ms": round(ours * 1000, 1),
        "first_byte_raw_httpx_ms": round(raw * 1000, 1),
        "first_text_ratio": round(ours / raw, 3),
    }


def _interrupt(server: ByteServer, folder: Path) -> dict[str, Any]:
    kernel = _kernel(folder)
    kernel.run("%load_ext aitunnel_jupyter")
    idle: list[float] = []
    closed: list[float] = []
    for number in range(ROUNDS):
        base_url = server.on(f"i{number}", HEAD, piece(delta("Once ")), HANG)
        sent = kernel.send(f"%%ai --base-url {base_url}\nHello")
        kernel.wait_until(sent, lambda run: "Once" in str(run.messages))
        time.sleep(0.3)
        began = time.monotonic()
        kernel.interrupt()
        run = kernel.finish(sent)
        seen = server.wait_for(lambda name=f"i{number}": [one for one in server.requests(name) if one.closed_at])[0]
        idle.append(run.idle_at - began)
        closed.append(seen.closed_at - began)
    kernel.close()
    return {
        "interrupt_to_idle_ms": [round(statistics.median(idle) * 1000), round(max(idle) * 1000)],
        "interrupt_to_close_ms": [round(statistics.median(closed) * 1000), round(max(closed) * 1000)],
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:28} {value}")
