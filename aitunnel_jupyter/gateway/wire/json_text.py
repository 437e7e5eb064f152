"""JSON as servers send it: whole, several in a row, too deep, with mad numbers, or as Python prints it."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_LEVELS = 64
"""Nesting that is read where a text is too deep for the parser; what lies deeper becomes ``null``."""
INTEGER_DIGITS = 4000
"""Python refuses to read integers of more than 4 300 digits (CVE-2020-10735); nobody counts that far."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_BETWEEN = " \t\r\n,"
_PYTHON = re.compile(r"'((?:[^'\\]++|\\.)*+)'|(\"(?:[^\"\\]++|\\.)*+\")|\b(None|True|False)\b", re.DOTALL)
_PYTHON_CHARACTERS = 4096
"""Longest text that is tried as a Python value: such texts are errors, and short; a hostile one takes its square."""
_WORDS = {"None": "null", "True": "true", "False": "false"}

# Raw line ends inside strings come from servers that paste an upstream's error into their own (seen 2026-11-26).
read_json = json.JSONDecoder(strict=False).raw_decode
"""The value at the beginning of a text and where it ends: the fast way, for nearly every chunk there is."""


def values_in(data: str) -> tuple[list[Any], str]:
    """Every JSON value of ``data``, and the rest that is none.

    Example:
        >>> values_in('{"a": 1} {"a": 2}')
        ([{'a': 1}, {'a': 2}], '')
        >>> values_in("data: {'a': None} oops")
        ([{'a': None}], 'oops')
    """
    values = []
    rest = data.strip()
    while rest.startswith("data:"):
        rest = rest.removeprefix("data:").lstrip()
    while rest:
        try:
            value, rest = _read(rest)
        except (ValueError, RecursionError):
            break
        values.append(value)
        rest = rest.lstrip(_BETWEEN)
    return values, rest


def is_json(data: str) -> bool:
    """Whether ``data`` is one whole JSON value or several.

    Example:
        >>> is_json('{"a": 1}'), is_json('{"a": ')
        (True, False)
    """
    values, rest = values_in(data)
    return bool(values) and not rest


def depth_change(line: str) -> int:
    """How many brackets ``line`` opens more than it closes, outside strings.

    Example:
        >>> depth_change('{"a": "}", "b": [')
        2
    """
    brackets = [token[0] for token in _TOKEN.finditer(line)]
    return sum(bracket in "[{" for bracket in brackets) - sum(bracket in "]}" for bracket in brackets)


def _read(text: str) -> tuple[Any, str]:
    """The first value of ``text``, and what follows it."""
    try:
        value, end = read_json(text)
    except RecursionError:
        text = _shallow(text)
        value, end = _read_tolerantly(text)
    except json.JSONDecodeError:
        if text[0] not in "{[" or len(text) > _PYTHON_CHARACTERS:
            raise
        text = _PYTHON.sub(_as_json, text)  # not with ast, which warns on the person's screen
        value, end = read_json(text)
    except ValueError:  # a number of thousands of digits
        value, end = _read_tolerantly(text)
    return value, text[end:]


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) < INTEGER_DIGITS else None


_read_tolerantly = json.JSONDecoder(strict=False, parse_int=_integer).raw_decode


def _as_json(found: re.Match[str]) -> str:
    if found[3]:
        return _WORDS[found[3]]
    if found[2]:
        return found[2]
    inner = found[1].replace("\\'", "'").replace('"', '\\"')
    return '"' + re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", inner) + '"'


def _shallow(text: str) -> str:
    """``text`` with ``null`` for every value that lies too deep."""
    pieces, level, start, kept_to = [], 0, 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("[", "{"):
            level += 1
            if level == MOST_LEVELS + 1:
                start = token.start()
        elif token[0] in ("]", "}"):
            level -= 1
            if level == MOST_LEVELS:
                pieces += [text[kept_to:start], "null"]
                kept_to = token.end()
    return "".join([*pieces, text[kept_to:]])
