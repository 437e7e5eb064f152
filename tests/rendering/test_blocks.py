"""An answer cut into pieces: nothing is lost, everything renders as in one piece, and it costs its length."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.rendering.blocks import Blocks
from aitunnel_jupyter.rendering.markdown import to_html

PARTS = [
    "# Heading\n\n",
    "Two lines\nof text with **bold** and $x^2$.\n\n",
    "Setext\n======\n\n",
    "Text\n---\n",
    "- a\n- b\n  - c\n\n  still b\n- d\n\n",
    "1. one\n2. two\n\n   ```sh\n   ls\n\n   cd\n   ```\n3. three\n\n",
    "* tight\n* list\n",
    "> quote\nlazy\n>\n> - list\n\n",
    "```python\ndef f():\n\n    return '''\n```\n\n",
    "~~~\n```\n\n# no heading\n~~~\n",
    "    indented\n\n    code\n\n",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | $4 |\n\n",
    "\\[\nx = 1\n\n+ y\n\\]\n\n",
    "$$\na\n\nb\n$$\n",
    "text\n$$ inline $$\nmore\n\n",
    "***\n",
    "\n\n\n",
    "- [ ] task\n- [x] done\n\n",
    "Costs $5 and $10.\n\n",
    "https://a.test and ![x](https://b.test/i.png)\n\n",
]


def streamed(text, sizes, *, look_at_tail=True):
    """All pieces of ``text`` given in parts of ``sizes`` characters, in turn."""
    blocks, pieces, start, turn = Blocks(), [], 0, 0
    while start < len(text):
        blocks.append(text[start : start + sizes[turn % len(sizes)]])
        start += sizes[turn % len(sizes)]
        turn += 1
        pieces += blocks.finished()
        if look_at_tail:
            to_html(blocks.tail)
    return pieces + blocks.close()


def flat(html):
    return re.sub(r"\s+", " ", html).strip()


def joined(pieces):
    return flat("\n".join(filter(None, map(to_html, pieces))))


documents = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
sizes = st.lists(st.integers(1, 30), min_size=1, max_size=5)


@given(documents, sizes)
def test_pieces_render_as_the_whole_does_however_it_is_cut(text, sizes):
    pieces = streamed(text, sizes)
    assert "".join(piece.raw for piece in pieces) == text
    assert joined(pieces) == flat(to_html(text))


@given(st.text(alphabet="ab1.-+*>#|`~$\\[]() \t\n\r=_:\x1b", max_size=150), sizes)
def test_any_text_is_covered_exactly_once(text, sizes):
    assert "".join(piece.raw for piece in streamed(text, sizes)) == text


@given(documents, sizes)
def test_line_ends_of_windows_change_nothing(text, sizes):
    windows = text.replace("\n", "\r\n")
    pieces = streamed(windows, sizes)
    assert "".join(piece.raw for piece in pieces) == windows
    assert joined(pieces) == flat(to_html(text))


@pytest.mark.parametrize("text", PARTS)
def test_a_part_cut_at_every_character_is_the_same(text):
    assert joined(streamed("Before.\n\n" + text + "\nAfter.", [1])) == flat(to_html("Before.\n\n" + text + "\nAfter."))


def test_a_block_is_finished_when_the_next_one_begins():
    blocks = Blocks()
    blocks.append("# A\n\nFirst.\n\n")
    assert blocks.finished() == ["# A\n\n"]
    blocks.append("S")
    assert blocks.finished() == ["First.\n\n"]
    assert blocks.tail == "S"
    assert blocks.close() == ["S"]
    assert blocks.close() == []


def test_a_list_is_not_finished_by_a_blank_line():
    blocks = Blocks()
    blocks.append("- a\n\n")
    assert blocks.finished() == []
    blocks.append("  still a\n- b\n")
    assert blocks.finished() == []
    blocks.append("\nText")
    assert blocks.finished() == ["- a\n\n  still a\n- b\n\n"]


def test_an_open_formula_holds_what_follows_until_it_closes():
    blocks = Blocks()
    blocks.append("Text.\n\n\\[\na\n\nb\n\nc")
    assert blocks.finished() == ["Text.\n\n"]
    assert blocks.tail == ""
    blocks.append("\n\\]\n")
    assert "mathjax_process" in to_html(blocks.tail)


CODE = "".join(f"def function_{number}(value):\n    return value + {number}\n\n\n" for number in range(300))


def test_a_long_fence_is_split_into_fences_of_its_language():
    text = f"````python\n{CODE}````\n\nEnd."
    pieces = streamed(text, [20])
    assert len(pieces) > 3
    assert "".join(piece.raw for piece in pieces) == text
    assert all(piece.startswith("````python\ndef") and piece.rstrip().endswith("````") for piece in pieces[:-1])
    assert all(to_html(piece).count("<pre>") == 1 for piece in pieces[:-1])
    shown = re.sub("</?(?:pre|code)>", "", "\n".join(map(to_html, pieces[:-1]))).replace("&#10;", "\n")
    whole = re.sub("</?(?:pre|code)>", "", to_html(f"````python\n{CODE}````")).replace("&#10;", "\n")
    assert flat(shown) == flat(whole)


def test_a_long_fence_in_a_list_item_keeps_its_indent_out_of_the_code(safe):
    text = "1. Do:\n   ```python\n" + "".join(f"   {line}\n" for line in CODE.splitlines()) + "   ```\n   then\n2. Go"
    pieces = streamed(text, [20])
    assert "".join(piece.raw for piece in pieces) == text
    lines = "\n".join(safe(to_html(piece)) for piece in pieces[1:]).splitlines()
    assert "    return value + 299" in lines
    assert to_html(pieces[-1]) == "<ol start=2><li>Go</li></ol>"


@pytest.mark.parametrize("number", ["{}", "1"])
def test_a_long_list_goes_on_counting(number, safe):
    markers = [f"{number.format(each)}. " for each in range(1, 1_000)]
    text = "".join(f"{mark}item {each}\n{' ' * len(mark)}- below\n" for each, mark in enumerate(markers, 1))
    pieces = streamed(text, [20])
    assert len(pieces) > 3
    count = 0
    for piece in pieces:
        html = to_html(piece)
        start = re.match(r"<ol(?: start=(\d+))?><li>item (\d+)<ul><li>below", html)
        assert start, html[:80]
        assert int(start[1] or 1) == int(start[2]) == count + 1
        count += html.count("<li>item")
    assert count == 999


def test_a_long_table_keeps_its_head():
    text = "| Name | Value |\n|:--|--:|\n" + "".join(f"| row {number} | {number} |\n" for number in range(1_000))
    pieces = streamed(text, [20])
    assert len(pieces) > 3
    assert all(to_html(piece).startswith("<table><thead><tr><th style=text-align:left>Name") for piece in pieces)
    assert sum(to_html(piece).count("<td style=text-align:left>row") for piece in pieces) == 1_000


def test_a_long_paragraph_is_split_behind_a_sentence():
    text = "This is a sentence of some length. " * 1_000
    pieces = streamed(text, [20])
    assert len(pieces) > 3
    assert all(piece.rstrip().endswith(".") for piece in pieces)


def test_an_inline_image_is_not_split():
    image = "![x](data:image/png;base64,iVBORw0KGgo" + "A" * 100_001 + ")"
    pieces = streamed("Look: " + image + " done.\n\nEnd.", [5_000])
    assert "<img" in to_html(pieces[0])


SHAPES = {
    "prose": "Some words of a sentence. " * 4_000,
    "lines": "Some words.\n" * 8_000,
    "fence": "```python\n" + CODE * 8,
    "list": "- an item with **some** words\n" * 3_500,
    "numbers": "1. an item\n\n   and more\n" * 4_000,
    "nested": "- a\n" + "  - an item below\n" * 5_000,
    "table": "| a | b |\n|---|---|\n" + "| some words | more |\n" * 4_500,
    "quote": "> words in a quote\n" * 5_000,
    "formula": "\\[\nx = y\n\n" * 9_000,
    "blank": "\n" * 100_000,
    "brackets": "[" * 100_000,
    "fences": "```\n" * 25_000,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hundred_thousand_characters_of_one_shape_are_quick_and_stay_in_short_pieces(shape):
    text = SHAPES[shape][:100_000]
    blocks, pieces = Blocks(), []
    began = time.perf_counter()
    for start in range(0, len(text), 100):
        blocks.append(text[start : start + 100])
        pieces += blocks.finished()
        assert len(blocks.tail) < 12_000
    pieces += blocks.close()
    assert time.perf_counter() - began < 20
    assert "".join(piece.raw for piece in pieces) == text
    assert max(map(len, pieces)) < 12_000


def test_one_long_delta_costs_no_more_than_many_short():
    began = time.perf_counter()
    pieces = streamed(SHAPES["list"], [100_000], look_at_tail=False)
    assert time.perf_counter() - began < 10
    assert max(map(len, pieces)) < 12_000
