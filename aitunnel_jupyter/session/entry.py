"""One turn being written down, from its begin to its end."""

from __future__ import annotations

import contextlib
import json
import time
from decimal import Decimal
from typing import TYPE_CHECKING

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import JournalProblem
from aitunnel_jupyter.redaction import so_far
from aitunnel_jupyter.session.rows import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aitunnel_jupyter.errors import AITunnelError
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.session.journal import Journal

PARTIAL_SECONDS = 1.0
"""How often the text so far is written down."""
FREE = Decimal(0)


class Entry:
    """One turn being written down; a trouble with the journal never costs the person the answer.

    Args:
        journal: Where.
        turn_id: The row.
        request: What to send, if a budget has only room for less than was wanted.
        clock: Seconds.
    """

    def __init__(
        self,
        journal: Journal,
        turn_id: int,
        request: Request | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.journal = journal
        self.turn_id = turn_id
        self.request = request
        self.trouble: JournalProblem | None = None
        self._clock = clock
        self._next_partial, self._size = clock() + PARTIAL_SECONDS, 0

    def partial(self, parts: Sequence[str], reasoning: Sequence[str]) -> None:
        """Write the text so far if a second has passed since the last time, and there is more."""
        size = len(parts) + len(reasoning)
        if self._clock() < self._next_partial or size == self._size:
            return
        self._next_partial, self._size = self._clock() + PARTIAL_SECONDS, size
        with contextlib.suppress(Exception):  # the end is written too, and tells what is wrong
            text, thought = so_far("".join(parts)), so_far("".join(reasoning))
            facts = json.dumps({"reasoning": thought}, ensure_ascii=False)
            self.journal.write_partial(self.turn_id, text, storable(facts))

    def end(self, answer: Answer, error: AITunnelError | None) -> None:
        """Write the end; a request that was refused or never arrived cost nothing."""
        try:
            self._finish(answer, error)
        except JournalProblem as problem:
            self.trouble = problem
        except Exception as fault:  # noqa: BLE001  a fact that cannot be written costs neither the text nor the turn
            self.trouble = JournalProblem("journal.fault", why=f"{type(fault).__name__}: {fault}")
            with contextlib.suppress(Exception):
                self._finish(_text_alone(answer), error)

    def _finish(self, answer: Answer, error: AITunnelError | None) -> None:
        cost = answer.cost
        if cost is None and error is not None and not answer and error.is_free:
            cost = FREE
        came = answer or answer.reasoning or answer.images or answer.tool_calls
        state = "complete" if answer.complete else "partial" if came else "failed"
        self.journal.finish(self.turn_id, answer.without_keys(), state, cost)


def _text_alone(answer: Answer) -> Answer:
    """The answer without the facts that came from a server or a caller: one of them cannot be written."""
    return Answer(storable(answer.text), complete=answer.complete, error=None if answer.complete else "–")
