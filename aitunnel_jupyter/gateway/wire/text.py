"""The text of an answer: from deltas or messages, growing or in pieces, with whole characters, without thoughts."""

from __future__ import annotations

from aitunnel_jupyter.gateway.wire.growing import Growing
from aitunnel_jupyter.gateway.wire.thinking import ThoughtStream, split_thought
from aitunnel_jupyter.gateway.wire.values import Halves


class TextFold:
    r"""Collects the content of an answer.

    Example:
        >>> fold = TextFold()
        >>> fold.take("<think>hm</think>"), fold.take("Hi")
        (('', 'hm'), ('Hi', ''))
        >>> fold.split(is_whole=True)
        ('Hi', 'hm')
    """

    def __init__(self) -> None:
        self._raw: list[str] = []
        self._growing = Growing()
        self._thoughts = ThoughtStream()
        self._halves = Halves()
        self._has_deltas = False

    def __bool__(self) -> bool:
        """Whether there is any text beside thoughts."""
        return self._thoughts.is_text

    def split(self, *, is_whole: bool) -> tuple[str, str]:
        """Text and thought so far, see :func:`split_thought`."""
        return split_thought("".join(self._raw), is_whole=is_whole)

    def take(self, piece: str) -> tuple[str, str]:
        """What a delta adds to the text, and to the thought before it."""
        self._has_deltas = True
        return self._keep(piece if self._growing.is_settled else self._growing.take(piece))

    def take_message(self, text: str, *, is_last: bool) -> tuple[str, str]:
        """The same for a message: what is new, the text so far, or at the end all of it once more.

        Args:
            text: The message's content.
            is_last: Whether a finish reason came with it.
        """
        so_far = "".join(self._raw)
        if self._has_deltas:
            for known in (so_far, self.split(is_whole=True)[0]):
                if text.startswith(known):
                    return self._keep(text[len(known) :])
            return "", ""
        if is_last and text == so_far:
            return "", ""
        return self._keep(self._growing.take(text))

    def close(self) -> tuple[str, str]:
        """What waited for more."""
        text, thought = self._keep(self._growing.close())
        if half := self._halves.close():
            more = self._keep(half)
            text, thought = text + more[0], thought + more[1]
        last = self._thoughts.close()
        return text + last[0], thought + last[1]

    def _keep(self, piece: str) -> tuple[str, str]:
        piece = self._halves.take(piece)
        if not piece:
            return "", ""
        self._raw.append(piece)
        return (piece, "") if self._thoughts.is_text else self._thoughts.take(piece)
