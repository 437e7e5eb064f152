"""One question from start to end: what has come so far, and the answer it becomes."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aitunnel_jupyter.answer import Answer, Notice
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.engine import Engine, engine
from aitunnel_jupyter.gateway.steps import Finished, Progress
from aitunnel_jupyter.session.continuation import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.gateway.steps import Step
    from aitunnel_jupyter.gateway.stream import Stream
    from aitunnel_jupyter.gateway.wire.delta import Delta
    from aitunnel_jupyter.session.entry import Entry

STOP_SECONDS = 0.2
"""Longest wait for the connection's close after a stop: the cell must be idle 0.3 s after the person's click."""

BACK_SECONDS = 0.03
"""Longest wait for the connection's return to the pool, so that the next cell of Run All finds it warm."""


class Retry(Protocol):
    """What a failure means to a person, and whether to ask once more after it."""

    def wants(self, turn: Turn) -> bool:
        """Whether :meth:`smaller` is worth the wait; returns at once."""

    def smaller(self, turn: Turn) -> Request | None:
        """What to ask instead; may block for seconds, and is called in a thread of its own."""

    def begin(self, request: Request) -> tuple[Entry | None, tuple[Notice, ...]]:
        """Write the second request down; returns what is to be told beside its answer too.

        Raises:
            AITunnelError: It may not be sent.
        """

    def explained(self, turn: Turn) -> AITunnelError:
        """The turn's error as a person reads it."""


class _Smaller(NamedTuple):
    """The last step of a first try: what to ask instead of it, if anything helps."""

    request: Request | None


class Turn:
    """A question on its way. The caller's thread calls :meth:`wait` until :attr:`over`.

    Args:
        request: What to ask.
        address: Whom, and with which key.
        entry: Where the journal writes it down.
        form: The answer's format, one of ``FORMATS``.
        language: Of its footer.
        notices: Facts a person should see beside the answer, known before it is asked.
        before: The answer's beginning, if this turn continues one; it becomes part of the answer.
        known: The answer, if the journal has it already: then nothing is asked, and the turn is over at once.
        retry: Asks once more after a failure, at most, whoever watches.
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
        entry: Entry | None = None,
        form: str = "markdown",
        language: str = "en",
        notices: tuple[Notice, ...] = (),
        before: str = "",
        known: Answer | None = None,
        retry: Retry | None = None,
        background: Engine | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.request = request
        self.host = address.host
        self.state = "connecting"
        """``connecting``, ``waiting``, ``retrying``, ``thinking``, ``answering``, ``over``."""
        self.progress = Progress("connecting")
        self.entry = entry
        self._form = form
        self._language = language
        self._notices = notices
        self._before = before
        self.address = address
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
        self._retry, self._background = retry, background
        self._listeners: list[Callable[[], object]] = []
        self._is_cancelled = self._is_second = False
        self._ending = threading.Event()
        """Set when the last step is there, of the try that runs."""
        self.stream: Stream | None = None
        if known is None:
            self._ask(request)
        else:
            self._text, self._reasoning, self.first_delta_at = [known.text], [known.reasoning], 0.0
            self._end(known)

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
        if self.stream is None:
            return False
        try:
            step = self.stream.steps.get(timeout=seconds) if seconds > 0 else self.stream.steps.get_nowait()
        except queue.Empty:
            self._note()
            return False
        self._take(step)
        while not self.stream.steps.empty():
            self._take(self.stream.steps.get())
        return True

    def ends_within(self, seconds: float) -> bool:
        """Wait for the end, at most ``seconds``, without taking what comes; whether it is there."""
        return self.stream is None or self._ending.wait(seconds)

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Have ``listener`` called in the engine's thread after each step, for callers that wait in another loop.

        Any number may listen. Returns what ends it.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def cancel(self) -> None:
        """Close the connection; what came is there at the end, and nothing is asked again. Safe from any thread."""
        self._is_cancelled = True
        if self.stream is not None:
            self.stream.cancel()
            if self._ending is not self.stream.over:
                self._report(self.stream, _Smaller(None))

    def take_text(self) -> str:
        """The answer's text since the last call."""
        return self._take_new(self._text, 0)

    def take_reasoning(self) -> str:
        """The reasoning since the last call."""
        return self._take_new(self._reasoning, 1)

    def text_after(self, parts: int) -> tuple[str, int]:
        """The text after the first ``parts`` deltas, and how many deltas of text there are; takes nothing from others.

        For a second watcher of the same turn, in any thread.
        """
        return _after(self._text, parts)

    def reasoning_after(self, parts: int) -> tuple[str, int]:
        """The same of the reasoning."""
        return _after(self._reasoning, parts)

    def stop(self) -> Answer:
        """Close the connection, wait a moment for it, and return what came as an incomplete answer."""
        self.cancel()
        deadline = time.monotonic() + STOP_SECONDS
        while not self.over and (left := deadline - time.monotonic()) > 0:
            self.wait(left)
        if self.answer is None:
            self._end(self._partial())
        assert self.answer is not None
        return self.answer

    def _ask(self, request: Request) -> None:
        self.request = request
        self.stream = (self._background or engine()).ask(request, self.address)
        self.stream.listener = self._tell
        self._ending = self.stream.over

    def _take(self, step: Step | _Smaller) -> None:
        if self.over:
            return
        if isinstance(step, list):
            self._take_deltas(step)
        elif isinstance(step, Progress):
            self.state, self.progress = step.state, step
        elif isinstance(step, Finished):
            if self.stream is not None:
                self.stream.closed.wait(BACK_SECONDS)
            self._end(step.answer)
        elif isinstance(step, _Smaller):
            if self.error is not None:  # after a stop one comes beside the stream's own end
                self._take_smaller(step.request, self.error)
        else:
            self._fail(step.error)

    def _fail(self, error: AITunnelError) -> None:
        self.error = error
        retry, stream = self._retry, self.stream
        if retry is None or stream is None or self._is_second or self._text or not retry.wants(self):
            self._end(self._refused(error))
            return
        self._ending = threading.Event()  # no view may take the first try's end for the turn's
        if self._is_cancelled:
            self._end(self._refused(error))
            return

        def find() -> None:
            request = None
            with contextlib.suppress(Exception):  # a fault here leaves the first error, and no traceback in the cell
                request = retry.smaller(self)
            self._report(stream, _Smaller(request))

        threading.Thread(target=find, name="aitunnel-retry", daemon=True).start()

    def _report(self, stream: Stream, step: _Smaller) -> None:
        stream.steps.put(step)  # type: ignore[arg-type]  # nobody but this turn reads it
        self._ending.set()
        self._tell()

    def _tell(self) -> None:
        for listener in list(self._listeners):
            with contextlib.suppress(Exception):  # its loop may be closed; the others are told all the same
                listener()

    def _take_smaller(self, request: Request | None, error: AITunnelError) -> None:
        """Ask once more, or end with the first try's error."""
        entry, notices = self.entry, ()  # type: tuple[Entry | None, tuple[Notice, ...]]
        try:
            if request is not None and self._retry is not None and not self._is_cancelled:
                if self.entry is not None:
                    self.entry.end(self._refused(error), error)
                entry, notices = self._retry.begin(request)
                self._is_second = True
        except AITunnelError:  # the rest went to somebody else meanwhile
            pass
        if request is None or not self._is_second:
            self._end(self._refused(error))
            return
        self.entry, self.error = entry, None
        self._notices = (*self._notices, *notices)
        self.state, self.progress = "connecting", Progress("connecting")
        self._ask(request)

    def _refused(self, error: AITunnelError) -> Answer:
        return error.keep(self._partial()) if error.partial is None else error.partial

    def _take_deltas(self, deltas: list[Delta]) -> None:
        if self.first_delta_at is None:
            self.first_delta_at = self.elapsed
        for text, reasoning in deltas:
            if text:
                self._text.append(text)
            if reasoning:
                self._reasoning.append(reasoning)
        self.state = "answering" if self._text else "thinking"
        self._note()

    def _note(self) -> None:
        if self.entry is not None and self.first_delta_at is not None:
            self.entry.partial(self._text, self._reasoning)

    def _take_new(self, parts: list[str], which: int) -> str:
        new = parts[self._taken[which] :]
        self._taken[which] += len(new)
        return "".join(new)

    def _end(self, answer: Answer) -> None:
        notices = (*self._notices, *answer.notices)
        if self._before:
            answer = whole(self._before, answer)
        answer = answer.replace_facts(format=self._form, language=self._language, notices=notices)
        if self.entry is not None:
            self.entry.end(answer, self.error)
            if trouble := self.entry.trouble:
                notices = (*notices, Notice("journal", trouble.line(self._language)))
            answer = answer.replace_facts(turn_id=self.entry.turn_id, notices=notices)
        if self.error is not None:
            self.error = self._explained(self.error, answer)
        self.answer = answer
        self.state = "over"

    def _explained(self, error: AITunnelError, answer: Answer) -> AITunnelError:
        with contextlib.suppress(Exception):  # whatever is wrong with prices: the turn must end
            error = self._retry.explained(self) if self._retry is not None else error
        error.language = self._language
        error.partial = answer
        return error

    def _partial(self, error: str = "stopped") -> Answer:
        return Answer(
            "".join(self._text),
            model=self.request.model,
            reasoning=self.reasoning,
            prompt_messages=self.request.messages,
            fields=self.request.fields(),
            base_url=self.address.base_url,
            elapsed=self.elapsed,
            complete=False,
            error=error,
        )


def _after(all_parts: list[str], parts: int) -> tuple[str, int]:
    new = all_parts[parts:]
    return "".join(new), parts + len(new)
