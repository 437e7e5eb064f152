"""Bodies of every kind fold to the right answer, wherever they are cut."""

from __future__ import annotations

from typing import Any

import pytest
from byte_server import DONE, delta, finish
from hypothesis import given
from hypothesis import strategies as st
from odd_streams import ODD
from streams import CASES as PLAIN
from streams import Case

from aitunnel_jupyter.gateway.wire.failures import error_text, page_title
from aitunnel_jupyter.gateway.wire.reader import AnswerReader

CASES = PLAIN | ODD
NOTHING: dict[str, Any] = {"reasoning": "", "tool_calls": (), "citations": (), "images": (), "error": None}
"""What a case does not name must not have come."""


def read(*chunks: bytes) -> tuple[AnswerReader, str]:
    reader = AnswerReader()
    deltas = [delta for chunk in chunks for delta in reader.feed(chunk)] + reader.close()
    return reader, "".join(delta.text for delta in deltas)


def outcome(reader: AnswerReader, text: str) -> dict[str, Any]:
    fold = reader.fold
    return {
        "text": fold.text,
        "shown": text,
        "facts": fold.facts(),
        "failure": fold.failure,
        "ended": fold.ended,
        "skipped": fold.skipped,
    }


@pytest.mark.parametrize("name", CASES)
def test_stream_folds_to_its_answer(name: str) -> None:
    case: Case = CASES[name]
    reader, shown = read(case.raw)
    assert (reader.fold.text, shown) == (case.text, case.text if case.shown is None else case.shown)
    assert reader.fold.failure == case.failure
    assert reader.fold.ended == case.ended
    assert reader.fold.skipped == case.skipped
    facts = reader.fold.facts()
    for fact, nothing in NOTHING.items():
        assert fact in case.facts or getattr(facts, fact) == nothing, fact
    assert facts.complete == (case.ended and case.failure is None)
    for path, expected in case.facts.items():
        value: Any = facts
        for part in path.split("."):
            value = getattr(value, part)
        assert value == expected, path


LONG = 20_000
"""Bytes beyond which a case is not cut at every place."""


@pytest.mark.parametrize("name", [name for name in CASES if len(CASES[name].raw) < LONG])
def test_stream_folds_to_the_same_answer_when_cut_at_every_byte(name: str) -> None:
    raw = CASES[name].raw
    whole = outcome(*read(raw))
    assert outcome(*read(*(raw[i : i + 1] for i in range(len(raw))))) == whole
    step = 1 if name in PLAIN else max(len(raw) // 61, 1)
    for at in range(1, len(raw), step):
        assert outcome(*read(raw[:at], raw[at:])) == whole, at


@given(
    name=st.sampled_from([n for n in CASES if len(CASES[n].raw) < LONG]),
    cuts=st.lists(st.integers(0, 3000), max_size=20),
)
def test_any_chunking_folds_to_the_same_answer(name: str, cuts: list[int]) -> None:
    raw = CASES[name].raw
    borders = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    chunks = [raw[a:b] for a, b in zip(borders, borders[1:], strict=False)]
    assert outcome(*read(*chunks)) == outcome(*read(raw))


@given(st.lists(st.text(min_size=1), min_size=1, max_size=20))
def test_any_text_arrives_whole(texts: list[str]) -> None:
    raw = b"".join(delta(text) for text in texts if text.isprintable()) + finish() + DONE
    reader, shown = read(raw)
    assert reader.fold.text == shown == "".join(text for text in texts if text.isprintable())


def test_roubles_are_exact() -> None:
    usage = read(CASES["plain"].raw)[0].fold.facts().usage
    assert usage is not None
    assert (str(usage.cost), str(usage.balance)) == ("0.51", "4999.55")


def test_a_page_is_recognised_and_only_its_title_is_told() -> None:
    page = b"\n<!DOCTYPE html><html><head><title> 502 Bad\n Gateway </title><script>x</script></head></html>"
    reader, shown = read(page)
    assert (reader.kind, shown, page_title(reader.body)) == ("page", "", "502 Bad Gateway")
    assert page_title("<h1>Sorry</h1>") == "Sorry"
    assert page_title("<p>just <b>words</b></p>") == "just words"


def test_a_body_that_is_no_answer_is_told_shortly() -> None:
    assert error_text('{"detail": "Not Found"}') == "Not Found"
    assert len(error_text('{"a": "' + "x" * 9000 + '"}')) == 200
    reader, _ = read(b'{"hello": "world"}')
    assert (reader.kind, reader.fold.understood) == ("json", 0)
