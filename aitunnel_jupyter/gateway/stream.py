"""A running request, seen from any thread; whatever fails on its way, its last step comes."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import AITunnelError, InternalFault
from aitunnel_jupyter.gateway.steps import Failed, Finished

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.gateway.steps import Step
    from aitunnel_jupyter.gateway.wire.delta import Delta


class Stream:
    """A running request.

    Steps arrive in :attr:`steps` in order; exactly one ``Finished`` or ``Failed`` comes, as the last one, always.

    Args:
        loop: Where it runs.
        request: What is asked.
        address: Whom.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, request: Request, address: Address) -> None:
        self.steps: queue.SimpleQueue[Step] = queue.SimpleQueue()
        self.over = threading.Event()
        """Set when the last step is there."""
        self.closed = threading.Event()
        """Set when the connection is closed or back in the pool."""
        self.listener: Callable[[], object] | None = None
        """Called in the engine's thread after each step, for callers that wait in another loop."""
        self._loop = loop
        self._request = request
        self._address = address
        self._task: asyncio.Task[None] | None = None
        self._came: list[Delta] = []
        self._is_stopped = False

    def cancel(self) -> None:
        """Close the connection now; the last step then holds what came. Safe from any thread, any time."""
        self._is_stopped = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: so is the connection
            self._loop.call_soon_threadsafe(self._cancel_in_loop)

    def begin(self, asking: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run ``asking``, which calls :meth:`report`; only in the loop's thread, as all below."""
        self._task = self._loop.create_task(asking)
        self._task.add_done_callback(self._on_done)
        return self._task

    def report(self, step: Step) -> None:
        """Hand a step on; what comes after the last one is dropped."""
        if self.over.is_set():
            return
        if isinstance(step, list):
            self._came += step
        elif isinstance(step, Failed) and step.error.partial is None:
            with contextlib.suppress(Exception):  # the end counts more than its partial answer
                step.error.keep(self._so_far(step.error.code))
        self.steps.put(step)
        if isinstance(step, Finished | Failed):
            self.over.set()
        self._notify()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes. Usually the last step is there; where nobody could report it, it is made here.

        Args:
            error: What ``asking`` raised; ``None`` if it was cancelled.
        """
        if not self.over.is_set():
            self.report(self._last_step(error))
        self.closed.set()
        self._notify()

    def _cancel_in_loop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self.end(None if task.cancelled() else task.exception())

    def _last_step(self, error: BaseException | None) -> Finished | Failed:
        try:
            if error is None or self._is_stopped:
                return Finished(self._so_far("stopped"))
        except Exception as fault:  # noqa: BLE001  there is nobody behind this one
            error = fault
        return Failed(error if isinstance(error, AITunnelError) else InternalFault.of(error))

    def _so_far(self, error: str) -> Answer:
        return Answer(
            "".join(delta.text for delta in self._came),
            reasoning="".join(delta.reasoning for delta in self._came),
            model=self._request.model,
            prompt_messages=self._request.messages,
            base_url=self._address.base_url,
            complete=False,
            error=error,
        )

    def _notify(self) -> None:
        listener = self.listener  # another thread may take it away meanwhile
        if listener is not None:
            with contextlib.suppress(Exception):  # its loop may be closed; the answer goes on
                listener()
