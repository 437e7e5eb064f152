r"""Display formulas as blocks: ``$$`` or ``\[`` at the beginning of a line, blank lines inside allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

STREAMING = "streaming"
"""Set in the parser's ``env`` while text is still arriving: a formula without an end reaches to the text's end."""

UNFINISHED = "unfinished"
"""The ``info`` of the token of such a formula."""

_CLOSERS = {"$$": "$$", "\\[": "\\]"}

LONGEST = 4_000
"""Characters between the two ends of a formula; bounds what a lone opener costs."""


def maths_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule of markdown-it.

    Args:
        state: The parser's state.
        start: First line.
        end: Line behind the last one.
        silent: Only ask whether a formula begins here.

    Returns:
        Whether it does.

    Example:
        >>> from aitunnel_jupyter.rendering.markdown import parser
        >>> parser().parse("$$\\nx\\n\\ny\\n$$")[0].type
        'maths_block'
    """
    first = _line(state, start)
    closer = _CLOSERS.get(first[:2])
    if closer is None or state.is_code_block(start):
        return False
    stop = _last_line(state, start, end, closer)
    lines = [] if stop is None else [first, *(_line(state, line) for line in range(start + 1, stop + 1))]
    text = "\n".join(lines)[2:].strip()
    if stop is None or text == closer:
        return False
    if not silent:
        token = state.push("maths_block", "", 0)
        token.content = text.removesuffix(closer)
        token.info = "" if text.endswith(closer) else UNFINISHED
        token.map = [start, stop + 1]
        state.line = stop + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _last_line(state: StateBlock, start: int, end: int, closer: str) -> int | None:
    """The line that ends in ``closer``, if none before it holds one and text of its own behind it."""
    size = 0
    # Asked whether it ends a paragraph in a list item, the rule may stand at a line outside of that item.
    indent = min(state.blkIndent, state.sCount[start])
    for line in range(start, end):
        text = _line(state, line)[2 if line == start else 0 :]
        size += len(text) + 1
        if size > LONGEST or (text and line > start and state.sCount[line] < indent):
            return None
        if line > start and text.startswith("\\["):
            return None  # one inside another: neither; and no search runs over the next one
        if closer in text:
            whole = text.find(closer) == len(text) - 2 and (line > start or len(text) > 2)  # noqa: PLR2004
            return line if whole else None
    return end - 1 if state.env.get(STREAMING) else None
