"""Values as literals that no content can break out of: JSON first, and that is what gets quoted.

A JSON text written here has line ends, quotes, backslashes and everything invisible escaped, so that inside it
only printable characters on one line are left. Such a string is a string of Python, JavaScript and Go as it is.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from aitunnel_jupyter.errors import SnippetProblem
from aitunnel_jupyter.export.call import Attached

WIDTH = 100
"""Columns after which a literal is broken into lines."""
MOST_LINES = 400
"""A text of more lines stays one long string: nobody reads it in a program."""

# DEL and C1, what breaks lines in some languages, what turns lines around, and the byte order mark.
_INVISIBLE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SCRIPT = re.compile(r"<(?=/|!--|script)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_SAFE_INTEGER = 2**53 - 1


def json_text(value: Any, indent: int | None = None) -> str:
    r"""``value`` as JSON in readable characters.

    Example:
        >>> print(json_text("café\u2028\x00"))
        "café\u2028\u0000"
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _INVISIBLE.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text)


class Notation(NamedTuple):
    """How a language writes values."""

    name: str
    words: dict[Any, str]
    """true, false and null."""
    indent: str
    text_in_lines: tuple[str, str, str]
    """What stands before, between and after the lines of a text."""
    keeps_line_ends: bool
    attached: str
    is_script: bool = False

    def text(self, text: str) -> str:
        """One string."""
        written = json_text(text)
        # Inside <script>, these would end or nest it.
        return _SCRIPT.sub(r"\\u003c", written) if self.is_script else written

    def key(self, key: str) -> str:
        """A key and its colon."""
        if not self.is_script:
            return f"{self.text(key)}: "
        if key == "__proto__":  # as a plain key it would set the prototype
            return '["__proto__"]: '
        return f"{key if _NAME.fullmatch(key) else self.text(key)}: "


PYTHON = Notation(
    "Python", {True: "True", False: "False", None: "None"}, "    ", ("(", "", ")"), True, "data_url({file}, {kind})"
)
JAVASCRIPT = Notation(
    "JavaScript", {True: "true", False: "false", None: "null"}, "  ", ("[", ",", '].join("\\n")'), False,
    "dataUrl({file}, {kind})", is_script=True,
)  # fmt: skip


def literal(value: Any, notation: Notation, used: int = 0) -> str:
    """``value`` as a person would write it: on one line where it fits, else one item a line.

    Args:
        value: As from JSON.
        notation: The language's.
        used: Columns of the first line that are taken.

    Raises:
        SnippetProblem: The language cannot write a number of it exactly.

    Example:
        >>> literal({"stream": True, "stop": None}, PYTHON)
        '{"stream": True, "stop": None}'
        >>> literal({"top-k": [1, 0.5]}, JAVASCRIPT)
        '{ "top-k": [1, 0.5] }'
    """
    flat = _flat(value, notation)
    if len(flat) <= WIDTH - used:
        return flat
    if isinstance(value, str):
        return _in_lines(value, flat, notation)
    if not value or not isinstance(value, dict | list):
        return flat
    inside = used + len(notation.indent)  # an upper limit: what stands before the brace counts too
    if isinstance(value, dict):
        keys = [notation.key(name) for name in value]
        items = [k + literal(v, notation, inside + len(k)) for k, v in zip(keys, value.values(), strict=True)]
        return _block("{", [f"{item}," for item in items], "}", notation)
    return _block("[", [f"{literal(item, notation, inside)}," for item in value], "]", notation)


def _flat(value: Any, notation: Notation) -> str:
    if isinstance(value, dict):
        items = ", ".join(notation.key(name) + _flat(item, notation) for name, item in value.items())
        return f"{{ {items} }}" if items and notation.is_script else f"{{{items}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flat(item, notation) for item in value)}]"
    if isinstance(value, Attached):
        return notation.attached.format(file=json_text(value.file), kind=json_text(value.kind))
    if isinstance(value, str):
        return notation.text(value)
    return notation.words[value] if value is None or isinstance(value, bool) else _number(value, notation)


def _number(value: float, notation: Notation) -> str:
    if notation.is_script and isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        raise SnippetProblem("snippet.exact", number=value, name=notation.name)
    return repr(value)


def _in_lines(text: str, flat: str, notation: Notation) -> str:
    lines = re.findall(r"[^\n]*\n|[^\n]+", text) if notation.keeps_line_ends else text.split("\n")
    if not 1 < len(lines) <= MOST_LINES:
        return flat
    before, between, after = notation.text_in_lines
    return _block(before, [notation.text(line) + between for line in lines], after, notation)


def _block(before: str, lines: list[str], after: str, notation: Notation) -> str:
    inner = "\n".join(lines).replace("\n", f"\n{notation.indent}")
    return f"{before}\n{notation.indent}{inner}\n{after}"
