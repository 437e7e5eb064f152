"""Characters that nobody sees: what of them is left out wherever a text of a model, a server or a file is shown.

What a person reads must be what is there: a terminal obeys escape sequences, bidirectional marks make a line read
differently from what it is (CVE-2021-42574), and words of zero-width and tag characters are read by programs and
models alone. The panel has the same rules in ``panel/front/prose/controls.js``; a test compares both.

Left in, because scripts need them: joiners beside letters of Arabic, Indic and kindred scripts, joiners between
pictures, one variation selector after what it varies, the three flags that are written with tags.
"""

from __future__ import annotations

import re

# ESC sequences first, as a whole; a string that does not end loses its ESC only, not what follows.
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)|[ -/]*[0-~])")

# Scripts whose letters change their form beside a joiner (Unicode 17, chapters 9, 12-14, 16).
_JOINING = (
    "\u0600-\u061b\u061d-\u109f\u1700-\u180d\u180f-\u1aff\u1b00-\u1c4f\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010aff\U00010d00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FLAGS = (
    "\U0001f3f4(?:\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f)"
)
UNSEEN = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_KEPT = (
    f"{_FLAGS}|(?<=[{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?=[{_JOINING}])|(?<=[{_PICTURES}\ufe0f\u20e3])\u200d(?=[{_PICTURES}]|\\Z)"
    f"|(?<!{UNSEEN})(?<=[0-9#*\u00a1-\ufdff\ufe10-\U000e00ff])[\ufe00-\ufe0f]"
    f"|(?<=[{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]|(?<=[\u0591-\u05c7])\u034f"
)
_FOUND = re.compile(f"(?={UNSEEN}|[\U0001f3f4\ud800-\udfff])(?:({_KEPT})|{UNSEEN}|(?P<half>[\ud800-\udfff]))")
# What the next part of a text may still change: half a line end or sequence, a joiner, the beginning of a flag.
_UNDECIDED = re.compile(
    r"(?:\r|[\u200c\u200d]+|\U0001f3f4[\U000e0000-\U000e007f]*"
    r"|\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c\n]{0,4096}\x1b?|[ -/]*))\Z"
)


def printable(text: str, before: str = "") -> str:
    """``text`` without terminal escapes, controls and characters nobody sees; tabs and line feeds stay.

    Args:
        text: Of anybody. Lone surrogates, which no output can carry, become U+FFFD.
        before: The end of what was shown before it, where a text is shown part by part.

    Example:
        >>> printable("a\\x1b[31mb\\r\\n")
        'ab\\n'
        >>> printable("pass\\u200bword \\U0001f468\\u200d\\U0001f680") == "password \\U0001f468\\u200d\\U0001f680"
        True
    """
    if text.isascii() and text.isprintable():
        return text
    context = before[-1:]
    whole = context + ESCAPES.sub("", text)
    return _FOUND.sub(lambda found: _left(found, len(context)), whole)[len(context) :]


def decided(text: str) -> int:
    """How many characters of a text that goes on can be shown now, whatever follows.

    Example:
        >>> decided("end\\r"), decided("a\\x1b[3"), decided("abc")
        (3, 1, 3)
    """
    found = _UNDECIDED.search(text, max(0, len(text) - 4_200))
    return found.start() if found else len(text)


def _left(found: re.Match[str], start: int) -> str:
    if found.start() < start:
        return found[0]
    return found[1] or ("\ufffd" if found["half"] else "")
