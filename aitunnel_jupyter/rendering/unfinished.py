"""The end of an unfinished text, so that nothing flashes: half a link, an open ``**`` or formula."""

from __future__ import annotations

import re

from aitunnel_jupyter.rendering.lines import with_ends
from aitunnel_jupyter.rendering.markdown import outline
from aitunnel_jupyter.rendering.maths_block import UNFINISHED

# A last line that is only markers may become anything: "-" under a paragraph is a heading for one frame.
_MARKERS = re.compile(r"[ \t>]*(?:[-=*_+#`~|:. \t]+|\d{1,9}[.)]?[ \t]*|[-*+][ \t]+\[[ xX]?\]?[ \t]*)\Z")
_FENCE_END = re.compile(r"[ \t>]*(?:`+|~+)[ \t]*\Z")
# What is complete, to be looked past. No part may run over another opener, or this would take quadratic time.
_COMPLETE = re.compile(
    r"\\[^(\[]|(`+)[^`]+\1(?!`)|\$\$[^$]+\$\$|\\\((?:[^\\]|\\[^()])+\\\)|\\\[(?:[^\\]|\\[^\[\]])+\\\]"
    r"|!?\[[^\[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)"
)
_HALF_LINK = re.compile(
    r"!?\[(?P<done>[^\[\]\n]*)\](?:\([^()\s]*(?:\([^()\s]*\)?[^()\s]*)*)?\Z"
    r"|(?<![\w\]])!?\[(?P<open>[^\W\d][^\[\]\n]*)\Z"
)
_HALF_FORMULA = re.compile(r"\$\$|\\[(\[]|\\\Z|(?<![\w$])\$(?=[^$\n]*[\\^_{])(?![^$\n]*\$)")
_ROW = re.compile(r"(?:^|\n)[ \t]*\|[^\n]*(?:\n[|:\- \t]*)?\Z")
LONGEST = 4_000
"""Characters of the last run of text that are looked at."""


def shown(lines: str, partial: str) -> str:
    """What of an unfinished text can be shown without being taken back in the next frame.

    Args:
        lines: The complete lines.
        partial: The line that has not ended, perhaps empty.

    Returns:
        Markdown; it differs from the text only in its last block.

    Example:
        >>> shown("", "now **bold te")
        'now **bold te**'
    """
    if _MARKERS.match(partial):
        partial = ""
    source = lines + partial
    tokens = outline(source, streaming=True)
    leaf = next((token for token in reversed(tokens) if token.map and not token.nesting), None)
    if leaf is None or leaf.map is None:
        return source
    if leaf.type == "inline":
        return _tidy_end(source, leaf.content)
    if leaf.type == "maths_block" and leaf.info == UNFINISHED:
        return "".join(with_ends(source)[: leaf.map[0]])
    return source


def _tidy_end(source: str, content: str) -> str:
    """``source`` with its last run of text, ``content``, made fit to be shown."""
    text = content[-LONGEST:].rstrip()
    body = source.rstrip()
    if not text or not body.endswith(text.rsplit("\n", 1)[-1]):
        return source
    drop, add = _ending(text)
    return (body[: len(body) - drop] + add) if drop or add else source


def _ending(text: str) -> tuple[int, str]:
    """How many characters to drop from the end of ``text``, and what to put there."""
    if row := _ROW.search(text):
        return len(text) - row.start(), ""
    rest = _COMPLETE.sub(lambda match: "x" * len(match[0]), text)
    if formula := _HALF_FORMULA.search(rest):
        return len(text) - formula.start(), ""
    if link := _HALF_LINK.search(rest):
        start, stop = link.span("done" if link["done"] is not None else "open")
        return len(text) - link.start(), "" if link[0][0] == "!" else text[start:stop]
    if rest.count("`") % 2:
        return 0, "`"
    return _emphasis(rest)


def _emphasis(rest: str) -> tuple[int, str]:
    trailing = len(rest) - len(rest.rstrip("*~"))
    bare = rest[: len(rest) - trailing]
    add = "**" if bare.count("**") % 2 else ""
    if not add and (bare.count("*") - 2 * bare.count("**")) % 2 and re.search(r"(?<!\w)\*(?=\w)", bare):
        add = "*"
    if add and trailing == len(add):
        return 0, ""
    return trailing, add
