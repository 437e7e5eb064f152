"""One JupyterLab and one Chromium for all browser tests; a fresh page for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from lab import Lab, Notebook, browser
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
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
