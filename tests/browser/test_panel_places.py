"""The panel beside the notebook, and on a real model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from byte_server import ByteServer, stream
from chat import Chat
from lab import Lab, Notebook
from playwright.sync_api import Page

from aitunnel_jupyter.local.weights import find_model


def test_beside_the_notebook_with_the_transcript_in_it(
    open_notebook: Callable[..., Notebook], jupyter: Lab, server: ByteServer, page: Page
) -> None:
    page.set_default_timeout(90_000)
    base_url = server.on("m", *stream("At the side."))
    notebook = open_notebook("side.ipynb", f"%config AIMagics.base_url = {base_url!r}", "%ai chat --side")
    notebook.wait_for_kernel()
    for cell in range(3):
        notebook.run(cell)
    chat = Chat(notebook)
    assert chat.ask("Where?") == "At the side."
    assert page.locator(".jp-Notebook .aitunnel-panel").count() == 0
    assert chat.root.bounding_box()["height"] > 300  # type: ignore[index]
    page.locator(".jp-Notebook summary", has_text="transcript (turns: 1)").wait_for()
    notebook.run(2)
    page.wait_for_function("() => document.querySelectorAll('.aitunnel-panel').length === 1")
    jupyter.end_kernels()


def test_a_real_model_is_started_by_the_first_prompt(
    open_notebook: Callable[..., Notebook], jupyter: Lab, page: Page
) -> None:
    page.set_default_timeout(150_000)
    model: Path = find_model(lambda _progress: None)
    start = f"import os; os.environ['AITUNNEL_LOCAL_MODEL'] = {str(model)!r}\n%config AIMagics.max_tokens = 40"
    notebook = open_notebook("real.ipynb", start, "%ai chat -m local", "_ai.model, _ai.usage.completion_tokens > 2")
    notebook.wait_for_kernel()
    for cell in range(3):
        notebook.run(cell)
    chat = Chat(notebook)
    assert chat.ask("Count from one to five.")
    assert "tokens" in chat.root.locator(".footer-text").inner_text()
    assert "qwen" in notebook.run(3)
    assert "True" in notebook.text(3)
    jupyter.end_kernels()
