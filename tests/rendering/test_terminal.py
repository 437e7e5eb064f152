"""Nothing a terminal would obey is printed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.rendering.terminal import LONGEST, TerminalText

CASES = {
    "plain\ttext\n": "plain\ttext\n",
    "a\x1b[31mred\x1b[0m": "ared",
    "a\x1b]0;title\x07b": "ab",
    "a\x1b]8;;https://evil.test\x1b\\link\x1b]8;;\x1b\\b": "alinkb",
    "a\x1b]52;c;ZXZpbA==\x07b": "ab",
    "a\x1bPq#0;2;0;0;0\x1b\\b": "ab",
    "a\x1b_x\x1b\\b": "ab",
    "a\x1bcb": "ab",
    "a\x1b(0b": "ab",
    "a\x9b31mb\x9d0;t\x07c\x90x\x9cd": "abcd",
    "a\rb\x08c\x07d\x00e\x7ff": "abcdef",
    "a\u202eb": "ab",
    "line\r\nnext": "line\nnext",
    "a\x1b[31\nb": "a[31\nb",
    "a\x1b\x1b[1mb": "ab",
}


def whole(parts):
    text = TerminalText()
    return "".join([*map(text.feed, parts), text.flush()])


@pytest.mark.parametrize("source", CASES)
def test_sequences_vanish_and_text_stays_wherever_deltas_are_cut(source):
    assert whole([source]) == CASES[source]
    assert whole(source) == CASES[source]
    for cut in range(len(source)):
        assert whole([source[:cut], source[cut:]]) == CASES[source]


@given(
    st.text(alphabet="\x1b[]P_\\\x07\x9b\x9c\x9d\x90;0m~ab\n", max_size=60), st.lists(st.integers(0, 60), max_size=6)
)
def test_no_control_is_ever_printed_and_cuts_change_nothing(source, cuts):
    edges = [0, *sorted(cuts), len(source)]
    parts = [source[start:stop] for start, stop in zip(edges, edges[1:], strict=False)]
    assert whole(parts) == whole([source])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", whole(parts))


def test_text_is_printed_at_once():
    text = TerminalText()
    assert text.feed("a") == "a"
    assert text.feed("b\x1b") == "b"
    assert text.feed("x") == ""


def test_a_sequence_without_end_does_not_swallow_the_answer():
    text = TerminalText()
    assert text.feed("\x1b]0;") == ""
    assert "word" in "".join(text.feed("word ") for _ in range(LONGEST))
