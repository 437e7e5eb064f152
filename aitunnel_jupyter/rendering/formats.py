"""What ``-f`` makes of an answer, other than Markdown. Everything is safe HTML made here."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.redaction import printable

if TYPE_CHECKING:
    from collections.abc import Callable

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"


def plain(text: str) -> str:
    """As it is, in the notebook's text font, lines wrapped."""
    return f'<div class="aitunnel-text">{html.escape(printable(text), quote=False)}</div>'


def code(text: str) -> str:
    """The code blocks of the answer, or all of it if it has none; prose stays out."""
    from aitunnel_jupyter.rendering.highlight import code_html

    blocks = Answer(text).code
    if not blocks:
        return code_html(text, "python")
    return "".join(code_html(str(block), block.language or "python") for block in blocks)


def as_json(text: str) -> str:
    """Indented JSON; text that is not JSON is shown as it is."""
    from aitunnel_jupyter.rendering.highlight import code_html

    try:
        return code_html(json.dumps(Answer(text).json(), ensure_ascii=False, indent=2), "json")
    except ValueError:
        return code_html(text, "json")


def as_html(text: str) -> str:
    """The page in a sandbox where nothing runs and nothing is fetched, and its source below.

    ``sandbox`` without a value forbids scripts, forms, pop-ups and navigation; the policy forbids every fetch; what
    would connect before it asks them is not in the page (:mod:`aitunnel_jupyter.rendering.inert_page`).
    """
    from aitunnel_jupyter.rendering.highlight import code_html
    from aitunnel_jupyter.rendering.inert_page import inert

    blocks = [block for block in Answer(text).code if block.language in {"html", "htm", "xml", ""}]
    source = str(blocks[0]) if blocks else text
    guard = (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer">'
    )
    page = html.escape(guard + inert(printable(source)), quote=True)
    return f'<iframe class="aitunnel-page" sandbox srcdoc="{page}"></iframe>' + code_html(source, "html")


def math(text: str) -> str:
    """One displayed formula; delimiters the model put around it are dropped."""
    from aitunnel_jupyter.rendering.markdown import to_html

    blocks = [str(block) for block in Answer(text).code if block.language in {"latex", "tex", "math", ""}]
    formula = (blocks[0] if blocks else text).strip()
    inner = re.fullmatch(r"(?:\\\[|\$\$?|\\\()(.+?)(?:\\\]|\$\$?|\\\))", formula, re.DOTALL)
    return to_html(f"$$\n{(inner[1] if inner else formula).strip()}\n$$")


AS_HTML: dict[str, Callable[[str], str]] = {"code": code, "json": as_json, "html": as_html, "math": math}
"""Format → HTML of a complete answer; the others are plain."""
