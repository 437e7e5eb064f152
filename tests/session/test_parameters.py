"""Only what there is may be said of a question by name, and no secret among it."""

from __future__ import annotations

import argparse
import inspect
from typing import Any

import pytest

from aitunnel_jupyter import Chat
from aitunnel_jupyter.errors import KeyProblem, ParameterProblem
from aitunnel_jupyter.export.languages import SDK_NAMES
from aitunnel_jupyter.notebook.option_values import OptionValues
from aitunnel_jupyter.redaction import remember
from aitunnel_jupyter.session.parameters import Parameters, checked, request_fields

KEY = "sk-aitunnel-0123456789abcdef0123456789abcdef"
NOT_KEY_LIKE = "n0t-key-like-at-all"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("temprature", "temperature"), ("max_token", "max_tokens"), ("reasoning_efort", "reasoning_effort"),
        ("stops", "stop"), ("extrabody", "extra_body"), ("time_out", "timeout"), ("top_k", "top_p"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_refused_with_the_one_that_was_meant(name: str, meant: str) -> None:
    for of_chat in (True, False):
        with pytest.raises(ParameterProblem) as caught:
            checked({name: 1}, of_chat=of_chat)
        assert f"did you mean {meant}?" in str(caught.value)
        assert meant in caught.value.line("ru")
        assert isinstance(caught.value, TypeError)


def test_an_unknown_name_is_told_where_further_fields_go() -> None:
    for name in ("attach", "frobnicate", "messages", "stream", "n"):
        with pytest.raises(ParameterProblem, match="extra_body"):
            checked({name: []})


def test_what_is_for_the_conversation_is_not_said_of_one_question() -> None:
    for name in ("system", "system_prompt", "api_key", "base_url", "window"):
        with pytest.raises(ParameterProblem) as caught:
            checked({name: KEY})
        assert f"Chat({name}=…)" in str(caught.value)
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("n", [2, "3", 2.0])
def test_several_answers_are_refused_before_they_are_paid_for(n: Any) -> None:
    with pytest.raises(ParameterProblem) as caught:
        checked({"extra_body": {"n": n}})
    assert f"n={n}" in str(caught.value)
    assert "несколько ответов" in caught.value.line("ru")
    for language, told in (("en", "several answers"), ("ru", "несколько ответов")):
        with pytest.raises(argparse.ArgumentTypeError, match=told):
            OptionValues(language).param(f"n={n}")
    assert checked({"extra_body": {"n": 1}})
    assert OptionValues("en").param("n=1") == ("n", 1)


def test_the_names_of_the_sdk_are_known() -> None:
    ours = {"messages", "model", "stream", "stream_options", "n", "functions", "function_call"}
    assert set(Parameters.__annotations__) >= SDK_NAMES - ours


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": "x"}, {"apiKey": "x"}, {"API-Key": "x"}, {"key": "x"}, {"token": "x"}, {"Authorization": "Bearer x"},
        {"password": "x"}, {"headers": {"X-Api-Key": "x"}}, {"plugins": [{"authorization": "x"}]}, {"user": KEY},
        {"metadata": {"a": [KEY]}}, {"anything": NOT_KEY_LIKE}, {"anything": f"it is {NOT_KEY_LIKE}"},
        {"anything": NOT_KEY_LIKE.replace("k", "\\u006b")}, {"access_token": "x"}, {"openai_api_key": "x"},
    ],
)  # fmt: skip
def test_a_secret_is_refused_among_the_fields(fields: dict[str, Any]) -> None:
    remember(NOT_KEY_LIKE)
    with pytest.raises(ParameterProblem) as caught:
        checked({"extra_body": fields})
    assert not {KEY, NOT_KEY_LIKE} & {str(caught.value), repr(vars(caught.value))}
    for language in ("en", "ru"):
        assert KEY not in caught.value.line(language)


def test_what_only_sounds_like_a_secret_is_a_field() -> None:
    schema = {"type": "object", "properties": {"password": {"type": "string"}, "key": {"type": "string"}}}
    said: dict[str, Any] = {
        "tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}},
        "extra_body": {"prompt_cache_key": "a", "max_tokens": 3, "metadata": {"key": "C major"}},
        "logit_bias": {"50256": -100},
    }
    assert checked(said) == said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "hot"), ("temperature", True), ("top_p", []), ("max_tokens", 1.5), ("seed", "1"), ("stop", 3),
        ("reasoning", 3), ("timeout", "long"), ("extra_body", 1), ("response_format", "json"), ("max_completion_tokens", {}),
    ],
)  # fmt: skip
def test_a_value_of_no_use_is_refused_before_it_is_sent(name: str, value: Any) -> None:
    with pytest.raises(ParameterProblem) as caught:
        checked({name: value})
    assert name in str(caught.value)
    assert caught.value.line("ru") != caught.value.line("en")


def test_aliases_mean_the_same_and_none_leaves_it_to_the_model() -> None:
    fields = request_fields(checked({"max_completion_tokens": 9, "reasoning_effort": "low", "seed": None, "stop": "x"}))
    assert (fields["max_tokens"], fields["reasoning"], fields["seed"], fields["stop"]) == (9, "low", None, ("x",))
    assert request_fields({})["timeout"] == 120


def test_tab_and_help_tell_the_names() -> None:
    for function, also in ((Chat, {"api_key", "system", "base_url"}), (Chat.ask, {"model"}), (Chat.stream, {"model"})):
        names = inspect.signature(function).parameters.keys()
        assert names >= {"temperature", "max_tokens", "reasoning_effort", "extra_body", "timeout", "tools"} | also
        assert "parameters" not in names


def body_of(chat: Chat, **asked: Any) -> dict[str, Any]:
    return chat._question({"role": "user", "content": "?"}, asked).request.payload()  # type: ignore[arg-type]


def test_parameters_go_out_as_the_server_knows_them() -> None:
    local = "http://127.0.0.1:1/v1"
    chat = Chat("m", base_url=local, reasoning={"max_tokens": 100}, temperature=0, system_prompt="Be brief.")
    body = body_of(chat, extra_body={"top_k": 2, "temperature": 1}, presence_penalty=0.5)
    assert (body["reasoning"], body["top_k"], body["temperature"], body["presence_penalty"]) == (
        {"max_tokens": 100},
        2,
        1,
        0.5,
    )
    assert "reasoning_effort" not in body
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body_of(chat, reasoning="low")["reasoning_effort"] == "low"
    assert "temperature" not in body_of(chat, temperature=None)


def test_a_conversations_key_is_in_none_of_its_fields() -> None:
    chat = Chat("m", base_url="http://127.0.0.1:1/v1", api_key=f" {KEY}\n")
    question = chat._question({"role": "user", "content": "?"}, {})
    assert question.address.key is not None
    assert question.address.key.reveal() == KEY
    assert KEY not in repr((chat, vars(chat), question)) + str(question.request.body())
    with pytest.raises(KeyProblem):
        Chat("m", api_key="два слова")
    with pytest.raises(TypeError):
        Chat("m", temprature=0)  # type: ignore[call-arg]
