"""The panel's front end in a real Chromium, with a model that has no kernel behind it."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lab
import pytest
from playwright.sync_api import Browser, Page, Request

import aitunnel_jupyter

HERE = Path(__file__).parent
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
BUNDLE = Path(aitunnel_jupyter.__file__).parent / "panel" / "static" / "panel.js"
"""As it is installed."""
FILES = {"panel.js": BUNDLE, "page.html": HERE / "page.html", "fake_model.js": HERE / "fake_model.js"}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Three files, and nothing else."""

    def translate_path(self, path: str) -> str:
        return str(FILES.get(path.split("?", maxsplit=1)[0].strip("/"), HERE / "nothing"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the session: Playwright keeps a loop running, beside which no other test can have one of its own."""
    with lab.browser() as running:
        yield running


class Panel:
    """A page with the panel in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        page.goto(f"{address}/page.html")
        page.wait_for_function("() => window.ready")
        self.asked.clear()

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.asked.append(request.url)

    def begin(self, **state: Any) -> None:
        self.page.evaluate("(state) => begin(state)", state)

    def tell(self, **message: Any) -> None:
        self.page.evaluate("(message) => model.tell(message)", message)

    def put(self, name: str, value: Any) -> None:
        self.page.evaluate("([name, value]) => model.put(name, value)", [name, value])

    def turn(self, name: str, /, index: int = 0, **fields: Any) -> None:
        self.page.evaluate(
            "([id, index, fields]) => model.tell({type: 'turn', index, turn: turn(id, fields)})", [name, index, fields]
        )

    def sent(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate("(kind) => model.of(kind)", kind)
        return found

    def wait_sent(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        self.page.wait_for_function("([kind, count]) => model.of(kind).length >= count", arg=[kind, count])
        return self.sent(kind)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def composer(self) -> Any:
        return self.page.locator(".composer-text").first

    @property
    def answer(self) -> Any:
        return self.page.locator(".answer").last


@pytest.fixture
def panel(browser: Browser, address: str) -> Iterator[Panel]:
    context = browser.new_context(viewport={"width": 800, "height": 720}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    made = Panel(context.new_page(), address)
    yield made
    context.close()
    assert made.errors == []
