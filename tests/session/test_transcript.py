"""Conversations as files: whole values come back, nothing in a file is alive, and a file of anybody is one line at worst."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.answer import Answer, Facts, Notice, ToolCall
from aitunnel_jupyter.errors import TranscriptProblem
from aitunnel_jupyter.rendering.page import answer_bundle
from aitunnel_jupyter.session import transcript
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.usage import Usage
from tests.rendering.test_hostile_markdown import PAYLOADS
from tests.rendering.test_safe_markdown import MORE, alive

ENDINGS = [".md", ".json", ".ipynb"]
KEY = "sk-aitunnel-0123456789abcdef0123456789abcdef"


def said(prompt: Any, answer: str, **facts: Any) -> Said:
    return Said({"role": "user", "content": prompt}, Answer(answer, **{"model": "m", **facts}))


def there_and_back(conversation: Conversation, path: Path) -> Conversation:
    transcript.export(conversation, path, replace=True)
    return transcript.load(path, conversation.name)


# --- round trips ------------------------------------------------------------------------------------------------

words = st.text(
    st.characters(exclude_categories=["Cs"], include_characters="\x00\r\n \u2028\x85\u200b"), max_size=40
) | st.sampled_from(
    ["", " blank ends ", "\n\nx\n\n", "a\r\nb\rc", "<!-- ai:user -->\nx", "<!-- ai :user -->\nx", "-->", "--", "\\(x\\)", "$$", "a b>c"]
)  # fmt: skip
contents = words | st.lists(
    st.fixed_dictionaries({"type": st.just("text"), "text": words})
    | st.just({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}),
    max_size=3,
)
counts = st.none() | st.integers(0, 10**9)
usages = st.builds(
    Usage, prompt_tokens=counts, completion_tokens=counts, reasoning_tokens=counts,
    cost=st.none() | st.decimals(0, 1000, places=6),
)  # fmt: skip
facts = st.builds(
    Facts,
    model=words, usage=st.none() | usages, finish_reason=st.none() | st.sampled_from(["stop", "length", "null -->"]),
    reasoning=words, tool_calls=st.lists(st.builds(ToolCall, words, words, words), max_size=2).map(tuple),
    citations=st.lists(st.fixed_dictionaries({"url": words, "title": words}), max_size=2).map(tuple),
    images=st.just(()) | st.just(("data:image/png;base64,iVBORw0KGgo=",)), elapsed=st.floats(0, 1e6),
    request_id=st.none() | words.filter(bool), complete=st.booleans(), error=st.none() | st.just("stopped"),
    notices=st.lists(st.builds(Notice, st.just("mirror"), words), max_size=2).map(tuple),
    format=st.sampled_from(["markdown", "json"]), language=st.sampled_from(["en", "ru"]), base_url=st.just("file:"),
)  # fmt: skip
turns = st.builds(
    lambda content, text, known, hidden: Said({"role": "user", "content": content}, Answer(text, known), hidden=hidden),
    contents, words, facts, st.booleans(),
)  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@given(system=words, all_turns=st.lists(turns, min_size=1, max_size=3))
def test_whole_values_come_back(
    tmp_path_factory: pytest.TempPathFactory, ending: str, system: str, all_turns: list[Said]
) -> None:
    conversation = Conversation("talk", system, all_turns)
    found = there_and_back(conversation, tmp_path_factory.getbasetemp() / f"talk{ending}")
    assert found == conversation
    assert [one.answer.facts for one in found.turns] == [one.answer.facts for one in all_turns]


@pytest.mark.parametrize("model", ["a b", "a>b", "-->", "", "модель", 'x"y', "{", "a\nb"])
def test_no_name_of_a_model_drops_a_turn(tmp_path: Path, model: str) -> None:
    conversation = Conversation("talk", "", [said("one", "ONE", model=model), said("two", "TWO", model="m")])
    found = there_and_back(conversation, tmp_path / "talk.md")
    assert [(one.prompt, one.answer, one.answer.model) for one in found.turns] == [
        ("one", "ONE", model),
        ("two", "TWO", "m"),
    ]


def test_files_of_the_first_version_and_files_written_by_hand_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.md"
    path.write_bytes(
        b"\xef\xbb\xbf<!-- ai:system -->\r\nbe brief\r\n\r\n<!-- ai:user -->\r\none <!-- ai :user -->\r\n\r\n"
        b"<!-- ai:assistant gpt-5.2 -->\r\n**ONE**\r\n"
    )
    found = transcript.load(path, "t")
    assert (found.system, found.turns[0].prompt) == ("be brief", "one <!-- ai:user -->")
    assert (found.turns[0].answer, found.turns[0].answer.model) == ("**ONE**", "gpt-5.2")


# --- nothing is alive, nothing is told ----------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [*PAYLOADS, *MORE])
def test_neither_prompts_nor_answers_are_alive_in_a_file(payload: str) -> None:
    turns = [said(payload, payload, model=payload, images=(payload, "https://evil.test/x.png")), said("next", "end")]
    conversation = Conversation(payload, payload, turns)
    text = transcript.as_markdown(conversation)
    # The marks of the file are comments, each on a line of its own.
    marks = [line for line in text.split("\n") if line.startswith("<!-- ai:")]
    assert len(marks) == 5
    shown = "\n".join(line for line in text.split("\n") if not line.startswith("<!-- ai:"))
    assert alive(shown) == []
    assert [what for what in alive(text) if what[1][0] != "comment"] == []  # type: ignore[index]
    assert len([what for what in alive(text) if what[0] == "strict"]) == 5
    notebook = nbformat.reads(transcript.as_notebook(conversation), 4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("attachments")
        if cell.cell_type == "markdown":
            assert alive(cell.source) == []
        else:
            assert cell.source.startswith("%%ai\n")


def test_a_notebook_has_a_kernel_and_prompts_that_were_asked_here_are_cells(tmp_path: Path) -> None:
    turns = [said("one", "# ONE"), said("in {city}?", "braces"), said("!ls", "shell"), said("", "nothing")]
    transcript.export(Conversation("talk", "brief", turns), tmp_path / "talk.ipynb")
    notebook = nbformat.read(tmp_path / "talk.ipynb", 4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("markdown", "> brief"),
        ("code", "%%ai -c talk\none"), ("markdown", "# ONE"),
        ("markdown", "> in \\{city\\}?"), ("markdown", "braces"),
        ("code", "%%ai -c talk\n!ls"), ("markdown", "shell"),
        ("markdown", ">"), ("markdown", "nothing"),
    ]  # fmt: skip


HOSTILE = [
    "!touch x",
    "%%bash\ntouch x",
    "%system touch x",
    "{exit}",
    "get_ipython().system('touch x')",
    "%%ai\n!x",
    "\n\n!x",
    "x\n!touch x",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_loaded_never_becomes_a_cell_that_runs(tmp_path: Path, text: str, ending: str) -> None:
    known = {"facts": {"model": text, "base_url": "https://api.aitunnel.ru/v1", "turn_id": 3}, "hidden": False}
    messages = [
        {"role": "system", "content": text}, {"role": "user", "content": text},
        {"role": "assistant", "content": text, "model": text, "aitunnel": known},
    ]  # fmt: skip
    (tmp_path / "evil.json").write_text(json.dumps({"name": text, "messages": messages}))
    loaded = transcript.load(tmp_path / "evil.json", text)
    again = there_and_back(loaded, tmp_path / f"again{ending}")
    for conversation in (loaded, again, loaded.fork("fork")):
        assert len(conversation.turns) == 1
        notebook = nbformat.reads(transcript.as_notebook(conversation), 4)
        assert {cell.cell_type for cell in notebook.cells} == {"markdown"}


@pytest.mark.parametrize("name", [*HOSTILE, "a b", "-x", "a\n!touch x", "a'b", ""])
def test_a_conversations_name_is_an_option_only_if_it_is_a_plain_word(name: str) -> None:
    notebook = nbformat.reads(transcript.as_notebook(Conversation(name, "", [said("one", "ONE")])), 4)
    assert notebook.cells[0].source == "%%ai\none"


def test_neither_a_balance_nor_a_key_is_in_a_file() -> None:
    usage = Usage(prompt_tokens=1, cost=Decimal("0.51"), balance=Decimal("777.77"))
    turn = said(
        f"my key is {KEY}", f"so {KEY} it is", usage=usage, reasoning=KEY, request_id=KEY, citations=({KEY: KEY},)
    )
    for make in transcript.MAKERS.values():
        text = make(Conversation("talk", KEY, [turn]))
        assert "777.77" not in text
        assert "balance" not in text
        assert "0123456789abcdef" not in text
        assert "0.51" in text


def test_half_characters_are_replaced() -> None:
    for ending, make in transcript.MAKERS.items():
        text = make(Conversation("talk", "\ud83d", [said("a\ud83d", "b\ud83d", model="\udc00")]))
        text.encode()
        assert "\\ud83d" not in text, ending


# --- files of anybody ---------------------------------------------------------------------------------------------


def test_a_bare_list_of_messages_is_a_conversation(tmp_path: Path) -> None:
    messages = [
        {"role": "system", "content": "s"}, {"role": "developer", "content": "?"},
        {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"},
        {"role": "user", "content": "call"}, {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "user", "content": "open"},
    ]  # fmt: skip
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(messages))
    found = transcript.load(path, "t")
    assert (found.system, [one.answer for one in found.turns]) == ("s", ["a", ""])


def turn_with(**aitunnel: Any) -> str:
    message = {"role": "assistant", "content": "a", "model": "m", "aitunnel": aitunnel}
    return json.dumps([{"role": "user", "content": "q"}, message])


ODD: list[Any] = [
    None, True, False, 0, -1, 2**70, 1e300, "1e999999", "NaN", "-5", "\ud83d", [], {}, [[]], {"a": 1}, "x" * 100, [1, 2, 3], [["unknown", "x"]]
]  # fmt: skip


@pytest.mark.parametrize("field", Facts.__dataclass_fields__)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_odd_facts_are_dropped_and_the_answer_can_be_shown(tmp_path: Path, field: str, value: Any) -> None:
    path = tmp_path / "odd.json"
    path.write_text(turn_with(facts={field: value}, hidden=value))
    (turn,) = transcript.load(path, "t").turns
    assert "a" in answer_bundle(turn.answer)["text/html"]
    assert turn.answer.facts.base_url == "file:"
    assert turn.hidden is (value is True)


@pytest.mark.parametrize("field", Usage.__dataclass_fields__)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_odd_usage_is_dropped(tmp_path: Path, field: str, value: Any) -> None:
    path = tmp_path / "odd.json"
    path.write_text(turn_with(facts={"usage": {field: value}}))
    (turn,) = transcript.load(path, "t").turns
    assert turn.answer.usage == Usage(
        **({field: 0} if value == 0 and type(value) is int and field not in {"cost", "balance"} else {})
    )
    assert "a" in answer_bundle(turn.answer)["text/html"]


DEEP = "[" * 500 + "]" * 500
BAD = [
    "", "{}", "[]", "nonsense", '{"messages": 3}', '[{"role": "user"}]', "[1]", '["x"]', "[[]]", "null", "3", "NaN",
    '{"cells": 3}', '{"cells": [3]}', '{"cells": [{"metadata": 3}]}', '{"cells": [{"metadata": {"aitunnel": {"message": 3}}}]}',
    '[{"role": "user", "content": 3}, {"role": "assistant", "content": "a"}]',
    '[{"role": "user", "content": [3]}, {"role": "assistant", "content": "a"}]',
    '[{"role": "user", "content": [{"type": []}]}, {"role": "assistant", "content": "a"}]',
    '[{"role": "user", "content": "q"}, {"role": "assistant", "content": {"a": 1}}]',
    '[{"role": [], "content": "q"}]',
    f'[{{"role": "user", "content": "q"}}, {{"role": "assistant", "content": "a", "aitunnel": {{"facts": {DEEP}}}}}]',
    f'[{{"role": "user", "content": "q", "x": NaN}}, {{"role": "assistant", "content": "a", "x": {"9" * 5000}}}]',
    "[" * 100_000, '{"a":' * 100_000,
    '<!-- ai:user {"content": 3} -->\nq\n\n<!-- ai:assistant -->\na', "<!-- ai:user {] -->\nq\n\n<!-- ai:assistant -->\na",
    f"<!-- ai:user {DEEP} -->\nq", '<!-- ai:user {"content": NaN} -->\nq\n\n<!-- ai:assistant -->\na',
]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:30])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_without_a_conversation_is_one_line(tmp_path: Path, text: str, ending: str) -> None:
    path = tmp_path / f"bad{ending}"
    path.write_text(text)
    with pytest.raises(TranscriptProblem, match="bad"):
        transcript.load(path, "t")


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    for name in ("pipe.json", ".", "/dev/zero", "/dev/null"):
        with pytest.raises(TranscriptProblem) as told:
            transcript.load(tmp_path / name, "t")
        assert told.value.code == "file.special"
    for name, code in (("missing.json", "transcript.file"), ("binary.json", "transcript.empty")):
        with pytest.raises(TranscriptProblem) as told:
            transcript.load(tmp_path / name, "t")
        assert told.value.code == code
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(3 * 10**9)
    with pytest.raises(TranscriptProblem) as told:
        transcript.load(tmp_path / "huge.json", "t")
    assert told.value.code == "transcript.large"
    monkeypatch.setattr(transcript, "MOST_BYTES", 10)
    (tmp_path / "long.json").write_text("[1, 2, 3, 4]")
    with pytest.raises(TranscriptProblem, match=r"long\.json"):
        transcript.load(tmp_path / "long.json", "t")


def test_a_file_that_is_there_is_replaced_only_if_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text("mine")
    conversation = Conversation("talk", "", [said("one", "ONE")])
    with pytest.raises(TranscriptProblem) as told:
        transcript.export(conversation, path)
    assert (told.value.code, path.read_text()) == ("file.exists", "mine")
    transcript.export(conversation, path, replace=True)
    assert "ONE" in path.read_text()
    for odd, code in (("talk.docx", "transcript.ending"), ("nowhere/talk.md", "transcript.file")):
        with pytest.raises(TranscriptProblem) as told:
            transcript.export(conversation, tmp_path / odd)
        assert told.value.code == code
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(TranscriptProblem) as told:
        transcript.export(conversation, tmp_path / "folder.md", replace=True)
    assert told.value.code == "transcript.file"
