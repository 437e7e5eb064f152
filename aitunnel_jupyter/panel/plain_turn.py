"""A prompt and its answer in core widgets."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.live import BYTES_PER_SECOND, FRAME_SECONDS
from aitunnel_jupyter.panel.plain_answer import PlainAnswer
from aitunnel_jupyter.panel.plain_html import ending_html, prompt_html
from aitunnel_jupyter.panel.plain_parts import discard
from aitunnel_jupyter.panel.shape import RUNNING
from aitunnel_jupyter.rendering.page import page, reasoning_html, waiting_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.panel.plain_parts import Parts


class PlainTurn:
    """The widgets of one turn.

    Args:
        parts: Makes the widgets.
        turn: As the panel tells it.
        act: Called with ``retry`` or ``regenerate`` and the turn's id when its button is pressed.
        language: ``en`` or ``ru``.
        lock: Held by whoever calls; a late frame takes it.
    """

    def __init__(
        self,
        parts: Parts,
        turn: dict[str, Any],
        act: Callable[[str, str], None],
        language: str,
        lock: threading.RLock,
    ) -> None:
        self._parts, self._act, self._language, self._lock = parts, act, language, lock
        self._timer: threading.Timer | None = None
        self._began = time.monotonic()
        self._due = 0.0
        self._answer = PlainAnswer(parts)
        self._shown = 0  # characters of the text that the answer has got
        self._thought = parts.html()
        self._end: Any = None
        self.turn: dict[str, Any] = {"text": "", "reasoning": ""}
        self.column = parts.column([], "aitunnel-plain-turn")
        self._prompt = parts.html(prompt_html(turn), "aitunnel-plain-prompt")
        self.show(turn)

    @property
    def running(self) -> bool:
        """Whether more will come."""
        return self.turn.get("state") in RUNNING

    def show(self, turn: dict[str, Any]) -> None:
        """The turn as it is now. While it runs, a text that is further here stays."""
        mine, text = self.turn, turn.get("text", "")
        if turn.get("state") in RUNNING and mine["text"].startswith(text):
            turn = turn | {
                "text": mine["text"],
                "reasoning": max(mine["reasoning"], turn.get("reasoning", ""), key=len),
            }
        if turn == mine:
            return
        was_running, self.turn = self.running, {"text": "", "reasoning": ""} | turn
        outdated = self._answer
        if not self.turn["text"].startswith(mine["text"]) or (self.running and not was_running):
            self._answer, self._shown, self._began = PlainAnswer(self._parts), 0, time.monotonic()
        self._paint()
        self._arrange()
        if outdated is not self._answer:
            discard(outdated.column)

    def grow(self, message: dict[str, Any]) -> bool:
        """Take a delta; False if something before it is missing."""
        turn = self.turn
        text, reasoning = _fresh(message, "at", "text", turn), _fresh(message, "rat", "reasoning", turn)
        if text is None or reasoning is None:
            return False
        turn["note"] = message.get("note", turn.get("note", ""))
        if text and not turn["text"]:
            self._due = 0.0  # the first words do not wait for a frame
        turn["text"] += text
        turn["reasoning"] += reasoning
        if self.running:
            turn["state"] = "answering" if turn["text"] else "thinking" if turn["reasoning"] else "waiting"
        self._paint_when_due()
        return True

    def close(self) -> None:
        """Take the widgets away."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        discard(self.column)

    # --- frames ---------------------------------------------------------------------------------------------

    def _paint_when_due(self) -> None:
        wait = self._due - time.monotonic()
        if wait <= 0:
            self._paint()
        elif self._timer is None:
            self._timer = threading.Timer(wait, self._paint_late)
            self._timer.daemon = True
            self._timer.start()

    def _paint_late(self) -> None:
        with self._lock:
            late, self._timer = self._timer, None
            if late is not None and self.running:  # else it was closed meanwhile
                self._paint()

    def _paint(self) -> None:
        turn = self.turn
        fresh = turn["text"][self._shown :]
        if not self._shown or not self.running:
            self._paint_thought()
        self._answer.append(fresh)
        self._shown += len(fresh)
        if not self.running:
            self._answer.close()
        elif turn["text"]:
            sent = self._answer.paint()
            self._due = time.monotonic() + max(FRAME_SECONDS, sent / BYTES_PER_SECOND)
        else:
            self._due = time.monotonic() + FRAME_SECONDS

    def _paint_thought(self) -> None:
        """The waiting line, then the end of the reasoning, then all of it, folded."""
        turn = self.turn
        if not self.running or turn["text"]:
            inner = reasoning_html(turn["reasoning"], self._language)
        elif turn["reasoning"]:
            seconds = time.monotonic() - self._began
            inner = reasoning_html(turn["reasoning"], self._language, live_seconds=seconds)
        else:
            inner = waiting_html(turn.get("note") or say("plain.waiting", self._language))
        self._thought.value = page(inner) if inner else ""

    # --- the whole ------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        old, self._end = self._end, None if self.running else self._ending()
        children = [self._prompt, self._thought, self._answer.column, self._end]
        self.column.children = tuple(child for child in children if child is not None)
        if old is not None:
            discard(old)

    def _ending(self) -> Any:
        """What went wrong, the facts, and the button that asks again."""
        turn = self.turn
        kind = "retry" if turn.get("error") or turn.get("state") == "failed" else "regenerate"
        button = self._parts.button(
            say(f"plain.{kind}", self._language), lambda: self._act(kind, turn["id"]), "aitunnel-plain-quiet"
        )
        return self._parts.row([self._parts.html(ending_html(turn, self._language)), button], "aitunnel-plain-end")


def _fresh(message: dict[str, Any], at: str, name: str, turn: dict[str, Any]) -> str | None:
    """What of a delta is new; ``None`` if it does not join on."""
    known = len(turn[name])
    start = message.get(at, known)
    return None if start > known else message.get(name, "")[known - start :]
