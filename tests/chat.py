"""The chat panel in a page of JupyterLab or Notebook 7, as a person handles it."""

from __future__ import annotations

from lab import Notebook
from playwright.sync_api import Locator

LOOP = "import time\nend = time.monotonic() + 150\nwhile time.monotonic() < end: pass"
"""A cell that computes, and never waits."""


class Chat:
    """One view of the panel.

    Args:
        notebook: Where it is shown.
        view: Which of the views on the page.
    """

    def __init__(self, notebook: Notebook, view: int = 0) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.root = self.page.locator(".aitunnel-panel").nth(view)
        self.root.wait_for()

    @property
    def composer(self) -> Locator:
        return self.root.locator(".composer-text")

    @property
    def turns(self) -> Locator:
        return self.root.locator(".turn")

    @property
    def answers(self) -> list[str]:
        return [text.strip() for text in self.root.locator(".answer").all_inner_texts()]

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def send(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def wait(self, text: str) -> None:
        """Until the last answer has ``text``."""
        self.root.locator(".turn").last.locator(".answer", has_text=text).wait_for()

    def wait_for_end(self, count: int = 1) -> None:
        """Until ``count`` turns are shown and none runs."""
        self.root.locator(".turn").nth(count - 1).locator(".footer:not([hidden])").wait_for()
        self.root.locator("button.send:not(.stop):not([hidden])").wait_for()

    def ask(self, text: str, count: int = 1) -> str:
        """Send and wait for the end of turn number ``count``; returns its answer."""
        self.send(text)
        self.wait_for_end(count)
        return self.answers[-1]
