"""An answer as an iterator of its text, for ``for`` and for ``async for``."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.session.turn import Turn

TICK_SECONDS = 0.1


class Deltas:
    """The text of one answer as it comes; asked when the first piece is wanted.

    Leaving the loop early stops the answer and the bill; what came is kept.

    Args:
        begin: Starts the turn.
        keep: Takes the answer, whole or not.

    Raises:
        AITunnelError: From the loop: it went wrong; ``.partial`` has what came.
    """

    def __init__(self, begin: Callable[[], Turn], keep: Callable[[Answer], None]) -> None:
        self._begin = begin
        self._keep = keep
        self._answer: Answer | None = None

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
        turn = self._begin()
        try:
            while not turn.over:
                turn.wait(TICK_SECONDS)
                if text := turn.take_text():
                    yield text
            if text := turn.take_text():  # all of it, if the answer was known already
                yield text
        finally:
            self._end(turn)
        if turn.error is not None:
            raise turn.error

    async def __aiter__(self) -> AsyncIterator[str]:
        """Let other tasks go on until something comes."""
        turn = self._begin()
        came, loop = asyncio.Event(), asyncio.get_running_loop()
        turn.listen(lambda: loop.call_soon_threadsafe(came.set))
        try:
            while not turn.over:
                came.clear()
                if not turn.wait(0):
                    # The listener may have been set just after the first step came: hence the tick.
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(came.wait(), TICK_SECONDS)
                if text := turn.take_text():
                    yield text
            if text := turn.take_text():
                yield text
        finally:
            turn.listen(None)
            self._end(turn)
        if turn.error is not None:
            raise turn.error

    def _end(self, turn: Turn) -> None:
        if self._answer is None:
            self._answer = turn.answer if turn.answer is not None else turn.stop()
            self._keep(self._answer)
