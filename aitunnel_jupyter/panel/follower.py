"""Follows a turn in a thread of its own and tells what is new, in few messages."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from IPython.core.error import UsageError

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.notebook.waiting import waiting_text
from aitunnel_jupyter.redaction import Growing, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.session.turn import Turn

FIRST_SECONDS = 0.05
LATER_SECONDS = 0.14
"""Between two messages in the first half second, where each is felt, and after it: a message's envelope of 0.7 KB
weighs ten times the text in it. JupyterLab allows a thousand a second."""
QUICK = 0.5
"""Seconds after the first delta in which news travel at once."""
LINE_BYTES = 400
ORPHANED = 5.0
"""Seconds after which the turn of a cell that nobody ends any more is left."""


class Dropped(Exception):
    """Stopped before anything was asked."""


class Listener(Protocol):
    """Who is told."""

    def news(self, follower: Follower, text: str, reasoning: str, note: str) -> None:
        """What is new since the last call, empty if nothing is; calls :meth:`Follower.keep` with it."""

    def over(self, follower: Follower) -> None:
        """The end, once."""


class Follower:
    """Begins a turn, or watches one of somebody else's, and tells its listener.

    Args:
        begin: Makes the turn, in the follower's thread; may raise what a person should read, or :class:`Dropped`.
        listener: Who is told.
        language: Of the waiting line.
        is_ours: Whether nobody else takes what comes.
    """

    def __init__(
        self,
        begin: Callable[[Follower], Turn],
        listener: Listener,
        language: str,
        *,
        is_ours: bool = True,
    ) -> None:
        self.turn: Turn | None = None
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.note = ""
        self.failure: Exception | None = None
        """Why there is no whole answer, unless it was stopped."""
        self.cancelled = False
        self._begin = begin
        self._listener = listener
        self.language = language
        self._is_ours = is_ours
        self._taken = (0, 0)
        self._masks = (Growing(), Growing())
        self._ended = threading.Lock()
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="aitunnel-panel", daemon=True)

    @property
    def answer(self) -> Answer | None:
        """What came; ``None`` if nothing was asked, or it is still coming."""
        return self.turn.answer if self.turn else None

    def start(self) -> None:
        """Begin to tell; whoever is told must know of this follower by then."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop; what came is kept. Before anything was asked, it ends here."""
        self.cancelled = True
        if self.turn is not None:
            self.turn.cancel()
        else:
            self._end()

    def say(self, note: str) -> None:
        """Show another waiting line."""
        if note and note != self.note:
            self._listener.news(self, "", "", note)

    def keep(self, text: str, reasoning: str, note: str) -> None:
        """What was told by now; the listener calls it, so that nobody sees more or less than was told."""
        self.text.append(text)
        self.reasoning.append(reasoning)
        self.note = note or self.note

    def _run(self) -> None:
        try:
            self.turn = turn = self._begin(self)
            if self.cancelled:
                turn.cancel()
            self._follow(turn)
            self.failure = turn.error
        except Dropped:
            pass
        except (AITunnelError, UsageError) as error:
            self.failure = error
        except Exception as error:  # noqa: BLE001  a value of the person's own: one line, and the panel lives on
            self.failure = UsageError(one_line(f"{type(error).__name__}: {error}", LINE_BYTES))
        finally:
            self._end()

    def _follow(self, turn: Turn) -> None:
        left_at = 0.0
        while not turn.over:
            self._wait(turn)
            self._tell(turn)
            left_at = (left_at or time.monotonic()) if not self._is_ours and turn.ends_within(0) else 0.0
            if left_at and time.monotonic() - left_at > ORPHANED:
                return
        self._tell(turn)

    def _wait(self, turn: Turn) -> None:
        begun = turn.first_delta_at
        if begun is not None:
            turn.ends_within(FIRST_SECONDS if turn.elapsed - begun < QUICK else LATER_SECONDS)
        if not self._is_ours:
            time.sleep(FIRST_SECONDS if begun is None or turn.ends_within(0) else 0)
        else:
            turn.wait(FIRST_SECONDS if begun is None else 0)  # returns with the first words

    def _tell(self, turn: Turn) -> None:
        text, parts = turn.text_after(self._taken[0])
        reasoning, thoughts = turn.reasoning_after(self._taken[1])
        self._taken = (parts, thoughts)
        text, reasoning = self._masks[0].feed(text), self._masks[1].feed(reasoning)
        if turn.over:
            text, reasoning = text + self._masks[0].flush(), reasoning + self._masks[1].flush()
        note = waiting_text(turn, self.language) if turn.first_delta_at is None else ""
        if text or reasoning or (note and note != self.note):
            self._listener.news(self, text, reasoning, note)

    def _end(self) -> None:
        if self._ended.acquire(blocking=False):
            try:
                self._listener.over(self)
            finally:
                self.done.set()
