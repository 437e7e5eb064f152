"""Many answers at the same time in one process: ours against raw httpx in shards, in the same run.

The server is a process of its own (``python parallel.py serve``): only the reading side is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.engine import Engine
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished

STREAMS = 400
DELTAS = 40
PAUSE_SECONDS = 0.1
PER_CLIENT = 8
TEXT = "word " * DELTAS


# --- the server ---------------------------------------------------------------------------------------------


def event(value: Any) -> bytes:
    data = b"data: " + json.dumps(value).encode() + b"\n\n"
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(length)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(DELTAS):
                writer.write(event({"choices": [{"index": 0, "delta": {"content": "word "}}]}))
                await writer.drain()
                await asyncio.sleep(PAUSE_SECONDS)
            writer.write(event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
            writer.write(event({"choices": [], "usage": {"total_tokens": 3}}) + b"0\r\n\r\n")
            await writer.drain()


async def serve() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{int(child.stdout.readline())}/v1"
        child.kill()


# --- the readers --------------------------------------------------------------------------------------------


def raw(base_url: str) -> dict[str, float]:
    """The least that reads the same bytes: clients of eight connections, lines looked at only for their text."""

    async def one(client: httpx.AsyncClient) -> int:
        words = 0
        async with client.stream("POST", f"{base_url}/chat/completions", content=b"{}") as response:
            async for line in response.aiter_lines():
                words += "word " in line
        return words

    async def work() -> list[int]:
        certificates = httpx.create_ssl_context()
        async with contextlib.AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(httpx.AsyncClient(timeout=60, verify=certificates))
                for _ in range(STREAMS // PER_CLIENT)
            ]
            return await asyncio.gather(*(one(clients[number // PER_CLIENT]) for number in range(STREAMS)))

    return measured(lambda: sum(words == DELTAS for words in asyncio.run(work())))


def ours(base_url: str) -> dict[str, float]:
    engine = Engine()
    request = Request("m", ({"role": "user", "content": "Hi"},))

    def work() -> int:
        running = [engine.ask(request, Address(base_url)) for _ in range(STREAMS)]
        whole = 0
        for one in running:
            while not isinstance(step := one.steps.get(timeout=300), Finished | Failed):
                pass
            whole += isinstance(step, Finished) and step.answer == TEXT
        return whole

    found = measured(work)
    engine.close()
    return found


def measured(work: Any) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    whole = work()
    return {"whole": whole, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def measure() -> dict[str, object]:
    with running_server() as base_url:
        ours(base_url), raw(base_url)  # imports
        mine, theirs = ours(base_url), raw(base_url)
    return {
        "streams, whole": f"{mine['whole']} of {STREAMS}, raw httpx {theirs['whole']}",
        "seconds": f"{mine['seconds']:.2f}, raw httpx in shards {theirs['seconds']:.2f}",
        "ratio": round(mine["seconds"] / theirs["seconds"], 2),
        "CPU seconds": f"{mine['cpu']:.2f}, raw {theirs['cpu']:.2f}",
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        json.dump(measure(), sys.stdout, indent=1)
        print()
