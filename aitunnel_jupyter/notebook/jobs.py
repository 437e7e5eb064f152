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
    from collections.abc import Callable, Generator

    from aitunnel_jupyter.notebook.ask import Keeper, View
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn

TICK_SECONDS = 0.1
"""Longest time a job does not look whether its cell wants painting."""
PAINT_SECONDS = 1.0
"""Longest wait for the last frame of an answer that is there."""
WHY_CHARACTERS = 200
STOP_SECONDS = 5.0
"""Longest wait for a stopped job to keep what came."""


class Job:
    """An answer on its way; what ``-b`` leaves in the variable until the answer takes its place.

    Its methods are those of a finished :class:`~aitunnel_jupyter.Answer` too, so code that uses them does not
    mind which of both it finds.

    Args:
        turn: What runs.
        name: The variable; empty for none.
        language: ``en`` or ``ru``.
        before: What the last answer was when this one was asked.
    """

    def __init__(self, turn: Turn, name: str, language: str, before: Any = None) -> None:
        self.name = name
        self.before = before
        self.began = time.time()
        self._turn = turn
        self._language = language
        self._over = threading.Event()
        self._answer: Answer | None = None
        self._fault: Exception | None = None
        """What failed in the job's thread, where nobody could catch it; the answer is there all the same."""

    def done(self) -> bool:
        """Whether the answer is there, whole or not."""
        return self._over.is_set()

    def is_shown(self) -> bool:
        """Whether its last frame is painted; waits a moment for that if the answer is there already."""
        return self._over.wait(PAINT_SECONDS if self._turn.over else 0)

    def result(self, timeout: float | None = None) -> Answer:
        """Wait for the answer, as ``concurrent.futures`` has it; one that was stopped is what came.

        Args:
            timeout: Seconds; ``None`` waits on.

        Raises:
            TimeoutError: It is not there yet; the job goes on.
            AITunnelError: It went wrong; ``.partial`` has what came. The answer that takes the job's place in its
                variable raises the same.
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
        self._over.wait(STOP_SECONDS)
        return Answer("", complete=False, error="stopped") if self._answer is None else self._answer

    def __await__(self) -> Generator[Any, None, Answer]:
        """``await story`` in a cell: other tasks go on meanwhile."""
        return asyncio.to_thread(self.result).__await__()

    @property
    def state(self) -> str:
        """One line: what it does or how it ended, and after how long."""
        turn, answer = self._turn, self._answer
        seconds = f"{(turn.elapsed if answer is None else answer.elapsed):.0f}"
        model = one_line(turn.request.model, 80)
        return say(self._code(), self._language, name=self.name or "–", model=model, seconds=seconds, why=self._why())

    def __repr__(self) -> str:
        return self.state

    def _code(self) -> str:
        if not self.done():
            state = self._turn.state
            return f"job.{state}" if state in {"answering", "thinking"} else "job.waiting"
        if self._turn.error is not None or self._fault is not None:
            return "job.failed"
        return "job.over" if self._answer is None or self._answer.complete else "job.stopped"

    def _why(self) -> str:
        error = self._turn.error
        if error is not None:
            return one_line(error.line(self._language), WHY_CHARACTERS)
        return one_line(f"{type(self._fault).__name__}: {self._fault}", WHY_CHARACTERS) if self._fault else ""

    def follow(self, view: View, keeper: Keeper) -> None:
        """Paint and keep, in a thread of its own, until the answer is there; no fault of a view costs the answer."""
        turn = self._turn
        try:
            while not turn.over:
                pause = self._tried(lambda: view.show(turn)) or 0.0
                if pause > 0:
                    turn.ends_within(min(pause, TICK_SECONDS))
                turn.wait(0 if pause > 0 else TICK_SECONDS)
        except Exception as error:  # noqa: BLE001  told by the job's state
            self._fault = error
        finally:
            self._answer = answer = turn.stop() if turn.answer is None else turn.answer
            self._tried(lambda: keeper.keep(answer, over=self))
            self._tried(lambda: view.finish(turn, answer))
            self._over.set()

    def _tried(self, act: Callable[[], Any]) -> Any:
        """What ``act`` returns, or ``None`` if it fails: in this thread there is nobody to raise to."""
        try:
            return act()
        except Exception as error:  # noqa: BLE001  told by the job's state
            self._fault = error
            return None


def begin_job(magics: AIMagics, question: Question, keeper: Keeper) -> Job:
    """Start a question in the background and leave its handle in the namespace.

    Raises:
        BudgetExceeded: It could cost more than what is left; nothing was sent.
    """
    from aitunnel_jupyter.notebook.background_view import background_view, show_in_later_cells

    turn = magics.desk.begin(question)
    job = Job(turn, keeper.options.out or "", magics.person_language, last_answer(magics.shell))
    magics.desk.remember(job)
    store(magics.shell, job, keeper.options.out)
    view = background_view(magics, keeper.options)
    view.show(turn)
    if not magics.desk.has_pages:
        show_in_later_cells(magics.shell, view, job.is_shown)
    # Under this cell's context its output goes to this cell, also once others have run (ipykernel 7).
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(job.follow, view, keeper), name="aitunnel-job", daemon=True).start()
    return job


def last_answer(shell: Any) -> Any:
    """What ``_ai`` is; while it is a job that has no answer yet, what it was before."""
    last = shell.user_ns.get("_ai")
    return last.before if isinstance(last, Job) else last


def stop_jobs(jobs: list[Job], name: str) -> list[Job]:
    """Stop the running jobs of that name, or all; returns them."""
    stopped = [job for job in jobs if not job.done() and name in ("", job.name)]
    for job in stopped:
        job.stop()
    return stopped
