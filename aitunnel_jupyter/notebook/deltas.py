"""An answer as an iterator of its text, for ``for`` and for ``async for``."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.session.turn import Turn

TICK_SECONDS = 0.1
LEAVE_SECONDS = 0.5
"""Longest wait for the end after a loop was left: the connection's close and the journal's entry take milliseconds."""


class Deltas:
    """The text of one answer as it comes; asked once, when the first piece is wanted.

    A thread of its own takes what comes, so a slow reader, or one that never comes back, loses nothing. A second
    loop reads the same answer from its beginning. Leaving the only loop early stops the answer and the bill; what
    came is kept.

    Args:
        begin: Starts the turn.
        keep: Takes the answer, whole or not.

    Raises:
        AITunnelError: From the loop: it went wrong; ``.partial`` has what came.
    """

    def __init__(self, begin: Callable[[], Turn], keep: Callable[[Answer], None]) -> None:
        self._begin = begin
        self._keep = keep
        self._turn: Turn | None = None
        self._answer: Answer | None = None
        self._failure: BaseException | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._readers: list[Callable[[], object]] = []
        self._is_begun = False
        self._left_at: float | None = None

    @property
    def answer(self) -> Answer:
        """The answer, once the loop has ended.

        Raises:
            RuntimeError: It has not.
        """
        if self._answer is None:
            message = "the answer is there when the loop over its deltas has ended"
            raise RuntimeError(message)
        return self._answer

    def __iter__(self) -> Iterator[str]:
        """Block until something comes."""
        came = threading.Event()
        with self._reading(came.set):
            at = 0
            while not self._is_read(at):
                text, at = self._text_after(at)
                if text:
                    yield text
                else:
                    came.wait(TICK_SECONDS)  # Windows sees an interrupt only in between
                    came.clear()
        self._raise()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Let other tasks go on until something comes."""
        came, loop = asyncio.Event(), asyncio.get_running_loop()

        def tell() -> None:
            with contextlib.suppress(RuntimeError):  # the reader's loop is closed
                loop.call_soon_threadsafe(came.set)

        with self._reading(tell):
            at = 0
            while not self._is_read(at):
                text, at = self._text_after(at)
                if text:
                    yield text
                else:
                    await came.wait()
                    came.clear()
        self._raise()

    @contextlib.contextmanager
    def _reading(self, tell: Callable[[], object]) -> Iterator[None]:
        """Be told of news; the first reader has it asked, the last one that leaves stops it."""
        with self._lock:
            self._readers.append(tell)
            is_first, self._is_begun = not self._is_begun, True
        if is_first:
            threading.Thread(target=self._run, name="aitunnel-deltas", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._readers.remove(tell)
                is_last = not self._readers
            if is_last and not self._over.is_set():
                self._leave()

    def _leave(self) -> None:
        self._left_at = time.monotonic()
        if self._turn is not None:
            self._turn.cancel()
        self._over.wait(LEAVE_SECONDS)

    def _is_read(self, at: int) -> bool:
        return self._over.is_set() and not self._text_after(at)[0]

    def _text_after(self, at: int) -> tuple[str, int]:
        return self._turn.text_after(at) if self._turn is not None else ("", at)

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    # --- in the thread that takes what comes ----------------------------------------------------------------

    def _run(self) -> None:
        try:
            turn = self._turn = self._begin()
            self._take(turn)
            self._failure = turn.error
            self._answer = turn.answer
            if turn.answer is not None:
                self._keep(turn.answer)
        except BaseException as failure:  # noqa: BLE001  whatever it is, the reader is to have it
            self._failure = failure
        finally:
            self._over.set()
            self._tell()

    def _take(self, turn: Turn) -> None:
        while not turn.over:
            if self._left_at is not None:
                turn.stop()
            elif turn.wait(TICK_SECONDS):
                self._tell()

    def _tell(self) -> None:
        with self._lock:
            readers = list(self._readers)
        for tell in readers:
            tell()
