"""The event-stream rules of the WHATWG specification, and what real servers add."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.gateway.wire.sse import Event, SSEDecoder

CASES: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "one_event": (b"data: a\n\n", [("a", "message")]),
    "no_space_after_the_colon": (b"data:a\n\n", [("a", "message")]),
    "exactly_one_space_is_removed": (b"data:  a\n\n", [(" a", "message")]),
    "data_lines_are_joined": (b"data: a\ndata: b\n\n", [("a\nb", "message")]),
    "crlf": (b"data: a\r\n\r\ndata: b\r\n\r\n", [("a", "message"), ("b", "message")]),
    "cr_alone": (b"data: a\r\rdata: b\r\r", [("a", "message"), ("b", "message")]),
    "mixed_line_ends": (b"data: a\r\n\ndata: b\n\r\n", [("a", "message"), ("b", "message")]),
    "comments_are_ignored": (b": hello\n:\ndata: a\n: x\n\n", [("a", "message")]),
    "comment_after_id_dispatches_nothing": (b"id: 1\n: x\n\ndata: a\n\n", [("a", "message")]),
    "retry_block_dispatches_nothing": (b"retry: 3000\n\ndata: a\n\n", [("a", "message")]),
    "blank_lines_alone": (b"\n\n\ndata: a\n\n\n\n", [("a", "message")]),
    "empty_data_dispatches_nothing": (b"data:\n\ndata: a\n\n", [("a", "message")]),
    "field_without_colon": (b"data\n\nfoo\ndata: a\n\n", [("a", "message")]),
    "unknown_field": (b"foo: bar\ndata: a\n\n", [("a", "message")]),
    "event_type": (b"event: ping\ndata: {}\n\ndata: a\n\n", [("{}", "ping"), ("a", "message")]),
    "type_does_not_outlive_its_block": (b"event: ping\n\ndata: a\n\n", [("a", "message")]),
    "error_field": (b"error: broke\n\n", [("broke", "error")]),
    "leading_bom": (b"\xef\xbb\xbfdata: a\n\n", [("a", "message")]),
    "only_one_bom": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("b", "message")]),
    "line_separators_of_unicode_are_text": (
        "data: a\u2028b\u2029c\u0085d\x0be\x0cf\n\n".encode(),
        [("a\u2028b\u2029c\u0085d\x0be\x0cf", "message")],
    ),
    "invalid_utf8_is_replaced": (b"data: a\xffb\n\n", [("a\ufffdb", "message")]),
    "cut_character_at_a_line_end": (b"data: a\xe2\x82\n\n", [("a\ufffd", "message")]),
    "unterminated_done_counts": (b"data: a\n\ndata: [DONE]", [("a", "message"), ("[DONE]", "message")]),
    "unterminated_json_counts": (b'data: {"a": 1}', [('{"a": 1}', "message")]),
    "unterminated_json_line_counts": (b'data: {"a": 1}\n', [('{"a": 1}', "message")]),
    "cut_json_does_not_count": (b'data: a\n\ndata: {"a": ', [("a", "message")]),
    "nothing": (b"", []),
}


def decode(*chunks: bytes) -> list[Event]:
    decoder = SSEDecoder()
    events = [event for chunk in chunks for event in decoder.decode(chunk)]
    return events + decoder.flush()


@pytest.mark.parametrize("name", CASES)
def test_rule(name: str) -> None:
    raw, expected = CASES[name]
    assert decode(raw) == [Event(*event) for event in expected]


@pytest.mark.parametrize("name", CASES)
def test_rule_holds_when_cut_at_every_byte(name: str) -> None:
    raw, expected = CASES[name]
    for at in range(len(raw) + 1):
        assert decode(raw[:at], raw[at:]) == [Event(*event) for event in expected], at
    assert decode(*(raw[i : i + 1] for i in range(len(raw)))) == [Event(*event) for event in expected]


@given(
    blocks=st.lists(
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1), max_size=8
    ),
    ends=st.lists(st.sampled_from([b"\n", b"\r", b"\r\n"]), min_size=1, max_size=3),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
def test_any_text_in_any_chunking_comes_out_as_it_went_in(
    blocks: list[str], ends: list[bytes], cuts: list[int]
) -> None:
    # A lone CR before the LF of the next block's line end would read as one CRLF: real servers use one kind.
    end = ends[0]
    raw = b"".join(b"data: " + json.dumps(text, ensure_ascii=False).encode() + end + end for text in blocks)
    borders = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    chunks = [raw[a:b] for a, b in zip(borders, borders[1:], strict=False)]
    assert [json.loads(event.data) for event in decode(*chunks)] == blocks


def test_a_long_line_in_small_chunks_stays_linear() -> None:
    decoder = SSEDecoder()
    decoder.decode(b"data: ")
    for _ in range(20_000):
        assert decoder.decode(b"x" * 100) == []
    assert len(decoder.decode(b"\n\n")[0].data) == 2_000_000
