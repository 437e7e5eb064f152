"""What may leave the renderer, checked with another parser than the one that made it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

NO_ATTRIBUTES = (
    "p h1 h2 h3 h4 h5 h6 blockquote ul ol table thead tbody tr em strong s code pre hr br div b i tt var dfn ins del"
)
ATTRIBUTES = {
    **dict.fromkeys(NO_ATTRIBUTES.split(), frozenset()),
    "a": {"href", "rel", "target"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "li": {"class"},
    "td": {"style"},
    "th": {"style"},
    "span": {"class"},
}
VALUES = {
    ("a", "href"): r"https?://[^/\\\s].*|mailto:[^\s/]+@.*",
    ("a", "rel"): "noopener noreferrer",
    ("a", "target"): "_blank",
    ("img", "src"): r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}",
    ("img", "alt"): ".*",
    ("ol", "start"): r"\d{1,9}",
    ("li", "class"): "aitunnel-task",
    ("td", "style"): "text-align:(left|center|right)",
    ("th", "style"): "text-align:(left|center|right)",
    ("span", "class"): "mathjax_process tex2jax_process",
}
VOID = {"hr", "br", "img"}


class Allowlist(HTMLParser):
    """Fails on the first tag, attribute or address that is not expected, and on tags that do not match."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.words = []

    def handle_starttag(self, tag, attrs):
        assert tag in ATTRIBUTES, tag
        assert not (tag == "a" and "a" in self.open), "a link inside a link"
        for name, value in attrs:
            assert name in ATTRIBUTES[tag], (tag, name)
            assert re.fullmatch(VALUES[tag, name], value or "", re.DOTALL), (tag, name, value)
        assert len({name for name, _ in attrs}) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        pytest.fail(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(html):
    """The text of ``html``, which must consist of nothing but what is allowed."""
    parser = Allowlist()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    text = "".join(parser.words)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    return text


@pytest.fixture(scope="session")
def safe():
    return check
