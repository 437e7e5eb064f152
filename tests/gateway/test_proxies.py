"""Proxies and certificates of the environment: who is asked, and which variable is told to be at fault."""

from __future__ import annotations

import importlib.util
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from byte_server import ByteServer, head, reply, stream

from aitunnel_jupyter.errors import AddressProblem, AITunnelError, AttachmentRefused, ConnectFailed, KeyProblem
from aitunnel_jupyter.gateway import refusal
from aitunnel_jupyter.gateway.address import Address, checked, is_loopback, is_this_machine
from aitunnel_jupyter.gateway.engine import Engine
from aitunnel_jupyter.gateway.keys import address_with_key
from aitunnel_jupyter.gateway.proxies import is_bypassed, proxy_for, unusable_variable
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished

THIS_MACHINE = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "::ffff:127.0.0.1", "localhost", "LOCALHOST", "localhost.",
    "x.localhost", "a.b.localhost", "0.0.0.0", "::",
]  # fmt: skip
OTHERS = [
    "",
    "10.0.0.1",
    "128.0.0.1",
    "localhost.corp",
    "mylocalhost",
    "127.0.0.1.nip.io",
    "::2",
    "fe80::1",
    "api.aitunnel.ru",
]


@pytest.fixture(autouse=True)
def _no_certificates_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(refusal, "MOST_RETRIES", 0)
    running = Engine()
    yield running
    running.close()


def last_of(engine: Engine, base_url: str) -> Any:
    running = engine.ask(Request("m", ({"role": "user", "content": "Hi"},)), Address(base_url))
    assert running.closed.wait(60)
    while not isinstance(last := running.steps.get_nowait(), Finished | Failed):
        pass
    return last


def told(engine: Engine, base_url: str) -> str:
    last = last_of(engine, base_url)
    assert isinstance(last, Failed), last
    for language in ("en", "ru"):
        assert len(last.error.line(language).encode()) <= 480
    return str(last.error)


@pytest.mark.parametrize("host", THIS_MACHINE)
def test_this_machine_is_one_rule_for_key_and_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    url = f"http://{f'[{host}]' if ':' in host else host}:8080/v1"
    assert is_this_machine(host)
    assert is_loopback(url)
    assert address_with_key(url).key is None
    assert proxy_for(url) is None
    assert proxy_for(url.replace("http:", "https:")) is None


@pytest.mark.parametrize("host", OTHERS)
def test_other_machines_need_a_key_and_may_have_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert not is_this_machine(host)
    if host:
        url = f"http://{f'[{host}]' if ':' in host else host}:8080/v1"
        assert proxy_for(url)
        with pytest.raises(KeyProblem):
            address_with_key(url)


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("10.9.9.9", "10.0.0.0/8"),
        ("10.9.9.9", "example.com, 10.0.0.0/8"),
        ("10.9.9.9", "example.com 10.9.9.9"),
        ("10.9.9.9", "10.9.9.9:8080"),
        ("10.9.9.9", "10.9.9.0/255.255.255.0"),
        ("10.9.9.9", "10.9.9.1/8"),
        ("192.168.1.7", "192.168.*"),
        ("fd00::1", "fd00::/8"),
        ("fd00::1", "[fd00::1]"),
        ("fd00::1", "fd00:0:0::1"),
        ("fd00::1", "[fd00::1]:8080"),
        ("fd00::1", "[fd00::]/8"),
        ("host.corp", "*.corp"),
        ("host.corp", ".corp"),
        ("host.corp", "corp"),
        ("host.corp", " HOST.Corp "),
        ("a.host.corp", "host.corp"),
        ("host.corp", "http://host.corp"),
        ("host.corp", "host.corp:8080"),
        ("host.corp", "host.corp."),
        ("host.corp", "h*.corp"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("corp", "<local>"),
        ("anything.at.all", "*"),
        ("anything.at.all", "example.com,*"),
    ],
)
def test_no_proxy_takes_a_host_out(host: str, no_proxy: str) -> None:
    assert is_bypassed(host, 8080, no_proxy)


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("11.9.9.9", "10.0.0.0/8"),
        ("10.9.9.9", "fd00::/8"),
        ("fd00::1", "10.0.0.0/8"),
        ("10.9.9.9", "10.9.9.9:81"),
        ("fd00::1", "[fd00::1]:81"),
        ("host.corp", "host.corp:81"),
        ("hostcorp", ".corp"),
        ("hostcorp", "*.corp"),
        ("myhost.corp", "host.corp"),
        ("host.corp.ru", "*.corp"),
        ("host.corp", ""),
        ("host.corp", " , ,"),
        ("host.corp", "."),
        ("host.corp", "<local>"),
        ("host.corp", "10.0.0.0/99,[,[::1"),
    ],
)
def test_no_proxy_takes_no_other_host_out(host: str, no_proxy: str) -> None:
    assert not is_bypassed(host, 8080, no_proxy)


@pytest.mark.parametrize(
    ("environment", "url", "shown"),
    [
        ({"HTTP_PROXY": "http://p:1"}, "http://x.ru/v1", "HTTP_PROXY=http://p:1"),
        ({"http_proxy": "http://p:1"}, "http://x.ru/v1", "http_proxy=http://p:1"),
        ({"http_proxy": "http://low:1", "HTTP_PROXY": "http://up:1"}, "http://x.ru/v1", "http_proxy=http://low:1"),
        ({"http_proxy": "", "HTTP_PROXY": "http://up:1"}, "http://x.ru/v1", None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://x.ru/v1", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://x.ru/v1", "HTTPS_PROXY=http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://x.ru/v1", None),
        ({"ALL_PROXY": "http://p:1"}, "https://x.ru/v1", "ALL_PROXY=http://p:1"),
        ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://p:1"}, "https://x.ru/v1", "HTTPS_PROXY=http://p:1"),
        ({"HTTP_PROXY": "p:3128"}, "http://x.ru/v1", "HTTP_PROXY=http://p:3128"),
        ({"HTTP_PROXY": "http://me:pass@p:1"}, "http://x.ru/v1", "HTTP_PROXY=http://p:1"),
        ({"HTTP_PROXY": "me:p@ss@p:1"}, "http://x.ru/v1", "HTTP_PROXY=http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "x.ru"}, "http://x.ru/v1", None),
        ({"HTTP_PROXY": "http://p:1", "no_proxy": "x.ru"}, "http://x.ru/v1", None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "x.ru:80"}, "http://x.ru/v1", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.ru:443"}, "https://x.ru/v1", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.ru:80"}, "https://x.ru/v1", "HTTPS_PROXY=http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "localhost,[::1]"}, "http://x.ru/v1", "HTTP_PROXY=http://p:1"),
    ],
)
def test_the_proxy_of_a_request(
    environment: dict[str, str], url: str, shown: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    proxy = proxy_for(url)
    assert (str(proxy) if proxy else None) == shown


def test_a_host_is_told_by_its_name_where_the_url_has_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://p:1")
    monkeypatch.setenv("NO_PROXY", "x.ru")
    assert proxy_for("https://1.2.3.4/v1", "x.ru") is None
    assert proxy_for("https://1.2.3.4/v1", "y.ru")


def test_the_systems_settings_have_exceptions_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"http": "http://p:1"})
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: host == "in.corp")
    assert (proxy_for("http://in.corp/v1"), str(proxy_for("http://x.ru/v1"))) == (None, "proxy=http://p:1")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("HTTP_PROXY", "socks://127.0.0.1:1080", "write socks5://"),
        ("all_proxy", "socks4://127.0.0.1:1080", "unknown scheme socks4"),
        ("ALL_PROXY", "socks5://127.0.0.1:1080", "pip install socksio"),
        ("ALL_PROXY", "socks5h://127.0.0.1:1080", "pip install socksio"),
        ("HTTP_PROXY", "http://p:port", "Port"),
        ("HTTP_PROXY", "http://", "no host"),
        ("http_proxy", "http://[::1", "IPv6"),
    ],
)
def test_a_proxy_variable_that_cannot_be_used_is_named_and_only_where_it_counts(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda one, *more: None if one == "socksio" else found(one, *more))
    monkeypatch.setenv("HTTPS_PROXY", "http://another:1")
    monkeypatch.setenv("SSL_CERT_DIR", "/")
    monkeypatch.setenv(name, value)
    with pytest.raises(AddressProblem) as raised:
        proxy_for("http://x.ru/v1")
    assert raised.value.values["name"] == name
    assert why in str(raised.value)
    assert f"variable {name} " in told(engine, "http://x.ru/v1")
    assert last_of(engine, server.on("here", *stream("Hi"))).answer == "Hi"


# --- requests through a proxy -------------------------------------------------------------------------------


def test_a_proxy_is_asked_for_others_and_not_for_this_machine(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = ByteServer()
    proxy.on("", *stream("through the proxy"))
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://me:secret@127.0.0.1:{proxy.port}")
    server.on("here", *stream("Hi"))
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "x.localhost", "A.b.LocalHost"):
        assert last_of(engine, f"http://{host}:{server.port}/here/v1").answer == "Hi"
        assert server.seen[-1].headers["host"] == f"{host.lower()}:{server.port}"
    assert proxy.seen == []
    assert last_of(engine, "http://model.corp/v1").answer == "through the proxy"
    assert proxy.seen[0].path == "http://model.corp/v1/chat/completions"
    assert proxy.seen[0].headers["proxy-authorization"].startswith("Basic ")
    monkeypatch.setenv("NO_PROXY", "10.0.0.0/8,*.invalid")
    assert "connection to model.invalid (" in told(engine, "http://model.invalid/v1")
    assert len(proxy.seen) == 1
    proxy.close()


def test_what_the_environment_says_counts_at_once(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person sets the variable after the first failure, in the same notebook."""
    assert "connection to model.invalid (" in told(engine, "http://model.invalid/v1")
    server.on("", *stream("through the proxy"))
    monkeypatch.setenv("http_proxy", f"127.0.0.1:{server.port}")
    assert last_of(engine, "http://model.invalid/v1").answer == "through the proxy"


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://me:secret@127.0.0.1:9")
    for url in ("http://model.corp/v1", "https://model.corp/v1"):
        line = told(engine, url)
        assert f"model.corp through the proxy {url.partition(':')[0].upper()}_PROXY=http://127.0.0.1:9 (" in line
        assert "secret" not in line
    with pytest.raises(ConnectFailed, match="HTTP_PROXY=http://127"):
        engine.account(Address("http://model.corp/v1"))


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, b"<html><title>Blocked</title></html>", "this key may not do that"),
        (407, b"sign in", "wants a name and a password"),
        (502, b"<html><title>Bad gateway</title></html>", "a web page came"),
        (503, b"down", "the server or the model's provider failed"),
        (400, b"x" * 900, "rejected"),
        (200, b"<html><title>Portal</title></html>", "a web page came"),
    ],
)
def test_a_refusal_through_a_proxy_names_the_proxy(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, words: str
) -> None:
    server.on("", reply(status, body, retry_after_ms="1"))
    monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@127.0.0.1:{server.port}")
    line = told(engine, "http://model.corp/v1")
    assert words in line
    assert f"[HTTP_PROXY=http://127.0.0.1:{server.port}]" in line
    assert "secret" not in line
    with pytest.raises(AITunnelError, match=r"\[HTTP_PROXY="):
        engine.account(Address("http://model.corp/v1"))


def test_a_tunnel_that_is_refused_names_the_proxy(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    server._read = lambda *_: None  # type: ignore[method-assign]  a CONNECT has no path to look a script up by
    line = told(engine, "https://model.corp/v1")
    assert f"https_proxy=http://127.0.0.1:{server.port}" in line


def test_a_download_of_a_host_without_proxy_does_not_ask_the_proxy(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("NO_PROXY", "*.invalid")
    server.on("", head(200, Content_Length="2"), b"ok")
    with pytest.raises(AttachmentRefused):
        engine.download("http://files.invalid/a.txt", limit=100)
    assert server.seen == []
    assert engine.download("http://1.1.1.1/a.txt", limit=100).content == b"ok"


# --- certificates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSLKEYLOGFILE", "/no/such/keys"),
        ("SSLKEYLOGFILE", "/"),
        ("SSL_CERT_FILE", "/no/such/file.pem"),
        ("SSL_CERT_FILE", "/"),
        ("SSL_CERT_FILE", __file__),
        ("SSL_CERT_DIR", "/no/such/folder"),
    ],
)
def test_a_variable_of_certificates_that_cannot_be_used_is_named(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str, tmp_path: Path
) -> None:
    """Not the innocent ones beside it."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    if name != "SSLKEYLOGFILE":
        monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    else:
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv(name, value)
    assert unusable_variable() is not None
    line = told(engine, server.on("env", *stream("Hi")))
    assert f"variable {name} is unusable here ({value}: " in line
    monkeypatch.delenv(name)
    assert last_of(engine, server.base_url("env")).answer == "Hi"


def test_a_server_that_is_not_trusted_names_the_variable_that_says_whom_to_trust(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import httpx

    from aitunnel_jupyter.gateway.exchange import connect_failed

    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")
    assert connect_failed(Address("https://x.ru/v1"), error).code == "connect.failed"
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert "SSL_CERT_DIR names" in str(connect_failed(Address("https://x.ru/v1"), error))


@pytest.mark.parametrize("host", ["a..b", "a" * 64, "." + "b"])
def test_a_name_that_cannot_be_looked_up_is_no_base_url(host: str) -> None:
    with pytest.raises(AddressProblem):
        checked(f"http://{host}/v1")
