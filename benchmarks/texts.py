"""Answers of a given length that look like answers: prose, lists, code, a table, maths."""

from __future__ import annotations

from itertools import pairwise

PARAGRAPH = (
    "Streaming an answer into a notebook is a question of how much is sent again. A **frozen** block is rendered once "
    "and never touched; only the `tail`, a few hundred characters, is painted anew while words arrive. "
    "That keeps the browser idle and the reader's scroll position where it was.\n\n"
)
SECTION = (
    "## A section\n\n"
    + PARAGRAPH * 2
    + "- first point, in a *few* words\n- second point with `code`\n- third point\n\n"
    + "```python\ndef fold(deltas):\n    text = []\n    for delta in deltas:\n        text.append(delta.text)\n"
    + '    return "".join(text)  # once\n```\n\n'
    + "| what | bytes |\n|---|---|\n| frozen | 1 |\n| again | 100 |\n\n"
    + "The sum is $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$, as ever.\n\n"
)


def answer(characters: int) -> str:
    """An answer of exactly that many characters."""
    return (SECTION * (characters // len(SECTION) + 1))[:characters]


def deltas(text: str, count: int) -> list[str]:
    """``text`` in ``count`` parts of nearly equal length."""
    borders = [round(at * len(text) / count) for at in range(count + 1)]
    return [text[a:b] for a, b in pairwise(borders)]
