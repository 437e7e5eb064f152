"""Whatever JSON a server sends, reading it never raises, and what comes of it can be stored, shown and sent on."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from byte_server import DONE
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from odd_streams import ODD
from streams import CASES

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.wire.failures import failure_of
from aitunnel_jupyter.gateway.wire.reader import AnswerReader
from aitunnel_jupyter.session.record import facts_as_json, nano

EXAMPLES = int(os.environ.get("AITUNNEL_TEST_EXAMPLES", "120"))
"""How many bodies are tried; 10 000 before a release."""

NAMES = [
    "id",
    "model",
    "object",
    "choices",
    "index",
    "delta",
    "message",
    "content",
    "text",
    "type",
    "role",
    "finish_reason",
    "native_finish_reason",
    "usage",
    "x_groq",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cost_rub",
    "balance",
    "prompt_tokens_details",
    "cached_tokens",
    "input_tokens",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "thinking",
    "thinking_blocks",
    "summary",
    "tool_calls",
    "function_call",
    "function",
    "name",
    "arguments",
    "error",
    "code",
    "msg",
    "detail",
    "metadata",
    "raw",
    "status",
    "success",
    "base_resp",
    "status_code",
    "status_msg",
    "error_type",
    "citations",
    "search_results",
    "annotations",
    "url_citation",
    "url",
    "title",
    "images",
    "image_url",
    "audio",
    "transcript",
    "refusal",
    "done",
]
WORDS = (
    "stop",
    "null",
    "tool_calls",
    "<think>",
    "</think>",
    "hm",
    "[DONE]",
    "1e999999",
    "0,51",
    "{",
    "\ud83d",
    "\ude00",
    "error",
)
numbers = (
    st.integers()
    | st.sampled_from((2**63, 2**64, -1, 10**400, 1e300, 1e-300, float("nan"), float("inf")))
    | st.floats()
)
texts = st.text(st.characters(), max_size=12) | st.sampled_from(WORDS)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=14,
)


def likely(shape: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the right names, each right, absent, or anything at all."""
    return st.fixed_dictionaries({}, optional={name: right | values for name, right in shape.items()})


functions = likely({"name": texts, "arguments": texts})
calls = st.lists(likely({"index": st.integers(0, 2), "id": texts, "function": functions}), max_size=3)
bodies = likely({
    "content": texts, "reasoning": texts, "reasoning_content": texts, "tool_calls": calls, "function_call": functions,
    "annotations": st.lists(likely({"url_citation": likely({"url": texts})}), max_size=2),
    "images": st.lists(likely({"image_url": likely({"url": texts})}), max_size=2),
})  # fmt: skip
choices = st.lists(
    likely({"index": st.integers(0, 2), "delta": bodies, "message": bodies, "finish_reason": texts}), max_size=3
)
chunks = likely({
    "id": texts, "model": texts, "choices": choices, "citations": st.lists(texts, max_size=2), "error": values,
    "usage": likely({"prompt_tokens": numbers, "cost_rub": numbers | texts, "balance": numbers | texts}),
    "message": values, "code": values, "detail": values, "base_resp": values,
})  # fmt: skip

FRAMES: dict[str, Callable[[list[str]], bytes]] = {
    "events": lambda sent: "".join(f"data: {one}\n\n" for one in sent).encode(),
    "events_and_done": lambda sent: "".join(f"data: {one}\n\n" for one in sent).encode() + DONE,
    "no_blank_lines": lambda sent: "".join(f"data: {one}\n" for one in sent).encode(),
    "lines": lambda sent: "\n".join(sent).encode(),
    "one_body": lambda sent: sent[0].encode(),
    "a_list": lambda sent: f"[{','.join(sent)}]".encode(),
    "errors": lambda sent: "".join(f"event: error\ndata: {one}\n\n" for one in sent).encode(),
}


def read(*raw: bytes) -> tuple[AnswerReader, str]:
    reader = AnswerReader()
    deltas = [delta for part in raw for delta in reader.feed(part)] + reader.close()
    assert all(type(text) is str and type(reasoning) is str for text, reasoning in deltas)
    return reader, "".join(text + reasoning for text, reasoning in deltas)


def check_storable(reader: AnswerReader, shown: str) -> None:
    """Everything an answer knows can be written as UTF-8, JSON, pickle and into SQLite."""
    facts = reader.fold.facts()
    answer = Answer(reader.fold.text, facts)
    as_json = facts_as_json(answer)
    json.loads(as_json.encode().decode(), parse_constant=pytest.fail)
    assert (answer.text + shown + repr(facts)).encode()
    assert pickle.loads(pickle.dumps(answer)) == answer
    usage = facts.usage
    counts = [usage.prompt_tokens, usage.completion_tokens, nano(usage.cost), nano(usage.balance)] if usage else []
    row = (answer.text, as_json, facts.model, facts.request_id, facts.finish_reason, *counts)
    with sqlite3.connect(":memory:") as connection:
        assert connection.execute(f"SELECT {', '.join('?' * len(row))}", row).fetchone() == row
    connection.close()
    assert all(count is None or count >= 0 for count in counts[:3])
    if failure := reader.fold.failure:
        assert len(failure.message) <= 2000
        assert (failure.message + failure.code).encode()
        assert failure.message


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(chunks | values, min_size=1, max_size=5), st.sampled_from(list(FRAMES)), st.integers(1, 400))
def test_any_json_is_read_without_a_fault(sent: list[Any], frame: str, at: int) -> None:
    raw = FRAMES[frame]([json.dumps(one) for one in sent])
    reader, shown = read(raw)
    check_storable(reader, shown)
    again, shown_again = read(raw[:at], raw[at:])
    assert (again.fold.text, shown_again) == (reader.fold.text, shown)
    assert repr(again.fold.facts()) == repr(reader.fold.facts())
    assert (again.fold.failure, again.fold.ended) == (reader.fold.failure, reader.fold.ended)
    assert failure_of(raw.decode()).message.encode() is not None


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(chunks, min_size=1, max_size=4), st.integers(0, 4))
def test_a_mad_chunk_costs_no_text_of_the_others(sent: list[Any], at: int) -> None:
    sent = [{name: value for name, value in one.items() if name not in {"choices", "message", "delta"}} for one in sent]
    said = {"choices": [{"index": 0, "delta": {"content": "The answer."}, "finish_reason": None}]}
    sent.insert(min(at, len(sent)), said)
    reader, shown = read(FRAMES["events_and_done"]([json.dumps(one) for one in sent]))
    assert (reader.fold.text, shown) == ("The answer.", "The answer.")
    assert reader.fold.ended


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(CASES | ODD)), st.integers(0, 2000))
def test_any_bytes_are_read_without_a_fault(noise: bytes, name: str, at: int) -> None:
    raw = (CASES | ODD)[name].raw
    check_storable(*read(raw[:at], noise, raw[at:]))


# --- one answer, told in the way of each vendor -----------------------------------------------------------------

USAGE = {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33, "cost_rub": 0.51}
pieces_of_text = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9), min_size=1, max_size=6
)


class Told:
    """One answer, and the chunks that tell it."""

    def __init__(self, texts: list[str], thoughts: list[str], calls: list[tuple[str, str]]) -> None:
        self.texts, self.thoughts, self.calls = texts, thoughts, calls

    def body(self, **more: Any) -> dict[str, Any]:
        """A whole message."""
        calls = [{"id": f"c{n}", "function": {"name": f, "arguments": a}} for n, (f, a) in enumerate(self.calls)]
        return {"content": "".join(self.texts), "reasoning": "".join(self.thoughts), "tool_calls": calls} | more

    def deltas(self, text: Any = str, thought: str = "reasoning") -> list[dict[str, Any]]:
        said = [{thought: one} for one in self.thoughts] + [{"content": text(one)} for one in self.texts]
        called = [
            {
                "tool_calls": [
                    {
                        "index": n,
                        "id": f"c{n}" if not at else "",
                        "function": {"name": f if not at else None, "arguments": part},
                    }
                ]
            }
            for n, (f, a) in enumerate(self.calls)
            for at, part in enumerate((a[:3], a[3:]))
        ]
        return said + called

    def chunks(self, deltas: list[dict[str, Any]], carrier: str = "delta", reason: Any = None) -> list[dict[str, Any]]:
        spoken = [{"choices": [{"index": 0, carrier: one, "finish_reason": reason}]} for one in deltas]
        end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        return [*spoken, end, {"choices": [], "usage": USAGE}]


def events(sent: list[dict[str, Any]], end: str = "\n\n", begin: str = "data: ") -> bytes:
    return "".join(begin + json.dumps(one) + end for one in sent).encode()


def as_part(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text}]


VENDORS: dict[str, Callable[[Told], bytes]] = {
    "the_gateway": lambda told: events(told.chunks(told.deltas())) + DONE,
    "deepseek": lambda told: events(told.chunks(told.deltas(thought="reasoning_content"))) + DONE,
    "mistral": lambda told: events(told.chunks(told.deltas(text=as_part))),
    "no_blank_lines": lambda told: events(told.chunks(told.deltas()), "\n") + DONE,
    "crlf": lambda told: events(told.chunks(told.deltas()), "\r\n\r\n") + DONE,
    "cr": lambda told: events(told.chunks(told.deltas()), "\r\r"),
    "data_twice": lambda told: events(told.chunks(told.deltas()), begin="data: data: ") + DONE,
    "lines_of_json": lambda told: events(told.chunks(told.deltas()), "\n", ""),
    "reason_on_every_chunk": lambda told: events(told.chunks(told.deltas(), reason="stop")) + DONE,
    "reason_as_null": lambda told: events(told.chunks(told.deltas(), reason="null")) + DONE,
    "pings": lambda told: events(told.chunks(told.deltas()), "\n\n: ping\n\nevent: ping\ndata: {}\n\n") + DONE,
    "the_message_again": lambda told: events([
        *told.chunks(told.deltas())[:-1],
        {"choices": [{"index": 0, "message": told.body(), "finish_reason": "stop"}], "usage": USAGE},
    ]),
    "no_stream": lambda told: json.dumps(
        {"choices": [{"message": told.body(), "finish_reason": "stop"}], "usage": USAGE}, indent=1
    ).encode(),
    "no_stream_and_no_reason": lambda told: json.dumps({"choices": [{"message": told.body()}], "usage": USAGE}).encode(),
}  # fmt: skip


def folded(raw: bytes) -> dict[str, Any]:
    reader = AnswerReader()
    shown = [*reader.feed(raw), *reader.close()]
    facts = reader.fold.facts()
    assert "".join(delta.text for delta in shown) == reader.fold.text
    return {
        "text": reader.fold.text, "reasoning": facts.reasoning, "usage": facts.usage, "complete": facts.complete,
        "calls": tuple((call.name, call.arguments) for call in facts.tool_calls), "failure": reader.fold.failure,
        "skipped": reader.fold.skipped,
    }  # fmt: skip


def is_ambiguous(texts: list[str]) -> bool:
    """Whether the pieces could also be the text so far, each time, or begin like a thought."""
    return any(b.startswith(a) for a, b in zip(texts, texts[1:], strict=False)) or "<" in "".join(texts)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    pieces_of_text,
    pieces_of_text | st.just([]),
    st.lists(st.sampled_from([("f", '{"a": 1}'), ("g", '{"b": []}')]), max_size=2),
)
@example(["ha", "ha"], [], [])
@example(["no, ", "no, ", "yes"], ["hm ", "hm"], [("f", "{}")])
def test_every_vendor_tells_the_same_answer(
    texts: list[str], thoughts: list[str], calls: list[tuple[str, str]]
) -> None:
    assume(not is_ambiguous(texts) or texts in (["ha", "ha"], ["no, ", "no, ", "yes"]))
    assume(not is_ambiguous(thoughts))
    told = Told(texts, thoughts, calls)
    expected = folded(VENDORS["the_gateway"](told))
    assert (expected["text"], expected["reasoning"]) == ("".join(texts), "".join(thoughts))
    assert (expected["calls"], expected["complete"], expected["skipped"]) == (tuple(calls), True, 0)
    for name, vendor in VENDORS.items():
        assert folded(vendor(told)) == expected, name


@settings(max_examples=EXAMPLES, deadline=None)
@given(pieces_of_text)
def test_a_text_that_grows_is_the_text(texts: list[str]) -> None:
    assume(len(texts) > 2 and "<" not in "".join(texts))
    so_far = ["".join(texts[: n + 1]) for n in range(len(texts))]
    assert folded(events(Told(so_far, [], []).chunks(Told(so_far, [], []).deltas())))["text"] == so_far[-1]


@settings(max_examples=EXAMPLES, deadline=None)
@given(pieces_of_text, st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), min_size=1, max_size=3))
def test_a_thought_in_the_text_is_told_apart(texts: list[str], thoughts: list[str]) -> None:
    thought, text = "".join(thoughts), "".join(texts)
    assume("<" not in thought + text and "`" not in thought and text.strip() and not thought.startswith(" "))
    raw = f"<think>{thought}</think>\n\n{text}"
    pieces = [raw[at : at + 3] for at in range(0, len(raw), 3)]
    assume(not is_ambiguous([piece.replace("<", "") for piece in pieces]))
    got = folded(events(Told(pieces, [], []).chunks(Told(pieces, [], []).deltas())))
    assert (got["text"], got["reasoning"]) == (text.lstrip(), thought.strip())
