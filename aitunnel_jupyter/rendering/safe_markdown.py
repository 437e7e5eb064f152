"""A model's Markdown as Markdown that does nothing, whoever reads it next: a file, a notebook, a repository's page.

Like the HTML of :mod:`aitunnel_jupyter.rendering.tags` it is safe by construction: the text is parsed once, by the
parser of everything we show, and every mark is written anew here. What was text is escaped so that no other parser
finds a tag, a picture, a definition, an attribute or a macro in it; only links to http, https and mailto are left,
pictures elsewhere become links, and a formula that asks for more than typesetting is code.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from aitunnel_jupyter.rendering import links, maths
from aitunnel_jupyter.rendering.markdown import normal, parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.token import Token

_LINE_SEPARATORS = re.compile("[\u2028\u2029]")
# "&#96;" and not a backslash before it: no parser may pair a backtick of the text with one of a code span.
# A "]" stays, so that no "\\[" has a "\\]" and is a formula; in the words of a link it is "&#93;".
_ESCAPED = str.maketrans(
    {
        "&": "&amp;", "<": "&lt;", "`": "&#96;", "[": "\\[", "*": "\\*", "$": "\\$", "|": "\\|",
        "{": "\\{", "}": "\\}", "~": "\\~",
    }
)  # fmt: skip
# "\\(" and "\\[" in the source are formulas of nbconvert.
_BACKSLASH = re.compile(r"\\(?![A-Za-z ])")
# What other parsers make a link of runs on over everything behind it.
_ADDRESS = re.compile(r":(?=//)|\bwww(?=\.)", re.IGNORECASE)
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^(?:(\d{1,9})(?=[.)])|(?=[#>+\-=:%]))", re.MULTILINE)
_URL_ESCAPED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "()<>\"'`\\ *${}|^[]"})
_WORD = re.compile(r"[A-Za-z0-9_+#.\-]{1,30}")
_ACTIVE = re.compile(r"<[A-Za-z/!?]|\][(\[:]|&[#A-Za-z]")
_IN_HTML = str.maketrans({sign: f"&#{ord(sign)};" for sign in "[]*_`\\$!{}~|\n"})
# In a formula a parser without formulas must not find a picture, a link or the beginning of code.
_LINK_LIKE = re.compile(r"\](?=[(\[:])")
_NO_TEX = re.compile(r"`|^\s*~~~", re.MULTILINE)
_OPENER = re.compile(r"\$\$|\\[\[(]|\\begin")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*(\{[^{}]*\}?|)")
_PICTURE_LIKE = re.compile(r"!(?=\[)")


def safe_markdown(source: str) -> str:
    """The Markdown ``source`` as Markdown without anything that is alive.

    Args:
        source: What a model said.

    Example:
        >>> safe_markdown("**Hi** <b onclick=x> ![](https://a.b/pixel)")
        '**Hi** &lt;b onclick=x> [🖼 https://a.b/pixel](https://a.b/pixel)'
    """
    text = _LINE_SEPARATORS.sub("\n", normal(source))
    return "\n\n".join(_blocks(parser().parse(text, {}), top=True))


def quoted(text: str) -> str:
    """``text`` as it is, line by line, in a quote: what a person asked is shown as typed.

    Example:
        >>> print(quoted("# a\\n  b"))
        > \\# a\\
        > &nbsp;&nbsp;b
    """
    lines = _LINE_SEPARATORS.sub("\n", normal(text)).strip("\n").split("\n")
    shown = [_indented(line) for line in lines]
    ends = ["\\" if line and below else "" for line, below in zip(shown, [*shown[1:], ""], strict=True)]
    return "\n".join(f"> {line}{end}".rstrip(" ") for line, end in zip(shown, ends, strict=True))


def _indented(line: str) -> str:
    words = line.strip(" \t")
    blanks = len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4)) if words else 0
    return "&nbsp;" * blanks + _at_line_start(_text(words))


def _at_line_start(text: str) -> str:
    """``text`` without a mark that begins another block at the beginning of any of its lines."""
    return _LINE_START.sub(r"\1\\", text)


# --- blocks -----------------------------------------------------------------------------------------------------


def _blocks(tokens: Sequence[Token], *, top: bool) -> list[str]:
    """Each block as Markdown; two lists beside each other get different marks."""
    parts: list[str] = []
    marks = 0
    before = ""
    for group in _groups(tokens):
        kind = group[0].type
        marks = (marks + 1) % 2 if kind == before else 0
        before = kind if kind.endswith("_list_open") else ""
        parts.append(_block(group, top, marks))
    return [part for part in parts if part]


def _groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of each block of this level, the ends included."""
    start = depth = 0
    for at, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : at + 1]
            start = at + 1


def _block(group: Sequence[Token], top: bool, mark: int) -> str:
    first = group[0]
    if first.type.endswith("_list_open"):
        return _list(group, mark)
    if first.type in {"fence", "code_block"}:
        return _code(first.content.removesuffix("\n"), first.info, top)
    write = _BLOCKS.get(first.type)
    return write(group) if write else _text(first.content)


def _paragraph(group: Sequence[Token]) -> str:
    return _at_line_start(_inline(group[1].children or []))


def _heading(group: Sequence[Token]) -> str:
    return f"{'#' * int(group[0].tag[1:])} {_line(group[1:-1])}"


def _quote(group: Sequence[Token]) -> str:
    return _prefixed("\n\n".join(_blocks(group[1:-1], top=False)), "> ", "> ")


def _maths_block(group: Sequence[Token]) -> str:
    text = _tex(group[0].content, display=True)
    return html_code(group[0].content.strip()) if text is None else f"$$\n{text}\n$$"


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join((first if not at else rest if line else rest.rstrip()) + line for at, line in enumerate(lines))


def _list(group: Sequence[Token], mark: int) -> str:
    start = group[0].attrGet("start")
    number = 1 if start is None else int(start)
    level = group[0].level + 2
    loose = any(token.type == "paragraph_open" and not token.hidden and token.level == level for token in group)
    items = []
    for at, item in enumerate(_groups(group[1:-1])):
        sign = "-*"[mark] if group[0].type == "bullet_list_open" else f"{number + at}{'.)'[mark]}"
        tight = not loose and all(token.type.endswith("_list_open") for token in _openers(item[1:-1])[1:])
        body = ("\n" if tight else "\n\n").join(_blocks(item[1:-1], top=False))
        items.append(_prefixed(body, sign + " ", " " * (len(sign) + 1)).rstrip(" "))
    return ("\n\n" if loose else "\n").join(items)


def _openers(tokens: Sequence[Token]) -> list[Token]:
    return [group[0] for group in _groups(tokens)]


def _table(group: Sequence[Token]) -> str:
    inside = group[1:-1]
    rows: list[list[str]] = []
    sides: list[str] = []
    for at, token in enumerate(inside):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(_cell(inside[at + 1 : at + 2]))
            if token.type == "th_open":
                sides.append(_SIDES.get(str(token.attrGet("style")), "---"))
    return "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], sides, *rows[1:]])


_SIDES = {"text-align:left": ":--", "text-align:center": ":-:", "text-align:right": "--:"}


def _code(code: str, info: str, top: bool) -> str:
    """A fence; inside of another block, where parsers do not agree, as HTML if there is anything in it to be found."""
    if "<!--" in code or (not top and _ACTIVE.search(code)):
        return html_code(code)
    word = (info.split(maxsplit=1) or [""])[0]
    language = word if _WORD.fullmatch(word) else ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code) or [""]))
    return f"{fence}{language}\n{code}\n{fence}"


def html_code(code: str) -> str:
    """Code as one line of HTML in which every parser of Markdown finds text only.

    Example:
        >>> html_code("a\\n<b>")
        '<pre><code>a&#10;&lt;b&gt;</code></pre>'
    """
    return f"<pre><code>{_in_html(code)}</code></pre>"


def _in_html(text: str) -> str:
    return escape(text, quote=False).translate(_IN_HTML)


# --- runs of text -----------------------------------------------------------------------------------------------


def _line(inline: Sequence[Token]) -> str:
    """One line of Markdown: a heading has no second one."""
    return _inline((inline[0].children if inline else None) or [], soft=" ", hard=" ").strip()


def _cell(inline: Sequence[Token]) -> str:
    return _inline((inline[0].children if inline else None) or [], soft=" ", hard="<br>", cell=True).strip()


def _inline(tokens: Sequence[Token], *, soft: str = "\n", hard: str = "\\\n", cell: bool = False) -> str:
    parts: list[str] = []
    linked: list[str] = []  # of each open link: what closes it, nothing where it may not lead there
    for token in tokens:
        if token.type == "link_open":
            url = str(token.attrGet("href") or "")
            linked.append(f"]({_url(url)})" if links.allowed(url) and not any(linked) else "")
            part = "[" if linked[-1] else ""
        elif token.type == "link_close":
            part = linked.pop() if linked else ""
        elif token.type == "image":
            part = _picture(token, linked=any(linked))
        elif token.type in {"softbreak", "hardbreak"}:
            part = soft if token.type == "softbreak" else hard
        else:
            part = _run(token, cell, linked=any(linked))
        if part.startswith("`") and parts and parts[-1].endswith("`"):
            part = f"<code>{_in_html(token.content.strip())}</code>"
        # "!" in front of a link would make a picture of it.
        if part.startswith("[") and parts and parts[-1].endswith("!"):
            parts[-1] = parts[-1][:-1] + "&#33;"
        parts += [part] if part else []
    return "".join(parts)


def _run(token: Token, cell: bool, *, linked: bool) -> str:
    kind = token.type.removesuffix("_open").removesuffix("_close")
    if token.nesting:
        return _MARKS.get(kind, "")
    if kind == "code_inline":
        return code_span(token.content, cell=cell)
    if kind == "maths":
        return _formula(token.content, "$$" if token.meta["display"] else "$", cell)
    return _words(token.content) if linked else _text(token.content)


_MARKS = {"em": "*", "strong": "**", "s": "~~"}


def _text(text: str) -> str:
    """Text as text; a macro that MathJax would obey, wherever a page has its delimiters, is a code span."""
    parts = maths.MACROS.split(text)
    found = [f"<code>{_in_html(macro)}</code>" for macro in maths.MACROS.findall(text)]
    return "".join(_escaped(part) + macro for part, macro in zip(parts, [*found, ""], strict=True))


def _words(text: str) -> str:
    """The words of a link."""
    return _text(text).replace("]", "&#93;").replace(":\\//", "://").replace("www\\.", "www.")


def _escaped(text: str) -> str:
    parts = [part.replace("\\", "\\\\").translate(_ESCAPED) for part in _BACKSLASH.split(text)]
    return _ADDRESS.sub(r"\g<0>\\", _UNDERSCORE.sub(r"\\_", "&#92;".join(parts)))


def code_span(code: str, *, cell: bool = False) -> str:
    """Code in backticks; as HTML where parsers do not agree on their end.

    Args:
        code: What it says.
        cell: Whether it stands in a table, where a pipe ends it.

    Example:
        >>> code_span("a `b`"), code_span("x|y", cell=True)
        ('`` a `b` ``', '<code>x&#124;y</code>')
    """
    text = code.replace("\n", " ")
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    # Three are a fence; and nbconvert looks for formulas in code, to the end of all the text.
    if not text.strip() or len(ticks) > 2 or (cell and "|" in text) or _OPENER.search(text):  # noqa: PLR2004
        return f"<code>{_in_html(text)}</code>"
    pad = " " if text[0] == "`" or text[-1] == "`" or text[0] == text[-1] == " " else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _picture(token: Token, *, linked: bool) -> str:
    from aitunnel_jupyter.rendering.tags import plain

    url, words = str(token.attrGet("src") or ""), plain(token.children or [])
    if links.is_image(url):
        return f"![{_words(words)}]({url})"
    shown = "🖼 " + _words(words or url[:80])
    return f"[{shown}]({_url(url)})" if links.allowed(url) and not linked else shown


def _url(url: str) -> str:
    return url.translate(_URL_ESCAPED).replace("&", "&amp;")


def _formula(tex: str, mark: str, cell: bool = False) -> str:
    text = _tex(tex, display=mark == "$$")
    if text is None or (cell and "|" in text):
        return code_span(tex.strip(), cell=cell)
    return mark + text.replace("\n", " ") + mark


def _tex(tex: str, *, display: bool) -> str | None:
    """TeX in which a parser that knows no formulas finds no tag, picture, link or code."""
    found = maths.typeset(tex, display=display)
    if found is None or _NO_TEX.search(found) or not _is_balanced(found):
        return None
    lines = found.replace("<", "\\lt ").replace(">", "\\gt ").split("\n")
    return _PICTURE_LIKE.sub("! ", _LINK_LIKE.sub("] ", "\n".join(filter(None, map(str.strip, lines)))))


def _is_balanced(tex: str) -> bool:
    """Whether each environment ends, or a parser would look for its end in what follows."""
    opened: list[str] = []
    for which, name in _ENVIRONMENT.findall(tex):
        if which == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


_BLOCKS: dict[str, Callable[[Sequence[Token]], str]] = {
    "heading_open": _heading,
    "paragraph_open": _paragraph,
    "blockquote_open": _quote,
    "table_open": _table,
    "maths_block": _maths_block,
    "hr": lambda _: "---",
}
