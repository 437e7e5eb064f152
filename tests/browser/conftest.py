"""One JupyterLab for all browser tests, one Chromium for each file; a fresh page for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from byte_server import ByteServer
from chat import Chat
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


@pytest.fixture
def open_panel(
    open_notebook: Callable[..., Notebook], jupyter: Lab, server: ByteServer, page: Page, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Chat]]:
    """Open a notebook named like the test; its third cell is a panel that asks the scripted server."""
    page.set_default_timeout(90_000)

    def open_it(*cells: str, panel: str = "panel") -> Chat:
        settings = f"%config AIMagics.base_url = '{server.base_url('m')}'"
        make = "from aitunnel_jupyter import ChatPanel; panel = ChatPanel('test-model', store_as='reply')"
        notebook = open_notebook(f"{request.node.name}.ipynb", f"{settings}\n{make}", panel, *cells)
        notebook.wait_for_kernel()
        for cell in range(3):
            notebook.run(cell)
        return Chat(notebook)

    yield open_it
    jupyter.end_kernels()
