"""A real HTTP server on loopback whose every byte and pause is scripted.

``server.on("cut", *actions)`` answers ``POST <base>/cut/v1/chat/completions``. An action is bytes (sent as
they are), a number (seconds to wait), ``HANG`` (until the client goes), ``RESET`` or a callable that gets the
:class:`Seen` request and returns more actions. Several ``on`` for one name answer one request after the other;
the last one repeats.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import select
import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

HANG = object()
RESET = object()
Action = Any


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float = field(default_factory=time.monotonic)
    closed_at: float | None = None
    done_at: float | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ByteServer:
    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.seen: list[Seen] = []
        self._scripts: dict[str, list[tuple[Action, ...]]] = defaultdict(list)
        self._sockets: list[socket.socket] = []
        self._stopping = False
        self._connections = itertools.count()
        threading.Thread(target=self._accept, daemon=True).start()

    def base_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}/v1"

    def on(self, name: str, *actions: Action) -> str:
        self._scripts[name].append(actions)
        return self.base_url(name)

    def requests(self, name: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.startswith(f"/{name}/")]

    def wait_for(self, condition: Callable[[], Any], seconds: float = 20.0) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := condition():
                return value
            time.sleep(0.005)
        raise AssertionError(f"not within {seconds} s")

    def close(self) -> None:
        self._stopping = True
        self._listener.close()
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.close()

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(connection)
            threading.Thread(target=self._serve, args=(connection, next(self._connections)), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        buffer = b""
        with contextlib.suppress(OSError), connection:
            while not self._stopping:
                request = self._read(connection, buffer, number)
                if request is None:
                    return
                seen, buffer = request
                self.seen.append(seen)
                if not self._play(connection, seen):
                    return

    def _read(self, connection: socket.socket, buffer: bytes, number: int) -> tuple[Seen, bytes] | None:
        while b"\r\n\r\n" not in buffer:
            if not (more := connection.recv(65536)):
                return None
            buffer += more
        head, _, rest = buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        while len(rest) < length:
            if not (more := connection.recv(65536)):
                return None
            rest += more
        return Seen(lines[0].split(" ")[1], headers, rest[:length], number), rest[length:]

    def _play(self, connection: socket.socket, seen: Seen) -> bool:
        name = seen.path.split("/")[1]
        scripts = self._scripts.get(name)
        if not scripts:
            connection.sendall(reply(404, {"error": {"message": f"no script {name}", "code": 404}}))
            return True
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        try:
            keep = self._actions(connection, seen, script)
        except OSError:
            seen.closed_at = seen.closed_at or time.monotonic()
            return False
        seen.done_at = time.monotonic()
        return keep

    def _actions(self, connection: socket.socket, seen: Seen, actions: Iterable[Action]) -> bool:
        for action in actions:
            if callable(action):
                if not self._actions(connection, seen, action(seen)):
                    return False
            elif action is HANG:
                self._until_closed(connection, seen, 120.0)
                return False
            elif action is RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            elif action is None:
                return False
            elif isinstance(action, bytes):
                connection.sendall(action)
            elif self._until_closed(connection, seen, float(action)):
                return False
        return True

    def _until_closed(self, connection: socket.socket, seen: Seen, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        news = select.poll()  # select() takes no descriptor above 1023, and a long run has more
        news.register(connection, select.POLLIN)
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            readable = news.poll(min(left, 0.5) * 1000)
            if readable and not connection.recv(1, socket.MSG_PEEK):
                seen.closed_at = time.monotonic()
                return True
        return False


# --- the bytes of replies -----------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
DONE = b"data: [DONE]\n\n"
CLOSE = None


def head(status: int = 200, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def piece(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def event(value: Any) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def delta(text: str | None = None, **more: Any) -> bytes:
    body = ({"content": text} if text is not None else {}) | more
    return event({"id": "gen-1", "model": "test-model", "choices": [{"index": 0, "delta": body}]})


def finish(reason: str = "stop") -> bytes:
    return event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


USAGE = {
    "prompt_tokens": 1240,
    "completion_tokens": 310,
    "total_tokens": 1550,
    "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 7},
    "completion_tokens_details": {"reasoning_tokens": 12},
    "cost_rub": 0.51,
    "balance": 4999.55,
}


def usage(**changed: Any) -> bytes:
    return event({"choices": [], "usage": USAGE | changed})


def stream(*texts: str, pause: float = 0.0, reason: str = "stop") -> list[Action]:
    """A whole ordinary answer, its deltas ``pause`` seconds apart."""
    actions: list[Action] = [HEAD]
    for text in texts:
        actions.append(piece(delta(text)))
        if pause:
            actions.append(pause)
    return [*actions, piece(finish(reason)), piece(usage()), piece(DONE), END]


class Gate:
    """An action of a script that waits until the test opens it; if nobody does, the connection breaks."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self.open = self._opened.set

    def __call__(self, _seen: Seen) -> list[Action]:
        return [] if self._opened.wait(150) else [RESET]


def steps(*texts: str, end: bool = True) -> tuple[list[Action], list[Gate]]:
    """A scripted answer with a gate before each text but the first."""
    gates = [Gate() for _ in texts[1:]]
    actions: list[Action] = [HEAD, piece(delta(texts[0]))]
    for gate, text in zip(gates, texts[1:], strict=True):
        actions += [gate, piece(delta(text))]
    return [*actions, *([piece(finish()), piece(usage()), END] if end else [])], gates


def reply(status: int, body: Any, **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if data.startswith(b"<") else "application/json"
    return head(status, Content_Type=kind, Content_Length=str(len(data)), **headers) + data
