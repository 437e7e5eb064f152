"""Waiting for an answer: what it says to a person, and whether the kernel's own tasks go on meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from aitunnel_jupyter.interrupts import heard, held
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import one_line

if TYPE_CHECKING:
    from aitunnel_jupyter.session.turn import Turn

TICK_SECONDS = 0.05
"""Longest wait at a time: the waiting line counts seconds, and an interrupt on Windows is only seen in between."""

Wait = Callable[["Turn", float], None]


def waiting_text(turn: Turn, language: str) -> str:
    """What is going on before the first delta, with the seconds so far."""
    step = turn.progress
    return say(
        f"view.{turn.state}" if turn.state in {"connecting", "waiting", "retrying"} else "view.waiting",
        language,
        host=turn.host,
        model=one_line(turn.request.model, 80),
        detail=one_line(step.detail, 80),
        wait=f"{step.seconds:.0f}",
        seconds=f"{turn.elapsed:.0f}",
    )


def blocking_wait(turn: Turn, seconds: float) -> None:
    """Wait in this thread.

    Args:
        turn: Whose news to wait for.
        seconds: Until the view wants to paint. News before that are not looked at, but the end of the turn is
            not slept through; 0 waits for any news.
    """
    if seconds > 0:
        turn.ends_within(min(seconds, TICK_SECONDS * 2))
        turn.wait(0)
    else:
        turn.wait(TICK_SECONDS)


def nested_wait() -> Wait:
    """A wait that lets the kernel's loop go on, so that the user's asyncio tasks tick.

    Patches the running loop (process-wide, and for good), which is why only ``AIMagics.keep_loop_running`` asks
    for it. Where there is no loop to patch (a plain terminal, uvloop), it is :func:`blocking_wait`.
    """
    try:
        import nest_asyncio2

        loop = asyncio.get_running_loop()
        nest_asyncio2.apply(loop)
    except (RuntimeError, ValueError):
        return blocking_wait

    def wait(turn: Turn, seconds: float) -> None:
        with heard():  # the person's own tasks run in here
            loop.run_until_complete(_something_or(turn, seconds))

    return wait


async def _something_or(turn: Turn, seconds: float) -> None:
    """Wait ``seconds``, or until the end; with 0 seconds until any news, at most a tick."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()

    def listener() -> None:
        if seconds == 0 or turn.ends_within(0):
            loop.call_soon_threadsafe(came.set)

    end_listening = turn.listen(listener)
    try:
        if not _take(turn) and not turn.ends_within(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), seconds or TICK_SECONDS)
            _take(turn)
    finally:
        end_listening()


def _take(turn: Turn) -> bool:
    with held():
        return turn.wait(0)
