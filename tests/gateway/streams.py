"""Every oddity of real streams, as bytes, with the answer they must fold to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from byte_server import DONE, delta, event, finish, usage


@dataclass
class Case:
    raw: bytes
    text: str = "Hi there"
    facts: dict[str, Any] = field(default_factory=dict)
    failure: tuple[str, str] | None = None
    ended: bool = True
    skipped: int = 0
    shown: str | None = None
    """What the deltas come to, where the end changes it."""


def message(**body: Any) -> bytes:
    return event({"choices": [{"index": 0, "message": body}]})


HI = delta("Hi ") + delta("there")
END = finish() + usage() + DONE
TOOL = "tool_calls"


def tools(*pieces: dict[str, Any]) -> bytes:
    return b"".join(delta(tool_calls=[piece]) for piece in pieces)


CASES: dict[str, Case] = {
    # --- the rows of the table "what the reference readers do with odd bytes" ------------------------------
    "plain": Case(HI + END, facts={"finish_reason": "stop", "model": "test-model", "request_id": "gen-1"}),
    "comment_after_an_id_field": Case(b"id: 7\n: processing\n\n" + HI + END),
    "keepalive_inside_data": Case(b"data: : keepalive\n\ndata:\n\nevent: ping\ndata: {}\n\n" + HI + END),
    "retry_block_first": Case(b"retry: 3000\n\n" + HI + END),
    "leading_bom": Case(b"\xef\xbb\xbf" + HI + END),
    "unicode_line_ends_inside_json": Case(delta("a\u2028b\u0085c") + END, "a\u2028b\u0085c"),
    "no_space_after_data": Case((HI + END).replace(b"data: ", b"data:")),
    "multi_line_data": Case(b'data: {"choices": [{"delta":\ndata:  {"content": "Hi there"}}]}\n\n' + END),
    "invalid_utf8": Case(HI.replace(b"there", b"th\xffre") + END, "Hi th\ufffdre"),
    "one_malformed_chunk": Case(delta("Hi ") + b'data: {"choices": [{"del\n\n' + delta("there") + END, skipped=1),
    "json_body_with_status_200": Case(
        json.dumps(
            {
                "id": "x",
                "model": "m",
                "choices": [{"message": {"content": "Hi there"}, "finish_reason": "stop"}],
            }
        ).encode(),
        facts={"finish_reason": "stop", "model": "m"},
    ),
    "error_json_body_with_status_200": Case(
        b'\n {"error": {"message": "no", "code": 502}}', "", failure=("no", "502"), ended=False
    ),
    "error_sse_field": Case(HI + b"error: overloaded\n\n", failure=("overloaded", ""), ended=False),
    "choices_null_with_error_type": Case(
        HI + event({"choices": None, "error_type": "rate_limit", "error_message": "slow down"}),
        failure=("slow down", "rate_limit"),
        ended=False,
    ),
    "clean_end_mid_answer": Case(HI, ended=False),
    "content_as_parts": Case(
        delta(content=[{"type": "text", "text": "Hi "}]) + delta(content=[{"type": "text", "text": "there"}]) + END
    ),
    # --- the rules ------------------------------------------------------------------------------------------
    "crlf_line_ends": Case((HI + END).replace(b"\n", b"\r\n")),
    "cr_line_ends": Case((HI + END).replace(b"\n", b"\r")),
    "unterminated_done": Case(HI + b"data: [DONE]"),
    "unterminated_last_chunk": Case(HI + finish().rstrip()),
    "done_without_finish_reason": Case(HI + DONE, facts={"finish_reason": None}),
    "finish_reason_without_done": Case(HI + finish("length"), facts={"finish_reason": "length"}),
    "role_only_chunk": Case(delta(role="assistant", content=None) + HI + END),
    "choices_empty_or_absent": Case(event({"choices": []}) + event({"id": "x"}) + HI + END),
    "last_chunk_repeats_the_message": Case(HI + message(role="assistant", content="Hi there") + END),
    "only_a_message": Case(message(role="assistant", content="Hi there") + END),
    "id_differs_on_each_chunk": Case(HI.replace(b"gen-1", b"gen-2", 1) + END, facts={"request_id": "gen-2"}),
    "chunk_that_is_no_object": Case(HI + b"data: 17\n\ndata: [1]\n\n" + END, skipped=2),
    "done_with_blanks": Case(HI + b"data:  [DONE] \n\n"),
    "legacy_text_choice": Case(event({"choices": [{"text": "Hi there"}]}) + END),
    "refusal": Case(delta(refusal="Hi there", content=None) + END),
    "surrogate_pair_over_two_chunks": Case(
        b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\ndata: {"choices":[{"delta":{"content":"\\ude00!"}}]}\n\n'
        + END,
        "😀!",
    ),
    "lone_surrogate": Case(b'data: {"choices":[{"delta":{"content":"a\\ude00b"}}]}\n\n' + END, "a\ufffdb"),
    # reasoning
    "reasoning": Case(delta(reasoning="Hm. ") + delta(reasoning="So.") + HI + END, facts={"reasoning": "Hm. So."}),
    "reasoning_content": Case(delta(reasoning_content="Hm.") + HI + END, facts={"reasoning": "Hm."}),
    "reasoning_details": Case(
        delta(reasoning_details=[{"type": "reasoning.text", "text": "Hm."}]) + HI + END,
        facts={"reasoning": "Hm."},
    ),
    "reasoning_in_two_fields": Case(
        delta(reasoning="Hm.", reasoning_content="Hm.", reasoning_details=[{"text": "Hm."}]) + HI + END,
        facts={"reasoning": "Hm."},
    ),
    "reasoning_repeated_later_in_another_field": Case(
        delta(reasoning="Hm. ") + delta(reasoning="So.") + delta(reasoning_details=[{"text": "Hm. So."}]) + HI + END,
        facts={"reasoning": "Hm. So."},
    ),
    "thinking_parts": Case(
        delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]) + HI + END,
        facts={"reasoning": "Hm."},
    ),
    # tool calls: (id, name, arguments)
    "tool_call_by_index": Case(
        tools(
            {"index": 0, "id": "a", "function": {"name": "now", "arguments": ""}},
            {"index": 0, "function": {"arguments": '{"z":'}},
            {"index": 0, "function": {"arguments": "1}"}},
        )
        + finish("tool_calls")
        + DONE,
        "",
        {"tool_calls": (("a", "now", '{"z":1}'),), "finish_reason": "tool_calls"},
    ),
    "another_id_on_the_same_index": Case(
        tools(
            {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}},
            {"index": 0, "id": "b", "function": {"name": "g", "arguments": "[]"}},
        )
        + END,
        "",
        {TOOL: (("a", "f", "{}"), ("b", "g", "[]"))},
    ),
    "the_same_id_on_each_piece": Case(
        tools(
            {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}},
            {"index": 0, "id": "a", "function": {"name": "f", "arguments": "}"}},
        )
        + END,
        "",
        {TOOL: (("a", "f", "{}"),)},
    ),
    "empty_ids_and_names": Case(
        tools(
            {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}},
            {"index": 0, "id": "", "function": {"name": "", "arguments": "}"}},
        )
        + END,
        "",
        {TOOL: (("a", "f", "{}"),)},
    ),
    "tool_calls_without_index": Case(
        tools(
            {"id": "a", "function": {"name": "f", "arguments": "{"}},
            {"function": {"arguments": "}"}},
            {"id": "b", "function": {"name": "g", "arguments": "[]"}},
        )
        + END,
        "",
        {TOOL: (("a", "f", "{}"), ("b", "g", "[]"))},
    ),
    # usage
    "last_usage_replaces": Case(
        HI
        + usage(prompt_tokens=1, completion_tokens=1)
        + usage(prompt_tokens=5, completion_tokens=2)
        + finish()
        + DONE,
        facts={"usage.prompt_tokens": 5, "usage.completion_tokens": 2},
    ),
    "usage_before_the_text": Case(usage() + HI + finish() + DONE, facts={"usage.cached_tokens": 1000}),
    "no_usage": Case(HI + finish() + DONE, facts={"usage": None}),
    "usage_with_odd_values": Case(
        HI
        + finish()
        + event({"choices": [], "usage": {"prompt_tokens": None, "completion_tokens": "?", "cost_rub": "0.50"}})
        + DONE,
        facts={"usage.prompt_tokens": None, "usage.completion_tokens": None},
    ),
    # errors
    "error_object": Case(
        HI + event({"error": {"code": 502, "message": "gone"}, "choices": [{"delta": {}, "finish_reason": "error"}]}),
        failure=("gone", "502"),
    ),
    "error_string": Case(HI + event({"error": "gone"}), failure=("gone", ""), ended=False),
    "error_in_choice": Case(
        HI + event({"choices": [{"error": {"message": "gone", "code": "x"}}]}),
        failure=("gone", "x"),
        ended=False,
    ),
    "error_event": Case(
        HI + b'event: error\ndata: {"error": {"message": "gone"}}\n\n', failure=("gone", ""), ended=False
    ),
    "finish_reason_error_alone": Case(
        HI + event({"choices": [{"delta": {}, "finish_reason": "error", "native_finish_reason": "overload"}]}),
        failure=("overload", ""),
    ),
    "error_with_raw_metadata": Case(
        HI + event({"error": {"code": 429, "message": "Provider", "metadata": {"raw": "slow"}}}),
        failure=("Provider: slow", "429"),
        ended=False,
    ),
    # other parts
    "images": Case(
        delta("Hi there", images=[{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]) + END,
        facts={"images": ("data:image/png;base64,AA==",)},
    ),
    "citations": Case(
        delta("Hi there", annotations=[{"type": "url_citation", "url_citation": {"url": "https://a.b"}}]) + END,
        facts={"citations": ({"url": "https://a.b"},)},
    ),
    "deeply_nested_json": Case(HI + b"data: " + b"[" * 100_000 + b"\n\n" + END, skipped=1),
}
