"""The same turn in a plain terminal: text as it comes, nothing printed twice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from aitunnel_jupyter.code_page import encodable
from aitunnel_jupyter.notebook.waiting import waiting_text
from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.rendering.page import footer
from aitunnel_jupyter.rendering.terminal import TerminalText

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.session.turn import Turn

_DIM, _PLAIN, _ERASE_LINE = "\x1b[2m", "\x1b[0m", "\r\x1b[2K"


class TerminalView:
    """Shows a turn on a text stream; dims reasoning and facts only where there is a person's terminal.

    Args:
        language: ``en`` or ``ru``.
        out: Where to; standard output by default.
    """

    def __init__(self, language: str, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._is_tty = self._out.isatty()
        self._language = language
        self._waiting = ""
        self._text = TerminalText()
        self._reasoning = TerminalText()
        self._has_reasoning = False
        self._last = "\n"

    def show(self, turn: Turn) -> float:
        """Write what is new; returns 0, because a terminal is written to as text comes."""
        self._write_reasoning(self._reasoning.feed(turn.take_reasoning()))
        if text := turn.take_text():
            self._write_reasoning(self._reasoning.flush())
            self._write_text(self._text.feed(text))
        if turn.first_delta_at is None:
            self._wait(waiting_text(turn, self._language))
        self._out.flush()
        return 0.0

    def finish(self, turn: Turn, answer: Answer) -> None:
        """Write the rest and, if anything came, the facts."""
        self.show(turn)
        self._write_text(self._text.flush())
        self._forget_waiting()
        if answer or answer.complete:
            self._write("\n" if self._last != "\n" else "")
            self._write(self._dim(printable(footer(answer))) + "\n")
        self._out.flush()

    def _write_reasoning(self, text: str) -> None:
        if text:
            self._has_reasoning = True
            self._write(self._dim(text))

    def _write_text(self, text: str) -> None:
        if text and self._has_reasoning:
            self._has_reasoning = False
            self._write("\n\n")
        self._write(text)

    def _write(self, text: str) -> None:
        if text:
            self._forget_waiting()
            self._out.write(encodable(text, self._out))
            self._last = text[-1]

    def _wait(self, text: str) -> None:
        if self._is_tty and text != self._waiting:
            self._out.write(encodable(f"{_ERASE_LINE}{_DIM}{printable(text)}{_PLAIN}", self._out))
            self._waiting = text

    def _forget_waiting(self) -> None:
        if self._waiting:
            self._out.write(_ERASE_LINE)
            self._waiting = ""

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self._is_tty else text
