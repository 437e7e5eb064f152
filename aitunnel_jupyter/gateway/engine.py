"""The one background event loop: sync and async callers, magics and panel meet here."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import importlib
import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from aitunnel_jupyter.errors import AddressProblem, AITunnelError, InternalFault
from aitunnel_jupyter.gateway.stream import Stream
from aitunnel_jupyter.interrupts import check

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.client import Client
    from aitunnel_jupyter.gateway.download import Downloaded
    from aitunnel_jupyter.gateway.request import Request

Result = TypeVar("Result")

CLOSE_SECONDS = 2.0
"""Longest time :meth:`Engine.close` waits for connections to close."""


class Engine:
    """A daemon thread with its own loop and one client; started on first use.

    Example:
        >>> engine = Engine()
        >>> async def two(): return 2
        >>> engine.call(two())
        2
        >>> engine.close()
    """

    def __init__(self) -> None:
        self.process_id = os.getpid()
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._loop.set_task_factory(_c_task)
        self._door = threading.Lock()
        """Held while the loop is closed, and while something is put into it: what comes too late must be told so."""
        self._streams: set[Stream] = set()
        self._calls: set[concurrent.futures.Future[Any]] = set()
        self._thread = threading.Thread(target=self._run, name="aitunnel-engine", daemon=True)
        self._thread.start()

    def prepare(self) -> None:
        """Import and make what the first request needs, 0.3 s, beside everything else; nothing goes out."""

        async def make() -> None:
            with contextlib.suppress(AddressProblem):
                self.client()

        def work() -> None:
            importlib.import_module("aitunnel_jupyter.gateway.client")  # the loop has other streams to serve meanwhile
            self.start(make())

        threading.Thread(target=work, name="aitunnel-prepare", daemon=True).start()

    def ask(self, request: Request, address: Address) -> Stream:
        """Send a request; returns at once."""
        stream = Stream(self._loop, request, address)
        with self._door:
            if self._loop.is_closed():
                stream.end()
            else:
                self._streams.add(stream)
                self._loop.call_soon_threadsafe(self._begin, request, address, stream)
        return stream

    def account(self, address: Address, what: str = "balance") -> dict[str, Any]:
        """What the gateway says of the account; also warms the connection. Blocks. See :meth:`Client.account`."""

        async def fetch() -> dict[str, Any]:
            return await self.client().account(address, what)

        return self.call(fetch())

    def download(self, url: str, *, limit: int, allow_private: bool = False) -> Downloaded:
        """What is at ``url``, at most ``limit`` bytes, without any key. Blocks, 20 s at most.

        Raises:
            AttachmentRefused: See :func:`aitunnel_jupyter.gateway.download.download`.
        """

        async def fetch() -> Downloaded:
            return await self.client().download(url, limit=limit, allow_private=allow_private)

        return self.call(fetch())

    def client(self) -> Client:
        """The client of this engine; only for coroutines that run in it.

        Raises:
            AddressProblem: The environment makes a client impossible.
        """
        if self._client is None:
            from aitunnel_jupyter.gateway.client import Client

            self._client = Client()
        return self._client

    def call(self, work: Coroutine[Any, Any, Result], seconds: float | None = None) -> Result:
        """Run a coroutine in the engine and wait for its result.

        Args:
            work: The coroutine.
            seconds: Longest time to wait; ``None`` waits on.

        Raises:
            AITunnelError: The coroutine's own, ``stopped`` if the engine was closed meanwhile, an
                :class:`InternalFault` for any other exception.
            TimeoutError: ``seconds`` are over.
        """
        future = self._put_in(work)
        try:
            return _result(future, seconds)
        except concurrent.futures.CancelledError:
            raise AITunnelError("stopped") from None
        except (AITunnelError, TimeoutError):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is ours
            raise InternalFault.of(error) from None
        finally:
            future.cancel()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the engine and do not wait for it; it keeps its errors to itself."""
        self._put_in(work)

    def close(self) -> None:
        """Close every connection and end the thread."""
        if self._loop.is_closed():
            return
        with contextlib.suppress(Exception):
            self.call(self._close_all(), CLOSE_SECONDS)
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)

    @property
    def is_usable(self) -> bool:
        """Whether it can be asked: it belongs to this process and was not closed."""
        return self.process_id == os.getpid() and not self._loop.is_closed()

    def _put_in(self, work: Coroutine[Any, Any, Result]) -> concurrent.futures.Future[Result]:
        with self._door:
            if not self._loop.is_closed():
                future = asyncio.run_coroutine_threadsafe(work, self._loop)
                self._calls.add(future)
                future.add_done_callback(self._calls.discard)
                return future
        work.close()
        future = concurrent.futures.Future()
        future.cancel()
        return future

    def _begin(self, request: Request, address: Address, stream: Stream) -> None:
        task = stream.begin(self._ask(request, address, stream))
        task.add_done_callback(lambda _: self._streams.discard(stream))

    async def _ask(self, request: Request, address: Address, stream: Stream) -> None:
        await self.client().ask(request, address, stream.report)

    async def _close_all(self) -> None:
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=CLOSE_SECONDS / 2)
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            with self._door:
                self._loop.close()
            for future in list(self._calls):
                future.cancel()
            for stream in list(self._streams):  # put in after the loop's last round
                stream.end()


def _result(future: concurrent.futures.Future[Result], seconds: float | None) -> Result:
    while seconds is None:
        check()
        # Short waits: a thread that waits without a limit cannot be interrupted on Windows.
        with contextlib.suppress(TimeoutError):
            return future.result(0.1)
        if future.done():
            return future.result()
    return future.result(seconds)


def _c_task(loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> Any:
    """Tasks in C: a foreign ``nest_asyncio.apply()`` replaces ``asyncio.Task``, not these."""
    # Imported before asyncio, _asyncio leaves asyncio.current_task() blind (CPython 3.13.0, seen 2026-11-22).
    from _asyncio import Task

    return Task(work, loop=loop, **named)


_engine: Engine | None = None
_lock = threading.Lock()


def engine() -> Engine:
    """The engine of this process, started if need be; a forked child gets its own."""
    global _engine  # noqa: PLW0603  one per process is the point
    with _lock:
        if _engine is None or not _engine.is_usable:
            _engine = Engine()
        return _engine


def close_engine() -> None:
    """End the engine if it runs; the next use starts a new one."""
    global _engine  # noqa: PLW0603  one per process is the point
    with _lock:
        if _engine is not None and _engine.is_usable:
            _engine.close()
        _engine = None


def _leave_to_the_parent() -> None:
    """In a forked child: another thread may have held the lock, and the parent's sockets stay untouched."""
    global _engine, _lock
    _parents.append(_engine)
    _engine, _lock = None, threading.Lock()


_parents: list[Engine | None] = []
"""Never collected: that would close what the parent still reads."""
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_leave_to_the_parent)
