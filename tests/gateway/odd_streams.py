"""Streams that real servers send and that were once read wrongly, by kind; each with the answer they must fold to."""

from __future__ import annotations

import json
from typing import Any

from byte_server import DONE, USAGE, delta, event, finish, usage
from streams import HI, TOOL, Case, message, tools

END = finish() + usage() + DONE
HM = {"reasoning": "hm"}


def chunk(reason: Any = None, **body: Any) -> bytes:
    """A chunk with a finish reason of its own."""
    return event({"id": "c", "model": "m", "choices": [{"index": 0, "delta": body, "finish_reason": reason}]})


def choice(index: int, text: str = "", reason: str | None = None) -> dict[str, Any]:
    return {"index": index, "delta": {"content": text} if text else {}, "finish_reason": reason}


def whole(**body: Any) -> bytes:
    """A JSON body, without a stream."""
    return json.dumps(body).encode()


def contents(*texts: Any) -> bytes:
    return b"".join(delta(text) for text in texts)


def messages(*texts: str) -> bytes:
    return b"".join(message(role="assistant", content=text) for text in texts)


def failed(*tail: Any, message: str, code: str = "", text: str = "Hi there", ended: bool = False) -> Case:
    """Text that came, then bytes that tell of an error."""
    return Case(HI + b"".join(tail), text, failure=(message, code), ended=ended)


END_CASES: dict[str, Case] = {
    "reason_on_every_chunk": Case(
        b"".join(chunk("stop", content=f"w{n} ") for n in range(20)) + finish() + usage() + DONE,
        "".join(f"w{n} " for n in range(20)),
        {"complete": True, "finish_reason": "stop"},
    ),
    "reason_on_thoughts": Case(chunk("stop", reasoning_content="hm") + chunk(content="Hi there") + END, facts=HM),
    "reason_on_an_empty_first_chunk": Case(chunk("stop", role="assistant", content="") + HI + END),
    "reason_as_text_null": Case(chunk("null", content="Hi ") + chunk("None", content="there"), ended=False),
    "reason_empty_or_no_text": Case(chunk("", content="Hi ") + chunk(False, content="there"), ended=False),
    "reason_none_then_done": Case(chunk("none", content="Hi there") + DONE, facts={"finish_reason": None}),
    "tool_calls_before_the_text": Case(
        tools({"index": 0, "id": "a", "function": {"name": "search", "arguments": "{}"}})
        + finish("tool_calls")
        + HI
        + END,
        facts={TOOL: (("a", "search", "{}"),), "finish_reason": "stop"},
    ),
    "text_after_the_reason_and_no_end": Case(
        delta("Hi ") + finish() + delta("there"), facts={"complete": False, "finish_reason": None}, ended=False
    ),
    "a_line_end_after_the_reason": Case(HI + finish("length") + delta("\n"), "Hi there\n"),
    "reason_with_the_last_text": Case(
        delta("Hi ") + chunk("length", content="there"), facts={"finish_reason": "length"}
    ),
    "a_surrogate_in_the_reason": Case(
        HI + b'data: {"choices":[{"delta":{},"finish_reason":"st\\ud83dop"}]}\n\n',
        facts={"finish_reason": "st\ufffdop"},
    ),
    "done_alone": Case(DONE, "", {"complete": False}, ended=False),
    "done_after_a_role": Case(delta(role="assistant", content="") + DONE, "", ended=False),
    "done_after_usage": Case(usage() + DONE, "", ended=False),
    "done_after_reasoning": Case(delta(reasoning="hm") + DONE, "", HM),
    "done_after_a_picture": Case(
        delta(images=[{"image_url": {"url": "data:,x"}}]) + DONE, "", {"images": ("data:,x",)}
    ),
    "done_twice": Case(HI + finish() + DONE + DONE),
    "json_without_a_reason": Case(whole(choices=[{"message": {"content": "Hi there"}}]), facts={"complete": True}),
    "json_with_a_null_reason": Case(
        whole(choices=[{"message": {"content": "Hi there"}, "finish_reason": None}], usage=USAGE),
        facts={"complete": True, "usage.prompt_tokens": 1240},
    ),
    "reason_inside_the_delta": Case(
        delta("Hi ") + delta("there", finish_reason="length") + usage() + DONE, facts={"finish_reason": "length"}
    ),
    "reason_alone_inside_the_delta": Case(HI + delta(finish_reason="stop"), facts={"finish_reason": "stop"}),
    "reason_null_beside_one_inside_the_delta": Case(
        HI + event({"choices": [{"delta": {"finish_reason": "stop"}, "finish_reason": None}]})
    ),
    "reason_as_text_null_inside_the_delta": Case(delta("Hi ", finish_reason="null") + delta("there"), ended=False),
    "reason_inside_the_message": Case(
        whole(choices=[{"message": {"content": "Hi there", "finish_reason": "length"}}]),
        facts={"finish_reason": "length"},
    ),
    "reason_beside_the_choices": Case(
        HI + event({"choices": [choice(0)], "finish_reason": "length"}), facts={"finish_reason": "length"}
    ),
    "reason_beside_no_choices": Case(HI + event({"choices": [], "finish_reason": "stop"})),
    "reason_error_inside_the_delta": failed(
        delta(finish_reason="error", native_finish_reason="overloaded"), message="overloaded", ended=True
    ),
    "json_of_a_completion_without_text": Case(whole(choices=[{"message": {"content": ""}}]), "", ended=False),
}

ERROR_CASES: dict[str, Case] = {
    "code_and_message": failed(
        event({"code": "DataInspectionFailed", "message": "inappropriate", "request_id": "r"}),
        DONE,
        message="inappropriate",
        code="DataInspectionFailed",
        ended=True,
    ),
    "detail": Case(event({"detail": "Internal error"}) + DONE, "", failure=("Internal error", ""), ended=False),
    "detail_as_a_list": failed(
        event({"detail": [{"loc": ["body"], "msg": "required"}]}),
        message='[{"loc": ["body"], "msg": "required"}]',
    ),
    "detail_as_an_object": failed(event({"detail": {"error": "gone", "code": 7}}), message="gone", code="7"),
    "message_alone": failed(event({"message": "upstream is gone"}), message="upstream is gone"),
    "msg_with_a_code": failed(event({"code": 1301, "msg": "refused"}), message="refused", code="1301"),
    "object_error": failed(
        event({"object": "error", "message": "out of memory", "type": "BadRequestError", "code": 400}),
        message="out of memory",
        code="400",
    ),
    "type_error": failed(
        event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
        message="Overloaded",
        code="overloaded_error",
    ),
    "code_alone": failed(event({"code": 500}), message="error", code="500"),
    "success_false": failed(event({"success": False, "message": "no quota"}), message="no quota"),
    "success_false_with_error": failed(event({"success": False, "error": "no quota"}), message="no quota"),
    "base_resp": failed(
        event({"choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}}),
        message="login fail",
        code="1004",
    ),
    "base_resp_that_is_fine": Case(
        HI + event({"choices": [choice(0, reason="stop")], "base_resp": {"status_code": 0, "status_msg": ""}}) + DONE
    ),
    "list_with_an_error": Case(
        event([{"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}]),
        "",
        failure=("quota", "429"),
        ended=False,
    ),
    "list_body_with_an_error": Case(
        json.dumps([{"error": {"code": 429, "message": "quota"}}], indent=1).encode(),
        "",
        failure=("quota", "429"),
        ended=False,
    ),
    "list_of_chunks": Case(event([{"choices": [choice(0, "Hi ")]}, {"choices": [choice(0, "there", "stop")]}])),
    "bare_json_line": failed(b'{"error": {"message": "gone", "code": 502}}\n', message="gone", code="502"),
    "bare_json_over_several_lines": failed(
        json.dumps({"error": {"message": "gone", "code": 502}}, indent=2).encode() + b"\n", message="gone", code="502"
    ),
    "bare_json_without_its_line_end": failed(b'{"detail": "gone"}', message="gone"),
    "bare_list": failed(b'[{"error": {"message": "gone"}}]\n\n', message="gone"),
    "bare_python_value": failed(b"{'error': {'message': \"it's gone\", 'code': None}}\n", message="it's gone"),
    "python_value_in_data": failed(b"data: {'error': {'message': 'gone', 'code': 7}}\n\n", message="gone", code="7"),
    "python_value_with_quotes": failed(b"data: {'message': 'say \"no\" \\x41', 'ok': False}\n\n", message='say "no" A'),
    "words_instead_of_json": Case(
        HI + b"data: Internal Server Error\n\n", failure=("Internal Server Error", ""), ended=False, skipped=1
    ),
    "words_as_a_json_text": Case(HI + b'data: "overloaded"\n\n', failure=("overloaded", ""), ended=False, skipped=1),
    "words_without_a_field": failed(
        b"upstream connect error or disconnect/reset before headers\n",
        message="upstream connect error or disconnect/reset before headers",
    ),
    "words_alone": Case(b"Internal Server Error", "", failure=("Internal Server Error", ""), ended=False),
    "words_before_more": Case(b"X-Trace: abc def\n\n" + HI, ended=False),
    "words_of_another_event": Case(HI + b"event: completion\ndata: oops\n\n" + END, skipped=1),
    "words_beside_an_end": Case(HI + b"data: oops\n\n" + END, skipped=1),
    "error_type_null": Case(
        event({"choices": [choice(0, "Hi there")], "error_type": None, "error_message": None})
        + event({"choices": [choice(0, reason="stop")], "error_type": None, "error": None})
        + DONE,
        facts={"complete": True},
    ),
    "error_empty": Case(event({"choices": [choice(0, "Hi there")], "error": {}, "error_message": ""}) + END),
    "error_with_empty_fields": Case(
        event({"choices": [{**choice(0, "Hi there"), "error": {"code": None}}], "error": {"message": "", "code": 0}})
        + END
    ),
    "error_message_alone": failed(event({"choices": [], "error_message": "slow down"}), message="slow down"),
    "error_true": failed(event({"error": True, "message": "gone", "status": 503}), message="gone", code="503"),
    "error_event_with_words": failed(b"event: error\ndata: gone\n\n", message="gone"),
    "error_event_with_detail": failed(
        b'event: error\ndata: {"detail": "gone", "status": 500}\n\n', message="gone", code="500"
    ),
    "problem_of_rfc_7807": failed(
        event({"type": "about:blank", "title": "gone", "status": 503}), message="gone", code="503"
    ),
    "error_json_body": Case(whole(detail="Not Found"), "", failure=("Not Found", ""), ended=False),
    "error_after_the_end": Case(HI + finish() + event({"error": "late"}), failure=("late", "")),
    "a_chunk_with_an_empty_message": Case(event({"message": "", "choices": []}) + event({"msg": ""}) + HI + END),
    "ping_with_words": Case(event({"type": "ping", "message": "still there"}) + HI + END),
    "progress_with_words": Case(event({"status": "processing", "message": "in the queue"}) + HI + END),
    "code_that_is_fine": Case(event({"code": 0, "msg": "success", "data": None}) + HI + END),
    "ping_event_with_words": Case(b"event: ping\ndata: still there\n\n" + HI + END),
    "a_message_beside_usage": Case(HI + finish() + event({"usage": USAGE, "message": "thanks"}) + DONE),
    "a_surrogate_in_an_error": failed(
        b'data: {"error": {"message": "no \\ud83d", "code": "x\\ude00"}}\n\n', message="no \ufffd", code="x\ufffd"
    ),
    "a_number_as_an_error": failed(event({"error": 502}), message="502"),
    "error_inside_the_delta": failed(
        delta(error={"message": "gone", "code": 502}), DONE, message="gone", code="502", ended=True
    ),
    "error_as_words_inside_the_delta": failed(delta(content="", error="gone"), message="gone"),
    "error_null_inside_the_delta": Case(delta("Hi ", error=None) + delta("there", error={}) + END),
    "error_inside_the_message": Case(
        whole(choices=[{"message": {"content": "Hi there", "error": {"message": "gone"}}}]),
        failure=("gone", ""),
        ended=False,
    ),
    "error_in_an_envelope": failed(
        event({"data": {"error": {"message": "gone", "code": 502}}}), message="gone", code="502"
    ),
    "error_as_words_in_an_envelope": failed(
        event({"response": {"message": "gone", "code": 7}}), message="gone", code="7"
    ),
    "error_beside_an_empty_envelope": failed(event({"code": 7, "msg": "gone", "data": None}), message="gone", code="7"),
    "error_beside_a_full_envelope": failed(
        event({"data": {"choices": [choice(0, "!")]}, "error": "gone"}), message="gone", text="Hi there!"
    ),
    "a_very_long_error": Case(event({"error": "x" * 9000}), "", failure=("x" * 2000, ""), ended=False),
}

SPOKEN = "The `<think>` tag opens and `</think>` closes a thought."

THOUGHT_CASES: dict[str, Case] = {
    "think": Case(contents("<th", "ink>\nhm", " hm</thi", "nk>\n\nHi there") + END, facts={"reasoning": "hm hm"}),
    "think_after_blanks": Case(contents("\n \n", "<think>hm</think>", "\n", " Hi there") + END, facts=HM),
    "think_empty": Case(contents("<think>\n\n</think>\n\n", "Hi there") + END, facts={"reasoning": ""}),
    "think_twice": Case(contents("<think>a</think>\n<think>b</think>Hi there") + END, facts={"reasoning": "a\n\nb"}),
    "thinking": Case(contents("<thinking>hm</thinking>Hi there") + END, facts=HM),
    "think_in_capitals": Case(contents("<TH", "INK>h", "m</THI", "NK>\n\nHi there") + END, facts=HM),
    "think_in_mixed_case": Case(contents("<Think>hm</Think>Hi there") + END, facts=HM),
    "think_closed_in_another_case": Case(contents("<THINK>hm</think>\nHi ", "there") + END, facts=HM),
    "thought_in_capitals_twice": Case(
        contents("<Thought>a</THOUGHT>\n<Thinking>b</thinking>Hi there") + END, facts={"reasoning": "a\n\nb"}
    ),
    "think_in_capitals_never_closed": Case(contents("<THINK>\nhm") + finish("length") + DONE, "", HM),
    "think_in_capitals_cut": Case(contents("<THINK>hm</TH"), "", HM, ended=False),
    "think_with_a_letter_that_grows_in_small": Case(
        contents("<Think>\u0130\u0130</THINK>Hi there") + END, facts={"reasoning": "\u0130\u0130"}
    ),
    "think_in_capitals_without_its_opening_tag": Case(
        contents("hm\n</THINK>\n\nHi there") + END, facts=HM, shown="hm\n</THINK>\n\nHi there"
    ),
    "think_in_capitals_that_is_spoken_of": Case(
        contents("`<THINK>` opens and `</THINK>` closes.") + END, "`<THINK>` opens and `</THINK>` closes."
    ),
    "think_in_brackets_that_is_a_link": Case(
        contents("[Think", "](https://a.b) of it") + END, "[Think](https://a.b) of it"
    ),
    "think_never_closed": Case(contents("<think>\nhm") + finish("length") + DONE, "", HM),
    "think_cut": Case(contents("<think>hm</th"), "", HM, ended=False),
    "think_without_its_opening_tag": Case(
        contents("hm", "</think>\n\nHi there") + END, facts=HM, shown="hm</think>\n\nHi there"
    ),
    "think_without_its_opening_tag_cut_often": Case(
        contents("so, hm\n", "</th", "ink", ">", "Hi there") + END,
        facts={"reasoning": "so, hm"},
        shown="so, hm\n</think>Hi there",
    ),
    "think_closed_beside_reasoning_content": Case(
        delta(reasoning_content="hm") + contents("</think>", "\n\nHi there") + END,
        facts=HM,
        shown="</think>\n\nHi there",
    ),
    "think_beside_reasoning_content": Case(
        delta(reasoning_content="hm") + contents("<think>hm</think>Hi there") + END, facts=HM
    ),
    "think_beside_other_reasoning": Case(
        delta(reasoning_content="plan. ") + contents("<think>hm</think>Hi there") + END,
        facts={"reasoning": "plan. \n\nhm"},
    ),
    "think_in_a_json_body": Case(
        whole(choices=[{"message": {"content": "<think>hm</think>\nHi there"}, "finish_reason": "stop"}]), facts=HM
    ),
    "think_without_its_opening_tag_in_a_json_body": Case(
        whole(choices=[{"message": {"content": "hm\n</think>\nHi there"}}]), facts=HM, shown="hm\n</think>\nHi there"
    ),
    "think_repeated_in_the_last_message": Case(
        contents("<think>hm</think>Hi there") + message(content="<think>hm</think>Hi there") + END, facts=HM
    ),
    "think_with_code_about_the_tag": Case(
        contents("<think>write `</think>` last</think>Hi there") + END, facts={"reasoning": "write `</think>` last"}
    ),
    "think_not_at_the_beginning": Case(
        contents("Use <think>hm</think> here.") + END, "Use <think>hm</think> here.", {"reasoning": ""}
    ),
    "think_in_code": Case(
        contents("```xml\n", "<think>hm</think>\n", "```") + END, "```xml\n<think>hm</think>\n```", {"reasoning": ""}
    ),
    "a_closing_tag_in_code": Case(
        contents("Like so:\n```xml\n", "hm\n</think>\n", "```\nDone") + END,
        "Like so:\n```xml\nhm\n</think>\n```\nDone",
        {"reasoning": ""},
    ),
    "an_answer_about_the_tag": Case(contents(SPOKEN) + END, SPOKEN, {"reasoning": ""}),
    "an_answer_that_begins_with_the_tag": Case(
        contents("<think> and </think> mark thoughts.") + END,
        "<think> and </think> mark thoughts.",
        {"reasoning": ""},
        shown="mark thoughts.",
    ),
    "an_answer_that_begins_with_the_tag_alone": Case(
        contents("<think> is a tag of reasoning models.") + END,
        "<think> is a tag of reasoning models.",
        {"reasoning": ""},
        shown="",
    ),
    "an_answer_that_names_the_closing_tag": Case(
        contents("The tag </think> ends it.") + END, "The tag </think> ends it.", {"reasoning": ""}
    ),
    "less_than": Case(contents("<", "3 is a heart") + END, "<3 is a heart"),
    "parts_of_reasoning": Case(
        delta(content=[{"type": "reasoning", "text": "hm"}])
        + delta(content=[{"type": "text", "text": "Hi there"}])
        + END,
        facts=HM,
    ),
    "parts_of_reasoning_with_a_summary": Case(
        delta(content=[{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}, "Hi there"]) + END,
        facts=HM,
    ),
    "parts_of_thinking": Case(delta(content=[{"type": "thinking", "thinking": "hm"}, "Hi there"]) + END, facts=HM),
    "parts_of_no_type": Case(delta(content=[{"type": [], "text": "Hi "}, {"type": {}, "text": "there"}]) + END),
    "parts_marked_as_thought": Case(delta(content=[{"text": "hm", "thought": True}, "Hi there"]) + END, facts=HM),
    "thinking_blocks": Case(
        delta(thinking_blocks=[{"type": "thinking", "thinking": "hm", "signature": "x"}]) + HI + END, facts=HM
    ),
    "thinking_blocks_beside_reasoning": Case(
        delta(reasoning_content="hm", thinking_blocks=[{"type": "thinking", "thinking": "hm"}]) + HI + END, facts=HM
    ),
    "delta_thinking": Case(delta(thinking="h") + delta(thinking="m") + HI + END, facts=HM),
    "delta_thinking_as_an_object": Case(delta(thinking={"content": "hm"}) + HI + END, facts=HM),
    "reasoning_summary": Case(
        delta(reasoning_details=[{"type": "reasoning.summary", "summary": "hm"}, {"type": "reasoning.encrypted"}])
        + HI
        + END,
        facts=HM,
    ),
    "reasoning_that_repeats_itself": Case(
        delta(reasoning="ha") + delta(reasoning="ha") + HI + END, facts={"reasoning": "haha"}
    ),
    "reasoning_repeated_in_pieces": Case(
        delta(reasoning="a b ")
        + delta(reasoning_content="a ")
        + delta(reasoning_content="b ")
        + delta(reasoning="c")
        + HI
        + END,
        facts={"reasoning": "a b c"},
    ),
    "reasoning_that_changes_its_field": Case(
        delta(reasoning="a") + delta(reasoning_content="b") + HI + END, facts={"reasoning": "ab"}
    ),
    "reasoning_so_far_in_each_chunk": Case(
        delta(reasoning="so") + delta(reasoning="so it") + delta(reasoning="so it is") + HI + END,
        facts={"reasoning": "so it is"},
    ),
    "reasoning_repeated_in_the_last_message": Case(
        delta(reasoning="h") + delta(reasoning="m") + HI + message(reasoning="hm", content="Hi there") + END, facts=HM
    ),
}

SAYS = {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33, "cost_rub": 0.51, "balance": 12.5}
TOLD = {"usage.prompt_tokens": 11, "usage.completion_tokens": 22}


def with_usage(value: Any, *more: bytes) -> bytes:
    return HI + finish() + event({"choices": [], "usage": value}) + b"".join(more) + DONE


USAGE_CASES: dict[str, Case] = {
    "usage_after_done": Case(HI + finish() + DONE + event({"choices": [], "usage": SAYS}), facts=TOLD),
    "usage_early_and_last": Case(
        event({"choices": [choice(0, "Hi there")], "usage": {"prompt_tokens": 11, "completion_tokens": 1}})
        + with_usage(SAYS)[len(HI) :],
        facts=TOLD,
    ),
    "usage_in_a_choice": Case(
        HI + event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": SAYS}]}) + DONE, facts=TOLD
    ),
    "usage_in_another_choice": Case(
        HI + event({"choices": [choice(0, reason="stop"), {"index": 1, "usage": SAYS}]}) + DONE, facts=TOLD
    ),
    "usage_of_groq": Case(
        HI + event({"choices": [choice(0, reason="stop")], "x_groq": {"usage": SAYS}}) + DONE, facts=TOLD
    ),
    "usage_with_anthropics_names": Case(
        with_usage(
            {"input_tokens": 11, "output_tokens": 22, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 6}
        ),
        facts={**TOLD, "usage.cached_tokens": 5, "usage.cache_write_tokens": 6},
    ),
    "usage_of_the_responses_api": Case(
        with_usage(
            {
                "input_tokens": 11,
                "input_tokens_details": {"cached_tokens": 5},
                "output_tokens": 22,
                "output_tokens_details": {"reasoning_tokens": 7},
            }
        ),
        facts={**TOLD, "usage.cached_tokens": 5, "usage.reasoning_tokens": 7},
    ),
    "usage_in_two_halves": Case(
        event({"choices": [], "usage": {"input_tokens": 11, "output_tokens": 1}}) + with_usage({"output_tokens": 22}),
        facts=TOLD,
    ),
    "usage_as_texts": Case(with_usage({"prompt_tokens": "11", "completion_tokens": "22 "}), facts=TOLD),
    "usage_that_says_nothing_last": Case(
        with_usage(SAYS, event({"usage": {}}), event({"usage": {"prompt_tokens": 0, "completion_tokens": 0}})),
        facts=TOLD,
    ),
    "usage_null_last": Case(with_usage(SAYS, event({"choices": [], "usage": None})), facts=TOLD),
    "usage_that_says_nothing": Case(with_usage({"prompt_tokens": 0, "total_tokens": 0}), facts={"usage": None}),
    "usage_that_is_no_object": Case(with_usage([1]) + event({"usage": "free"}), facts={"usage": None}),
    "usage_with_impossible_counts": Case(
        with_usage({"prompt_tokens": 2**70, "completion_tokens": -3, "total_tokens": 1e300, "cost_rub": 1}),
        facts={"usage.prompt_tokens": None, "usage.completion_tokens": None, "usage.total_tokens": None},
    ),
    "usage_before_a_cut": Case(
        event({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 0, "cost_rub": 0}}) + HI,
        facts={"usage.prompt_tokens": 11, "usage.cost": None, "complete": False},
        ended=False,
    ),
}

CARRIER_CASES: dict[str, Case] = {
    "messages_in_pieces": Case(messages("Hi ", "there", "") + END),
    "messages_that_grow": Case(messages("Hi", "Hi th", "Hi there") + END),
    "messages_that_grow_once": Case(messages("Hi", "Hi there") + END),
    "messages_in_pieces_and_whole_at_the_end": Case(
        messages("Hi ", "there")
        + event({"choices": [{"message": {"content": "Hi there"}, "finish_reason": "stop"}]})
        + DONE
    ),
    "messages_that_repeat": Case(messages("ha", "ha", "!") + END, "haha!"),
    "one_message_and_the_same_at_the_end": Case(
        messages("Hi there") + event({"choices": [{"message": {"content": "Hi there"}, "finish_reason": "stop"}]})
    ),
    "the_last_message_has_more": Case(delta("Hi ") + message(content="Hi there") + END),
    "the_last_message_has_other_words": Case(HI + message(content="Hello") + END),
    "text_so_far_in_each_delta": Case(contents("Hel", "Hello wor", "Hello world") + END, "Hello world"),
    "text_so_far_in_two_deltas": Case(contents("Hel", "Hello") + END, "Hello"),
    "text_so_far_that_stands_still": Case(contents("Hel", "Hello", "Hello", "Hello w", "Hello w") + END, "Hello w"),
    "text_so_far_with_repeats": Case(contents("no", "no, no", "no, no, yes") + END, "no, no, yes"),
    "text_that_repeats": Case(contents("no, ", "no, ", "yes") + END, "no, no, yes"),
    "text_that_laughs": Case(contents("ha", "ha") + END, "haha"),
    "text_that_laughs_louder": Case(contents("ha", "haha", "!") + END, "hahaha!"),
    "text_that_counts": Case(contents("1", "10", " 100") + END, "110 100"),
    "text_that_begins_alike": Case(contents("The", "Then", " we") + END, "TheThen we"),
    "several_choices": Case(
        b"".join(
            event({"choices": [choice(index, text)]})
            for index, text in ((0, "Hi "), (1, "B1 "), (0, "there"), (1, "B2"))
        )
        + event({"choices": [choice(0, reason="stop")]})
        + event({"choices": [choice(1, reason="length")], "usage": SAYS})
        + DONE,
        facts={**TOLD, "finish_reason": "stop"},
    ),
    "the_second_choice_comes_first": Case(
        event({"choices": [choice(1, "B")]}) + event({"choices": [choice(1, "B"), choice(0, "Hi there")]}) + END
    ),
    "choices_that_count_from_one": Case(
        event({"choices": [choice(1, "Hi ")]}) + event({"choices": [choice(1, "there", "stop")]}) + DONE
    ),
    "an_index_that_is_no_number": Case(event({"choices": [{"index": None, "delta": {"content": "Hi there"}}]}) + END),
    "two_values_in_one_data": Case(
        delta("Hi ").rstrip() + delta("there").removeprefix(b"data: ").lstrip() + END,
    ),
    "two_values_and_done_in_one_data": Case(delta("Hi there").rstrip() + b" [DONE]\n\n"),
    "no_blank_lines": Case((HI + END).replace(b"\n\n", b"\n")),
    "no_blank_lines_and_no_space": Case((HI + END).replace(b"\n\n", b"\n").replace(b"data: ", b"data:")),
    "no_blank_lines_and_crlf": Case((HI + END).replace(b"\n\n", b"\r\n")),
    "data_data": Case((HI + END).replace(b"data: ", b"data: data: ")),
    "data_data_without_spaces": Case((HI + END).replace(b"data: ", b"data:data:")),
    "lines_of_json": Case((HI + finish() + usage()).replace(b"data: ", b"").replace(b"\n\n", b"\n")),
    "lines_of_json_and_done": Case((HI + END).replace(b"data: ", b"").replace(b"\n\n", b"\n")),
    "lines_of_json_without_an_end": Case(HI.replace(b"data: ", b"").replace(b"\n\n", b"\n"), ended=False),
    "lines_of_ollama": Case(
        b'{"model":"m","message":{"role":"assistant","content":"Hi "},"done":false}\n'
        b'{"model":"m","message":{"role":"assistant","content":"there"},"done":false}\n'
        b'{"model":"m","message":{"role":"assistant","content":""},"done_reason":"stop","done":true}\n'
    ),
    "lines_of_ollama_without_an_end": Case(
        b'{"message":{"content":"Hi "},"done":false}\n{"message":{"content":"there"},"done":false}\n', ended=False
    ),
    "one_line_of_ollama_without_an_end": Case(b'{"message":{"content":"Hi there"},"done":false}\n', ended=False),
    "ollama_without_a_stream": Case(b'{"message":{"content":"Hi there"},"done":true}'),
    "messages_in_lines_without_an_end": Case(messages("Hi ", "there").replace(b"data: ", b""), ended=False),
    "json_over_several_lines": Case(
        json.dumps({"choices": [{"message": {"content": "Hi there"}}]}, indent=2).encode(), facts={"complete": True}
    ),
    "json_over_several_lines_with_blanks": Case(
        json.dumps({"choices": [{"message": {"content": "Hi there"}}]}, indent="\t").replace("\n", "\r\n\r\n").encode()
    ),
    "words_of_audio": Case(delta(audio={"id": "a", "transcript": "Hi "}) + delta(audio={"transcript": "there"}) + END),
    "words_of_audio_beside_content": Case(delta("Hi there", audio={"transcript": "Hi there"}) + END),
    "words_of_audio_in_a_json_body": Case(
        whole(choices=[{"message": {"content": None, "audio": {"data": "AA", "transcript": "Hi there"}}}])
    ),
    "numbers_as_content": Case(delta(content=4) + delta(content=0) + delta(content=2.5) + END, "402.5"),
    "choices_by_number": Case(
        event({"choices": {"0": {"delta": {"content": "Hi "}}}})
        + event({"choices": {"0": {"delta": {"content": "there"}, "finish_reason": "stop"}}})
    ),
    "several_choices_by_number": Case(
        event({"choices": {"1": {"delta": {"content": "No"}}, "0": {"delta": {"content": "Hi there"}}}}) + END
    ),
    "one_choice_instead_of_a_list": Case(
        event({"choices": choice(0, "Hi ")}) + event({"choices": choice(0, "there", "stop")})
    ),
    "one_message_instead_of_a_list": Case(whole(choices={"message": {"content": "Hi there"}, "finish_reason": "stop"})),
    "usage_in_a_choice_instead_of_a_list": Case(
        HI + event({"choices": {"delta": {}, "finish_reason": "stop", "usage": USAGE}}),
        facts={"usage.prompt_tokens": 1240},
    ),
    "an_error_in_a_choice_instead_of_a_list": failed(event({"choices": {"error": "gone"}}), message="gone"),
    "choices_that_are_words": Case(
        event({"choices": "none"}) + event({"choices": {}}) + event({"choices": 7}) + HI + END
    ),
    "in_data": Case(
        event({"data": {"id": "i", "model": "m", "choices": [choice(0, "Hi ")]}})
        + event({"code": 0, "msg": "ok", "data": {"choices": [choice(0, "there", "stop")], "usage": USAGE}}),
        facts={"usage.prompt_tokens": 1240, "model": "m", "request_id": "i"},
    ),
    "in_result_as_json": Case(
        whole(success=True, errors=[], result={"choices": [{"message": {"content": "Hi there"}}], "usage": USAGE}),
        facts={"usage.prompt_tokens": 1240},
    ),
    "in_response_with_usage_beside_it": Case(
        whole(usage=USAGE, response={"choices": [{"message": {"content": "Hi there"}}], "usage": None}),
        facts={"usage.prompt_tokens": 1240},
    ),
    "in_output": Case(
        whole(output={"choices": [{"message": {"content": "Hi there"}, "finish_reason": "stop"}]}, usage=USAGE),
        facts={"usage.prompt_tokens": 1240},
    ),
    "in_an_envelope_of_another_name": Case(
        event({"type": "chunk", "chunk": {"choices": [choice(0, "Hi ")]}})
        + event({"type": "chunk", "chunk": {"choices": [choice(0, "there", "stop")]}})
    ),
    "in_a_list_in_an_envelope": Case(event({"result": [{"choices": [choice(0, "Hi there")]}]}) + END),
    "in_an_envelope_beside_metadata": Case(
        event({"meta": {"choices": 3}, "trace": {"usage": {}}, "data": {"choices": [choice(0, "Hi there")]}}) + END
    ),
    "in_two_envelopes": Case(
        whole(id="b", response={"status_code": 200, "body": {"choices": [{"message": {"content": "Hi there"}}]}}),
    ),
    "in_an_envelope_with_choices_null": Case(
        event({"choices": None, "data": {"choices": [choice(0, "Hi there")]}}) + END
    ),
    "usage_in_an_envelope": Case(
        HI + finish() + event({"data": {"choices": [], "usage": USAGE}}), facts={"usage.prompt_tokens": 1240}
    ),
    "an_envelope_as_text": Case(
        event(json.dumps({"choices": [choice(0, "Hi ")]}))
        + event({"data": json.dumps({"choices": [choice(0, "there")]})})
        + END
    ),
    "an_envelope_without_an_answer": Case(event({"data": {"trace": "x"}}) + event({"result": "ok"}) + HI + END),
    "endless_envelopes": Case(whole(**json.loads('{"data":' * 50 + "{}" + "}" * 50)), "", ended=False),
    "a_delta_beside_no_choices": Case(
        event({"delta": {"content": "Hi "}}) + event({"delta": {"content": "there"}}) + END
    ),
    "a_delta_that_is_a_list": Case(event({"choices": [{"delta": [{"type": "text", "text": "Hi "}, "there"]}]}) + END),
    "a_delta_that_is_a_text_with_a_reason": Case(
        event({"choices": [{"delta": "Hi "}]}) + event({"choices": [{"delta": "there", "finish_reason": "stop"}]})
    ),
    "a_delta_that_is_an_empty_text": Case(event({"choices": [{"delta": "", "message": None}]}) + HI + END),
    "a_message_that_is_a_text": Case(whole(choices=[{"message": "Hi there", "finish_reason": "stop"}])),
    "a_choice_with_content": Case(whole(choices=[{"content": "Hi there", "finish_reason": "stop"}])),
    "a_delta_that_is_a_text": Case(event({"choices": [{"delta": "Hi there"}]}) + END),
    "content_as_one_part": Case(delta(content={"type": "text", "text": "Hi there"}) + END),
    "content_with_a_value": Case(delta(content=[{"type": "text", "text": {"value": "Hi there"}}]) + END),
    "half_a_character_at_the_end": Case(
        b'data: {"choices":[{"delta":{"content":"Hi \\ud83d"},"finish_reason":"stop"}]}\n\n', "Hi \ufffd"
    ),
    "a_raw_line_end_inside_json": Case(
        b'{"choices": [{"message": {"content": "Hi\tthere"}}]}', "Hi\tthere", facts={"complete": True}
    ),
}


def call(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    return more | {"function": {k: v for k, v in (("name", name), ("arguments", arguments)) if v is not None}}


def calls(raw: bytes, *expected: tuple[str, str, str]) -> Case:
    return Case(raw + finish("tool_calls") + DONE, "", {TOOL: expected})


CALL_CASES: dict[str, Case] = {
    "arguments_as_an_object": calls(
        tools(call("f", {"city": "Perm"}, index=0, id="a")), ("a", "f", '{"city": "Perm"}')
    ),
    "arguments_as_a_list": calls(tools(call("f", [1, "é"], index=0, id="a")), ("a", "f", '[1, "é"]')),
    "arguments_as_a_number": calls(tools(call("f", 5, index=0, id="a")), ("a", "f", "5")),
    "arguments_null": calls(
        tools({"index": 0, "id": "a", "function": {"name": "f", "arguments": None}}), ("a", "f", "")
    ),
    "two_calls_on_one_index": calls(
        delta(tool_calls=[call("f", "{}", index=0), call("g", "[]", index=0)]), ("", "f", "{}"), ("", "g", "[]")
    ),
    "two_calls_on_one_index_one_after_the_other": calls(
        tools(
            call("f", '{"a":', index=0), call(None, "1}", index=0), call("g", "{", index=0), call(None, "}", index=0)
        ),
        ("", "f", '{"a":1}'),
        ("", "g", "{}"),
    ),
    "the_same_function_twice_on_one_index": calls(
        tools(call("f", '{"a": 1}', index=0), call("f", '{"a": 2}', index=0)),
        ("", "f", '{"a": 1}'),
        ("", "f", '{"a": 2}'),
    ),
    "the_same_call_twice_in_one_chunk": calls(
        delta(tool_calls=[call("f", "{}", index=0), call("f", "{}", index=0)]), ("", "f", "{}"), ("", "f", "{}")
    ),
    "arguments_begin_again_without_a_name": calls(
        tools(call("f", '{"a": 1}', index=0), call(None, '{"a": 2}', index=0)),
        ("", "f", '{"a": 1}'),
        ("", "f", '{"a": 2}'),
    ),
    "a_call_repeated_by_the_next_chunk": calls(
        tools(call("f", '{"a": 1}', index=0, id="a"), call("f", '{"a": 1}', index=0, id="a")), ("a", "f", '{"a": 1}')
    ),
    "arguments_so_far_in_each_piece": calls(
        tools(call("f", '{"a', index=0, id="a"), call(None, '{"a": 1', index=0), call(None, '{"a": 1}', index=0)),
        ("a", "f", '{"a": 1}'),
    ),
    "braces_inside_arguments": calls(
        tools(call("f", '{"a": ', index=0, id="a"), call(None, '{"b": [', index=0), call(None, "[1]]}}", index=0)),
        ("a", "f", '{"a": {"b": [[1]]}}'),
    ),
    "a_name_in_pieces": calls(
        tools(call("get_", "", index=0, id="a"), call("weather", "", index=0), call(None, "{}", index=0)),
        ("a", "get_weather", "{}"),
    ),
    "a_name_that_grows": calls(
        tools(call("get_", index=0, id="a"), call("get_weather", "{}", index=0)), ("a", "get_weather", "{}")
    ),
    "index_null_with_ids_in_turn": calls(
        tools(
            call("f", '{"a":', index=None, id="a"),
            call("g", '{"b":', index=None, id="b"),
            call(None, "1}", index=None, id="a"),
            call(None, "2}", index=None, id="b"),
        ),
        ("a", "f", '{"a":1}'),
        ("b", "g", '{"b":2}'),
    ),
    "no_index_and_no_ids": calls(delta(tool_calls=[call("f", ""), call("g", "{}")]), ("", "f", ""), ("", "g", "{}")),
    "index_as_a_text": calls(
        tools(call("f", "{", index="0", id="a"), call(None, "}", index="0"), call("g", "{}", index="1", id="b")),
        ("a", "f", "{}"),
        ("b", "g", "{}"),
    ),
    "two_indexes_in_turn": calls(
        tools(
            call("f", "{", index=0, id="a"),
            call("g", "[", index=1, id="b"),
            call(None, "}", index=0),
            call(None, "]", index=1),
        ),
        ("a", "f", "{}"),
        ("b", "g", "[]"),
    ),
    "function_call": Case(
        delta(content=None, function_call={"name": "f", "arguments": '{"a":'})
        + delta(function_call={"arguments": "1}"})
        + finish("function_call")
        + DONE,
        "",
        {TOOL: (("", "f", '{"a":1}'),), "finish_reason": "function_call"},
    ),
    "a_call_without_function": calls(tools({"index": 0, "id": "a", "name": "f", "arguments": "{}"}), ("a", "f", "{}")),
    "one_call_instead_of_a_list": calls(delta(tool_calls=call("f", "{}", id="a")), ("a", "f", "{}")),
    "half_a_character_at_the_end_of_a_piece": calls(
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"\\ud83d"}}]}}]}\n\n'
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\ude00"}}]}}]}\n\n',
        ("", "f", "😀"),
    ),
    "calls_in_a_json_body": Case(
        whole(choices=[{"message": {"content": None, "tool_calls": [call("f", "{}", id="a"), call("g", {}, id="b")]}}]),
        "",
        {TOOL: (("a", "f", "{}"), ("b", "g", "{}")), "complete": True},
    ),
    "calls_repeated_in_the_last_message": Case(
        tools(call("f", "{}", index=0, id="a")) + message(tool_calls=[call("f", "{}", id="a")]) + finish("tool_calls"),
        "",
        {TOOL: (("a", "f", "{}"),)},
    ),
}

PERPLEXITY = {"citations": ["https://a.b"], "search_results": [{"title": "A", "url": "https://a.b", "date": None}]}
CITED = {"type": "url_citation", "url_citation": {"url": "https://a.b", "title": "A"}}

SOURCE_CASES: dict[str, Case] = {
    "citations_beside_the_choices": Case(
        event({"choices": [choice(0, "Hi there")], **PERPLEXITY})
        + event({"choices": [choice(0, reason="stop")], **PERPLEXITY})
        + DONE,
        facts={"citations": ({"url": "https://a.b", "title": "A", "date": None},)},
    ),
    "citations_alone": Case(
        event({"choices": [], "citations": ["https://a.b", "https://c.d", "https://a.b"]}) + HI + END,
        facts={"citations": ({"url": "https://a.b"}, {"url": "https://c.d"})},
    ),
    "search_results_alone": Case(
        HI + event({"choices": [], "search_results": [{"title": "A", "link": "https://a.b"}]}) + END,
        facts={"citations": ({"url": "https://a.b", "title": "A"},)},
    ),
    "citations_in_the_message": Case(
        whole(choices=[{"message": {"content": "Hi there", "citations": ["https://a.b"]}}]),
        facts={"citations": ({"url": "https://a.b"},)},
    ),
    "annotations_repeated_in_the_last_chunk": Case(
        delta("Hi there", annotations=[CITED]) + delta(annotations=[CITED]) + END,
        facts={"citations": ({"url": "https://a.b", "title": "A"},)},
    ),
    "annotations_repeated_in_the_last_message": Case(
        delta("Hi there", annotations=[CITED]) + message(content="Hi there", annotations=[CITED]) + END,
        facts={"citations": ({"url": "https://a.b", "title": "A"},)},
    ),
    "annotations_and_citations_of_the_same": Case(
        delta("Hi there", annotations=[CITED]) + event({"choices": [], "citations": ["https://a.b"]}) + END,
        facts={"citations": ({"url": "https://a.b", "title": "A"},)},
    ),
    "sources_that_are_none": Case(
        event({"choices": [choice(0, "Hi there")], "citations": [1, None, {}], "search_results": {"a": 1}})
        + delta(annotations=[None, "x"])
        + delta(annotations=[{"url_citation": {"url": []}}])
        + END,
        facts={"citations": ()},
    ),
    "images_repeated": Case(
        delta("Hi there", images=[{"image_url": {"url": "data:,x"}}])
        + message(content="Hi there", images=[{"image_url": {"url": "data:,x"}}])
        + END,
        facts={"images": ("data:,x",)},
    ),
}

DEEP = "[" * 900 + "]" * 900
DIGITS = "7" * 5000
KEPT: Any = json.loads("[" * 15 + "null" + "]" * 15)
"""What is kept of a deep value."""


def beside(name: str, value: str) -> bytes:
    """Text in a chunk with a mad value beside it."""
    return f'data: {{"choices":[{{"delta":{{"content":"Hi there"}}}}],"{name}":{value}}}\n\n'.encode()


MAD_CASES: dict[str, Case] = {
    "a_surrogate_in_the_model": Case(beside("model", '"m\\ud83d"') + finish() + DONE, facts={"model": "m\ufffd"}),
    "a_surrogate_in_the_id": Case(beside("id", '"\\ude00i"') + finish() + DONE, facts={"request_id": "\ufffdi"}),
    "a_model_that_is_no_text": Case(beside("model", '{"a": 1}') + finish() + DONE, facts={"model": ""}),
    "an_id_that_is_a_number": Case(beside("id", "7") + finish() + DONE, facts={"request_id": "7"}),
    "an_endless_model": Case(
        beside("model", '"' + "m" * 5000 + '"') + finish() + DONE, facts={"model": "m" * 200}
    ),
    "controls_in_the_model": Case(beside("model", '"m\\u001b[31m\\u202e\\n"') + finish() + DONE, facts={"model": "m"}),
    "deep_json_beside_the_text": Case(beside("metadata", DEEP) + END),
    "deeper_json_beside_the_text": Case(beside("metadata", "[" * 50_000 + "]" * 50_000) + END),
    "deep_sources": Case(
        beside("citations", f'[{{"url": "u", "x": {DEEP}}}]') + END, facts={"citations": ({"url": "u", "x": KEPT},)}
    ),
    "many_digits_beside_the_text": Case(beside("created", DIGITS) + END),
    "many_digits_in_usage": Case(beside("usage", f'{{"prompt_tokens": {DIGITS}, "cost_rub": 1}}') + finish() + DONE,
                                 facts={"usage.prompt_tokens": None}),
    "a_surrogate_in_a_source": Case(
        beside("citations", '["https://a\\ud83d.b"]') + END, facts={"citations": ({"url": "https://a\ufffd.b"},)}
    ),
    "a_surrogate_in_the_name_of_a_tool": calls(
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"\\ud83d","function":{"name":"f\\ude00"}}]}}]}\n\n',
        ("\ufffd", "f\ufffd", ""),
    ),
    "nan_and_infinity": Case(beside("usage", '{"prompt_tokens": NaN, "cost_rub": Infinity, "balance": -Infinity}') + END),
}  # fmt: skip

ODD: dict[str, Case] = (
    END_CASES | ERROR_CASES | THOUGHT_CASES | USAGE_CASES | CARRIER_CASES | CALL_CASES | SOURCE_CASES | MAD_CASES
)
