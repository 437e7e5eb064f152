"""The one background event loop: sync and async callers, magics and panel meet here."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import queue
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from aitunnel_jupyter.errors import AddressProblem, AITunnelError
from aitunnel_jupyter.gateway.steps import Failed, Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.client import Client
    from aitunnel_jupyter.gateway.download import Downloaded
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.gateway.steps import Step

Result = TypeVar("Result")

CLOSE_SECONDS = 2.0
"""Longest time :meth:`Engine.close` waits for connections to close."""


class Stream:
    """A running request, seen from any thread.

    Steps arrive in :attr:`steps` in order; the last one is ``Finished`` or ``Failed``, always.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.steps: queue.SimpleQueue[Step] = queue.SimpleQueue()
        self.over = threading.Event()
        """Set when the last step is there."""
        self.closed = threading.Event()
        """Set when the connection is closed or back in the pool."""
        self.listener: Callable[[], object] | None = None
        """Called in the engine's thread after each step, for callers that wait in another loop."""
        self._loop = loop
        self._task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Close the connection now; the last step then holds what came. Safe from any thread, any time."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: so is the connection
            self._loop.call_soon_threadsafe(self._cancel_in_loop)

    def _cancel_in_loop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _begin(self, asking: Coroutine[Any, Any, None]) -> None:
        self._task = self._loop.create_task(asking)
        self._task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # it was reported as a step; retrieving it keeps asyncio quiet
        self.over.set()
        self.closed.set()
        self._notify()

    def _report(self, step: Any) -> None:
        self.steps.put(step)
        if isinstance(step, Finished | Failed):
            self.over.set()
        self._notify()

    def _notify(self) -> None:
        if self.listener is not None:
            self.listener()


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
        stream = Stream(self._loop)
        self._loop.call_soon_threadsafe(lambda: stream._begin(self._ask(request, address, stream)))  # noqa: SLF001  engine and stream are one
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
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            while seconds is None:
                # Short waits: a thread that waits without a limit cannot be interrupted on Windows.
                with contextlib.suppress(TimeoutError):
                    return future.result(0.1)
                if future.done():
                    return future.result()
            return future.result(seconds)
        except BaseException:
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the engine and do not wait for it; it keeps its errors to itself."""
        try:
            asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # the engine was closed meanwhile
            work.close()

    def close(self) -> None:
        """Close every connection and end the thread."""
        if not self._thread.is_alive():
            return
        with contextlib.suppress(Exception):
            self.call(self._close_all(), CLOSE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)

    async def _ask(self, request: Request, address: Address, stream: Stream) -> None:
        try:
            client = self.client()
        except AITunnelError as error:
            stream._report(Failed(error))  # noqa: SLF001
            return
        await client.ask(request, address, stream._report)  # noqa: SLF001

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
            self._loop.close()


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
        if _engine is None or _engine.process_id != os.getpid():
            _engine = Engine()
        return _engine


def close_engine() -> None:
    """End the engine if it runs; the next use starts a new one."""
    global _engine  # noqa: PLW0603  one per process is the point
    with _lock:
        if _engine is not None and _engine.process_id == os.getpid():
            _engine.close()
        _engine = None
