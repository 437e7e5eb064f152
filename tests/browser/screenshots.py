"""Draws the README's pictures: a cell and the panel in JupyterLab, answered by the real local model."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from chat import Chat
from lab import Lab, Notebook, browser

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
PROMPT = """%%ai -o answer -t 0 --seed 7 --max-tokens 420
Explain the Fibonacci numbers in Markdown, briefly:
one sentence with the recurrence as a LaTeX formula in $$,
a short Python function, and a table of n and F(n) for n = 1 to 5."""
SETTING = """%load_ext aitunnel_jupyter
%ai local
%config AIMagics.max_tokens = 300
numbers = [8, 12, 21, 40, 55]"""
PANEL = "%ai chat -c fibonacci"
SOBER = "_chat.configure({'temperature': 0, 'store_as': 'latest'})"
QUESTIONS = [
    "The recurrence of the Fibonacci numbers, as a LaTeX formula in $$.",
    "Write it as a Python function of five lines. Only code.",
]
LOOK = "answer.model, answer.usage.completion_tokens, answer.code[0].language"


def draw(theme: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        lab = Lab(Path(folder), theme=theme)
        lab.write("fibonacci.ipynb", "%load_ext aitunnel_jupyter\n%ai local", PROMPT, LOOK)
        page = chromium.new_page(viewport={"width": 1100, "height": 980}, device_scale_factor=1.5)
        notebook = Notebook(page, lab, "fibonacci.ipynb")
        page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        notebook.run_all()
        notebook.wait_for_idle(170)
        page.wait_for_timeout(1500)
        page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
        page.wait_for_timeout(500)
        IMAGES.mkdir(parents=True, exist_ok=True)
        page.locator(".jp-Notebook").screenshot(path=IMAGES / name)
        print(notebook.text(1))
        lab.close()


def draw_panel(theme: str, name: str, width: int) -> None:
    """The panel, asked by hand."""
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        lab = Lab(Path(folder), theme=theme)
        lab.write("panel.ipynb", SETTING, PANEL, SOBER)
        page = chromium.new_page(viewport={"width": max(width, 500), "height": 1000}, device_scale_factor=1.5)
        notebook = Notebook(page, lab, "panel.ipynb")
        page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        notebook.run_all()
        notebook.wait_for_idle(170)
        chat = Chat(notebook)
        if width < 500:
            page.add_style_tag(content=f".aitunnel-panel {{ max-width: {width}px }}")
        for count, question in enumerate(QUESTIONS, 1):
            chat.ask(question, count)
        chat.composer.press_sequentially("Which of these are Fibonacci numbers: @num", delay=30)
        chat.root.get_by_role("option").first.wait_for()
        chat.composer.press("Tab")
        chat.root.locator(".weight", has_text="≈").wait_for()
        page.wait_for_timeout(1500)
        shown = chat.root if width < 500 else page.locator(".jp-Notebook .jp-Cell").nth(1)
        shown.screenshot(path=IMAGES / name)
        print(chat.answers[-1])
        lab.close()


if __name__ == "__main__":
    draw_panel("JupyterLab Light", "panel-light.png", 900)
    draw_panel("JupyterLab Dark", "panel-dark.png", 900)
    draw_panel("JupyterLab Light", "panel-narrow.png", 320)
    draw("JupyterLab Light", "cell-light.png")
    draw("JupyterLab Dark", "cell-dark.png")
