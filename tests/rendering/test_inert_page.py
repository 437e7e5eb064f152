"""A model's page in a frame: nothing in it runs, fetches or connects."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.rendering.formats import as_html
from aitunnel_jupyter.rendering.inert_page import inert
from tests.rendering.test_hostile_markdown import GIF, PAYLOADS

FETCHING = [
    '<iframe src="https://evil.test"></iframe>',
    '<iframe srcdoc="<img src=https://evil.test>">',
    "<frameset><frame src=https://evil.test></frameset>",
    "<object data=https://evil.test><param name=x></object>",
    "<embed src=https://evil.test>",
    "<portal src=https://evil.test></portal><fencedframe src=https://evil.test></fencedframe>",
    "<link rel=preconnect href=https://evil.test><link rel=stylesheet href=https://evil.test/x.css>",
    "<link rel=dns-prefetch href=//evil.test><link rel=prefetch href=https://evil.test><link rel=prerender href=https://evil.test>",
    "<meta http-equiv=refresh content='0;url=https://evil.test'>",
    "<META HTTP-EQUIV='Refresh' CONTENT='0;url=https://evil.test'>",
    "<meta http-equiv=Content-Security-Policy content=''><base href=https://evil.test>",
    "<img src=https://evil.test/x.png srcset='https://evil.test/y.png 2x'>",
    "<picture><source srcset=https://evil.test/x.png></picture>",
    "<video src=https://evil.test poster=https://evil.test/p.png autoplay></video><audio src=https://evil.test autoplay>",
    "<video><source src=https://evil.test><track src=https://evil.test></video>",
    "<body background=https://evil.test/x.png><table background=https://evil.test/x.png><td background=https://evil.test/x.png>",
    "<a href=https://ok.test ping=https://evil.test attributionsrc=https://evil.test>x</a>",
    "<a href=javascript:alert(1)>x</a><a href=data:text/html,x>x</a><a href=//evil.test>x</a>",
    "<form action=https://evil.test><input type=image src=https://evil.test/x.png><button formaction=https://evil.test>x</button></form>",
    "<svg><image href=https://evil.test/x.png></image><use href=https://evil.test/x.svg#a /></svg>",
    "<svg><image xlink:href=https://evil.test/x.png /><script href=https://evil.test/x.js></script></svg>",
    "<svg><foreignObject><iframe src=https://evil.test></iframe></foreignObject></svg>",
    "<svg><animate attributeName=href to=https://evil.test /><set attributeName=href to=javascript:x /></svg>",
    "<svg><style><p><iframe src=https://evil.test></iframe></style></svg>",
    "<svg><style>&lt;iframe src=https://evil.test&gt;</style></svg>",
    "<svg><filter><feImage href=https://evil.test/x.png /></filter></svg>",
    "<svg><rect fill=\"url(https://evil.test/x.svg#a)\" style=\"fill:url('https://evil.test/x.svg#a')\" /></svg>",
    "<style>@import 'https://evil.test'; body{background:url(https://evil.test)} @font-face{src:url(https://evil.test)}</style>",
    "<style>p{background:u\\72l(https://evil.test)} p{background:image-set('https://evil.test' 1x)}</style>",
    "<p style=\"background:URL (https://evil.test)\" onclick=alert(1)>x</p>",
    "<style></style><iframe src=https://evil.test></style>",
    "<style><!--</style><iframe src=https://evil.test>--></style>",
    "<title></title><iframe src=https://evil.test></title>",
    "<textarea></textarea><iframe src=https://evil.test></textarea>",
    "<noscript><iframe src=https://evil.test></noscript><xmp><iframe src=https://evil.test></xmp>",
    "<noscript><p title='</noscript><iframe src=https://evil.test>'></noscript>",
    "<template><iframe src=https://evil.test></template><template shadowrootmode=open><iframe src=https://evil.test></template>",
    "<math><mtext><table><mglyph><style><iframe src=https://evil.test></style></mglyph></table></mtext></math>",
    "<!--><iframe src=https://evil.test>-->",
    "<!-- --!><iframe src=https://evil.test>-->",
    "<!DOCTYPE html [<!ENTITY x 'y'>]><?xml-stylesheet href=https://evil.test?><![CDATA[<iframe src=https://evil.test>]]>",
    "<ifr\x00ame src=https://evil.test><iframe/src=https://evil.test><iframe\nsrc=https://evil.test>",
    "<p title='x\"><iframe src=https://evil.test>'>x",
    "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"https://evil.test\"]}]}</script>",
    "<html manifest=https://evil.test><head profile=https://evil.test>",
    "<blockquote cite=https://evil.test><q cite=https://evil.test><ins cite=https://evil.test>",
    "<iframe src=https://evil.test",
    "<svg/onload=alert(1)><details ontoggle=alert(1) open>",
]  # fmt: skip
NAMES = frozenset(
    [
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "portal",
        "fencedframe",
        "link",
        "meta",
        "base",
        "script",
        "source",
        "track",
        "video",
        "audio",
        "image",
        "foreignobject",
        "feimage",
        "animate",
        "set",
        "template",
        "noscript",
        "xmp",
        "noembed",
        "noframes",
        "plaintext",
        "math",
        "applet",
        "param",
        "picture",
    ]
)


class Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[object] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NAMES:
            self.bad.append(tag)
        for name, value in attrs:
            is_link = tag == "a" and name == "href" and re.match("https?://|mailto:|#", value or "")
            if name.startswith("on") or (
                re.search(r"//|javascript:|data:(?!image)", value or "")
                and not is_link
                and name not in {"title", "xmlns", "alt"}
            ):
                self.bad.append((tag, name, value))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def found(page: str) -> list[object]:
    reader = Found()
    reader.feed(page)
    reader.close()
    # Whatever a reader makes of it: no tag of these names is written.
    return reader.bad + re.findall(r"(?i)<\s*(?:" + "|".join(NAMES) + r")\b", page)


@pytest.mark.parametrize("payload", [*FETCHING, *PAYLOADS])
def test_nothing_in_the_frame_connects(payload: str) -> None:
    assert found(inert(payload)) == []
    assert found(inert(f"<div>{payload}<p>after")) == []
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', as_html(payload))[1])  # type: ignore[index]
    assert found(page.partition('no-referrer">')[2]) == []
    assert page.startswith('<meta http-equiv="Content-Security-Policy"')


PIECES = [
    "<iframe src=https://evil.test>", "<svg>", "</svg>", "<style>", "</style>", "<!--", "-->", "<p>", "</p>", "<title>", "</title>",
    "<textarea>", "</textarea>", "<math>", "<table>", "<noscript>", "</noscript>", "<template>", "x", "&lt;", "'", '"', "<a title='", ">", "<",
    "<script>", "</script>", "]]>", "<![CDATA[", "<select>", "<option>", "</", "<img src=https://evil.test>", "\n", "=", "\x00",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_no_mixture_connects(source: str) -> None:
    assert found(inert(source)) == []


def test_a_harmless_page_stays_as_it_is() -> None:
    page = (
        '<html><head><title>T</title><style>p{color:red;background:#fff}@media(max-width:9em){p{margin:0}}</style></head>'
        '<body class="a" style="margin:1em"><h1 id="top">Hi &amp; bye</h1><p>a &lt; b<br></p><a href="https://a.test/?x=1&amp;y=2">a</a>'
        f'<img src="data:image/gif;base64,{GIF}" alt="dot"><table border="1"><tr><td colspan="2">1</td></tr></table>'
        '<svg viewbox="0 0 9 9"><lineargradient id="g"><stop offset="0" stop-color="rgb(1, 2, 3)"></stop></lineargradient>'
        '<rect x="1" fill="url(#g)" transform="rotate(45 1 1)"></rect><path d="M0 0L9 9"></path></svg>'
        '<input type="checkbox" checked=""><button>Go</button></body></html>'
    )  # fmt: skip
    assert inert(page) == page


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("<my-card>Hello <blink>world</blink></my-card><script>x = '<p>'</script>!", "Hello world!"),
        ("<object data=x><p>instead</p></object>", "<p>instead</p>"),
        ("a < b, 1<2, <3 and a &lt; b", "a &lt; b, 1&lt;2, &lt;3 and a &lt; b"),
        ("<P CLASS=a CLASS=b Id='c' hidden>x", '<p class="a" id="c" hidden="">x'),
        ('<p title = "a\'b" lang=en/>x</P >', '<p title="a&#x27;b" lang="en/">x</p>'),
        ("<title>a<b>c</title>d", "<title>a&lt;b&gt;c</title>d"),
        ("a<!-- > -->b<!doctype html>c</>d<?x?>e", "abcde"),
        ("<p>a<p title='no end", "<p>a"),
        (
            "<style>p{background:uurl(x)rl(https://evil.test)}</style>",
            "<style>p{background:unonerl(https://evil.test)}</style>",
        ),
    ],
)
def test_it_is_read_as_a_browser_reads_it(source: str, left: str) -> None:
    assert inert(source) == left


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<p ",
        "<!--",
        "&",
        "<a title='",
        "</",
        "<style>",
        "<![CDATA[",
        "<a x",
        "<a =",
        " ",
        "<a x ",
        "url(",
        "<svg><style>",
        "<p/",
    ],
)
def test_broken_pages_of_any_length_are_read_once(unit: str) -> None:
    assert len(inert(unit * 100_000)) <= 6 * len(unit) * 100_000
