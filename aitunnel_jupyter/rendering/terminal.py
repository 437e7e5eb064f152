"""A model's text for a plain terminal: escape sequences and controls are dropped, however deltas cut them.

A terminal obeys what it prints: it can be told to rename its window, to fill the clipboard (OSC 52), to show a
link with another target (OSC 8), or to hide a line. After this no ESC and no C1 control is left.
"""

from __future__ import annotations

import re

from aitunnel_jupyter.controls import decided, printable
from aitunnel_jupyter.redaction import Growing

LONGEST = 4_096
"""Characters a sequence may take until it counts as text: an OSC without end must not swallow the answer."""

# The one-character (C1) forms of CSI, OSC, DCS, SOS, PM, APC and ST, as what they stand for.
_C1 = str.maketrans(
    {0x9B: "\x1b[", 0x9D: "\x1b]", 0x90: "\x1bP", 0x98: "\x1bX", 0x9E: "\x1b^", 0x9F: "\x1b_", 0x9C: "\x1b\\"}
)
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])")
# What may still become one. A string (OSC and the like) may end in ESC \, so an ESC at its end is part of it.
_OPEN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)\Z")


class TerminalText:
    """Cleans a stream of deltas and masks keys in it; tabs and line feeds stay.

    Example:
        >>> text = TerminalText()
        >>> text.feed("a\\x1b]0;ti"), text.feed("tle\\x07b\\x1b"), text.feed("[31mc"), text.flush()
        ('a', 'b', 'c', '')
    """

    def __init__(self) -> None:
        self._held = ""
        self._shown = ""  # the last character
        self._mask = Growing()

    def feed(self, delta: str) -> str:
        """What of ``delta``, and of what was held back before it, may be printed now.

        Args:
            delta: The next part of the text, cut anywhere.

        Returns:
            Clean text, perhaps empty.

        Example:
            >>> TerminalText().feed("bell\\x07")
            'bell'
        """
        text = self._held + delta.translate(_C1)
        found = _OPEN.search(text)
        start = found.start() if found and len(text) - found.start() <= LONGEST else len(text)
        start = decided(text[:start])
        self._held = text[start:]
        return self._mask.feed(self._clean(text[:start]))

    def flush(self) -> str:
        """The rest, when nothing follows: the beginning of a sequence is dropped, the text in it is kept.

        Returns:
            Clean text, usually empty.

        Example:
            >>> text = TerminalText()
            >>> text.feed("\\x1b]0;no end"), text.flush()
            ('', ']0;no end')
        """
        held, self._held = self._held, ""
        return self._mask.feed(self._clean(held)) + self._mask.flush()

    def _clean(self, text: str) -> str:
        """``text`` without whole sequences; of a broken one only its ESC is dropped."""
        clean = printable(_SEQUENCE.sub("", text).replace("\x1b", ""), self._shown)
        self._shown = clean[-1:] or self._shown
        return clean
