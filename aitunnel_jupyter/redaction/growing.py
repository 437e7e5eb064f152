"""A text that is still coming, masked as the whole would be: no part of a key is shown before the rest is there."""

from __future__ import annotations

import re

from aitunnel_jupyter.redaction.decoding import begun_at, decoded
from aitunnel_jupyter.redaction.known import needles
from aitunnel_jupyter.redaction.masking import MASK, spans

_KEY_BEGUN = re.compile(r"sk-[A-Za-z0-9_\-]*\Z")
_LEAST_HELD = 4
"""Characters of a key from which on they are held back: fewer tell nothing, and would hold up every other word."""
_BEHIND = 128
"""Characters before the held ones that are looked at again: where a key began that was too short to be held."""
_MOST_HELD = 4_096
"""A text that goes on looking like a key for longer is shown."""


class Growing:
    """Masks a text delta by delta.

    Example:
        >>> text = Growing()
        >>> text.feed("use sk-aitunnel-0123"), text.feed("456789abcdef now"), text.flush()
        ('use ', 'sk-… now', '')
    """

    def __init__(self) -> None:
        self._behind = ""
        self._held = ""

    def feed(self, delta: str) -> str:
        """What of ``delta``, and of what was held back before it, may be shown now."""
        text = self._behind + self._held + delta
        held = max(_begun(text), len(self._behind))
        if len(text) - held > _MOST_HELD:
            held = len(text)
        return self._release(text, held)

    def flush(self) -> str:
        """The rest, when nothing follows."""
        text = self._behind + self._held
        shown = self._release(text, len(text))
        self._behind = ""
        return shown

    def _release(self, text: str, end: int) -> str:
        """The text from what was shown up to ``end``, masked."""
        pieces, done = [], len(self._behind)
        for start, stop in spans(text):
            if stop > done and start < end:
                pieces += [text[done : max(start, done)], MASK]
                done = stop
        end = max(end, done)
        self._held = text[end:]
        self._behind = text[max(end - _BEHIND, 0) : end]
        return "".join([*pieces, text[done:end]])


def end_of(text: str, most: int) -> str:
    """The last ``most`` characters of a text that is still coming, masked as the whole would be.

    Example:
        >>> end_of("x" * 9_000 + " the key is sk-aitunnel-0123456789", 12)
        ' the key is '
    """
    return so_far(text[-most - _MOST_HELD :])[-most:]


def so_far(text: str) -> str:
    """A text that is still coming, masked; what may be the beginning of a key is left out."""
    return Growing().feed(text)


def _begun(text: str, depth: int = 3) -> int:
    """Where a key may have begun that is not whole yet; the length of ``text`` if none has."""
    whole = begun_at(text)
    sure = text[:whole]
    found = _KEY_BEGUN.search(sure, max(len(sure) - _MOST_HELD, 0))
    begun = found.start() if found else whole
    for needle in needles():
        start = sure.find(needle[0], max(len(sure) - len(needle) + 1, 0))
        while 0 <= start <= len(sure) - _LEAST_HELD:
            if needle.startswith(sure[start:]):
                begun = min(begun, start)
                break
            start = sure.find(needle[0], start + 1)
    if depth and (inner := decoded(sure)) is not None:
        deep = _begun(inner.text, depth - 1)
        if deep < len(inner.text):
            begun = min(begun, inner.origin(deep, deep + 1)[0])
    return begun
