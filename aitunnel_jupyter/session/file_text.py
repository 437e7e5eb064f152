"""Text files as a model reads them: fenced, notebooks as their cells, tables cut by rows."""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.description import cut, fence_for, shown, tokens_in, without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN_WORD = re.compile(r"[a-z0-9+#-]{1,12}")
_LANGUAGES = {
    "py": "python", "pyi": "python", "pyx": "cython", "js": "javascript", "mjs": "javascript", "ts": "typescript",
    "md": "markdown", "yml": "yaml", "sh": "bash", "zsh": "bash", "rs": "rust", "rb": "ruby", "cs": "csharp",
    "kt": "kotlin", "h": "c", "hpp": "cpp", "cc": "cpp", "cxx": "cpp", "pl": "perl", "ps1": "powershell",
    "tex": "latex", "htm": "html", "jl": "julia", "txt": "", "log": "", "text": "",
}  # fmt: skip
_OUTPUT_CHARACTERS = 500
"""Of one output of a notebook's cell."""


def file_text(name: str, text: str, tokens: int) -> str:
    """A file as one text: its name, and its content in a fence that nothing inside can close.

    Args:
        name: As shown; its suffix says what the text is.
        text: The content.
        tokens: Budget of a table; other files are not cut.

    Example:
        >>> print(file_text("a.py", "x = 1\\n", 100))
        a.py:
        ```python
        x = 1
        ```
    """
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if suffix == "ipynb" and (found := _notebook(text)):
        return fenced(f"{name} (notebook):", found, "python")
    if suffix in {"csv", "tsv"}:
        return fenced(f"{name}:", _rows(text, tokens), suffix)
    return fenced(f"{name}:", text, language_of(name))


def language_of(name: str) -> str:
    """The word after a fence for a file's name.

    Example:
        >>> language_of("src/main.RS"), language_of("Dockerfile"), language_of("a.odd suffix")
        ('rust', 'dockerfile', '')
    """
    path = PurePath(name)
    if path.name in {"Dockerfile", "Makefile"}:
        return path.name.lower()
    suffix = path.suffix.lower().removeprefix(".")
    return _LANGUAGES.get(suffix, suffix if _PLAIN_WORD.fullmatch(suffix) else "")


def fenced(title: str, body: str, language: str = "") -> str:
    """``body`` below ``title``, in a fence longer than any inside."""
    fence = fence_for(body)
    return f"{title}\n{fence}{language}\n{body.removesuffix(chr(10))}\n{fence}"


# --- tables -------------------------------------------------------------------------------------------------


def _rows(text: str, tokens: int) -> str:
    """As many whole records as fit, the first one (the names of columns) included."""
    if tokens_in(text) <= tokens:
        return text
    records = list(_records(text))
    left = tokens - tokens_in(shown(len(records), len(records), "rows")) - 1
    kept: list[str] = []
    for record in records:
        left -= tokens_in(record) + 1
        if left < 0:
            break
        kept.append(record)
    if not kept:
        return cut(text, tokens)
    return "\n".join([*kept, shown(max(len(kept) - 1, 0), len(records) - 1, "rows")])


def _records(text: str) -> Iterator[str]:
    """Lines of a CSV; a quoted line end does not end a record."""
    open_lines: list[str] = []
    quotes = 0
    for line in text.splitlines():
        open_lines.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            yield "\n".join(open_lines)
            open_lines, quotes = [], 0
    yield from open_lines  # a quote that never closes


# --- notebooks ----------------------------------------------------------------------------------------------


def _notebook(text: str) -> str:
    """The cells in the percent format, outputs as comments; empty if this is no notebook."""
    try:
        cells = json.loads(text)["cells"]
        return "\n\n".join(_cell(number, cell) for number, cell in enumerate(cells, 1))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""


def _cell(number: int, cell: dict[str, Any]) -> str:
    kind = str(cell["cell_type"])
    title = f"# %% cell {number}" + ("" if kind == "code" else f" [{kind}]")
    outputs = [line for output in cell.get("outputs", []) for line in _output(output)]
    return "\n".join([title, _joined(cell["source"]), *outputs]).rstrip()


def _output(output: dict[str, Any]) -> list[str]:
    """An output's plain text as comments, cut short."""
    if output.get("output_type") == "error":
        said = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    else:
        said = _joined(output.get("text") or output.get("data", {}).get("text/plain", ""))
    said = without_addresses(said).strip()
    if len(said) > _OUTPUT_CHARACTERS:
        said = f"{said[:_OUTPUT_CHARACTERS]}\n{shown(_OUTPUT_CHARACTERS, len(said), 'characters')}"
    return [f"#> {line}" for line in said.splitlines()]


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
