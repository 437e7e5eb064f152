"""One JupyterLab for all browser tests, one Chromium for each file; a fresh page for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from lab import Lab, Notebook, browser
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for the session: Playwright keeps a loop running, beside which no other test can have one of its own."""
    with browser() as running:
        yield running


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def open_notebook(jupyter: Lab, page: Page) -> Callable[..., Notebook]:
    """Write a notebook of code cells and open it; the first cell loads the extension."""

    def open_it(name: str, *cells: str) -> Notebook:
        jupyter.write(name, "%load_ext aitunnel_jupyter", *cells)
        return Notebook(page, jupyter, name)

    return open_it
