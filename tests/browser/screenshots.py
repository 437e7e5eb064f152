"""Draws the README's pictures: a real cell in JupyterLab, answered by the real local model, light and dark."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab import Lab, Notebook, browser

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
PROMPT = """%%ai -o answer -t 0 --seed 7 --max-tokens 420
Explain the Fibonacci numbers in Markdown, briefly:
one sentence with the recurrence as a LaTeX formula in $$,
a short Python function, and a table of n and F(n) for n = 1 to 5."""
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


if __name__ == "__main__":
    draw("JupyterLab Light", "cell-light.png")
    draw("JupyterLab Dark", "cell-dark.png")
