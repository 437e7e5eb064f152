"""What the journal costs: per turn, per search, and a whole notebook answered from it."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(_TESTS)]

from byte_server import ByteServer, stream
from kernels import Kernel

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.record import Place

ROUNDS = 200
ROWS = 100_000
CELLS = 20
ADDRESS = Address("http://127.0.0.1/v1")
WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "wrote", "what", "every", "animal", "of", "garden", "said"]


def milliseconds(times: list[float]) -> str:
    """Median and 95th percentile."""
    ordered = sorted(times)
    return f"{statistics.median(ordered) * 1000:.2f} ms, 95 %: {ordered[int(len(ordered) * 0.95)] * 1000:.2f} ms"


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        return per_turn(Path(folder) / "turns.db") | search(Path(folder) / "rows.db") | run_all(Path(folder))


def per_turn(path: Path) -> dict[str, Any]:
    """A request, one partial text, the end of a 9 kB answer, in a conversation of ten turns."""
    journal = Journal(path)
    before = tuple({"role": "user", "content": f"{n} " + "word " * 200} for n in range(20))
    text = "word " * 1800
    times = []
    for number in range(ROUNDS):
        request = Request("m", (*before, {"role": "user", "content": f"question {number}"}))
        began = time.perf_counter()
        entry = journal.begin(request, ADDRESS, Place("n.ipynb", "c1"))
        entry._next_partial = 0
        entry.partial([text], [])
        entry.end(Answer(text, model="m"), None)
        times.append(time.perf_counter() - began)
    journal.database.close()
    return {"a turn of 9 kB, in all": milliseconds(times)}


def search(path: Path) -> dict[str, Any]:
    """Full text over 100 000 turns: a rare word, one that every turn has, two words, the newest ten, one kept."""
    journal = Journal(path)
    with journal.database.write() as connection:
        rows = (
            (
                n,
                "complete",
                "n.ipynb",
                "",
                "",
                "",
                "",
                "m",
                f"f{n}",
                "{}",
                "[]",
                f"{WORDS[n % len(WORDS)]} number{n}",
                " ".join(WORDS[n % 7 :]),
                '{"model": "m"}',
            )
            for n in range(1, ROWS + 1)
        )
        connection.executemany(
            "INSERT INTO turns (started, state, notebook, cell, name, conversation, base_url, model, fingerprint,"
            " fields, messages, prompt, answer, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute("INSERT INTO words (rowid, prompt, answer) SELECT id, prompt, answer FROM turns")
    figures = {}
    for name, find in {
        "search for a rare word": lambda n: journal.search(f"number{n * 37 + 1}"),
        "search for a word in every turn": lambda _: journal.search("garden"),
        "search for two words": lambda n: journal.search(f"cat number{n + 1}"),
        "the newest ten": lambda _: journal.recent(10),
        "one kept answer": lambda n: journal.kept(f"f{n * 41 + 1}"),
    }.items():
        times = []
        for number in range(30):
            began = time.perf_counter()
            assert find(number)
            times.append(time.perf_counter() - began)
        figures[f"100 000 turns: {name}"] = milliseconds(times)
    journal.database.close()
    return figures


def run_all(folder: Path) -> dict[str, Any]:
    """Restart & Run All of 20 cells: asked for the first time (each answer takes 1 s), then from the journal."""
    server = ByteServer()
    base_url = server.on("m", *stream(*["word "] * 10, pause=0.1))
    ours = {"AITUNNEL_BASE_URL": base_url, "AITUNNEL_JOURNAL": str(folder / "keep.db"), "IPYTHONDIR": str(folder)}
    environment = {**os.environ, **ours}
    figures: dict[str, Any] = {}
    for name in ("asked", "kept"):
        kernel = Kernel(sys.executable, environment, folder)
        before = len(server.requests("m"))
        began = time.perf_counter()
        kernel.run("%load_ext aitunnel_jupyter\n%config AIMagics.keep = True")
        for number in range(CELLS):
            assert kernel.run(f"%%ai -o a{number}\nQuestion {number}").status == "ok"
        seconds = time.perf_counter() - began
        figures[f"Restart & Run All, 20 cells, {name}"] = (
            f"{seconds:.1f} s, {len(server.requests('m')) - before} requests"
        )
        kernel.close()
    server.close()
    return figures


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:50} {value}")
