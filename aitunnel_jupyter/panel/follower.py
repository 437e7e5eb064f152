"""Follows a running turn in a thread of its own and tells what is new, at most twenty times a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from aitunnel_jupyter.notebook.waiting import waiting_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.session.turn import Turn

SEND_SECONDS = 0.05
"""Twenty messages a second look smooth; JupyterLab's limit is a thousand."""


class Follower:
    """Tells ``news`` of the turn, and ``over`` with the answer at its end.

    Args:
        turn: What runs.
        news: Called with (text, reasoning, note) that are new; the note is the waiting line.
        over: Called once, with the answer.
        language: Of the waiting line.
    """

    def __init__(
        self,
        turn: Turn,
        news: Callable[[str, str, str], None],
        over: Callable[[Turn, Answer], None],
        language: str,
    ) -> None:
        self.turn = turn
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.note = ""
        self._news = news
        self._over = over
        self._language = language
        self._thread = threading.Thread(target=self._run, name="aitunnel-panel", daemon=True)

    def start(self) -> None:
        """Begin to tell; whoever is told must know of this follower by then."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; whether it is there."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        turn = self.turn
        try:
            while not turn.over:
                if turn.first_delta_at is None:
                    turn.wait(SEND_SECONDS)  # returns with the first words
                else:
                    turn.ends_within(SEND_SECONDS)
                    turn.wait(0)
                self._tell()
            self._tell()
        finally:
            answer = turn.answer if turn.answer is not None else turn.stop()
            self._over(turn, answer)

    def _tell(self) -> None:
        turn = self.turn
        text, reasoning = turn.take_text(), turn.take_reasoning()
        note = waiting_text(turn, self._language) if turn.first_delta_at is None else ""
        if text or reasoning or note != self.note:
            self._news(text, reasoning, note)
            self.text.append(text)
            self.reasoning.append(reasoning)
            self.note = note
