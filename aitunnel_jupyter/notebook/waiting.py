"""Waiting for an answer: what it says to a person, and whether the kernel's own tasks go on meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import one_line

if TYPE_CHECKING:
    from aitunnel_jupyter.session.turn import Turn

TICK_SECONDS = 0.05

Wait = Callable[["Turn"], None]


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


def blocking_wait(turn: Turn) -> None:
    """Wait one tick in this thread."""
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

    def wait(turn: Turn) -> None:
        loop.run_until_complete(_something_or_tick(turn))

    return wait


async def _something_or_tick(turn: Turn) -> None:
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    turn.stream.listener = lambda: loop.call_soon_threadsafe(came.set)
    try:
        if not turn.wait(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), TICK_SECONDS)
            turn.wait(0)
    finally:
        turn.stream.listener = None
