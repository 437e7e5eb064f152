"""A page that a model wrote, for a frame in which nothing runs: written anew from the tags and attributes listed here.

The frame's sandbox and policy forbid scripts and fetches, but a browser connects before it asks them: ``<iframe>``,
``<frame>``, ``<link rel=preconnect>`` and a refresh open connections (Chromium 156, 2026-11-26). So what is not on
the list is left out. Read once from the beginning to the end, never back: ``html.parser`` takes quadratic time on
broken tags (3.12.1).
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from aitunnel_jupyter.rendering.links import allowed, is_image

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        html head body title style a abbr address article aside b bdi bdo big blockquote br button caption
        center cite code col colgroup dd del details dfn dialog div dl dt em fieldset figcaption figure font
        footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend li main mark menu
        meter nav ol optgroup option output p pre progress q rp rt ruby s samp section select small span
        strike strong sub summary sup table tbody td textarea tfoot th thead time tr tt u ul var wbr svg g
        path rect circle ellipse line polyline polygon text tspan textpath defs symbol use clippath mask
        pattern marker lineargradient radialgradient stop desc
        """,
    )
)
_VOID = frozenset(("br", "col", "hr", "img", "input", "wbr"))
_UNREAD = frozenset(("script", "iframe", "xmp", "noembed", "noframes", "plaintext"))
"""Left out with all that stands in them."""
_AS_TEXT = frozenset(("title", "textarea", "style"))
"""No tags are looked for in them."""
_ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """
        class id title lang dir role hidden open style align valign width height border cellpadding
        cellspacing bgcolor color face size colspan rowspan scope headers span start reversed type value
        placeholder checked disabled readonly selected multiple min max low high optimum rows cols for name
        label datetime alt wrap nowrap tabindex viewbox preserveaspectratio d x y x1 y1 x2 y2 cx cy r rx ry
        fx fy points transform fill fill-opacity fill-rule stroke stroke-width stroke-linecap
        stroke-linejoin stroke-dasharray stroke-dashoffset stroke-opacity opacity offset stop-color
        stop-opacity gradientunits gradienttransform spreadmethod patternunits patterntransform clip-path
        clip-rule mask marker-end marker-mid marker-start markerwidth markerheight refx refy orient
        text-anchor dominant-baseline alignment-baseline font-family font-size font-weight font-style
        letter-spacing dx dy rotate textlength startoffset vector-effect overflow
        """,
    )
)
_PAINTS = frozenset(
    (
        "fill",
        "stroke",
        "stop-color",
        "color",
        "bgcolor",
        "clip-path",
        "mask",
        "marker-end",
        "marker-mid",
        "marker-start",
    )
)
"""Attributes in which a function may stand that fetches."""
_NO_FETCH = re.compile(r"[^()\\]*|\s*url\(\s*#[\w-]+\s*\)\s*|\s*(?:rgb|hsl)a?\([\w\s.,%+\-/]*\)\s*")
# A style sheet fetches with these; the policy forbids it, and here it is not even asked. A "\\" could spell any.
_FETCHING = re.compile(
    r"(?i)@(?:import|font-face|namespace)[^;{}]*|(?:url|src|image|image-set|cross-fade|attr|expression)\s*\([^()]*\)?|[\\<]"
)
_CARRIED = re.compile(r"(url\(\s*['\"]?(?:data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+|#[\w-]+)['\"]?\s*\))")
_TAG = re.compile(r"</?([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*|(?=>)))?")
_END = re.compile(r"[\s/]*>")
_COMMENT_END = re.compile(r"--!?>")


def inert(source: str) -> str:
    """``source`` without anything that runs, fetches or connects.

    Args:
        source: HTML of a model.

    Example:
        >>> inert('<p onclick=x>Hi <iframe src="https://a.b">no</iframe><img src="https://a.b/c.png" alt="cat"></p>')
        '<p>Hi <img alt="cat"></p>'
    """
    return "".join(_written(source))


def _written(source: str) -> Iterator[str]:
    at = 0
    while at < len(source):
        start = source.find("<", at)
        yield _text(source[at : start if start >= 0 else len(source)])
        if start < 0:
            return
        tag = _TAG.match(source, start)
        if tag is None:
            at = _after_other(source, start)
            if at == start + 1:
                yield "&lt;"
            continue
        name = tag[1].lower()
        attributes, at = _attributes(source, tag.end())
        if at < 0:  # the tag has no end, so a browser shows none of the rest
            return
        if source[start + 1] == "/":
            yield f"</{name}>" if name in _TAGS - _VOID else ""
            continue
        if name in _TAGS:
            yield _opening(name, attributes)
        if name in _UNREAD or name in _AS_TEXT:
            end = _end_of(source, name, at)
            yield _held_text(name, source[at:end])
            at = end


def _held_text(name: str, text: str) -> str:
    """What is left of a text in which no tags are looked for."""
    if name in _UNREAD:
        return ""
    return _style(text) if name == "style" else _text(text)


def _after_other(source: str, start: int) -> int:
    """Behind a comment, a declaration, or a "<" that begins nothing."""
    if source.startswith("<!--", start):
        end = _COMMENT_END.search(source, start + 2)
        return end.end() if end else len(source)
    if source[start + 1 : start + 2] in {"!", "?", "/"}:
        end_at = source.find(">", start)
        return end_at + 1 if end_at >= 0 else len(source)
    return start + 1


def _attributes(source: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag, the first of each name, and where it ends; -1 if it does not."""
    found: dict[str, str] = {}
    while (end := _END.match(source, at)) is None:
        match = _ATTRIBUTE.match(source, at)
        if match is None or match.end() == at:
            return {}, -1
        value = match[2] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        found.setdefault(match[1].lower(), html.unescape(value))
        at = match.end()
    return found, end.end()


def _end_of(source: str, name: str, at: int) -> int:
    """Where the end tag begins of an element that holds text only."""
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at)
    return end.start() if end and name != "plaintext" else len(source)


def _opening(name: str, attributes: dict[str, str]) -> str:
    kept = [
        f'{attribute}="{html.escape(made)}"'
        for attribute, value in attributes.items()
        if (made := _kept(name, attribute, value)) is not None
    ]
    return f"<{' '.join([name, *kept])}>"


def _kept(tag: str, name: str, value: str) -> str | None:
    """What an attribute becomes; ``None`` leaves it out."""
    if name == "href":
        is_link = (tag == "a" and allowed(value)) or (tag in {"a", "use", "textpath"} and value.startswith("#"))
        return value if is_link else None
    if name == "src":
        return value if tag == "img" and is_image(value) else None
    if name == "style":
        return _style(value)
    is_picture = name == "type" and value.strip().lower() == "image"
    if name not in _ATTRIBUTES or is_picture or (name in _PAINTS and not _NO_FETCH.fullmatch(value)):
        return None
    return value


def _style(css: str) -> str:
    """A style sheet that asks for nothing from elsewhere; pictures that it carries itself stay."""
    parts = _CARRIED.split(css)
    # "none" in its place and not nothing: what stands around it must not become another one.
    return "".join(part if at % 2 else _FETCHING.sub("none", part) for at, part in enumerate(parts))


def _text(text: str) -> str:
    return html.escape(html.unescape(text), quote=False)
