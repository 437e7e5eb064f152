"""Many requests at the same time: few per pool, and a wait for a place is no fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from byte_server import END, HANG, HEAD, ByteServer, Gate, delta, finish, piece, reply, stream, usage

from aitunnel_jupyter.gateway import client as client_module
from aitunnel_jupyter.gateway import shards as shards_module
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.engine import Engine
from aitunnel_jupyter.gateway.proxies import Proxy
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.shards import Shards, most_requests
from aitunnel_jupyter.gateway.steps import Failed, Finished
from aitunnel_jupyter.gateway.stream import Stream

LONG_AGO = 0.3
"""Seconds of silence that would be told as such."""


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.close()


def question(**named: Any) -> Request:
    return Request("test-model", ({"role": "user", "content": "Hi"},), **named)


def last_of(running: Stream) -> Any:
    assert running.closed.wait(60)
    while not isinstance(last := running.steps.get_nowait(), Finished | Failed):
        pass
    return last


def answers(running: list[Stream]) -> list[str]:
    lasts = [last_of(one) for one in running]
    assert [last for last in lasts if isinstance(last, Failed)] == []
    return [last.answer for last in lasts]


def widths(engine: Engine) -> list[int]:
    """The connections of each shard, by httpx's own count."""

    async def count() -> list[int]:
        transport: Any = engine.client()._http._transport
        return [
            len(shard.transport._pool.connections) for direction in transport._shards.values() for shard in direction
        ]

    return engine.call(count())


def gated(text: str) -> tuple[list[Any], Gate]:
    gate = Gate()
    return [HEAD, piece(delta(text)), gate, piece(finish()), piece(usage()), END], gate


def test_many_at_once_come_whole_with_few_connections_to_each_pool(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards_module, "SHARD_PLACES", 4)
    actions, gate = gated("Hi")
    base_url = server.on("many", *actions)
    running = [engine.ask(question(), Address(base_url)) for _ in range(60)]
    server.wait_for(lambda: len(server.requests("many")) == 60)
    assert widths(engine) == [4] * 15
    gate.open()
    assert answers(running) == ["Hi"] * 60
    # And again: nothing is opened that is warm already.
    assert answers([engine.ask(question(), Address(base_url)) for _ in range(60)]) == ["Hi"] * 60
    assert len({seen.connection for seen in server.requests("many")}) == 60


def test_one_after_the_other_share_one_connection_with_the_balance_and_with_other_servers_between(
    engine: Engine, server: ByteServer
) -> None:
    other = ByteServer()
    base_url = server.on("warm", reply(200, {"balance": 1.5}))
    engine.account(Address(base_url))
    server._scripts.clear()
    server.on("warm", *stream("Hi"))
    for _ in range(3):
        assert answers([engine.ask(question(), Address(base_url))]) == ["Hi"]
        assert answers([engine.ask(question(), Address(other.on("other", *stream("Ho"))))]) == ["Ho"]
    assert len({seen.connection for seen in server.seen}) == 1
    assert len({seen.connection for seen in other.seen}) == 1
    assert widths(engine) == [2]
    other.close()


def test_a_wait_for_a_place_is_no_silence_of_the_server(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "most_requests", lambda: 2)
    pings = [action for _ in range(6) for action in (LONG_AGO / 2, piece(delta("Hi ")))]
    first = [
        engine.ask(question(timeout=LONG_AGO), Address(server.on("first", HEAD, *pings, *stream("!")[1:])))
        for _ in "ab"
    ]
    server.wait_for(lambda: len(server.requests("first")) == 2)
    base_url = server.on("second", *stream("Hi"))
    waiting = [engine.ask(question(timeout=LONG_AGO), Address(base_url)) for _ in range(5)]
    stopped = engine.ask(question(), Address(base_url))
    stopped.cancel()
    assert last_of(stopped).answer.error == "stopped"
    assert server.requests("second") == []
    assert answers(first + waiting) == ["Hi " * 6 + "!"] * 2 + ["Hi"] * 5


@pytest.mark.parametrize("how", ["cancelled", "refused", "broken", "lost", "kept open"])
def test_every_end_gives_its_place_back(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(client_module, "most_requests", lambda: 1)
    actions = {
        "cancelled": [HEAD, piece(delta("Hi")), HANG],
        "refused": [reply(402, {"error": "no"})],
        "broken": [HEAD, piece(delta("Hi")), None],
        "lost": [None],
        "kept open": [HEAD, piece(delta("Hi") + finish() + usage() + b"data: [DONE]\n\n"), HANG],
    }[how]
    running = engine.ask(question(), Address(server.on("end", *actions)))
    server.wait_for(lambda: server.requests("end"))
    if how == "cancelled":
        running.cancel()
    last_of(running)
    assert answers([engine.ask(question(), Address(server.on("next", *stream("Hi"))))]) == ["Hi"]


class Recorder(httpx.AsyncBaseTransport):
    """A transport that answers nothing much, and tells whether it was closed."""

    def __init__(self, proxy: Proxy | None) -> None:
        self.proxy = proxy
        self.closed = False
        self.gone = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/fails":
            raise httpx.ConnectError("no")
        return httpx.Response(200, stream=Nothing())

    async def aclose(self) -> None:
        self.closed = True
        self.gone.set()


class Nothing(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b""


def run(work: Any) -> Any:
    return asyncio.run(work)


def test_shards_open_when_needed_by_direction_and_end_when_they_stay_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards_module, "SHARD_PLACES", 2)
    monkeypatch.setattr(shards_module, "KEEPALIVE_SECONDS", 0.0)
    monkeypatch.setenv("HTTPS_PROXY", "http://p:1")
    opened: list[Recorder] = []

    def open_shard(proxy: Proxy | None) -> Recorder:
        opened.append(Recorder(proxy))
        return opened[-1]

    async def work() -> None:
        async with httpx.AsyncClient(transport=Shards(open_shard, 100)) as client:

            async def send(url: str) -> httpx.Response:
                return await client.send(client.build_request("GET", url), stream=True)

            responses = [await send(url) for url in ("http://a/", "http://b/", "http://a/", "https://a/")]
            assert [bool(one.proxy) for one in opened] == [False, False, True]
            with pytest.raises(httpx.ConnectError):
                await send("http://a/fails")
            await responses[2].aclose()
            await responses[2].aclose()  # twice is once
            await asyncio.wait_for(opened[1].gone.wait(), 20)
            assert [one.closed for one in opened] == [False, True, False]
            await send("http://a/")
            assert len(opened) == 4
        assert all(one.closed for one in opened)

    run(work())


def test_a_shard_that_is_used_again_in_time_stays_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Recorder] = []

    async def work() -> None:
        shards = Shards(lambda proxy: opened.append(Recorder(proxy)) or opened[-1], 100)
        async with httpx.AsyncClient(transport=shards) as client:
            await client.get("http://a/")
            shard = shards._shards[""][0]
            since = shard.empty_since
            await asyncio.sleep(0.001)
            await client.get("http://a/")
            shards._close_if_empty(shard, since)
            assert shards._shards[""] == [shard]

    run(work())
    assert len(opened) == 1


@pytest.mark.parametrize(("files", "most"), [(256, 192), (1024, 768), (1_000_000, 2048), (-1, 2048), (1, 1)])
def test_connections_leave_files_to_the_others(monkeypatch: pytest.MonkeyPatch, files: int, most: int) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert most_requests() == most
