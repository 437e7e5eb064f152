"""How long a stream is waited for, by what has come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.gateway.wire.fold import Fold

USAGE_SECONDS = 1.0
"""Silence after ``finish_reason`` that ends an answer: some servers never close (field reports, 2026)."""
DOUBT_SECONDS = 3.0
"""The same where the reason came in one chunk with a piece: some servers write one into every chunk (2026-11-26)."""
DRAIN_SECONDS = 0.25
"""How long the end of a finished body is waited for, so that its connection can be used again."""

_ENDS = frozenset({"length", "content_filter"})
"""Reasons that mean an end though no word of an answer came."""
_CALLS = frozenset({"tool_calls", "function_call"})


class Patience:
    """Counts the seconds since the last thing that mattered: a piece of the answer, or a sign of its end.

    Comments, pings and empty chunks do not matter: a server that sends nothing else is silent, after ``pinged``.

    Args:
        fold: What has come.
        silence: Seconds without any piece after which a server counts as silent.
        clock: Seconds.
        pinged: The same for a server that keeps the connection alive meanwhile; 0: no longer than ``silence``.
        expects_calls: Whether functions were offered to the model. Calls of a server's own tools are no end.

    Example:
        >>> from aitunnel_jupyter.gateway.wire.fold import Fold
        >>> Patience(Fold(), 120.0, lambda: 0.0).left()
        120.0
    """

    def __init__(
        self,
        fold: Fold,
        silence: float,
        clock: Callable[[], float],
        *,
        pinged: float = 0.0,
        expects_calls: bool = True,
    ) -> None:
        self._fold = fold
        self._pinged = pinged
        self._expects_calls = expects_calls
        self._silence = silence
        self._clock = clock
        self._since = clock()
        self._seen: tuple[int, float] = (0, silence)

    def left(self) -> float:
        """Seconds to wait on for the next bytes, asked when some came; not more than 0: enough."""
        seen, now = (self._fold.pieces, self._allowed()), self._clock()
        if seen != self._seen:
            self._seen, self._since = seen, now
        allowed = seen[1]
        if self.is_content:
            allowed = max(allowed, min(now - self._since + allowed, self._pinged))
        return self._since + allowed - now

    @property
    def waited(self) -> float:
        """Seconds since the last thing that mattered."""
        return self._clock() - self._since

    @property
    def is_content(self) -> bool:
        """Whether the answer is what is waited for, not only its end."""
        fold = self._fold
        if not fold.ended or (not fold.has_answer and fold.finish_reason not in _ENDS):
            return True
        return self._awaits_tool

    @property
    def _awaits_tool(self) -> bool:
        """Whether the server is calling a tool of its own, maybe with usage for each step."""
        return self._fold.finish_reason in _CALLS and not self._expects_calls

    def _allowed(self) -> float:
        fold = self._fold
        if fold.done or fold.failure or (fold.usage_is_last and not self._awaits_tool):
            return min(DRAIN_SECONDS, self._silence)
        if self.is_content:
            return self._silence
        if fold.finished_beside_piece:
            return self._silence if fold.went_on else min(DOUBT_SECONDS, self._silence)
        return min(USAGE_SECONDS, self._silence)
