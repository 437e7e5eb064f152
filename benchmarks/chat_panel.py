"""What a panel sends to its pages while an answer streams, and how soon the kernel does what it is told."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).parents[1] / "tests"),
    str(Path(__file__).parents[1] / "tests" / "panel"),
    str(Path(__file__).parent),
]

from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
from jupyter_client.session import Session
from kernel_front import Front
from kernels import Kernel
from texts import answer, deltas

CASES = {
    # name: characters, deltas, seconds between deltas
    "9 028 B, 2 000 deltas at 100/s": (9_028, 2_000, 0.01),
    "10 k characters in 16.7 s": (10_000, 835, 0.02),
    "100 k characters in 25 s": (100_000, 1_250, 0.02),
}
TRIES = 15
SPIN = "import time\nend = time.monotonic() + 600\nwhile time.monotonic() < end: pass"


class Weighed(Front):
    """Counts what the kernel sends, the transcript below the panel included."""

    def __init__(self, kernel: Kernel) -> None:
        self.messages: list[dict[str, Any]] = []
        super().__init__(kernel, "%ai chat")
        hear = kernel.listen

        def both(message: dict[str, Any]) -> None:
            self.messages.append(message)
            hear(message)

        kernel.listen = both

    def figures(self) -> dict[str, Any]:
        """Kilobytes and messages so far."""
        session = Session()
        sent = [one for one in self.messages if one["msg_type"].startswith("comm")]
        below = [one for one in self.messages if one["msg_type"] == "update_display_data"]
        size = [sum(sum(map(len, session.serialize(one))) for one in some) for some in (sent, below)]
        return {
            "to_the_panel_kB": round(size[0] / 1000, 1),
            "messages": len(sent),
            "transcript_kB": round(size[1] / 1000, 1),
        }


def measure() -> dict[str, dict[str, Any]]:
    server = ByteServer()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "AITUNNEL_BASE_URL": server.base_url("m"), "AITUNNEL_JOURNAL": f"{folder}/j.db"}
        kernel = Kernel(sys.executable, environment, Path(folder))
        kernel.run("%load_ext aitunnel_jupyter")
        found = {name: _one(kernel, server, *case) for name, case in CASES.items()}
        found["told and done, milliseconds"] = _done(kernel, server)
        kernel.close()
    server.close()
    return found


def _one(kernel: Kernel, server: ByteServer, characters: int, count: int, pause: float) -> dict[str, Any]:
    front = Weighed(kernel)
    base_url = server.on(f"s{characters}{count}", *stream(*deltas(answer(characters), count), pause=pause))
    kernel.run(f"%config AIMagics.base_url = {base_url!r}")
    front.messages.clear()
    done = front.ask("Hello")
    kernel.pump(0.5)
    assert done["text"] == answer(characters)
    return front.figures()


def _done(kernel: Kernel, server: ByteServer) -> dict[str, Any]:
    front = Front(kernel, "%ai chat")
    front.speak_beside_cells()
    figures = defaultdict(list)
    for at in range(TRIES * 2):
        base_url = server.on(f"d{at}", HEAD, piece(delta("So far")), HANG)
        kernel.run(f"%config AIMagics.base_url = {base_url!r}")
        state = "busy" if at % 2 else "idle"
        cell = kernel.send(SPIN) if state == "busy" else ""
        time.sleep(0.3)
        began = time.monotonic()
        front.send(type="send", text="Hello", attachments=[])
        server.wait_for(lambda name=f"d{at}": server.requests(name))
        figures[f"send to request, {state}"].append(time.monotonic() - began)
        front.until(lambda count=at + 1: len(front.turns) == count and front.turns[-1]["text"] == "So far")
        began = time.monotonic()
        front.send(type="stop")
        server.wait_for(lambda name=f"d{at}": server.requests(name)[0].closed_at)
        figures[f"stop to close, {state}"].append(time.monotonic() - began)
        front.settled()
        if cell:
            kernel.interrupt()
            kernel.finish(cell)
    return {name: f"{_ms(statistics.median(some))} (at most {_ms(max(some))})" for name, some in figures.items()}


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


if __name__ == "__main__":
    for name, figures in measure().items():
        print(f"{name:34}", figures)
