"""Thoughts that a server leaves in the text: ``<think>…</think>`` at the very beginning of an answer."""

from __future__ import annotations

import re

_CLOSE_OF = {f"<{tag}>": f"</{tag}>" for tag in ("think", "thinking", "thought")}
_LONGEST_TAG = max(map(len, _CLOSE_OF))
_CLOSE = "</think>"
SPOKEN_CHARACTERS = 80
"""``<think> and </think> are tags`` is an answer: both tags on one line, blanks around, no longer than this."""

_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


def split_thought(raw: str, *, is_whole: bool = True) -> tuple[str, str]:
    r"""The text of an answer and the thought before it.

    Only a tag at the very beginning opens. A closing tag alone (some servers swallow the opening one) counts if it
    looks like the end of a thought and stands neither in code nor in an answer that speaks of the tag.

    Args:
        raw: All the content there is.
        is_whole: Whether the answer came to its own end.

    Example:
        >>> split_thought("<think>\nhm</think>\n\nHi"), split_thought("hm</think>\n\nHi"), split_thought("a `</think>`")
        (('Hi', 'hm'), ('Hi', 'hm'), ('a `</think>`', ''))
    """
    if not _CLOSE_START.search(raw) and not _opened(raw.lstrip()):
        return raw, ""
    thoughts, text = [], raw
    while (found := _first_thought(text.lstrip(), is_whole=is_whole)) is not None:
        thought, text = found
        thoughts.append(thought)
    if not thoughts and (found := _swallowed(raw)) is not None:
        thoughts, text = [found[0]], found[1]
    return text, "\n\n".join(thought for thought in thoughts if thought)


_CLOSE_START = re.compile("</th", re.IGNORECASE | re.ASCII)


def _opened(start: str) -> str:
    """The tag that ``start`` begins with, in small letters: some models shout it."""
    start = start[:_LONGEST_TAG].lower()
    return next((tag for tag in _CLOSE_OF if start.startswith(tag)), "")


def _first_thought(start: str, *, is_whole: bool) -> tuple[str, str] | None:
    """The thought that ``start`` begins with, and what follows it."""
    if start[: len(_CLOSE)].lower() == _CLOSE:  # the thought itself came in a field of its own
        after = start[len(_CLOSE) :]
        return ("", after.lstrip()) if _follows_a_thought(after) else None
    if not (tag := _opened(start)):
        return None
    inner = start[len(tag) :]
    at = end_of_thought(inner, close := _CLOSE_OF[tag])
    if at < 0:
        if is_whole and inner.startswith(" ") and "\n" not in inner:
            return None
        return inner[: len(inner) - partial(inner, close)].strip(), ""
    inner, after = inner[:at], inner[at + len(close) :]
    return None if _is_spoken_of(inner, after) else (inner.strip(), after.lstrip())


def _is_spoken_of(inner: str, after: str) -> bool:
    """Whether a pair of tags is what the answer is about, not a thought."""
    if _follows_a_thought(after) or len(inner) > SPOKEN_CHARACTERS or "\n" in inner:
        return False
    return inner.startswith(" ") or not any(character.isalnum() for character in inner)


def _follows_a_thought(after: str) -> bool:
    return not after or after[0] in "\r\n" or after[0].isalnum()


def _swallowed(raw: str) -> tuple[str, str] | None:
    """Thought and text around a closing tag whose opening tag never came."""
    if (at := _find(raw, _CLOSE)) < 0:
        return None
    before, after = raw[:at], raw[at + len(_CLOSE) :]
    if _find(before, "<think>") >= 0 or len(_FENCE.findall(before)) % 2 or before.rpartition("\n")[2].count("`") % 2:
        return None
    ends_well = before.endswith("\n") or (bool(after) and _follows_a_thought(after))
    return (before.strip(), after.lstrip()) if ends_well else None


def end_of_thought(text: str, close: str) -> int:
    """Where ``close`` is in ``text``, or -1; in backticks it is only spoken of."""
    at = _find(text, close)
    while at > 0 and text[at - 1] == "`":
        at = _find(text, close, at + 1)
    return at


def _find(text: str, tag: str, start: int = 0) -> int:
    """Where ``tag`` is, in any case, or -1; small letters of the text could be longer than the text."""
    found = re.compile(re.escape(tag), re.IGNORECASE | re.ASCII).search(text, start)
    return found.start() if found else -1


def partial(text: str, tag: str) -> int:
    """How many characters at the end of ``text`` may be the beginning of ``tag``.

    Example:
        >>> partial("hm</th", "</think>")
        4
    """
    return next((n for n in range(min(len(tag) - 1, len(text)), 0, -1) if tag.startswith(text[-n:].lower())), 0)


class ThoughtStream:
    """Tells thoughts from text while they come, for the eye: :func:`split_thought` has the last word.

    Example:
        >>> thoughts = ThoughtStream()
        >>> [thoughts.take(piece) for piece in ("<thi", "nk>hm</thi", "nk>\\n\\nHi")]
        [('', ''), ('', 'hm'), ('Hi', '')]
    """

    def __init__(self) -> None:
        self.is_text = False
        """Whether all that comes now is text."""
        self._held = ""
        self._close = ""
        self._had_thought = False

    def take(self, piece: str) -> tuple[str, str]:
        """Text and thought that ``piece`` adds, with what waited before it."""
        if self.is_text:
            return piece, ""
        piece, self._held = self._held + piece, ""
        thoughts = []
        while not self.is_text:
            if self._close:
                thought, piece, waits = self._in_thought(piece)
                thoughts.append(thought)
            else:
                piece, waits = self._at_start(piece)
            if waits:
                self._held = piece
                return "", "".join(thoughts)
        return piece, "".join(thoughts)

    def close(self) -> tuple[str, str]:
        """What waited for more."""
        held, self._held = self._held, ""
        return ("", held.rstrip()) if self._close else (held, "")

    def _at_start(self, piece: str) -> tuple[str, bool]:
        start = piece.lstrip()
        if tag := _opened(start):
            self._close, self._had_thought = _CLOSE_OF[tag], True
            return start[len(tag) :].lstrip(), False
        if any(tag.startswith(start[:_LONGEST_TAG].lower()) for tag in _CLOSE_OF):
            return (start if self._had_thought else piece), True
        self.is_text = True
        return (start if self._had_thought else piece), False

    def _in_thought(self, piece: str) -> tuple[str, str, bool]:
        at = end_of_thought(piece, self._close)
        if at >= 0:
            rest, self._close = piece[at + len(self._close) :], ""
            return piece[:at].rstrip(), rest, False
        ready = piece[: len(piece) - partial(piece, self._close)].rstrip()
        ready = ready.removesuffix("`")
        return ready, piece[len(ready) :], True
