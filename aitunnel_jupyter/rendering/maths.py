r"""Formulas: ``$…$``, ``$$…$$``, ``\(…\)`` and ``\[…\]``, but not "$5 and $10".

A formula leaves as ``<span class="mathjax_process tex2jax_process">\(…\)</span>``: with
:func:`aitunnel_jupyter.rendering.page.page` around the answer, MathJax 2, 3 and 4 typeset exactly these spans.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from aitunnel_jupyter.rendering.maths_block import LONGEST, maths_block

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CLOSERS = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
# Macros that link, style, name, load or redefine: MathJax would do as told by the model.
MACROS = re.compile(
    r"\\(?:href|url|style|class|cssId|html\w*|data|require|bbox|mmlToken|unicode|includegraphics|texttip|mathtip"
    r"|tooltip|toggle|action|csname|[egx]?def|let|global|(?:re)?newcommand|(?:re)?newenvironment|providecommand"
    r"|DeclareMathOperator|Newextarrow|(?:eq|auto|page)?ref|begingroup|catcode|input)(?![A-Za-z])"
)
# What makes room, and the lengths behind it; "1500 cm" elsewhere is physics.
_ROOM = re.compile(
    r"\\(?:[rR]ule|Space|[hvm]space|[hvm]skip|m?kern|raise(?:box)?|lower|move(?:left|right)|above\w*|genfrac|\\(?=\s*\[))"
    r"([*\[\]{}()|./\s+\-\dA-Za-z]{1,80})"
)
_LENGTH = re.compile(r"(\d{1,9})[\d.]*\s*(em|ex|rem|pc|cm|mm|in|mu|[a-z]{2})")
_POINTS = {"em": 10, "ex": 5, "rem": 10, "pc": 12, "cm": 28, "mm": 3, "in": 72, "mu": 0.6}
LARGEST = 1_000
"""Points that the room in a formula may have together; ``\\rule{100000em}{100000em}`` would be all of the page."""
_REPEATED = re.compile(r"\*\s*\{\s*\d{3,}")  # columns of an array
_CHAIN = re.compile(r"(?:\\[A-Za-z]+\s*){40}")
_STEP = re.compile(r"\\(?:left|right|begin|end)(?![A-Za-z])|\\.|[{}]", re.DOTALL)
_DEEPER = {"{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1}
DEEPEST = 40
"""Levels of groups in a formula; a typesetter goes down into each."""
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")  # shown twice while streaming it is an error, and it is an id
_DELIMITER = re.compile(r"\\(?:([()\[\]])|.)", re.DOTALL)
# MathJax refuses these inside a display formula; their inner forms look the same.
_NESTED = re.compile(r"\\(begin|end)\s*\{(align|gather)\*?\}")
_EQUATION = re.compile(r"\\(?:begin|end)\s*\{(?:equation|displaymath|math)\*?\}")
_TEX = re.compile(r"[\\^_={}+\-*/<>|]")
_WORD = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{3,}")


def formula_html(tex: str, *, display: bool) -> str:
    """One formula as HTML that MathJax typesets, or as code if it asks for more than typesetting.

    Args:
        tex: What stood between the delimiters.
        display: On a line of its own?

    Returns:
        Safe HTML.

    Example:
        >>> formula_html(r"\\href{javascript:x}{y}", display=False)
        '<code>\\\\href{javascript:x}{y}</code>'
    """
    text = typeset(tex, display=display)
    if text is None:
        return f"<code>{escape(tex.strip(), quote=False)}</code>"
    opening, closing = ("\\[", "\\]") if display else ("\\(", "\\)")
    inner = escape(text, quote=False)
    return f'<span class="mathjax_process tex2jax_process">{opening}{inner}{closing}</span>'


def typeset(tex: str, *, display: bool) -> str | None:
    """The TeX to be typeset, or ``None`` if it asks for more than typesetting, or for too much of it.

    Args:
        tex: What stood between the delimiters.
        display: On a line of its own?

    Example:
        >>> typeset("x^2", display=False), typeset("\\\\rule{1000cm}{1cm}", display=False)
        ('x^2', None)
    """
    text = _LABEL.sub("", tex).strip()
    if MACROS.search(text) or _would_end_early(text) or _is_heavy(text):
        return None
    return _EQUATION.sub("", _NESTED.sub(r"\\\1{\2ed}", text)).strip() if display else text


def _is_heavy(text: str) -> bool:
    """Whether a page would suffer from it: room of metres, hundreds of columns, groups in groups in groups."""
    if _REPEATED.search(text) or _CHAIN.search(text):
        return True
    lengths = [length for room in _ROOM.findall(text) for length in _LENGTH.findall(room)]
    if sum(int(number) * _POINTS.get(unit, 1) for number, unit in lengths) > LARGEST:
        return True
    deepest = depth = 0
    for step in _STEP.findall(text):
        depth += _DEEPER.get(step, 0)
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def _would_end_early(text: str) -> bool:
    r"""Whether a delimiter stands in the formula itself (``\\[2pt]`` in a matrix is none)."""
    return any(match[1] for match in _DELIMITER.finditer(text)) or text.endswith("\\")


def inline_formula(text: str, start: int, end: int) -> tuple[int, str, bool] | None:
    """The formula that begins at ``start``, if one does.

    Args:
        text: The text of a paragraph.
        start: Where ``$`` or a backslash stands.
        end: Where the paragraph ends.

    Returns:
        Where the formula ends, its TeX, and whether it is a display formula.

    Example:
        >>> inline_formula("$x^2$ is", 0, 8)
        (5, 'x^2', False)
    """
    opener = text[start : start + 2]
    if opener not in _CLOSERS:
        return _dollars(text, start, end) if opener[:1] == "$" else None
    limit = min(end, start + 2 + LONGEST)
    stop = _find(text, _CLOSERS[opener], start + 2, limit)
    if stop < 0 or not text[start + 2 : stop].strip():
        return None
    return stop + 2, text[start + 2 : stop], opener != "\\("


def _find(text: str, closer: str, start: int, end: int) -> int:
    r"""Where ``closer`` is, not counting the backslash of a ``\\``."""
    stop = text.find(closer, start, end)
    while stop > start and closer != "$$" and _backslashes(text, start, stop) % 2:
        stop = text.find(closer, stop + 1, end)
    return stop


def _backslashes(text: str, start: int, stop: int) -> int:
    return stop - start - len(text[start:stop].rstrip("\\"))


def _dollars(text: str, start: int, end: int) -> tuple[int, str, bool] | None:
    """``$…$`` where it cannot be money."""
    stop = text.find("$", start + 1, min(end, start + 1 + LONGEST))
    while stop > 0 and _backslashes(text, start, stop) % 2:
        stop = text.find("$", stop + 1, min(end, start + 1 + LONGEST))
    tex = text[start + 1 : stop]
    if stop <= start + 1 or tex[0].isspace() or tex[-1].isspace() or "`" in tex:
        return None
    before, after = text[max(0, start - 1) : start], text[stop + 1 : min(end, stop + 2)]
    if before.isalnum() or after.isalnum() or after == "$" or _is_money(tex):
        return None
    return stop + 1, tex, False


def _is_money(tex: str) -> bool:
    """``5. Then 10``: an amount and words, no TeX."""
    spaced = any(char.isspace() for char in tex)
    return spaced and (not _TEX.search(tex) or (tex[0].isdigit() and bool(_WORD.search(tex)) and "\\" not in tex))


def install(markdown: MarkdownIt) -> None:
    """Teach ``markdown`` formulas, in text and as blocks.

    Args:
        markdown: The parser to extend.

    Example:
        >>> from markdown_it import MarkdownIt
        >>> install(MarkdownIt())
    """
    markdown.inline.ruler.before("escape", "maths", _maths)
    markdown.block.ruler.before(
        "fence", "maths_block", maths_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _maths(state: StateInline, silent: bool) -> bool:
    """Inline rule."""
    if state.src[state.pos] not in "$\\":
        return False
    found = inline_formula(state.src, state.pos, state.posMax)
    if not found:
        return _lone_dollars(state, silent)
    if not silent:
        token = state.push("maths", "", 0)
        token.content, token.meta = found[1], {"display": found[2]}
    state.pos = found[0]
    return True


def _lone_dollars(state: StateInline, silent: bool) -> bool:
    """A run of dollars that opens nothing is passed as a whole, or a long one would be searched at each."""
    stop = state.pos
    while stop < state.posMax and state.src[stop] == "$":
        stop += 1
    if stop - state.pos < 2:  # noqa: PLR2004 - a single one is left to the text rule
        return False
    if not silent:
        state.pending += state.src[state.pos : stop]
    state.pos = stop
    return True
