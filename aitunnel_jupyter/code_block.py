"""The fenced code of a text, as values."""

from __future__ import annotations

import re
from typing import Self

from aitunnel_jupyter.redaction import without_keys, without_known


class CodeBlock(str):
    """The text of one fenced block; ``language`` is the first word of its info string, or ``""``.

    Example:
        >>> CodeBlock("print(1)", "python").language
        'python'
    """

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = "") -> Self:
        """A block of ``text``."""
        block = super().__new__(cls, text)
        block.language = language
        return block

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # str has one argument, we have two
        return str.__str__(self), self.language

    def __repr__(self) -> str:
        """As a notebook shows it, and saves it: without keys."""
        return repr(without_keys(str.__str__(self)))

    def __str__(self) -> str:
        """The text for ``print``, whose output a notebook saves: a key of this process is masked in it."""
        return without_known(str.__str__(self))


# CommonMark 0.31 §4.5: at least three ` or ~, up to three spaces before; closed by at least as many.
_FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)\n(?P<body>.*?)"
    r"(?:^[ \t]*(?P=mark)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)


def code_blocks(text: str) -> list[CodeBlock]:
    """The fenced blocks of a Markdown text, in order.

    Example:
        >>> code_blocks("Look:\\n```python\\nx = 1\\n```")
        ['x = 1\\n']
    """
    return [_code_block(match) for match in _FENCE.finditer(text.replace("\r\n", "\n")) if "`" not in match["info"]]


def _code_block(match: re.Match[str]) -> CodeBlock:
    words = match["info"].split()
    width = len(match["indent"])
    # Inside a list item the whole block is indented as far as its fence.
    body = re.sub(rf"^[ \t]{{1,{width}}}", "", match["body"], flags=re.MULTILINE) if width else match["body"]
    return CodeBlock(body, words[0].strip("{}.") if words else "")
