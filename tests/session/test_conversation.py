"""Conversations: what is sent, what a re-run replaces, and that a restart does not matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session import shelf
from aitunnel_jupyter.session.cell_id import cell_id, kernel_of
from aitunnel_jupyter.session.continuation import GO_ON, continuation_of, joined
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.record import Place
from aitunnel_jupyter.usage import Usage


def said(prompt: Any, answer: str, cell: str = "", **named: Any) -> Said:
    return Said({"role": "user", "content": prompt}, Answer(answer, model="m"), cell, **named)


def talk(*words: str, system: str = "") -> Conversation:
    turns = [said(word, word.upper(), f"c{at}") for at, word in enumerate(words, 1)]
    return Conversation("talk", system, turns)


def contents(conversation: Conversation, cell: str = "", window: int = 10_000) -> list[str]:
    return [message["content"] for message in conversation.before(cell, window).messages]


def test_everything_before_is_sent_in_order() -> None:
    assert contents(talk("one", "two", system="be brief")) == ["be brief", "one", "ONE", "two", "TWO"]


def test_a_cell_that_runs_again_sees_what_was_before_it_and_replaces_its_own_turn() -> None:
    conversation = talk("one", "two", "three")
    assert contents(conversation, "c2") == ["one", "ONE"]
    conversation.put(said("zwei", "ZWEI", "c2"))
    assert [one.prompt for one in conversation.turns] == ["one", "zwei", "three"]
    conversation.put(said("four", "FOUR", "c4"))
    conversation.put(said("five", "FIVE"))
    conversation.put(said("six", "SIX"))
    assert [one.prompt for one in conversation.turns][3:] == ["four", "five", "six"], "no id, no replacement"


def test_hidden_turns_are_not_sent_and_come_back() -> None:
    conversation = talk("one", "two")
    assert conversation.hide(1) is True
    assert contents(conversation) == ["two", "TWO"]
    assert conversation.hide(1) is False
    assert contents(conversation)[0] == "one"
    for number in (0, 3, -1):
        with pytest.raises(IndexError):
            conversation.hide(number)


def test_the_window_leaves_out_the_oldest_whole_turns_and_counts_them() -> None:
    conversation = talk(*["word " * 100] * 5, system="s")
    sent = conversation.before("", 1000)
    assert 0 < sent.left_out < 5
    assert len(sent.messages) == 1 + 2 * (5 - sent.left_out)
    assert sent.messages[0]["role"] == "system"
    nothing = conversation.before("", 0)
    assert (len(nothing.messages), nothing.left_out) == (1, 5)


def test_everything_that_is_sent_along_counts_against_the_window() -> None:
    """Turns of 100 tokens each: what else is sent leaves that much less room for them."""
    turns = [said("word" * 100, "w") for _ in range(10)]
    each = turns[0].tokens

    def sent(system: str, *others: Said, window: int) -> int:
        return len(Conversation("t", system, [*turns, *others]).before("", window).messages) // 2

    assert sent("", window=each * 5) == 5
    assert sent("", window=each * 5 - 1) == 4
    assert sent("word" * each * 2, window=each * 5) == 3, "a long system prompt"
    picture = said([{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:"}}], "w")
    assert 1000 < picture.tokens < 1010
    assert sent("", picture, window=picture.tokens + each * 2) == 3, "a picture"
    file = said([{"type": "file", "file": {"file_data": "data:"}}, {"type": "text", "text": "word" * 50}], "w")
    assert 1050 < file.tokens < 1060
    long = said("w", "word" * 500)
    assert sent("", long, window=long.tokens + each) == 2, "a long answer"
    hidden = said("w", "word" * 500, hidden=True)
    assert sent("", hidden, window=each * 5) == 5, "what is not sent counts nothing"


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [(None, 10, 14), (0, 10, 14), (20, 20, 24), (12, 12, 16), (10**6, 38, 42)],
)
def test_an_answer_counts_as_the_server_counted_it_if_that_can_be(told: int | None, least: int, most: int) -> None:
    answer = Answer("word" * 10, usage=Usage(completion_tokens=told))
    assert least <= Said({"role": "user", "content": "Hi"}, answer).tokens <= most, "thoughts are counted and not sent"


STEPS = strategies.lists(
    strategies.tuples(strategies.sampled_from(["ask", "undo", "hide", "system"]), strategies.integers(0, 4)),
    max_size=15,
)


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_whatever_is_done_to_a_conversation_it_is_the_same_after_a_restart(steps: list[tuple[str, int]]) -> None:
    journal, conversation = Journal(None), Conversation("talk")
    expected: list[list[Any]] = []  # cell, prompt, hidden
    for count, (step, number) in enumerate(steps):
        if step == "ask":
            cell = f"c{number}" if number else ""
            asked(journal, conversation, f"prompt {count}", f"answer {count}", cell)
            at = next((at for at, turn in enumerate(expected) if cell and turn[0] == cell), len(expected))
            expected[at : at + 1] = [[cell, f"prompt {count}", False]]
        elif step == "undo":
            conversation.undo()
            expected = expected[:-1]
        elif step == "hide" and 1 <= number <= len(expected):
            expected[number - 1][2] = conversation.hide(number)
        elif step == "system":
            conversation.system = f"system {number}"
        shelf.save(journal, "n", conversation)
    found = shelf.load(journal, "n", "talk")
    for one in (conversation, found):
        assert [[turn.cell, turn.prompt, turn.hidden] for turn in one.turns] == expected
        assert [turn.answer.text for turn in one.turns] == [
            prompt.replace("prompt", "answer") for _, prompt, _ in expected
        ]
    assert found.system == conversation.system
    assert [message["content"] for message in found.before("").messages] == contents(conversation)
    journal.database.close()


def test_a_fork_goes_its_own_way() -> None:
    one = talk("one", "two")
    two = one.fork("other")
    two.undo()
    two.put(said("zwei", "ZWEI"))
    assert [turn.prompt for turn in one.turns] == ["one", "two"]
    assert [turn.prompt for turn in two.turns] == ["one", "zwei"]
    assert Conversation("empty").undo() is None


def asked(journal: Journal, conversation: Conversation, prompt: Any, answer: str, cell: str) -> None:
    message = {"role": "user", "content": prompt}
    sent = conversation.before(cell)
    entry = journal.begin(Request("m", (*sent.messages, message)), Address("http://h/v1"), Place("n", cell))
    whole = Answer(answer, model="m")
    entry.end(whole, None)
    conversation.put(Said(message, whole.replace_facts(turn_id=entry.turn_id), cell))
    shelf.save(journal, "n", conversation)


def test_a_conversation_is_there_after_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    conversation = Conversation("talk", "be brief")
    picture = [{"type": "text", "text": "two"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]
    asked(journal, conversation, "one", "ONE", "c1")
    asked(journal, conversation, picture, "TWO", "c2")
    conversation.hide(1)
    shelf.save(journal, "n", conversation)
    journal.database.close()
    again = Journal(tmp_path / "j.db")
    found = shelf.load(again, "n", "talk")
    assert (found.name, found.system) == ("talk", "be brief")
    assert [(one.message["content"], str(one.answer), one.cell, one.hidden) for one in found.turns] == [
        ("one", "ONE", "c1", True), (picture, "TWO", "c2", False),
    ]  # fmt: skip
    assert found.turns[1].prompt == "two"
    assert shelf.load(again, "other notebook", "talk").turns == []
    assert [(spine.name, spine.turns) for spine in shelf.spines(again, "n")] == [("talk", 2)]
    again.forget(found.turns[0].answer.turn_id)
    assert [one.prompt for one in shelf.load(again, "n", "talk").turns] == ["two"]
    shelf.remove(again, "n", "talk")
    assert shelf.spines(again) == []


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("The cat sat on", " the mat.", "The cat sat on the mat."),
        ("The cat sat on the", "cat sat on the mat.", "The cat sat on the mat."),
        ("a a a", "a a a", "a a aa a a"),
        ("", "all", "all"),
        ("all", "", "all"),
        ("x" * 1000, "x" * 500 + "y", "x" * 1000 + "x" * 100 + "y"),
    ],
)
def test_halves_are_joined_without_what_is_repeated(before: str, after: str, whole: str) -> None:
    assert joined(before, after) == whole


def test_a_continuation_has_the_parameters_of_the_answer() -> None:
    first = Request("gpt-5.2", ({"role": "user", "content": "q"},), temperature=0.5, max_tokens=5, reasoning="low")
    answer = Answer("a", prompt_messages=first.messages, fields=first.fields())
    payload = continuation_of(answer).payload()
    assert payload["messages"] == [
        {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": GO_ON},
    ]  # fmt: skip
    expected = first.payload()
    assert {name: value for name, value in payload.items() if name != "messages"} == {
        name: value for name, value in expected.items() if name != "messages"
    }


def handle(number: int, kernel: str) -> str:
    return cell_id(f"vscode-notebook-cell:/n.ipynb#W{number}sZmlsZQ%3D%3D", kernel)


SAVED_IDS = ["a", "3f1c2d4e", "3f1c2d4e-0000-4a1b-9c9c-123456789abc", "with_underscore", "x" * 64]
HANDLES = [
    "vscode-notebook-cell:/home/me/n.ipynb#W1sZmlsZQ%3D%3D", "vscode-notebook-cell:Untitled-1.ipynb?jupyter-notebook#W0",
    "vscode-interactive-input:/InteractiveInput-1", "#W1", "W1:2", "ячейка", "x" * 65, " ",
]  # fmt: skip


@pytest.mark.parametrize("told", SAVED_IDS)
def test_an_id_that_is_saved_with_the_cell_lasts(told: str) -> None:
    assert (cell_id(told, "kernel 1"), kernel_of(told)) == (told, "")


@pytest.mark.parametrize("told", HANDLES)
def test_every_other_id_holds_in_its_kernel_only(told: str) -> None:
    assert kernel_of(cell_id(told, "kernel 1")) == "kernel 1"
    assert cell_id(told, "kernel 1") != cell_id(told, "kernel 2")


def by_handles(kernel: str, *words: str) -> Conversation:
    turns = [said(word, word.upper(), handle(at, kernel)) for at, word in enumerate(words)]
    return Conversation("talk", "", turns)


def test_a_handle_of_an_earlier_kernel_names_no_cell_of_this_one() -> None:
    """VS Code counts cells when it opens the notebook: with one in front, every handle moves by one."""
    conversation = by_handles("kernel 1", "alpha", "beta", "gamma")
    delta = handle(1, "kernel 2")
    assert conversation.index(delta, "delta") == 3
    assert [m["content"] for m in conversation.before(delta, prompt="delta").messages][-2:] == ["gamma", "GAMMA"]
    conversation.put(said("delta", "DELTA", delta))
    assert [one.prompt for one in conversation.turns] == ["alpha", "beta", "gamma", "delta"]
    conversation.put(said("delta, edited", "D", delta))
    assert [one.prompt for one in conversation.turns] == ["alpha", "beta", "gamma", "delta, edited"]


def test_after_a_restart_the_prompt_finds_the_turn_each_turn_once() -> None:
    conversation = by_handles("kernel 1", "begin", "go on", "so?", "go on")
    moved = [handle(at + 1, "kernel 2") for at in range(4)]
    for at, word in enumerate(["begin", "go on", "so?", "go on"]):
        sent = conversation.before(moved[at], prompt=word).messages
        assert len(sent) == 2 * at, "what came before it, not itself"
        conversation.put(said(word, "new", moved[at]))
        assert [one.prompt for one in conversation.turns] == ["begin", "go on", "so?", "go on"]
    assert [str(one.answer) for one in conversation.turns] == ["new"] * 4
    assert [one.cell for one in conversation.turns] == moved


def test_the_same_prompt_in_another_cell_of_this_kernel_is_another_turn() -> None:
    conversation = by_handles("kernel 1", "go on")
    conversation.put(said("go on", "2", handle(1, "kernel 1")))
    conversation.put(said("go on", "3", "lasting-id"))
    conversation.put(said("go on", "4", "kernel 1 17"))
    assert [str(one.answer) for one in conversation.turns] == ["GO ON", "2", "3", "4"]


def test_a_prompt_does_not_find_turns_of_cells_that_have_lasting_ids_or_none() -> None:
    conversation = talk("one", "two")
    conversation.put(said("three", "THREE"))
    for at, word in enumerate(["one", "two", "three"]):
        assert conversation.index(handle(at, "kernel 2"), word) == 3


def test_a_turn_without_words_is_found_by_no_prompt() -> None:
    picture = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]
    conversation = Conversation("talk", "", [said(picture, "a cat", handle(0, "kernel 1"))])
    conversation.put(said(picture, "a dog", handle(0, "kernel 2")))
    assert len(conversation.turns) == 2
