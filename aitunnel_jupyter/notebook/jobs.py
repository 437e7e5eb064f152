"""Answers in the background: the cell returns at once and goes on updating, the variable becomes the answer."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.namespace import store
from aitunnel_jupyter.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Generator

    from aitunnel_jupyter.notebook.ask import Keeper, View
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn

TICK_SECONDS = 0.1
"""Longest time a job does not look whether its cell wants painting."""


class Job:
    """An answer on its way; what ``-b`` leaves in the variable until the answer takes its place.

    Its methods are those of a finished :class:`~aitunnel_jupyter.Answer` too, so code that uses them does not
    mind which of both it finds.

    Args:
        turn: What runs.
        name: The variable; empty for none.
        language: ``en`` or ``ru``.
    """

    def __init__(self, turn: Turn, name: str, language: str) -> None:
        self.name = name
        self.began = time.time()
        self._turn = turn
        self._language = language
        self._over = threading.Event()
        self._answer: Answer | None = None

    def done(self) -> bool:
        """Whether the answer is there, whole or not."""
        return self._over.is_set()

    def result(self, timeout: float | None = None) -> Answer:
        """Wait for the answer.

        Args:
            timeout: Seconds; ``None`` waits on.

        Raises:
            TimeoutError: It is not there yet; the job goes on.
            AITunnelError: It went wrong; ``.partial`` has what came.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._over.wait(
            TICK_SECONDS if deadline is None else max(min(TICK_SECONDS, deadline - time.monotonic()), 0)
        ):
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(self.state)
        if self._turn.error is not None:
            raise self._turn.error
        assert self._answer is not None
        return self._answer

    def cancel(self) -> None:
        """Close the connection, and do not wait for it."""
        self._turn.cancel()

    def stop(self) -> Answer:
        """Close the connection and keep what came. Returns it, marked as incomplete."""
        self.cancel()
        self._over.wait(5)
        return self._answer or Answer("", complete=False, error="stopped")

    def __await__(self) -> Generator[Any, None, Answer]:
        """``await story`` in a cell: other tasks go on meanwhile."""
        return asyncio.to_thread(self.result).__await__()

    @property
    def state(self) -> str:
        """One line: what it does, and for how long."""
        turn = self._turn
        code = (
            "job.over"
            if self.done()
            else f"job.{turn.state}"
            if turn.state in {"answering", "thinking"}
            else "job.waiting"
        )
        seconds = f"{(self._answer.elapsed if self._answer else turn.elapsed):.0f}"
        return say(code, self._language, name=self.name or "–", model=one_line(turn.request.model, 80), seconds=seconds)

    def __repr__(self) -> str:
        return self.state

    def follow(self, view: View, keeper: Keeper) -> None:
        """Paint and keep, in a thread of its own, until the answer is there."""
        turn = self._turn
        try:
            while not turn.over:
                pause = view.show(turn)
                if pause > 0:
                    turn.ends_within(min(pause, TICK_SECONDS))
                turn.wait(0 if pause > 0 else TICK_SECONDS)
            assert turn.answer is not None
            self._answer = keeper.keep(turn.answer, over=self)
            view.finish(turn, self._answer)
        finally:
            self._answer = self._answer or turn.stop()
            self._over.set()


def begin_job(magics: AIMagics, question: Question, keeper: Keeper) -> Job:
    """Start a question in the background and leave its handle in the namespace.

    Raises:
        BudgetExceeded: It could cost more than what is left; nothing was sent.
    """
    from aitunnel_jupyter.notebook.background_view import background_view

    turn = magics.desk.begin(question)
    job = Job(turn, keeper.options.out or "", magics.person_language)
    magics.desk.remember(job)
    store(magics.shell, job, keeper.options.out)
    view = background_view(magics, keeper.options)
    view.show(turn)
    # Under this cell's context its output goes to this cell, also once others have run (ipykernel 7).
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(job.follow, view, keeper), name="aitunnel-job", daemon=True).start()
    return job


def stop_jobs(jobs: list[Job], name: str) -> list[Job]:
    """Stop the running jobs of that name, or all; returns them."""
    stopped = [job for job in jobs if not job.done() and name in ("", job.name)]
    for job in stopped:
        job.stop()
    return stopped
