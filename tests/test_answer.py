"""Answers are strings that know things."""

from __future__ import annotations

import asyncio
import copy
import pickle
from decimal import Decimal

import pytest

from aitunnel_jupyter import Answer, CodeBlock, Usage
from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.errors import AnswerBroken
from aitunnel_jupyter.usage import usage_from

FULL = Answer("Hi", model="m", usage=Usage(cost=Decimal("0.51")), notices=(Notice("skipped", "1"),), complete=False)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_text_and_facts(protocol: int) -> None:
    again = pickle.loads(pickle.dumps(FULL, protocol))
    assert (type(again), again, again.facts) == (Answer, "Hi", FULL.facts)


def test_copying_keeps_text_and_facts() -> None:
    for again in (copy.copy(FULL), copy.deepcopy(FULL)):
        assert (type(again), again, again.facts) == (Answer, "Hi", FULL.facts)


def test_it_is_a_str_everywhere() -> None:
    assert isinstance(FULL, str)
    assert {FULL: 1}["Hi"] == 1
    assert type(FULL.text) is str
    assert (FULL.cost, FULL.balance, Answer("x").cost) == (Decimal("0.51"), None, None)


CODE = [
    ("none", []),
    ("```python\nx\n```", [("x\n", "python")]),
    ("a\n```\nx\n```\nb\n~~~js\ny\n~~~", [("x\n", ""), ("y\n", "js")]),
    ("````md\n```\nin\n```\n````", [("```\nin\n```\n", "md")]),
    ("1. item\n   ```py\n   x\n     y\n   ```\n", [("x\n  y\n", "py")]),
    ("```python title=x\r\nx\r\n```", [("x\n", "python")]),
    ("```python\ncut", [("cut", "python")]),
    ("``` not `code` ```", []),
]


@pytest.mark.parametrize(("text", "expected"), CODE)
def test_code_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(str(block), block.language) for block in Answer(text).code] == expected


def test_a_code_block_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(CodeBlock("x", "python")))
    assert (again, again.language) == ("x", "python")


def test_json() -> None:
    assert Answer('{"a": 1}').json() == {"a": 1}
    assert Answer('Sure:\n```json\n{"a": [1]}\n```\nbye').json() == {"a": [1]}
    with pytest.raises(ValueError, match="begins with 'Sure, here it is'"):
        Answer("Sure, here it is").json()


@pytest.mark.parametrize(
    ("answer", "raises"),
    [
        (Answer("all of it"), False),
        (Answer("cut", finish_reason="length"), False),
        (Answer("so far", complete=False, error="stopped"), False),
        (Answer("so far", complete=False), False),
        (Answer("Half", complete=False, error="502: the provider broke off"), True),
        (Answer("", complete=False, error="402: no money"), True),
    ],
)
def test_the_result_of_an_answer_is_what_its_job_would_give(answer: Answer, *, raises: bool) -> None:
    async def awaited() -> Answer:
        return await answer

    for result in (answer.result, lambda: answer.result(timeout=0), lambda: asyncio.run(awaited())):
        if not raises:
            assert result() is answer
            continue
        with pytest.raises(AnswerBroken) as broken:
            result()
        assert broken.value.partial is answer
        assert str(answer.error) in str(broken.value)
    assert answer.stop() is answer


def test_odd_usage_values_become_none() -> None:
    odd = usage_from(
        {"prompt_tokens": float("inf"), "completion_tokens": True, "cost_rub": "x", "balance": float("nan")}
    )
    assert odd == Usage()
    assert usage_from({"prompt_tokens": 3.0, "cost_rub": "1e-3"}) == Usage(prompt_tokens=3, cost=Decimal("0.001"))


def test_parts_of_an_answer_show_no_key_and_keep_their_values() -> None:
    from aitunnel_jupyter.answer import Notice, ToolCall
    from aitunnel_jupyter.redaction import remember

    key = "n0t-key-like-at-all"
    remember(key)
    answer = Answer(f"```python\nx = '{key}'\n```", tool_calls=(ToolCall("1", "f", f'{{"a": "{key}"}}'),))
    assert answer.code == [f"x = '{key}'\n"]
    assert answer.tool_calls[0].arguments == f'{{"a": "{key}"}}'
    shown = repr((answer.code, answer.tool_calls, Notice("masked", key))) + str(answer.code[0])
    assert key not in shown
    with pytest.raises(ValueError, match="begins with 'sk-… is'"):
        Answer(f"{key} is").json()
