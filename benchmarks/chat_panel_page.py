"""What the panel costs JupyterLab's page, and how soon a person sees that it does what it is told."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

from browser import _busy
from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
from chat import LOOP, Chat
from lab import Lab, Notebook, browser
from texts import answer, deltas

CASES = {"9 028 B in 20 s": (9_028, 2_000, 0.01), "100 k characters in 25 s": (100_000, 1_250, 0.02)}
TRIES = 12
WATCH = """() => {
    window.tasks = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.tasks.push(entry.duration)))
        .observe({entryTypes: ['longtask']});
}"""
PRESS = """() => {
    window.painted = 0;
    window.pressed = Date.now();
    const seen = new MutationObserver(() => {
        const answer = document.querySelector('.turn:last-of-type .answer');
        if (window.painted || !answer?.textContent.includes('FIRST')) return;
        window.painted = -1;
        requestAnimationFrame(() => setTimeout(() => { window.painted = Date.now(); }));
    });
    seen.observe(document.querySelector('.aitunnel-panel'), {subtree: true, childList: true, characterData: true});
    document.querySelector('.composer .send:not(.stop)').click();
}"""
STOP = "() => { window.pressed = Date.now(); document.querySelector('.composer .stop').click(); }"


def measure() -> dict[str, dict[str, Any]]:
    server = ByteServer()
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        lab = Lab(Path(folder), AITUNNEL_BASE_URL=server.base_url("m"), AITUNNEL_JOURNAL=f"{folder}/journal.db")
        found = {name: _stream(chromium, lab, server, *case) for name, case in CASES.items()}
        found["milliseconds"] = _told(chromium, lab, server)
        lab.close()
    server.close()
    return found


def _open(chromium: Any, lab: Lab, name: str) -> Chat:
    lab.write(name, "%load_ext aitunnel_jupyter", "%ai chat", LOOP, "1")
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    notebook = Notebook(page, lab, name)
    notebook.wait_for_kernel()
    for cell in (0, 1):
        notebook.run(cell)
    return Chat(notebook)


def _stream(chromium: Any, lab: Lab, server: ByteServer, characters: int, count: int, pause: float) -> dict[str, Any]:
    server._scripts.clear()
    server.on("m", *stream(*deltas(answer(characters) + "\n\nThe very end.", count), pause=pause))
    chat = _open(chromium, lab, f"{characters}.ipynb")
    metrics = chat.page.context.new_cdp_session(chat.page)
    metrics.send("Performance.enable")
    chat.page.evaluate(WATCH)
    before = _busy(metrics)
    chat.send("Hello")
    chat.root.locator(".footer:not([hidden])").wait_for(timeout=170_000)
    chat.page.wait_for_timeout(2_500)
    tasks = chat.page.evaluate("tasks")
    figures = {
        "busy_s": round(_busy(metrics) - before, 1),
        "long_tasks": len(tasks),
        "longest_ms": round(max(tasks, default=0)),
    }
    chat.page.close()
    return figures


def _told(chromium: Any, lab: Lab, server: ByteServer) -> dict[str, Any]:
    arrived, sent = [], []

    def arrives(_seen: Any) -> list[Any]:
        arrived.append(time.time())
        return []

    def sends(_seen: Any) -> list[Any]:
        sent.append(time.time())
        return []

    server._scripts.clear()
    server.on("m", arrives, HEAD, 0.2, sends, piece(delta("FIRST")), HANG)
    chat = _open(chromium, lab, "told.ipynb")
    page, figures = chat.page, defaultdict(list)
    for at in range(TRIES):
        kernel = "busy" if at >= TRIES // 2 else "idle"
        if at == TRIES // 2:
            chat.notebook.run_cell(2)
            page.wait_for_timeout(1_000)
        chat.composer.fill("Hello")
        page.evaluate(PRESS)
        page.wait_for_function("() => window.painted > 0")
        figures[f"send to request, {kernel}"].append(arrived[-1] * 1000 - page.evaluate("pressed"))
        figures[f"delta to paint, {kernel}"].append(page.evaluate("painted") - sent[-1] * 1000)
        page.evaluate(STOP)
        server.wait_for(lambda at=at: server.requests("m")[-1].closed_at and len(server.requests("m")) >= at)
        figures[f"stop to close, {kernel}"].append(time.time() * 1000 - page.evaluate("pressed"))
        chat.wait_for_end(at + 1)
    page.close()
    return {name: f"{statistics.median(some):.0f} (at most {max(some):.0f})" for name, some in figures.items()}


if __name__ == "__main__":
    for name, figures in measure().items():
        print(f"{name:28}", figures)
