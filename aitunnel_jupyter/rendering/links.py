"""Where a link may lead, and what stands for an image. Nothing is fetched until a person clicks."""

from __future__ import annotations

import binascii
import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

LONGEST_IMAGE = 2_000_000
"""Characters of a ``data:`` image that is shown; a longer one is only named."""

_LINK = re.compile(r"(?i)https?://[^/\\\s]|mailto:[^\s/]+@")
_DATA = re.compile(r"(?i)data:image/(png|jpeg|gif|webp);base64,([a-z0-9+/]+={0,2})")
_MAGIC = {"png": b"\x89PNG\r\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}
_SCHEME = re.compile(r"(?i)(?:^|[^a-z0-9])(https?)$")
_REST = re.compile(r"://[^\s<>\"`{}|\\^]{3,2000}")
_LAST_BRACKET = -1  # a key of the parser's own cache of positions, which are never negative
_PAIR = {")": "(", "]": "["}


def allowed(url: str) -> bool:
    """Whether ``url`` may be the target of a link: http, https and mailto, always absolute.

    Args:
        url: The address, entities decoded.

    Returns:
        ``False`` for everything a browser or a front end could run or resolve by itself.

    Example:
        >>> allowed("https://a.b"), allowed("javascript:alert(1)"), allowed("/files/x")
        (True, False, False)
    """
    return bool(_LINK.match(url))


def is_image(url: str) -> bool:
    """Whether ``url`` carries a raster image of its own: PNG, JPEG, GIF or WebP, really that, as base64.

    Args:
        url: A ``data:`` address.

    Returns:
        ``True`` only if the first bytes are those of the named format. SVG, which can hold scripts, never is.

    Example:
        >>> is_image("data:image/gif;base64,R0lGODlhAQABAAAAACw=")
        True
    """
    match = _DATA.fullmatch(url) if len(url) <= LONGEST_IMAGE else None
    if not match:
        return False
    try:
        head = binascii.a2b_base64(match[2][:16] if len(match[2]) >= 16 else match[2])  # noqa: PLR2004
    except binascii.Error:
        return False
    return head.startswith(_MAGIC[match[1].lower()])


def open_html(url: str) -> str:
    """The opening tag of a link to ``url``, or nothing if it may not lead there.

    Args:
        url: The address as the parser normalised it.

    Returns:
        ``<a …>`` or an empty string; then the caller leaves the closing tag out, too.

    Example:
        >>> open_html("https://a.b")
        '<a href="https://a.b" target=_blank rel="noopener noreferrer">'
    """
    return f'<a href="{escape(url)}" target=_blank rel="noopener noreferrer">' if allowed(url) else ""


def image_html(url: str, alt: str, *, linked: bool) -> str:
    """What is shown for an image: itself if the answer carries it, otherwise a link to it.

    Args:
        url: The address of the image.
        alt: Its words.
        linked: Whether it stands inside a link already; then only its words are left.

    Returns:
        Safe HTML that fetches nothing.

    Example:
        >>> image_html("file:///etc/passwd", "cat", linked=False)
        '🖼 cat'
    """
    if is_image(url):
        return f'<img src="{escape(url)}" alt="{escape(alt)}">'
    words = "🖼 " + escape(alt or url[:80], quote=False)
    opening = "" if linked else open_html(url)
    return f"{opening}{words}</a>" if opening else words


def install(markdown: MarkdownIt) -> None:
    """Teach ``markdown`` which addresses count, and to link bare ``https://…`` in text.

    Args:
        markdown: The parser to extend.

    Example:
        >>> from markdown_it import MarkdownIt
        >>> install(MarkdownIt())
    """
    # An instance attribute over the method is markdown-it's documented way to change what a link may be.
    markdown.validateLink = lambda url: allowed(url) or is_image(url)  # type: ignore[method-assign]
    markdown.inline.ruler.before("linkify", "bare_address", _bare_address)
    markdown.inline.ruler.before("link", "lone_bracket", _lone_bracket)


def _bare_address(state: StateInline, silent: bool) -> bool:
    """Inline rule at ``:``, when the text before it ends in ``http`` or ``https``."""
    if state.src[state.pos] != ":" or silent or state.linkLevel:
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    rest = _REST.match(state.src, state.pos, state.posMax)
    if not scheme or not rest:
        return False
    shown = scheme[1] + _without_tail(rest[0])
    url = state.md.normalizeLink(shown)
    if not allowed(url):
        return False
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrSet("href", url)
    state.push("text", "", 0).content = shown
    state.push("link_close", "a", -1)
    state.pos += len(shown) - len(scheme[1])
    return True


def _lone_bracket(state: StateInline, silent: bool) -> bool:
    """Inline rule at ``[`` and ``![``: without a ``]`` behind them they open nothing, but that is slow to find out."""
    opener = state.src[state.pos : state.pos + 2]
    if opener[:1] != "[" and opener != "![":
        return False
    last = state.cache.get(_LAST_BRACKET)
    if last is None:
        last = state.cache[_LAST_BRACKET] = state.src.rfind("]")
    if last > state.pos:
        return False
    if not silent:
        state.pending += opener[0]
    state.pos += 1
    return True


def _without_tail(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    while url and (url[-1] in ".,:;!?*_~'…»”" or (url[-1] in _PAIR and url.count(url[-1]) > url.count(_PAIR[url[-1]]))):
        url = url[:-1]
    return url
