"""What a streaming answer costs JupyterLab's page: main-thread seconds, long tasks, scroll jumps."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

from byte_server import ByteServer, stream
from lab import Lab, Notebook, browser
from texts import answer, deltas

CASES = {"10 k characters": (10_000, 835), "100 k characters": (100_000, 1_250)}
WATCH = """() => {
    window.tasks = [];
    window.jumps = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.tasks.push(entry.duration)))
        .observe({entryTypes: ['longtask']});
    const panel = document.querySelector('.jp-WindowedPanel-outer');
    let last = panel.scrollTop;
    panel.addEventListener("scroll", () => {
        if (panel.scrollTop < last - 5) window.jumps += 1;
        last = panel.scrollTop;
    });
}"""


def measure() -> dict[str, dict[str, Any]]:
    server = ByteServer()
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        lab = Lab(Path(folder))
        found = {}
        for name, (characters, count) in CASES.items():
            text = answer(characters) + "\n\nThe very end."
            base_url = server.on(f"b{characters}", *stream(*deltas(text, count), pause=0.02))
            lab.write(f"{characters}.ipynb", "%load_ext aitunnel_jupyter", f"%%ai --base-url {base_url}\nHello")
            found[name] = _watch(chromium, lab, f"{characters}.ipynb")
        lab.close()
    server.close()
    return found


def _watch(chromium: Any, lab: Lab, name: str) -> dict[str, Any]:
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    notebook = Notebook(page, lab, name)
    notebook.wait_for_kernel()
    page.wait_for_timeout(2000)
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable")
    page.evaluate(WATCH)
    before = _busy(metrics)
    notebook.run_all()
    page.wait_for_selector("text=The very end.", timeout=170_000, state="attached")
    page.wait_for_timeout(2500)
    tasks = page.evaluate("window.tasks")
    figures = {
        "busy_s": round(_busy(metrics) - before, 1),
        "long_tasks": len(tasks),
        "longest_ms": round(max(tasks, default=0)),
        "scroll_jumps": page.evaluate("window.jumps"),
    }
    page.close()
    return figures


def _busy(metrics: Any) -> float:
    values = metrics.send("Performance.getMetrics")["metrics"]
    return next(float(value["value"]) for value in values if value["name"] == "TaskDuration")


if __name__ == "__main__":
    for name, figures in measure().items():
        print(f"{name:20}", figures)
