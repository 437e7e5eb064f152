"""One question from start to end: what has come so far, and the answer it becomes."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.engine import Engine, Stream, engine
from aitunnel_jupyter.gateway.steps import Finished, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.errors import AITunnelError
    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.chunks import Delta
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.gateway.steps import Step

STOP_SECONDS = 0.2
"""Longest wait for the connection's close after a stop: the cell must be idle 0.3 s after the person's click."""

BACK_SECONDS = 0.03
"""Longest wait for the connection's return to the pool, so that the next cell of Run All finds it warm."""


class Turn:
    """A question on its way. The caller's thread calls :meth:`wait` until :attr:`over`.

    Args:
        request: What to ask.
        address: Whom, and with which key.
        background: The engine; the process's own by default.
        clock: Seconds, for :attr:`elapsed`.

    Example:
        turn = Turn(request, address)
        while not turn.over:
            turn.wait(0.05)
            print(turn.take_text(), end="")
        answer = turn.answer
    """

    def __init__(
        self,
        request: Request,
        address: Address,
        *,
        background: Engine | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.request = request
        self.host = address.host
        self.state = "connecting"
        """``connecting``, ``waiting``, ``retrying``, ``thinking``, ``answering``, ``over``."""
        self.progress = Progress("connecting")
        self.answer: Answer | None = None
        """Set at the end; incomplete after a stop or an error."""
        self.error: AITunnelError | None = None
        self.first_delta_at: float | None = None
        """Seconds after the start when the first delta was taken."""
        self._clock = clock
        self._began = clock()
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._taken = [0, 0]
        self.stream: Stream = (background or engine()).ask(request, address)

    @property
    def over(self) -> bool:
        """Whether there is an answer, whole or not."""
        return self.answer is not None

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._began

    @property
    def reasoning(self) -> str:
        """All reasoning so far."""
        return "".join(self._reasoning)

    def wait(self, seconds: float) -> bool:
        """Wait until something comes, at most ``seconds``; then take all that is there. True if there was any."""
        try:
            step = self.stream.steps.get(timeout=seconds) if seconds > 0 else self.stream.steps.get_nowait()
        except queue.Empty:
            return False
        self._take(step)
        while not self.stream.steps.empty():
            self._take(self.stream.steps.get())
        return True

    def take_text(self) -> str:
        """The answer's text since the last call."""
        return self._take_new(self._text, 0)

    def take_reasoning(self) -> str:
        """The reasoning since the last call."""
        return self._take_new(self._reasoning, 1)

    def stop(self) -> Answer:
        """Close the connection, wait a moment for it, and return what came as an incomplete answer."""
        self.stream.cancel()
        deadline = time.monotonic() + STOP_SECONDS
        while not self.over and (left := deadline - time.monotonic()) > 0:
            self.wait(left)
        if self.answer is None:
            self._end(self._partial())
        assert self.answer is not None
        return self.answer

    def _take(self, step: Step) -> None:
        if isinstance(step, list):
            self._take_deltas(step)
        elif isinstance(step, Progress):
            self.state, self.progress = step.state, step
        elif isinstance(step, Finished):
            self.stream.closed.wait(BACK_SECONDS)
            self._end(step.answer)
        else:
            self.error = step.error
            self._end(step.error.partial or self._partial(step.error.line()))

    def _take_deltas(self, deltas: list[Delta]) -> None:
        if self.first_delta_at is None:
            self.first_delta_at = self.elapsed
        for text, reasoning in deltas:
            if text:
                self._text.append(text)
            if reasoning:
                self._reasoning.append(reasoning)
        self.state = "answering" if self._text else "thinking"

    def _take_new(self, parts: list[str], which: int) -> str:
        new = parts[self._taken[which] :]
        self._taken[which] += len(new)
        return "".join(new)

    def _end(self, answer: Answer) -> None:
        self.answer = answer
        self.state = "over"

    def _partial(self, error: str = "stopped") -> Answer:
        return Answer(
            "".join(self._text),
            model=self.request.model,
            reasoning=self.reasoning,
            prompt_messages=self.request.messages,
            elapsed=self.elapsed,
            complete=False,
            error=error,
        )
