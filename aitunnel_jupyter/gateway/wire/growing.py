"""Servers that send the whole text so far in every chunk, told from those that send what is new."""

from __future__ import annotations


class Growing:
    """What is new in each piece of a text.

    Most servers send what is new; some send the text so far each time. Whether a stream is of the second kind is
    known when its second piece begins with the first, and its third with the second: until then the second piece
    waits. A piece that only repeats the one before is new text ("no, ", "no, ", "yes").

    Example:
        >>> growing = Growing()
        >>> [growing.take(piece) for piece in ("Hel", "Hello wor", "Hello world")]
        ['Hel', '', 'lo world']
    """

    def __init__(self) -> None:
        self.is_settled = False
        """Whether every piece is new text, whatever it is."""
        self._is_whole = False
        self._last = ""
        self._held = ""

    def take(self, piece: str) -> str:
        """What ``piece`` adds; ``""`` also while that is not known."""
        if self.is_settled or not piece:
            return piece
        if self._is_whole:
            return self._after_last(piece)
        return self._third(piece) if self._held else self._early(piece)

    def close(self) -> str:
        """What waited for a piece that never came."""
        held, self._held = self._held, ""
        if held and self._looks_whole(held):
            self._is_whole = True
            return self._after_last(held)
        return held

    def _early(self, piece: str) -> str:
        if not self._last:
            self._last = piece
            return piece
        if len(piece) > len(self._last) and piece.startswith(self._last):
            self._held = piece
            return ""
        self.is_settled = True
        return piece

    def _third(self, piece: str) -> str:
        held, self._held = self._held, ""
        if piece.startswith(held) and (len(piece) > len(held) or self._looks_whole(held)):
            self._is_whole = True
            return self._after_last(piece)
        self.is_settled = True
        return held + piece

    def _after_last(self, piece: str) -> str:
        if self._last.startswith(piece):
            return ""
        new = piece.removeprefix(self._last)
        self._last = self._last + new
        return new

    def _looks_whole(self, second: str) -> bool:
        """Whether two pieces alone are a text and the same text longer: not "A" and "An", not "ha" and "haha"."""
        first = self._last
        has_letter = any(character.isalpha() for character in first)
        return len(first) > 1 and has_letter and second != first * (len(second) // len(first))
