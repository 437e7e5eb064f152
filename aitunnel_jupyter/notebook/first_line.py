"""The first line of a ``%%ai`` cell, where IPython would not find us or would speak in our place.

A cleanup transformer: it sees a cell before IPython looks for its magic (7.34 to 9.18, seen 2026-11-26).
"""

from __future__ import annotations

import re

_OURS = re.compile(r"%%(?P<name>ai|aitunnel)(?=\s|\Z)(?P<blank>[^\S\n]?)")
_REMARK = re.compile(r"\s*(?:#.*)?\s*")


def is_ours(source: str) -> bool:
    """Whether a cell is a ``%%ai`` cell, as typed.

    Example:
        >>> is_ours("# a title\\n%%ai gpt-5.2\\nHi"), is_ours("print(1)")
        (True, False)
    """
    return bool(_OURS.match("".join(own_first_line(source.lstrip().splitlines(keepends=True)))))


def own_first_line(lines: list[str]) -> list[str]:
    """The cell's lines, so that a ``%%ai`` cell always reaches us.

    Remarks above it are left out (``#@title``, ``#| echo: false``). A tab or another blank after the name no longer
    belongs to the name. A cell without a body gets an empty line, else IPython answers with words of its own.

    Example:
        >>> own_first_line(["# a title\\n", "%%ai\\tgpt-5.2\\n"])
        ['%%ai \\tgpt-5.2\\n', '\\n']
    """
    above = 0
    while above < len(lines) and _REMARK.fullmatch(lines[above]):
        above += 1
    match = _OURS.match(lines[above]) if above < len(lines) else None
    if match is None:
        return lines
    first, *body = lines[above:]
    if match["blank"] not in {"", " "}:
        first = f"%%{match['name']} {first[match.end('name') :]}"
    return [first, *(body or ["\n"])]


# IPython then leaves it out where it asks whether more lines follow: a terminal would take the empty line for the end.
vars(own_first_line)["has_side_effects"] = True
