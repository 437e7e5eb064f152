"""``%ai ask Is it so?`` is a question to a model, not to IPython's help.

IPython takes any logical line that ends in ``name?`` for a request for help, also one with a magic in it (7.34 to
9.18, seen 2026-11-26): ``r = %ai ask Is it so?`` looked up ``so``, asked nobody, and the cell was fine. A cleanup
transformer, the hook meant for it, gets there first.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OURS = re.compile(r"%(?P<name>ai|aitunnel)(?P<blank>\s)")
_PLAIN_WORD = re.compile(r"(?P<name>ai|aitunnel)[ \t]+(?P<text>(?P<command>[a-z]+)\b.*\?)")
"""Without ``%``, as automagic has it."""
_RUNS_OURS = re.compile(r"(?P<indent>\s*)%(?P<name>[^\W\d]\w*)[ \t]+(?P<text>(?:.*[\s=])?%(?:ai|aitunnel)\s.*\?)")
"""Another magic that is given a line of ours."""
_EXPECTS_A_VALUE = re.compile(r"(?:[=;:,+\-*/|&^<>~@]|\b(?:return|yield|else|and|or|not|in))\s*\Z")
"""After these no ``%`` can be an operator."""
_ASSIGNS = re.compile(r"(?<![=!<>+\-*/%&|^@:~])=\s*\Z")
_TOKEN = re.compile(
    r"(?P<triple>'''|\"\"\")|(?P<quoted>'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?)|(?P<comment>\#.*)|(?P<sign>[%()\[\]{}])"
)


def keep_question_marks(lines: list[str]) -> list[str]:
    """The cell's lines, with each ``%ai …?`` as the call that IPython would make of it.

    Also where IPython knows no magic at all (after ``;``, ``:``, ``return``), and where a blank that is no space
    follows the name. ``%ai?`` and ``?%ai`` stay help; cell magics, text inside quotes and comments are left alone.

    Example:
        >>> keep_question_marks(["r = %ai ask Is it so?\\n"])
        ["r = get_ipython().run_line_magic('ai', 'ask Is it so?')\\n"]
    """
    if not any("ai" in line for line in lines) or (lines and lines[0].startswith("%%")):
        return lines
    if (call := _automagic(lines)) is not None:
        return [call]
    return _Scan(lines).changed()


def _automagic(lines: list[str]) -> str | None:
    """A cell of one line that automagic would run: IPython takes ``ai ask hi?`` for help before that."""
    match = _PLAIN_WORD.fullmatch("".join(lines).strip())
    if match is None:
        return None
    from IPython.core.getipython import get_ipython

    from aitunnel_jupyter.notebook.commands import ALIASES, COMMANDS

    shell = get_ipython()
    is_magic = shell is not None and shell.automagic and match["name"] not in shell.user_ns
    return _call(match["name"], match["text"]) if is_magic and match["command"] in {*COMMANDS, *ALIASES} else None


class _Found(NamedTuple):
    """A magic of ours in a line of code."""

    start: int
    name: str
    is_usual: bool
    """Whether IPython would see it: at the beginning of a line, or after ``=``."""


class _Scan:
    """Goes through a cell once, knowing where code is text, a comment, or inside brackets."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._triple = ""  # the quotes that are open
        self._depth = 0
        self._is_continued = False

    def changed(self) -> list[str]:
        kept: list[str] = []
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            is_start = not (self._triple or self._depth or self._is_continued)
            if is_start and line.lstrip().startswith(("%", "!", "?")) and not _OURS.match(line.lstrip()):
                end = self._end(at)  # another magic's text is not Python: its quotes close nothing
                kept += self._others(at, end)
            elif (found := self._find(line, is_start=is_start)) is None:
                end = at + 1
                kept.append(line)
            else:
                end = self._end(at)
                kept += self._as_call(at, end, found)
            at = end
        return kept

    def _end(self, at: int) -> int:
        """After the last line of what begins in line ``at``: IPython joins magic lines that end in a backslash."""
        while self._lines[at].endswith("\\\n") and at + 1 < len(self._lines):
            at += 1
        return at + 1

    def _others(self, at: int, end: int) -> list[str]:
        """``%time r = %ai ask Is it so?``: IPython takes it for help before ``%time`` can run it."""
        match = _RUNS_OURS.fullmatch(self._lines[at].rstrip()) if end == at + 1 else None
        return self._lines[at:end] if match is None else [match["indent"] + _call(match["name"], match["text"])]

    def _find(self, line: str, *, is_start: bool) -> _Found | None:
        at = 0
        while match := self._next(line, at):
            at = match.end()
            if match.lastgroup == "comment":
                break
            if match.lastgroup == "triple":
                self._triple = "" if self._triple else match[0]
            elif match.lastgroup == "sign" and (found := self._sign(line, match, is_start=is_start)) is not None:
                return found
        self._is_continued = not self._triple and line.endswith("\\\n")
        return None

    def _next(self, line: str, at: int) -> re.Match[str] | None:
        if self._triple:
            return re.compile(rf"(?P<triple>(?<!\\){self._triple})").search(line, at)
        return _TOKEN.search(line, at)

    def _sign(self, line: str, match: re.Match[str], *, is_start: bool) -> _Found | None:
        if match[0] != "%":
            self._depth = max(self._depth + (1 if match[0] in "([{" else -1), 0)
            return None
        ours = _OURS.match(line, match.start())
        before = line[: match.start()]
        if ours is None or self._depth:
            return None
        if is_start and not before.strip():
            return _Found(match.start(), ours["name"], is_usual=True)
        if _EXPECTS_A_VALUE.search(before):
            return _Found(match.start(), ours["name"], is_usual=is_start and bool(_ASSIGNS.search(before)))
        return None

    def _as_call(self, at: int, end: int, found: _Found) -> list[str]:
        lines = self._lines[at:end]
        before, first = lines[0][: found.start], lines[0][found.start + 1 + len(found.name) :]
        parts = [first, *lines[1:]]
        text = " ".join([part.rstrip()[:-1] for part in parts[:-1]] + [parts[-1]])
        text = text.rstrip()
        is_for_us = text.endswith("?") or not found.is_usual or text[:1] not in {"", " "}
        return [before + _call(found.name, text.lstrip(" \t"))] if is_for_us else lines


def _call(name: str, text: str) -> str:
    return f"get_ipython().run_line_magic({name!r}, {text!r})\n"
