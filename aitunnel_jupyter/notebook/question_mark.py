"""``%ai ask Is it so?`` is a question to a model, not to IPython's help.

IPython takes any line that ends in ``name?`` for a request for help, also one that begins with a magic (7.34 to
9.18, seen 2026-11-22). A cleanup transformer, the hook meant for it, gets there first.
"""

from __future__ import annotations

import re

_ASKS = re.compile(r"(?P<indent>[ \t]*)%ai[ \t]+(?P<text>(?:ask|compare|context)[ \t]+.*\?)[ \t]*\n?")
_TRIPLE_QUOTES = re.compile(r"'''|\"\"\"")


def keep_question_marks(lines: list[str]) -> list[str]:
    """The cell's lines, with ``%ai ask …?`` (``compare``, ``context``) as the call that IPython would make of it.

    Cell magics and text inside triple quotes are left alone.

    Example:
        >>> keep_question_marks(["%ai ask Is it so?\\n"])
        ["get_ipython().run_line_magic('ai', 'ask Is it so?')\\n"]
    """
    if lines and lines[0].lstrip().startswith("%%"):
        return lines
    kept: list[str] = []
    quotes = 0
    for line in lines:
        match = _ASKS.fullmatch(line) if quotes % 2 == 0 else None
        quotes += len(_TRIPLE_QUOTES.findall(line)) if match is None else 0
        kept.append(line if match is None else _as_call(match))
    return kept


def _as_call(match: re.Match[str]) -> str:
    return f"{match['indent']}get_ipython().run_line_magic('ai', {match['text']!r})\n"
