"""Several answers at once in JupyterLab: side by side, and in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
from byte_server import HANG, HEAD, ByteServer, Gate, Seen, delta, piece, steps, stream
from lab import Lab, Notebook
from playwright.sync_api import Page

PLENTY = "Word after word the answer goes on and needs all the width it can get. " * 4


def by_model(**scripts: list[Any]) -> Callable[[Seen], list[Any]]:
    """Each model answers in its own way."""
    return lambda seen: scripts[seen.json["model"]]


def columns(page: Page) -> list[dict[str, float]]:
    """Where the columns stand on the screen; asked at one moment, because a frame replaces them all."""
    sections = "[...document.querySelectorAll('.aitunnel-columns > section')]"
    page.wait_for_function(f"() => {sections}.length === 2")
    boxes: list[dict[str, float]] = page.evaluate(
        f"() => {sections}.map(section => section.getBoundingClientRect()).map("
        "({x, y, width, height}) => ({x, y, width, height}))"
    )
    return boxes


def are_side_by_side(boxes: list[dict[str, float]]) -> bool:
    left, right = boxes
    return abs(left["y"] - right["y"]) < 2 and left["x"] + left["width"] <= right["x"]


def is_one_below_the_other(boxes: list[dict[str, float]]) -> bool:
    upper, lower = boxes
    return abs(upper["x"] - lower["x"]) < 2 and upper["y"] + upper["height"] <= lower["y"] + 1


def test_models_stream_side_by_side_and_stay_so_in_the_saved_notebook(
    open_notebook: Callable[..., Notebook], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    def slow(word: str) -> tuple[list[Any], list[Gate]]:
        words = [f"{word}{n} " for n in range(40)]
        return steps("".join(words[:6]), "".join(words[6:9]), "".join(words[9:]) + PLENTY)

    (left, left_gates), (right, right_gates) = slow("a"), slow("b")
    base_url = server.on("both", by_model(left=left, right=right))
    notebook = open_notebook("both.ipynb", f"%%ai left,right -o both --base-url {base_url}\nHi", "sorted(both)")
    notebook.run_all()
    for number, (left_gate, right_gate) in enumerate(zip(left_gates, right_gates, strict=True)):
        for word in (f"a{(5, 8)[number]}", f"b{(5, 8)[number]}"):
            page.wait_for_selector(f".aitunnel-columns >> text={word}", timeout=60_000)
        assert are_side_by_side(columns(page)), "already while they stream, both at once"
        left_gate.open()
        right_gate.open()
    notebook.wait_for_idle()
    assert "['left', 'right']" in notebook.text(2)
    assert notebook.output(1).count() == 1

    def look() -> None:
        texts = page.locator(".aitunnel-columns > section").all_inner_texts()
        assert [text.split()[0] for text in texts] == ["left", "right"]
        assert "a39" in texts[0]
        assert "b39" in texts[1]
        assert are_side_by_side(columns(page))
        cells = page.locator(".aitunnel-table td").all_inner_texts()
        assert [cells[0], cells[2], cells[3]] == ["left", "310", "0.51"]
        assert float(cells[1]) > 0
        notebook.make_narrow()
        assert is_one_below_the_other(columns(page))
        assert notebook.fits()
        page.set_viewport_size({"width": 1200, "height": 900})

    look()
    notebook.save()
    saved = nbformat.read(jupyter.folder / "both.ipynb", as_version=4)
    saved.metadata.kernelspec["name"] = "none-such"
    nbformat.write(saved, jupyter.folder / "both-again.ipynb")
    page.goto(f"{jupyter.url}/lab/tree/both-again.ipynb?reset")
    page.wait_for_selector("text=a39", timeout=120_000)
    if (dialog := page.locator(".jp-Dialog button.jp-mod-reject")).count():
        dialog.first.click()
    look()


def count(word: str, pause: float = 0.2, last: int = 30) -> list[Any]:
    """A slow answer: word1, word2, … to the end."""
    return stream(*(f"{word}{n} " for n in range(last + 1)), pause=pause)


def test_the_background_goes_on_while_other_cells_run(
    open_notebook: Callable[..., Notebook], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    def slow(word: str) -> tuple[list[Any], list[Gate]]:
        words = [f"{word}{n} " for n in range(31)]
        return steps("".join(words[:4]), "".join(words[4:]))

    (one, (first_gate,)), (two, (second_gate,)) = slow("a"), slow("b")
    base_url = server.on("behind", by_model(one=one, two=two))
    notebook = open_notebook(
        "behind.ipynb",
        f"%%ai one -b -o first --base-url {base_url}\nHi",
        f"%%ai two -b -o second --base-url {base_url}\nHi",
        "print(type(first).__name__, type(second).__name__)",
        "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.05)\nprint('slept')",
        "print(first.split()[-1], second.split()[-1], first.complete)",
    )
    notebook.wait_for_kernel()
    for cell in range(4):
        notebook.run(cell)
    assert "Job Job" in notebook.text(3), "both are under way when the next cell runs, and their cells are over"
    notebook.run_cell(4)
    page.wait_for_selector("text=a3", timeout=30_000)
    first_gate.open()
    second_gate.open()
    page.wait_for_selector("text=a30", timeout=60_000)
    page.wait_for_selector("text=b30", timeout=60_000)
    page.wait_for_function("() => document.querySelectorAll('.aitunnel-note').length === 2", timeout=30_000)
    assert "slept" not in notebook.text(4), "the other cell still runs"
    (jupyter.folder / "go").touch()
    notebook.wait_for_idle()
    assert "a30 b30 True" in notebook.run(5)
    notebook.save()
    cells = nbformat.read(jupyter.folder / "behind.ipynb", as_version=4).cells
    for cell, word, other in ((1, "a", "b"), (2, "b", "a")):
        (output,) = cells[cell].outputs
        assert output["data"]["text/plain"] == "".join(f"{word}{n} " for n in range(31))
        assert f"{other}1" not in output["data"]["text/html"]
    assert [output.text for output in cells[4].outputs] == ["slept\n"]


def test_the_background_is_stopped_by_its_name_alone(
    open_notebook: Callable[..., Notebook], server: ByteServer, page: Page
) -> None:
    base_url = server.on("stop-it", HEAD, piece(delta("Once upon a time")), HANG)
    notebook = open_notebook(
        "stop-it.ipynb",
        f"%%ai m -b -o story --base-url {base_url}\nHi",
        "import time; time.sleep(60)",
        "story.done()",
        "%ai stop story",
        "story.upper(), story.complete",
    )
    notebook.wait_for_kernel()
    notebook.run(0)
    notebook.run(1)
    page.wait_for_selector("text=Once upon a time", timeout=30_000)
    notebook.run_cell(2)
    page.wait_for_timeout(1000)
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_for_idle()
    assert "KeyboardInterrupt" in notebook.text(2)
    assert "False" in notebook.run(3)
    assert server.requests("stop-it")[0].closed_at is None
    assert "story" in notebook.run(4)
    server.wait_for(lambda: server.requests("stop-it")[0].closed_at)
    assert "('ONCE UPON A TIME', False)" in notebook.run(5)
    assert "stopped" in notebook.text(1)


def test_running_a_cell_again_leaves_the_newer_answer_alone_in_it(
    open_notebook: Callable[..., Notebook], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    server.on("twice", *count("old", last=25))
    base_url = server.on("twice", *count("new", last=5))
    notebook = open_notebook("twice.ipynb", f"%%ai m -b -o story --base-url {base_url}\nHi", "print(story.split()[-1])")
    notebook.wait_for_kernel()
    notebook.run(0)
    notebook.run(1)
    page.wait_for_selector("text=old3", timeout=30_000)
    notebook.run(1)
    page.wait_for_selector("text=new5", timeout=30_000)
    server.wait_for(lambda: server.requests("twice")[0].done_at)
    page.wait_for_timeout(1000)
    assert notebook.run(2).strip() == "new5"
    notebook.save()
    (output,) = nbformat.read(jupyter.folder / "twice.ipynb", as_version=4).cells[1].outputs
    assert output["data"]["text/plain"] == "".join(f"new{n} " for n in range(6))


def test_the_stop_button_stops_all_columns(
    open_notebook: Callable[..., Notebook], server: ByteServer, page: Page
) -> None:
    def begun(word: str) -> list[Any]:
        return [HEAD, piece(delta(f"{word} upon a time")), HANG]

    base_url = server.on("halt", by_model(left=begun("Once"), right=begun("Twice")))
    notebook = open_notebook("halt.ipynb", f"%%ai left,right -o both --base-url {base_url}\nHi", "[*both.values()]")
    notebook.run_all()
    page.wait_for_selector("text=Once upon a time", timeout=60_000)
    page.wait_for_selector("text=Twice upon a time", timeout=60_000)
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_for_idle()
    for request in server.requests("halt"):
        server.wait_for(lambda request=request: request.closed_at)
    texts = page.locator(".aitunnel-columns > section").all_inner_texts()
    assert [text.count("upon a time") for text in texts] == [1, 1]
    assert all(text.count("stopped") == 1 for text in texts), texts
    assert "✗" not in "".join(texts)
    assert are_side_by_side(columns(page))
    assert "Once upon a time" in notebook.run(2)
