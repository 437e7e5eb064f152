"""The end of an unfinished text is shown so that the next frame has nothing to take back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.rendering.blocks import Blocks
from aitunnel_jupyter.rendering.markdown import to_html
from aitunnel_jupyter.rendering.unfinished import shown


@pytest.mark.parametrize(
    ("arrived", "seen"),
    [
        ("plain words", "plain words"),
        ("**bo", "**bo**"),
        ("**bold**", "**bold**"),
        ("**bold*", "**bold**"),
        ("a **", "a "),
        ("an *em", "an *em*"),
        ("2 * 3", "2 * 3"),
        ("snake_case", "snake_case"),
        ("`co", "`co`"),
        ("`a **b` c", "`a **b` c"),
        ("see [the docs", "see the docs"),
        ("see [the docs](https://a", "see the docs"),
        ("see [the docs](https://a.test) now", "see [the docs](https://a.test) now"),
        ("see ![a cat](https://a", "see "),
        ("so \\(x = ", "so "),
        ("so \\(x\\) is", "so \\(x\\) is"),
        ("so $x_1", "so "),
        ("so $x_1$ is", "so $x_1$ is"),
        ("costs $5 and", "costs $5 and"),
        ("so $$x", "so "),
        ("a\n\n| head | of", "a\n\n"),
        ("text\n-", "text\n"),
        ("text\n\n1.", "text\n\n"),
        ("- a\n- [x", "- a\n"),
        ("```py\ncode **x", "```py\ncode **x"),
        ("```py\ncode\n``", "```py\ncode\n"),
    ],
)
def test_half_a_construct_does_not_flash(arrived, seen):
    lines, _, partial = arrived.rpartition("\n")
    lines = lines + "\n" if "\n" in arrived else ""
    assert shown(lines, partial) == seen


@given(st.text(alphabet="ab *_`~[]()!$\\|-#>1.\n", max_size=80))
def test_any_tail_can_be_shown_and_the_end_shows_all(text):
    blocks = Blocks()
    for char in text:
        blocks.append(char)
        to_html(blocks.tail)
    assert "".join(piece.raw for piece in [*blocks.finished(), *blocks.close()]) == text
