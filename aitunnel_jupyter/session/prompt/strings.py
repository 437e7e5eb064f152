"""String literals of pasted code: their braces belong to another language, or to ``str.format``.

``He said "{quote}"`` is a sentence; ``f"{name}"``, ``"{name}".format(…)``, ``log("{name}")`` and ``x = "{name}"`` are
code. What makes the difference stands right before or right behind the quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = re.compile(r"[\"'()]|\n[ \t]*\n")
_PREFIX = re.compile(r"(?:(?<!\w)(?:[frbut]|fr|rf|br|rb|tr|rt)|@\$|\$@|[$@])\Z", re.IGNORECASE)
_CODE_BEFORE = re.compile(
    r"(?:[\w!\])]=|[\w!\])] ?[-+*/%|&^:<>!=]?= ?|[\w!\]>]\(\s*|(?<!\w)(?:return|yield|raise|throw) )\Z"
)
_CODE_BEHIND = re.compile(r"(?:\s*\n\s*)?\.[A-Za-z_]\w*\(|[ \t]*%[ \t]*[\w({\[]")
_POSSESSIVE = re.compile(r"'s(?!\w)")
"""``R's``, ``plan B's``."""
_IN_BRACES = re.compile(r"\\.|[{}\n\"']", re.DOTALL)
_BODY = {
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*+", re.DOTALL),
}
_LOOK_BEHIND = 40
"""Characters before a quote that say what it is."""


class Literal(NamedTuple):
    """Something between quotes."""

    start: int
    end: int
    is_code: bool


def literals(text: str) -> Iterator[Literal]:
    """What stands between quotes, in order; of code inside three quotes also what is in there.

    Example:
        >>> [literal.is_code for literal in literals('''say "x", f"{x}", "{x}".format(x=1) and it's "x"''')]
        [False, True, True, False]
    """
    return _Scan(text).run()


class _Scan:
    """One pass from left to right; what has been looked at is not looked at again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._calls: list[bool] = []
        """For each open parenthesis, whether it opens the arguments of a call."""
        self._open_calls = 0
        self._code_end = -1
        self._closing = -1
        """Where the three quotes around a document stand that is being looked through."""
        self._unclosed: set[str] = set()
        """Triple quotes that do not occur any more."""

    def run(self) -> Iterator[Literal]:
        at = 0
        while (found := _MARKS.search(self._text, at)) is not None:
            at = found.end()
            if found.start() == self._closing:
                at += 2
            elif found[0] not in "\"'":
                self._count(found)
            elif (literal := self._literal(found.start())) is not None:
                at = self._after(literal)
                yield literal

    def _after(self, literal: Literal) -> int:
        """Where to go on: three quotes around a document are looked into."""
        if literal.is_code:
            self._code_end = literal.end
        elif self._is_triple(literal.start):
            self._closing = literal.end - 3
            return literal.start + 3
        return literal.end

    def _count(self, found: re.Match[str]) -> None:
        if found[0] == "(":
            before = self._text[max(found.start() - 1, 0) : found.start()]
            self._calls.append(before.isalnum() or (before != "" and before in "_!]>"))
            self._open_calls += self._calls[-1]
        elif found[0] == ")":
            self._open_calls -= self._calls.pop() if self._calls else False
        else:  # an empty line: a parenthesis of the paragraph above is not waited for
            self._calls.clear()
            self._open_calls = 0

    def _literal(self, start: int) -> Literal | None:
        """The literal whose first quote is at ``start``; ``None`` for an apostrophe and what never closes."""
        before = self._text[max(0, start - _LOOK_BEHIND) : start]
        has_prefix = bool(_PREFIX.search(before))
        if before[-1:].isalnum() and (not has_prefix or _POSSESSIVE.match(self._text, start)):
            return None
        end, closed = self._end(start, braces=has_prefix)
        if has_prefix:
            return Literal(start, end, is_code=True)
        if not closed:
            return None
        return Literal(start, end, self._is_code(start, end, before))

    def _is_code(self, start: int, end: int, before: str) -> bool:
        body = self._text[start + 1 : start + 3]
        return bool(
            self._open_calls
            or _CODE_BEFORE.search(before)
            or _CODE_BEHIND.match(self._text, end)
            or (body[:1] == "/" and (body[1:].isalnum() or body[1:] in ("{", "_")))
            or self._goes_on(start)
        )

    def _goes_on(self, start: int) -> bool:
        """Whether blanks or a plus stand between this and a literal of code: the two are one."""
        near = 0 <= start - self._code_end <= _LOOK_BEHIND
        return near and self._code_end >= 0 and not self._text[self._code_end : start].strip(" \t\n+")

    def _is_triple(self, start: int) -> bool:
        return self._text.startswith(self._text[start] * 3, start)

    def _end(self, start: int, *, braces: bool) -> tuple[int, bool]:
        """Where the literal ends, and whether a quote ends it."""
        quote = self._text[start]
        if self._is_triple(start):
            end = -1 if quote in self._unclosed else self._text.find(quote * 3, start + 3)
            if end >= 0:
                return end + 3, True
            self._unclosed.add(quote)
            return len(self._text), False
        if braces:
            return self._end_with_braces(start)
        body = _BODY[quote].match(self._text, start + 1)
        assert body is not None
        closed = self._text.startswith(quote, body.end())
        return body.end() + closed, closed

    def _end_with_braces(self, start: int) -> tuple[int, bool]:
        """As Python 3.12 has it: between braces there may be line ends."""
        quote, depth, at = self._text[start], 0, start + 1
        for found in _IN_BRACES.finditer(self._text, at):
            mark, at = found[0], found.end()
            if mark == quote and depth <= 0:
                return at, True
            if mark == "\n" and depth <= 0:
                return found.start(), False
            depth += (mark == "{") - (mark == "}")
        return len(self._text), False
