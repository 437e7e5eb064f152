"""An answer cut into pieces: nothing is lost, everything renders as in one piece, and it costs its length."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aitunnel_jupyter.rendering import blocks as blocks_room
from aitunnel_jupyter.rendering import cuts, maths_block, unfinished
from aitunnel_jupyter.rendering.blocks import Blocks
from aitunnel_jupyter.rendering.markdown import outline, to_html

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


@settings(max_examples=40)
@given(documents, sizes)
def test_pieces_render_as_the_whole_does_however_it_is_cut(text, sizes):
    pieces = streamed(text, sizes)
    assert "".join(piece.raw for piece in pieces) == text
    assert joined(pieces) == flat(to_html(text))


@given(st.text(alphabet="ab1.-+*>#|`~$\\[]() \t\n\r=_:\x1b", max_size=150), sizes)
def test_any_text_is_covered_exactly_once(text, sizes):
    assert "".join(piece.raw for piece in streamed(text, sizes)) == text


@settings(max_examples=20)
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


# --- long texts, with the sizes of cuts made small: each is hit many times, and a test takes a moment --------------

SMALL = 16
"""How many times smaller."""


@pytest.fixture
def parsed(monkeypatch):
    """Makes cuts small; the characters that were parsed so far."""
    count = [0]

    def counted(source, *, streaming):
        count[0] += len(source)
        return outline(source, streaming=streaming)

    for room, name in (
        (cuts, "SOON"),
        (cuts, "LATE"),
        (blocks_room, "SLICE"),
        (blocks_room, "SMALL"),
        (maths_block, "LONGEST"),
    ):
        monkeypatch.setattr(room, name, getattr(room, name) // SMALL)
    monkeypatch.setattr(blocks_room, "outline", counted)
    monkeypatch.setattr(unfinished, "outline", counted)
    return count


SHAPES = {
    "prose": "Some words of a sentence. ",
    "lines": "Some words.\n",
    "fence": CODE,
    "list": "- an item with **some** words\n",
    "numbers": "1. an item\n\n   and more\n",
    "nested": "  - an item below\n",
    "table": "| some words | more |\n",
    "quote": "> words in a quote\n",
    "formula": "\\[\nx = y\n\n",
    "blank": "\n",
    "brackets": "[",
    "fences": "```\n",
    "definitions": "[a]: https://b.test\n",
    "fence in a list": "  word = 1\n",
    "fence in a quote": "> word = 1\n",
}
HEADS = {
    "fence": "```python\n", "nested": "- a\n", "table": "| a | b |\n|---|---|\n",
    "fence in a list": "- ```python\n", "fence in a quote": "> ```python\n",
}  # fmt: skip


def long(shape, size):
    return (HEADS.get(shape, "") + SHAPES[shape] * size)[:size]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_twice_as_long_costs_twice_as_much_and_stays_in_short_pieces(shape, parsed):
    spent = []
    for size in (6_000, 12_000):
        parsed[0], text = 0, long(shape, size)
        blocks, pieces = Blocks(), []
        for start in range(0, len(text), 10):
            blocks.append(text[start : start + 10])
            pieces += blocks.finished()
            assert len(blocks.tail) < 12_000 // SMALL
        pieces += blocks.close()
        spent.append(parsed[0])
        assert "".join(piece.raw for piece in pieces) == text
        assert max(map(len, pieces)) < 12_000 // SMALL
    assert spent[1] < 2.5 * spent[0]


def test_one_long_delta_costs_no_more_than_many_short(parsed):
    text = long("list", 12_000)
    streamed(text, [10], look_at_tail=False)
    many, parsed[0] = parsed[0], 0
    pieces = streamed(text, [len(text)], look_at_tail=False)
    assert parsed[0] <= many
    assert max(map(len, pieces)) < 12_000 // SMALL


@pytest.mark.parametrize("fence", ["```", "~~~~"])
@pytest.mark.parametrize(
    ("before", "indent"),
    [("", ""), ("Text.\n\n", ""), ("- a\n\n  ", "  "), ("> ", "> "), ("- b\n  - a\n\n    ", "    "), ("- ", "  ")],
)
@pytest.mark.parametrize("size", [7, 700, 100_000])
def test_a_very_long_line_stays_in_its_fence_and_no_box_is_empty(parsed, safe, fence, before, indent, size):
    words = " ".join(f"w{number}" for number in range(600))
    text = f"{before}{fence}python\n{indent}x = '{words}'\n{indent}y = 2\n{indent}{fence}\n\nafter\n"
    pieces = streamed(text, [size])
    assert "".join(piece.raw for piece in pieces) == text
    shown = [to_html(piece) for piece in pieces]
    boxes = [html for html in shown if re.search(r"w\d|y = ", html)]
    assert all("<pre><code>" in html and "<p>w" not in html for html in boxes)
    assert not any("<pre><code></code>" in html for html in shown)
    assert shown[-1] == "<p>after</p>"
    assert re.findall(r"w\d+", "".join(map(safe, boxes))) == words.split()


LONG = [
    f"{head}{unit * 12}\n"
    for head, unit in (("", "word. "), ("- ", "item "), ("```\n", "code "), ("> ", "word "), ("1. ", "x\n   "))
]


@settings(max_examples=30)
@given(st.lists(st.sampled_from([*PARTS, *LONG]), max_size=6).map("".join), sizes)
def test_every_cut_covers_the_text_and_every_piece_can_be_shown(safe, text, cut_sizes):
    with pytest.MonkeyPatch.context() as patch:
        for room, name in ((cuts, "SOON"), (cuts, "LATE"), (blocks_room, "SLICE"), (blocks_room, "SMALL")):
            patch.setattr(room, name, getattr(room, name) // 50)
        pieces = streamed(text, cut_sizes)
    assert "".join(piece.raw for piece in pieces) == text
    shown = "".join(safe(to_html(piece)) for piece in pieces)
    assert shown.count("o") >= safe(to_html(text)).count("o"), "nothing that was shown is lost"


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x1c", "\x85"])
def test_other_separators_end_no_line(separator):
    text = f"Text.\n\n- a{separator}b\n\n\\[\nx{separator}y\n\nz"
    assert "".join(piece.raw for piece in streamed(text, [3])) == text
