"""A web page as text: title, headings, paragraphs, lists and the words of links; roughly, which is enough."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "canvas"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "title", "tr", "ul",
})  # fmt: skip
_HEADING = re.compile(r"h([1-6])")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset=["']?([\w-]{1,40})""", re.IGNORECASE)


def readable(page: str) -> str:
    """The text a person sees in ``page``, one paragraph a line.

    Example:
        >>> readable("<title>T</title><script>x()</script><h2>A &amp; B</h2><p>one\\n two<ul><li>three")
        'T\\n\\n## A & B\\none two\\n- three'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.text()


def charset(content: bytes, content_type: str) -> str:
    """The encoding that a header or the page itself names; empty if none does."""
    _, _, named = content_type.lower().partition("charset=")
    if named:
        return named.partition(";")[0].strip(" \"'")
    found = _CHARSET.search(content[:4096])
    return found[1].decode("ascii") if found else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.lines: list[str] = []
        self._line: list[str] = []
        self._start = ""
        self._unseen = 0
        self._in_title = False
        self._in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _BLOCKS:
            self._end_line()
        if heading := _HEADING.fullmatch(tag):
            self._start = f"\n{'#' * int(heading[1])} "
        elif tag == "li":
            self._start = "- "
        elif tag in {"td", "th"} and self._line:
            self._line.append(" | ")
        self._in_title = self._in_title or tag == "title"
        self._in_pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _BLOCKS:
            self._end_line()
        self._in_title = self._in_title and tag != "title"
        self._in_pre -= tag == "pre" and self._in_pre > 0

    def handle_data(self, data: str) -> None:
        if self._in_title and not self._unseen:
            self.title += data
        elif not self._unseen:
            self._line.append(data)
            if self._in_pre:
                self.lines += "".join(self._line).split("\n")[:-1]
                self._line = ["".join(self._line).split("\n")[-1]]

    def text(self) -> str:
        self._end_line()
        title = " ".join(self.title.split())
        return "\n".join([title, *self.lines] if title else self.lines).strip()

    def _end_line(self) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._in_pre else _SPACES.sub(" ", line.replace("\n", " ")).strip(" |")
        if line.strip():
            self.lines.append(self._start + line)
            self._start = ""
        self._line = []
