"""Code in colours for few bytes: six bare tags instead of a class on every word.

``<b>`` keyword, ``<i>`` comment, ``<tt>`` string, ``<var>`` number, ``<dfn>`` a name that is defined, built
in or a decorator, ``<ins>``/``<del>`` in a diff. The colours are in
:mod:`aitunnel_jupyter.rendering.style`. Four times smaller than ``<span class="…">``, and where a front end
strips styles and classes (GitHub, an untrusted notebook) keywords are still bold and comments still slanted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from time import thread_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 200_000
"""Characters that are highlighted at most; a lexer needs about 2 µs for each."""

LONGEST_LINE = 5_000
"""A longer line is data or minified; some lexers take quadratic time on it."""

LEAST_SECONDS, SECONDS_EACH = 0.1, 0.000_01
"""Processor time that a block gets, and for each of its characters, before it is plain: five times what code needs.
Almost every lexer is quadratic on something (``java`` on 4 000 line ends: 0.7 s; Pygments 2.21, 2026-11-26), but
those below do little between two tokens, so they can be stopped there."""

# 40 kinds of adversarial text of 5 000 characters each.
_NAMES = """
ada apacheconf awk bash batch c clojure cmake common-lisp console cpp csharp css cython dart delphi diff
django docker elixir erlang fortran fsharp go graphql groovy haskell html http ini java javascript json
jsonnet jsx julia kotlin less lua make markdown mysql nasm nginx numpy objective-c ocaml perl php
postgresql powershell prolog properties protobuf pycon pytb python python2 registry restructuredtext ruby rust
sass scala scheme scss solidity sparql splus sql swift terraform tex toml tsx typescript verilog vhdl vim vue
xml yaml zig
"""
_MEASURED = frozenset(_NAMES.split())
"""Lexers that a model may choose, by their first name."""

_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.\-]{1,30}")
_ALIASES = {
    "jupyter": "python",
    "ipython": "python",
    "ipython3": "python",
    "py3": "python",
    "shell": "bash",
    "console": "console",
}
_NEWLINE = "\n"
_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "output", "none"})
# The first prefix that fits decides, so the special ones come first.
_TAGS = (
    ("Token.Keyword", "b"),
    ("Token.Operator.Word", "b"),
    ("Token.Comment", "i"),
    ("Token.Literal.String.Interpol", ""),
    ("Token.Literal.String", "tt"),
    ("Token.Literal.Number", "var"),
    ("Token.Name.Function", "dfn"),
    ("Token.Name.Class", "dfn"),
    ("Token.Name.Decorator", "dfn"),
    ("Token.Name.Builtin.Pseudo", ""),
    ("Token.Name.Builtin", "dfn"),
    ("Token.Name.Tag", "b"),
    ("Token.Name.Exception", "dfn"),
    ("Token.Generic.Inserted", "ins"),
    ("Token.Generic.Deleted", "del"),
    ("Token.Generic.Heading", "b"),
    ("Token.Generic.Subheading", "b"),
    ("Token.Generic.Prompt", "i"),
)


def code_html(code: str, language: str) -> str:
    """``code`` as ``<pre><code>``, coloured if Pygments knows the language.

    Args:
        code: The lines of a fence.
        language: The fence's info string, as the model wrote it; only its first word counts.

    Returns:
        Safe HTML; the plain text if the language is unknown or the code very large.

    Example:
        >>> code_html("if x: pass", "python")
        '<pre><code><b>if</b> x: <b>pass</b></code></pre>'
    """
    text = code.removesuffix("\n")
    lexer = _lexer(_name(language)) if _is_worth_it(text) else None
    inner = escape(text, quote=False)
    if lexer is not None:
        try:
            inner = "".join(_tagged(_merged(_in_time(lexer.get_tokens(text + "\n"), len(text))))).removesuffix("\n")
        except _TooSlow:
            inner = escape(text, quote=False)
        except Exception as fault:  # noqa: BLE001 - a lexer that fails must not cost the code
            inner = _plain(text, fault)
    # A line end as such costs 12 bytes in a saved notebook, where each line of HTML is a JSON string of its
    # own.
    return f"<pre><code>{inner.replace(_NEWLINE, '&#10;')}</code></pre>"


class _TooSlow(Exception):
    """The lexer took more time than the code is worth."""


def _in_time(tokens: Iterable[tuple[Any, str]], size: int) -> Iterator[tuple[Any, str]]:
    """``tokens`` as long as the time for ``size`` characters is not used up: the processor's time."""
    end = thread_time() + LEAST_SECONDS + SECONDS_EACH * size
    for token in tokens:
        if thread_time() > end:
            raise _TooSlow
        yield token


def _plain(text: str, _fault: Exception) -> str:
    """The code without colours. Tests replace this: there a fault is a fault."""
    return escape(text, quote=False)


def _is_worth_it(text: str) -> bool:
    return len(text) <= LONGEST and max(map(len, text.split("\n"))) <= LONGEST_LINE


def _name(language: str) -> str:
    """The language's name in lower case, or nothing if it cannot be one."""
    word = (language.split(maxsplit=1) or [""])[0].strip("{}.").lower()
    return _ALIASES.get(word, word) if _LANGUAGE.fullmatch(word) else ""


@lru_cache(maxsize=64)
def _lexer(name: str) -> Any:
    """The lexer of a language, or ``None``."""
    if name in _PLAIN:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer if lexer.aliases[0] in _MEASURED else None


@lru_cache(maxsize=512)
def _tag(kind: Any) -> str:
    """The tag of a token type, or nothing."""
    name = str(kind)
    return next((tag for prefix, tag in _TAGS if name == prefix or name.startswith(prefix + ".")), "")


def _merged(tokens: Iterable[tuple[Any, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours of one tag as one, the spaces between them included."""
    tag, parts = "", list[str]()
    for kind, value in tokens:
        found = _tag(kind)
        if found != tag and value.strip():
            yield tag, "".join(parts)
            tag, parts = found, []
        parts.append(value)
    yield tag, "".join(parts)


def _tagged(runs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for tag, text in runs:
        bare = text.rstrip() if tag else text
        inner = escape(bare, quote=False)
        yield f"<{tag}>{inner}</{tag}>{text[len(bare) :]}" if tag else inner
