"""What is fetched by address: bounded in bytes, time and redirects, only public, without any key."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from byte_server import CLOSE, HANG, HEAD, ByteServer, head, piece

from aitunnel_jupyter.errors import AttachmentRefused
from aitunnel_jupyter.gateway import download as downloads
from aitunnel_jupyter.gateway.download import Downloaded, is_public
from aitunnel_jupyter.gateway.engine import Engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.close()


@pytest.fixture
def get(engine: Engine, server: ByteServer) -> Any:
    def fetch(path: str, *, limit: int = 10_000, allow_private: bool = True) -> Downloaded:
        url = path if "://" in path else f"http://127.0.0.1:{server.port}/{path}"
        return engine.download(url, limit=limit, allow_private=allow_private)

    return fetch


@pytest.fixture
def refused(get: Any) -> Any:
    def code(path: str, **named: Any) -> str:
        with pytest.raises(AttachmentRefused) as caught:
            get(path, **named)
        assert "\n" not in caught.value.line("ru")
        return caught.value.code

    return code


def body(data: bytes, **headers: str) -> bytes:
    return head(200, Content_Length=str(len(data)), **headers) + data


def test_what_an_address_gives(server: ByteServer, get: Any) -> None:
    server.on("doc", body(b"hello", Content_Type="text/plain"))
    found = get("doc/a%20file.txt?x=1#part")
    assert found == Downloaded(b"hello", "text/plain", "a file.txt")


def test_no_key_goes_along(server: ByteServer, get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AITUNNEL_API_KEY", "sk-aitunnel-0123456789abcdef")
    server.on("doc", body(b""))
    get(f"http://user:secret@127.0.0.1:{server.port}/doc/")
    seen = server.seen[0]
    assert "authorization" not in seen.headers
    assert "sk-" not in str(seen.headers)
    assert "cookie" not in seen.headers


def test_the_limit_counts_what_comes_not_what_is_announced(server: ByteServer, refused: Any) -> None:
    server.on("announced", head(200, Content_Length="20000"), HANG)
    assert refused("announced/") == "attach.url.large"
    server.on("endless", HEAD, *[piece(b"x" * 4000)] * 50, HANG)
    assert refused("endless/") == "attach.url.large"
    server.on("bomb", body(gzip.compress(b"\0" * 20_000_000), Content_Encoding="gzip"))
    assert refused("bomb/", limit=100_000) == "attach.url.large"


def test_a_body_of_exactly_the_limit_is_taken(server: ByteServer, get: Any, refused: Any) -> None:
    server.on("doc", body(b"x" * 100))
    assert len(get("doc/", limit=100).content) == 100
    assert refused("doc/", limit=99) == "attach.url.large"


def test_a_body_cut_short_is_no_document(server: ByteServer, refused: Any) -> None:
    server.on("cut", head(200, Content_Length="500"), b"only this", CLOSE)
    assert refused("cut/") == "attach.url.failed"


def test_redirects_are_followed_five_times(server: ByteServer, get: Any, refused: Any) -> None:
    server.on("r", *[head(302, Location="/r2/x", Content_Length="0")])
    server.on("r2", head(301, Location="deeper/file.txt", Content_Length="0"))
    server.on("r2", body(b"there"))
    found = get("r/")
    assert (found.content, found.name) == (b"there", "file.txt")
    server.on("loop", head(307, Location="/loop/", Content_Length="0"))
    assert refused("loop/") == "attach.url.redirects"
    assert len(server.requests("loop")) == 6


def test_every_hop_is_checked(server: ByteServer, get: Any, refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "is_public", lambda address: address == "127.0.0.1")
    server.on("in", head(302, Location=f"http://127.0.0.2:{server.port}/doc/", Content_Length="0"))
    server.on("doc", body(b"inside"))
    assert get("doc/", allow_private=False).content == b"inside"
    assert refused("in/", allow_private=False) == "attach.url.private"
    server.on("file", head(302, Location="file:///etc/passwd", Content_Length="0"))
    assert refused("file/", allow_private=False) == "attach.url.scheme"
    assert refused("file/") == "attach.url.scheme"


def test_the_connection_goes_to_the_address_that_was_checked(
    server: ByteServer, get: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its address after the check leads nowhere else."""
    asked = []

    async def lookup(self: Any, host: str, port: int, **_named: Any) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", lookup)
    monkeypatch.setattr(downloads, "is_public", lambda address: address == "127.0.0.1")
    server.on("doc", body(b"right"))
    assert get(f"http://changing.example:{server.port}/doc/", allow_private=False).content == b"right"
    assert server.seen[0].headers["host"] == f"changing.example:{server.port}"
    assert asked[0] == "changing.example"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::ffff:127.0.0.1]", "10.0.0.1"]
)  # fmt: skip
def test_this_machine_and_private_networks_are_refused(server: ByteServer, refused: Any, host: str) -> None:
    assert refused(f"http://{host}:{server.port}/doc/", allow_private=False) in {
        "attach.url.private",
        "attach.url.failed",  # a spelling that this system's resolver does not know
    }
    assert not server.seen


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("224.0.0.1", False),
        ("::ffff:192.168.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("::", False),
        ("nonsense", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_what_goes_wrong_has_a_code(server: ByteServer, refused: Any) -> None:
    server.on("gone", head(404, Content_Length="0"))
    assert refused("gone/") == "attach.url.status"
    assert refused("http://127.0.0.1:9/x") == "attach.url.failed"
    assert refused("http://no-such-host.invalid/x", allow_private=False) == "attach.url.failed"
    assert refused("ftp://127.0.0.1/x") == "attach.url.scheme"
    assert refused("http://[/x") == "attach.url.failed"
    assert refused("http:///x") == "attach.url.scheme"


def test_twenty_seconds_are_for_everything_together(
    server: ByteServer, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "SECONDS", 0.5)
    trickle: list[Any] = [HEAD]
    for _ in range(100):
        trickle += [piece(b"x"), 0.1]
    server.on("slow", *trickle)
    assert refused("slow/") == "attach.url.slow"
    server.wait_for(lambda: server.seen[0].closed_at)


def test_a_proxy_of_the_environment_is_asked_by_name(server: ByteServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    monkeypatch.setattr(downloads, "is_public", lambda _: True)

    async def lookup(self: Any, host: str, port: int, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", lookup)
    server.on("", body(b"through the proxy"))
    server.on("http:", body(b"through the proxy"))
    engine = Engine()
    try:
        assert engine.download("http://somewhere.example/doc", limit=100).content == b"through the proxy"
    finally:
        engine.close()
    assert server.seen[0].path == "http://somewhere.example/doc"
