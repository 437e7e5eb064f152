"""A model's Markdown as HTML that can do nothing: no script, no fetch, no attribute of the model's own.

The HTML is safe by construction, not by filtering: ``markdown-it-py`` only cuts the text into tokens (raw
HTML off), and :mod:`aitunnel_jupyter.rendering.tags` writes every tag itself, from a fixed list.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from aitunnel_jupyter.redaction import printable

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

DEEPEST = 40
"""Levels of nested quotes and lists that are followed; what lies deeper is shown as it was written."""

WIDEST, FEW = 200, 5_000
"""Columns of a table, and cells that may be empty. (A short row is filled up to the width of the head.)"""

_LINE_END = re.compile(r"\r\n?")


def to_html(source: str) -> str:
    """The Markdown ``source`` as safe HTML.

    The caller wraps it with :func:`aitunnel_jupyter.rendering.page.page`, whose classes keep a front end's
    maths typesetter away from every dollar that is not a formula.

    Args:
        source: What a model said. Nothing about it is trusted.

    Returns:
        HTML without ``<script>``, ``<style>``, ids, event handlers or remote resources. If anything goes
        wrong, the text itself, escaped, in ``<pre>``.

    Example:
        >>> to_html("**Hi** <b onclick=x>")
        '<p><strong>Hi</strong> &lt;b onclick=x&gt;</p>'
    """
    text = normal(source)
    try:
        from aitunnel_jupyter.rendering.tags import tokens_html

        return tokens_html(parser().parse(text, {}))
    except Exception as fault:  # noqa: BLE001 - one of ours or of the parser's must not cost anybody an answer
        return _unparsed(text, fault)


def _unparsed(text: str, _fault: Exception) -> str:
    """The text itself. Tests replace this: there a fault is a fault."""
    return f"<pre>{escape(text, quote=False)}</pre>"


def normal(source: str) -> str:
    r"""``source`` with ``\n`` as its only line end and without control characters.

    Args:
        source: Any text.

    Returns:
        Text in which every character that is left can be shown.

    Example:
        >>> normal("a\r\nb\x07")
        'a\nb'
    """
    return printable(_LINE_END.sub("\n", source))


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The one parser: CommonMark, tables, strikethrough, maths and bare addresses; raw HTML is text.

    Returns:
        A shared instance; it keeps nothing between two texts.

    Example:
        >>> [token.type for token in parser().parse("---")]
        ['hr']
    """
    from markdown_it import MarkdownIt

    from aitunnel_jupyter.rendering import links, maths

    # Two levels of tokens a list level; the rest above DEEPEST is for what a deepest level still opens.
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST + 20})
    markdown.enable(["table", "strikethrough"])
    markdown.block.ruler.before("table", "deep", _deep, {"alt": []})
    markdown.block.ruler.before("table", "wide", _wide, {"alt": []})
    maths.install(markdown)
    links.install(markdown)
    return markdown


def outline(source: str, *, streaming: bool) -> list[Token]:
    """The block tokens of ``source``; its text is not looked into.

    Args:
        source: Markdown with normal line ends.
        streaming: Whether more will come: then a formula without an end goes on to the end of the text.

    Returns:
        Tokens with their line numbers.

    Example:
        >>> [token.type for token in outline("# a", streaming=True)][0]
        'heading_open'
    """
    from aitunnel_jupyter.rendering.maths_block import STREAMING

    markdown = parser()
    tokens: list[Token] = []
    markdown.block.parse(source, markdown, {STREAMING: streaming}, tokens)
    return tokens


def _deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: below the deepest level the rest is text; markdown-it itself would drop it."""
    if silent or state.level < DEEPEST:
        return False
    return _as_written(state, start, end)


def _wide(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: what would become a table of mostly empty cells, thousands of them, is shown as it was written."""
    if silent or start + 1 >= end or not (columns := _pipes(state, start, start + 1)):
        return False
    if state.src[state.bMarks[start + 1] + state.tShift[start + 1] : state.eMarks[start + 1]].strip(" \t|:-"):
        return False
    stop = next((line for line in range(start, end) if state.isEmpty(line)), end)
    cells = columns * (stop - start)
    if columns <= WIDEST and (cells <= FEW or cells <= 3 * _pipes(state, start, stop)):
        return False
    return _as_written(state, start, stop)


def _pipes(state: StateBlock, start: int, end: int) -> int:
    return state.src.count("|", state.bMarks[start], state.eMarks[end - 1])


def _as_written(state: StateBlock, start: int, end: int) -> bool:
    state.line = end
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start, end, state.blkIndent, False)
    token.map = [start, end]
    return True
