"""The day's work in JupyterLab: cells made of answers, conversations, answers that are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from byte_server import ByteServer, stream
from lab import Notebook

CODE = "Here it is:\n\n```python\ndef double(x):\n    return 2 * x\n```\n\nand to see it:\n\n```python\nprint(double(21))\n```\n\nEnjoy."
CELL = "def double(x):\n    return 2 * x\n\nprint(double(21))"
FAILING = "total = 0\nfor n in range(3):\n    total += numbr\nprint(total)"
FIXED = "The name `numbr` was never given a value.\n\n```python\n" + FAILING.replace("numbr", "n") + "\n```\n"


@pytest.fixture
def daily(open_notebook: Callable[..., Notebook], server: ByteServer) -> Callable[..., Notebook]:
    """A notebook whose cells ask one scripted server, with its settings made."""

    def open_it(name: str, *cells: str, **script: list[object]) -> Notebook:
        for at, actions in script.items():
            server.on(at, *actions)
        notebook = open_notebook(f"{name}.ipynb", f"%config AIMagics.base_url = '{server.base_url(name)}'", *cells)
        notebook.wait_for_kernel()
        notebook.run(0)
        notebook.run(1)
        return notebook

    return open_it


def test_code_lands_below_once_and_is_not_run(daily: Callable[..., Notebook]) -> None:
    notebook = daily("code", "%%ai -f code\nDouble", "after = 1", code=stream(CODE))
    notebook.run(2)
    page = notebook.page
    page.wait_for_function("() => document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 5")
    expected = [*notebook.sources()[:3], CELL, "after = 1"]
    assert notebook.sources() == expected
    assert notebook.output(3).count() == 0
    assert "Enjoy" not in notebook.sources()[3]
    again = notebook.run(2)
    assert "%ai code puts the new one there" in again
    assert notebook.sources() == expected
    notebook.restart()
    notebook.run_all()
    notebook.wait_for_idle()
    page.wait_for_timeout(500)
    assert notebook.sources() == expected, "not after a restart either"
    assert "42" in notebook.text(3), "the person ran it with Run All"


def test_code_may_take_the_cells_place_and_commands_put_more_below(daily: Callable[..., Notebook]) -> None:
    notebook = daily(
        "more", "%%ai -f code --replace\nDouble", "%%ai\nDouble again", "%ai code 2", "%ai edit", more=stream(CODE)
    )
    notebook.run(2)
    notebook.page.wait_for_function(
        "(text) => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells[2].source === text", arg=CELL
    )
    assert len(notebook.sources()) == 6
    notebook.run(3)
    notebook.run(4)
    assert notebook.sources()[4:7] == ["%ai code 2", "print(double(21))", "%ai edit"]
    notebook.run(6)
    assert notebook.sources()[6:] == ["%ai edit", "%%ai\nDouble again"]
    assert notebook.output(5).count() == notebook.output(7).count() == 0


def test_run_all_puts_each_code_below_its_own_cell(daily: Callable[..., Notebook]) -> None:
    notebook = daily("all", "%%ai -f code\nDouble", "seen = _ai.code[0]", "%ai code 2", "'the end'", all=stream(CODE))
    notebook.run_all()
    notebook.wait_for_idle()
    notebook.page.wait_for_function("() => document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 8")
    assert notebook.sources()[2:] == [
        "%%ai -f code\nDouble", CELL, "seen = _ai.code[0]", "%ai code 2", "print(double(21))", "'the end'",
    ]  # fmt: skip
    assert notebook.output(3).count() == notebook.output(6).count() == 0, "what came in meanwhile is not run"
    assert "the end" in notebook.text(7)


def test_fix_explains_shows_the_difference_and_offers_the_cell(daily: Callable[..., Notebook]) -> None:
    notebook = daily("fix", FAILING, "%ai fix", fix=stream(FIXED))
    assert "NameError" in notebook.run(2)
    text = notebook.run(3)
    assert "The name numbr was never given a value." in text
    assert "-     total += numbr" in text
    assert "+     total += n" in text
    assert notebook.sources()[4] == FAILING.replace("numbr", "n")
    assert notebook.output(4).count() == 0
    colours = [
        notebook.output(3).locator(f"pre {tag}").evaluate("line => getComputedStyle(line).backgroundColor")
        for tag in ("del", "ins")
    ]
    assert len({*colours, "rgba(0, 0, 0, 0)"}) == 3, colours
    code = notebook.output(3).locator("pre code").first
    assert code.evaluate("code => getComputedStyle(code).whiteSpace") == "pre", "long lines scroll, no word is broken"
    assert notebook.run(4).strip() == "3"


def asked(server: ByteServer, name: str) -> list[list[str]]:
    """The messages of each request, as the server got them."""
    return [[message["content"] for message in seen.json["messages"]] for seen in server.requests(name)]


def test_a_cell_that_runs_again_replaces_its_own_turn(daily: Callable[..., Notebook], server: ByteServer) -> None:
    server.on("talk", *stream("One."))
    server.on("talk", *stream("Two."))
    server.on("talk", *stream("One, again."))
    server.on("talk", *stream("More."))
    notebook = daily("talk", "%%ai -c cats\nFirst", "%%ai -c cats\nSecond")
    notebook.run(2)
    notebook.run(3)
    notebook.run(2)
    notebook.run(3)
    said = [["First"], ["First", "One.", "Second"], ["First"], ["First", "One, again.", "Second"]]
    assert asked(server, "talk") == said
    notebook.restart()
    notebook.run(0)
    notebook.run(1)
    third = notebook.append("%%ai -c cats\nThird")
    notebook.run(third)
    said.append(["First", "One, again.", "Second", "More.", "Third"])
    assert asked(server, "talk") == said, "the notebook's path tells a new kernel which conversation it is"
    notebook.run(3)
    assert asked(server, "talk")[-1] == ["First", "One, again.", "Second"], "what came after is not sent"


def test_kept_answers_cost_no_request_and_variables_come_back(
    daily: Callable[..., Notebook], server: ByteServer
) -> None:
    server.on("keep", *stream("Kept for good."))
    server.on("keep", *stream("This too."))
    notebook = daily(
        "keep", "%config AIMagics.keep = True", "%%ai -o story\nTell", "%%ai\nMore, after {story}", "story.upper()"
    )
    notebook.run_all()
    notebook.wait_for_idle()
    assert len(server.requests("keep")) == 2
    assert "nothing was asked" not in notebook.text(3)
    notebook.restart()
    notebook.run_all()
    notebook.wait_for_idle()
    assert len(server.requests("keep")) == 2
    for cell, answer in ((3, "Kept for good."), (4, "This too.")):
        assert answer in notebook.text(cell)
        assert "nothing was asked" in notebook.text(cell)
        assert "0.00 ₽" in notebook.text(cell)
    assert "KEPT FOR GOOD." in notebook.text(5)
    notebook.restart()
    notebook.run(0)
    assert "restored: story" in notebook.run(notebook.append("%ai restore"))
    assert "KEPT FOR GOOD." in notebook.run(5)
    assert len(server.requests("keep")) == 2
