"""Tokens to HTML: every tag and attribute that can ever leave this package's Markdown is written here."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from aitunnel_jupyter.rendering import links, maths
from aitunnel_jupyter.rendering.highlight import code_html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

_PAIRS = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "em": "em",
    "strong": "strong",
    "s": "s",
}
_CELLS = ("th", "td")
_ALIGNED = {f"text-align:{side}": f" style=text-align:{side}" for side in ("left", "center", "right")}
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
TASK = "aitunnel-task"
"""Class of a list item that begins with a ballot box. Boxes are characters: a sanitiser may drop ``<input>``."""


def tokens_html(tokens: Sequence[Token]) -> str:
    """The HTML of a parsed text, one line per top-level block.

    Args:
        tokens: What the parser made of the text.

    Returns:
        Safe HTML; a token of an unknown kind leaves only its escaped text.

    Example:
        >>> from aitunnel_jupyter.rendering.markdown import parser
        >>> tokens_html(parser().parse("*a*"))
        '<p><em>a</em></p>'
    """
    parts: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            parts.append(_item(tokens, index))
        elif token.type == "inline":
            parts.append(inline_html(token.children or []))
        else:
            parts.append(_tag(token))
        if token.level == 0 and token.nesting < 1 and token.block:
            parts.append("\n")
    return "".join(parts).rstrip("\n")


def inline_html(tokens: Sequence[Token]) -> str:
    """The HTML of one run of text; a link inside a link is only its words.

    Args:
        tokens: The children of an ``inline`` token.

    Returns:
        Safe HTML.

    Example:
        >>> inline_html([])
        ''
    """
    parts: list[str] = []
    inside: list[bool] = []  # one entry per open link: was its tag written?
    for token in tokens:
        if token.type == "link_open":
            opening = "" if any(inside) else links.open_html(str(token.attrGet("href") or ""))
            inside.append(bool(opening))
            parts.append(opening)
        elif token.type == "link_close":
            parts.append("</a>" if inside and inside.pop() else "")
        elif token.type == "image":
            alt = plain(token.children or [])
            parts.append(links.image_html(str(token.attrGet("src") or ""), alt, linked=any(inside)))
        else:
            parts.append(_tag(token))
    return "".join(parts)


def plain(tokens: Sequence[Token]) -> str:
    """The words of ``tokens`` without any markup, for the text that stands for an image.

    Args:
        tokens: The children of an ``image`` token.

    Returns:
        Text, not escaped.

    Example:
        >>> plain([])
        ''
    """
    parts = [plain(token.children) if token.children else token.content or " " for token in tokens if not token.nesting]
    return "".join(parts)


def _tag(token: Token) -> str:
    """One token that needs nothing but itself."""
    if token.hidden:
        return ""
    name = token.type.removesuffix("_open").removesuffix("_close")
    if token.nesting:
        return _pair(token, name)
    writer = _SINGLES.get(name)
    return writer(token) if writer else escape(token.content, quote=False)


def _pair(token: Token, name: str) -> str:
    if token.nesting < 0:
        tag = token.tag if name in ("heading", *_CELLS) else {"ordered_list": "ol", "list_item": "li"}.get(name)
        tag = tag or _PAIRS.get(name)
        return f"</{tag}>" if tag else ""
    if name == "heading":
        return f"<{token.tag}>"  # h1 to h6: the parser's own
    if name in _CELLS:
        return f"<{name}{_ALIGNED.get(str(token.attrGet('style')), '')}>"
    if name == "ordered_list":
        start = token.attrGet("start")
        return "<ol>" if start is None else f"<ol start={int(start)}>"
    return f"<{_PAIRS[name]}>" if name in _PAIRS else ""


def _item(tokens: Sequence[Token], index: int) -> str:
    """A list item; ``[ ]`` and ``[x]`` at its beginning become a ballot box."""
    first = tokens[index + 2 : index + 3]
    children = first[0].children if first and first[0].type == "inline" else None
    if not children or children[0].content[:4] not in _BOXES or children[0].type != "text":
        return "<li>"
    children[0].content = _BOXES[children[0].content[:4]] + children[0].content[4:]
    return f"<li class={TASK}>"


_SINGLES: dict[str, Callable[[Token], str]] = {
    "hr": lambda _: "<hr>",
    "hardbreak": lambda _: "<br>",
    "softbreak": lambda _: " ",
    "code_inline": lambda token: f"<code>{escape(token.content, quote=False)}</code>",
    "code_block": lambda token: code_html(token.content, ""),
    "fence": lambda token: code_html(token.content, token.info),
    "maths": lambda token: maths.formula_html(token.content, display=bool(token.meta["display"])),
    "maths_block": lambda token: f"<div>{maths.formula_html(token.content, display=True)}</div>",
}
