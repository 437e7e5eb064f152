"""What a server gets to see of keys: its own, and no other, wherever it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from byte_server import ByteServer, reply, stream
from kernels import Kernel

from aitunnel_jupyter import AITunnelError, Chat
from aitunnel_jupyter.gateway import keys
from aitunnel_jupyter.gateway.engine import close_engine, engine
from aitunnel_jupyter.gateway.keys import address_with_key
from aitunnel_jupyter.session.journal import close_journals

GATEWAYS = "sk-aitunnel-0123456789abcdef0123456789abcdef"
OWN = "own-server-key-42"


@pytest.fixture(autouse=True)
def _a_key_of_the_gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AITUNNEL_API_KEY", GATEWAYS)
    monkeypatch.setattr(keys, "entered", {})
    yield
    close_engine()
    close_journals()


def headers(server: ByteServer, name: str = "m") -> list[str | None]:
    return [seen.headers.get("authorization") for seen in server.requests(name)]


def test_another_server_gets_the_key_that_was_given_for_it_and_no_other(server: ByteServer) -> None:
    base_url = server.on("m", *stream("Hi"))
    Chat("m", base_url=base_url).ask("one")
    chat = Chat("m", base_url=base_url, api_key=OWN)
    answer = chat.ask("two")
    answer.continue_()
    assert headers(server) == [None, f"Bearer {OWN}", f"Bearer {OWN}"]
    sent = "".join(seen.body.decode() for seen in server.requests("m"))
    shown = "".join(answer.snippet(language) for language in ("python", "curl", "go")) + repr(answer.facts)
    assert not [key for key in (OWN, GATEWAYS) if key in sent + shown]


def test_a_server_that_wants_a_key_and_got_none_is_told_so(server: ByteServer) -> None:
    base_url = server.on("m", reply(401, {"error": {"message": "missing key"}}))
    with pytest.raises(AITunnelError) as caught:
        Chat("m", base_url=base_url).ask("one")
    assert "none was sent" in caught.value.line("en")
    assert "%ai key" in caught.value.line("ru")
    with pytest.raises(AITunnelError) as caught:
        Chat("m", base_url=base_url, api_key=OWN).ask("one")
    assert "not accepted" in caught.value.line("en")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_no_key_along(server: ByteServer, status: int) -> None:
    server.on("there", *stream("stolen"))
    base_url = server.on("m", reply(status, {"see": "there"}, Location=f"{server.base_url('there')}/chat/completions"))
    with pytest.raises(AITunnelError):
        Chat("m", base_url=base_url, api_key=OWN).ask("one")
    with pytest.raises(AITunnelError):
        engine().account(address_with_key(base_url, given=keys.Key(OWN)))
    assert headers(server) == [f"Bearer {OWN}"] * 2
    assert server.requests("there") == []


def test_cells_and_commands_keep_keys_apart(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    home, other = server.on("home", *stream("Hi")), server.on("other", *stream("Hi"))
    kernel = start_kernel(AITUNNEL_API_KEY=OWN, AITUNNEL_BASE_URL=home)
    for code in ("%%ai m\nHi", "%ai ask -m m Hi", "%ai models --refresh"):
        kernel.run(code)
    assert set(headers(server, "home")) == {f"Bearer {OWN}"}
    assert "key: AITUNNEL_API_KEY" in kernel.run("%ai").text()
    run = kernel.run("%%ai m --base-url https://llm.example.org/v1\nHi")
    assert "llm.example.org" in run.error
    assert "Chat(base_url=…, api_key=…)" in run.error
    secret = kernel.run('%%ai m -p api_key="my-own-secret"\nHi')
    assert "'api_key' is a secret" in secret.text("stderr") + secret.error
    assert "my-own-secret" not in secret.text("stderr") + secret.error
    count = len(server.requests("home"))
    kernel.run(f"%config AIMagics.base_url = '{other.replace('127.0.0.1', 'localhost')}'")
    kernel.run("%%ai m\nHi")
    assert "key: none for this server" in kernel.run("%ai").text()
    kernel.run("%ai key", inputs=("typed-for-other-1",))
    kernel.run("%%ai m\nHi")
    assert headers(server, "other") == [None, "Bearer typed-for-other-1"]
    kernel.run(f"%config AIMagics.base_url = '{home}'")
    kernel.run("%%ai m\nHi")
    assert headers(server, "home")[count:] == [f"Bearer {OWN}"]
