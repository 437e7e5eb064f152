"""The journal: nothing that was asked or answered is lost, and nothing in it belongs to anyone else."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from aitunnel_jupyter.answer import Answer, Facts, Notice, ToolCall
from aitunnel_jupyter.errors import AnswerBroken, ConnectFailed, JournalProblem
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session import shelf
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.entry import Entry
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.question import Question, begin, key_of
from aitunnel_jupyter.session.record import NOWHERE, Place, digest_of, fingerprint, from_nano
from aitunnel_jupyter.session.turn import Turn
from aitunnel_jupyter.usage import Usage

ADDRESS = Address("http://127.0.0.1:1/v1", Key("sk-aitunnel-0123456789abcdef", "test"))


def ask(text: str = "Hi", *before: str, **named: Any) -> Request:
    messages = [{"role": "user", "content": word} for word in (*before, text)]
    return Request("gpt-5.2", tuple(messages), **named)


def answered(journal: Journal, prompt: str, text: str, place: Place = NOWHERE, **named: Any) -> int:
    entry = journal.begin(ask(prompt), ADDRESS, place)
    entry.end(Answer(text, model="gpt-5.2", **named), None)
    assert entry.trouble is None
    return entry.turn_id


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "deep" / "journal.db")
    yield opened
    opened.database.close()


def test_an_answer_comes_back_with_all_its_facts(journal: Journal) -> None:
    facts: dict[str, Any] = {
        "usage": Usage(prompt_tokens=3, completion_tokens=5, cost=Decimal("0.51"), balance=Decimal("99.123456789")),
        "reasoning": "hm", "finish_reason": "stop", "elapsed": 1.5, "request_id": "gen-1", "format": "json",
        "tool_calls": (ToolCall("1", "f", "{}"),), "notices": (Notice("mirror", "m"),),
        "citations": ({"url": "https://a"},), "images": ("data:image/png;base64,AA==",),
    }  # fmt: skip
    turn = answered(journal, "Hi", "Hello 🐈", Place("n.ipynb", "c1", "story", "talk"), **facts)
    record = journal.get(turn)
    assert record is not None
    assert (record.prompt, record.answer, record.state) == ("Hi", "Hello 🐈", "complete")
    for name, value in facts.items():
        assert getattr(record.answer.facts, name) == value, name
    assert record.place == Place("n.ipynb", "c1", "story", "talk")
    assert record.answer.messages == [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello 🐈"}]
    assert record.answer.facts.fields["model"] == "gpt-5.2"
    assert record.answer.turn_id == turn


WORDS = strategies.text(strategies.characters(exclude_categories=["Cs"]), max_size=12)
COUNTS = strategies.none() | strategies.integers(0, 2**53)
ROUBLES = strategies.none() | strategies.decimals(min_value=0, max_value=10**6, places=9)
USAGES = strategies.builds(
    Usage, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, ROUBLES, strategies.none() | strategies.decimals(-1000, 10**6, places=12)
)  # fmt: skip
FACTS = strategies.builds(
    Facts,
    model=WORDS,
    usage=strategies.none() | USAGES,
    finish_reason=strategies.none() | WORDS,
    reasoning=WORDS,
    tool_calls=strategies.lists(strategies.builds(ToolCall, WORDS, WORDS, WORDS), max_size=2).map(tuple),
    citations=strategies.lists(strategies.dictionaries(WORDS, WORDS | COUNTS, max_size=2), max_size=2).map(tuple),
    images=strategies.lists(WORDS, max_size=2).map(tuple),
    elapsed=strategies.floats(0, 10**6),
    request_id=strategies.none() | WORDS,
    complete=strategies.booleans(),
    error=strategies.none() | WORDS,
    notices=strategies.lists(strategies.builds(Notice, WORDS, WORDS), max_size=2).map(tuple),
    format=WORDS,
    language=WORDS,
)
IN_MEMORY = Journal(None)


@settings(deadline=None, max_examples=200)
@given(text=WORDS, facts=FACTS, temperature=strategies.none() | strategies.floats(0, 2))
def test_an_answer_comes_back_whole_whatever_its_facts_are(text: str, facts: Facts, temperature: float | None) -> None:
    request = ask(temperature=temperature)
    entry = IN_MEMORY.begin(request, ADDRESS, NOWHERE, ceiling=Decimal(0))
    entry.end(Answer(text, facts), None)
    assert entry.trouble is None
    record = IN_MEMORY.get(entry.turn_id)
    assert record is not None
    expected = dataclasses.replace(
        facts, prompt_messages=request.messages, fields=request.fields(), base_url=ADDRESS.base_url,
        turn_id=entry.turn_id, kept_at=record.started,
    )  # fmt: skip
    assert (record.answer.text, record.answer.facts) == (text, expected)
    came = text or facts.reasoning or facts.images or facts.tool_calls
    state = "complete" if facts.complete else "partial" if came else "failed"
    assert record.state == state
    (row,) = IN_MEMORY.database.rows("SELECT * FROM turns WHERE id = ?", entry.turn_id)
    usage = facts.usage or Usage()
    assert (row["prompt_tokens"], row["completion_tokens"]) == (usage.prompt_tokens, usage.completion_tokens)
    assert from_nano(row["cost"]) == usage.cost


def test_what_was_written_before_the_end_comes_back_as_stopped(journal: Journal) -> None:
    entry = journal.begin(ask(), ADDRESS, NOWHERE)
    assert journal.get(entry.turn_id).answer.facts.error == "stopped"
    entry._next_partial = 0
    entry.partial(["So ", "far"], ["Hm."])
    answer = journal.get(entry.turn_id).answer
    assert (answer, answer.reasoning, answer.complete, answer.error, answer.model) == (
        "So far",
        "Hm.",
        False,
        "stopped",
        "gpt-5.2",
    )
    for text in ("", "So far"):
        entry.end(Answer(text, complete=False, reasoning="Hm."), None)
        assert journal.get(entry.turn_id).state == "partial", "thoughts are worth keeping too"


def test_the_text_so_far_is_written_once_a_second_and_only_if_there_is_more() -> None:
    now, written = [0.0], []

    class Book:
        def write_partial(self, turn_id: int, text: str, facts: str) -> None:
            written.append((now[0], turn_id, text, json.loads(facts)["reasoning"]))

    entry = Entry(Book(), 5, "sk-secret", clock=lambda: now[0])  # type: ignore[arg-type]
    for now[0], parts, thoughts in (
        (0.5, ["a"], []), (0.99, ["a", "b"], []), (1.0, ["a", "b"], []), (1.5, ["a", "b", "c"], []),
        (2.0, ["a", "b", "c"], ["Hm"]), (3.0, ["a", "b", "c"], ["Hm"]), (9.0, ["a", "b", "c"], ["Hm"]),
        (9.1, ["a", "b", "c", "sk-secret"], ["Hm"]), (9.2, ["a", "b", "c", "sk-secret", "e"], ["Hm"]),
        (10.0, ["a"] * 6, ["Hm"]), (11.0, ["a"] * 7, ["Hm"]),
    ):  # fmt: skip
        entry.partial(parts, thoughts)
    assert [at for at, *_ in written] == [1.0, 2.0, 9.1, 11.0]
    assert written[1] == (2.0, 5, "abc", "Hm")
    assert "sk-secret" not in str(written)


def test_a_kept_answer_is_whole_dated_free_and_keeps_what_a_person_should_know(journal: Journal) -> None:
    usage = Usage(prompt_tokens=3, completion_tokens=5, cost=Decimal("0.51"), balance=Decimal(99))
    notices = (Notice("skipped", "2"), Notice("masked", "e-mail"), Notice("along", "df"), Notice("billed", "reset"))
    first = Answer(
        "Hello",
        model="gpt-5.2",
        usage=usage,
        notices=notices,
        reasoning="Hm.",
        citations=({"url": "u"},),
        format="json",
    )
    question = Question(ask(), ADDRESS, keep=True, form="text", language="ru", notices=(Notice("left_out", "1"),))
    entry = journal.begin(question.request, ADDRESS, NOWHERE, key=key_of(question))
    entry.end(first, None)
    kept = begin(question, journal).answer
    assert (kept, kept.reasoning, kept.citations, kept.model) == ("Hello", "Hm.", ({"url": "u"},), "gpt-5.2")
    assert kept.usage == dataclasses.replace(usage, cost=Decimal(0), balance=None)
    when = datetime.fromtimestamp(kept.kept_at).astimezone()
    assert kept.notices == (
        Notice("left_out", "1"), Notice("skipped", "2"), Notice("masked", "e-mail"), Notice("kept", f"{when:%Y-%m-%d %H:%M}"),
    )  # fmt: skip
    assert (kept.facts.format, kept.facts.language, kept.turn_id) == ("text", "ru", entry.turn_id)
    entry.end(first.replace_facts(usage=None), None)
    assert begin(question, journal).answer.usage is None


def test_an_answer_that_money_cut_short_is_not_kept_for_the_whole(journal: Journal) -> None:
    question = Question(ask(), ADDRESS, keep=True)
    for code in ("fitted", "afforded", "along"):
        for reason, text in (("stop", f"whole {code}"), ("length", f"cut {code}")):
            entry = journal.begin(question.request, ADDRESS, NOWHERE, key=key_of(question))
            entry.end(Answer(text, finish_reason=reason, notices=(Notice(code, "64"),)), None)
        expected = "cut along" if code == "along" else f"whole {code}"
        assert journal.kept(key_of(question)) == expected


@settings(deadline=None, max_examples=100)
@given(
    fields=strategies.dictionaries(
        WORDS, WORDS | COUNTS | strategies.dictionaries(WORDS, WORDS, max_size=3), max_size=4
    ),
    data=strategies.data(),
)
def test_a_fingerprint_minds_no_order_of_keys(fields: dict[str, Any], data: strategies.DataObject) -> None:
    shuffled = {name: fields[name] for name in data.draw(strategies.permutations(list(fields)))}
    for name, value in shuffled.items():
        if isinstance(value, dict):
            shuffled[name] = {inner: value[inner] for inner in data.draw(strategies.permutations(list(value)))}
    assert fingerprint(ask(extra=fields), "u") == fingerprint(ask(extra=shuffled), "u")
    message = {"role": "user", "content": "Hi", "name": "me"}
    turned = dict(reversed(message.items()))
    assert fingerprint(Request("m", (message,)), "u") == fingerprint(Request("m", (turned,)), "u")
    assert digest_of(message) == digest_of(turned)
    assert fingerprint(ask(extra=fields | {"odd one": 1}), "u") != fingerprint(ask(extra=fields), "u")


def test_the_file_is_for_its_owner_alone(journal: Journal) -> None:
    answered(journal, "Hi", "Hello")
    path = journal.path
    assert path is not None
    assert path.parent.stat().st_mode & 0o777 == 0o700
    found = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert found == dict.fromkeys(["journal.db", "journal.db-shm", "journal.db-wal"], 0o600)


def test_the_key_is_nowhere_in_it(journal: Journal) -> None:
    key = ADDRESS.key
    assert key is not None
    secret = key.reveal()
    entry = journal.begin(ask(f"my key is {secret}"), ADDRESS, Place())
    entry._next_partial = 0
    entry.partial([f"your key {secret}"], [secret])
    entry.end(Answer(f"it was {secret}"), None)
    journal.database.close()
    assert journal.path is not None
    assert secret.encode() not in b"".join(file.read_bytes() for file in journal.path.parent.iterdir())


def test_what_is_sent_again_in_a_conversation_is_stored_once(journal: Journal) -> None:
    long = "word " * 20_000
    for number in range(20):
        journal.begin(ask(f"and {number}", long, long + "!"), ADDRESS, Place())
    (row,) = journal.database.rows("SELECT sum(length(body)) AS size FROM messages")
    assert row["size"] < 2.1 * len(long)
    last = journal.recent(1)[0]
    assert [message["content"] for message in last.messages] == [long, long + "!", "and 19"]


def test_the_same_request_is_kept_and_only_the_same(journal: Journal) -> None:
    request = ask(temperature=0.5)
    key = fingerprint(request, ADDRESS.base_url)
    assert journal.kept(key) is None
    journal.begin(request, ADDRESS, Place()).end(Answer("cut", complete=False, error="stopped"), None)
    assert journal.kept(key) is None, "a partial answer is not an answer"
    journal.begin(request, ADDRESS, Place()).end(Answer("first"), None)
    journal.begin(request, ADDRESS, Place()).end(Answer("second"), None)
    kept = journal.kept(key)
    assert kept == "second"
    assert kept.kept_at == pytest.approx(time.time(), abs=60)
    for other in (ask(temperature=0.6), ask("Hi!", temperature=0.5), ask("Hi", "before", temperature=0.5)):
        assert journal.kept(fingerprint(other, ADDRESS.base_url)) is None
    assert journal.kept(fingerprint(request, "https://elsewhere/v1")) is None


def test_the_model_on_this_machine_is_the_same_in_the_next_kernel(journal: Journal) -> None:
    def question(port: int, key: Key) -> Question:
        return Question(ask(), Address(f"http://127.0.0.1:{port}/v1", key), keep=True)

    first = question(1, Key("sk-one", "local"))
    journal.begin(first.request, first.address, Place(), key=key_of(first)).end(Answer("Hello"), None)
    turn = begin(question(2, Key("sk-two", "local")), journal)
    assert (turn.answer, turn.over) == ("Hello", True)
    assert turn.answer.facts.base_url == "http://127.0.0.1:2/v1", "%ai continue asks the one that runs"
    others = (question(1, Key("sk-one", "test")), question(2, Key("sk-two", "test")))
    assert [journal.kept(key_of(other)) for other in others] == [None, None]


def test_search_finds_beginnings_of_words_in_both_languages(journal: Journal) -> None:
    cat = answered(journal, "Про кота", "Жил-был Кот в Перми")
    code = answered(journal, "Sort a list", "Use `sorted(names, key=len)`")
    both = answered(journal, "Кот and list", 'He said "so be it" AND left')
    assert [record.id for record in journal.search("кот")] == [both, cat]
    assert [record.id for record in journal.search("ПЕРМ")] == [cat]
    assert [record.id for record in journal.search("sorted names")] == [code]
    assert [record.id for record in journal.search('"so be"')] == [both]
    assert [record.id for record in journal.search("AND left")] == [both]
    for nothing in ("", '"', "*", "NEAR(", "-", "()", "кот zebra", "'; DROP TABLE turns"):
        assert journal.search(nothing) == []


def test_what_is_forgotten_is_gone_from_the_file(journal: Journal) -> None:
    place = Place("n", name="story", conversation="talk")
    turn = answered(journal, "Secretive prompt", "Clandestine answer", place, usage=Usage(cost=Decimal("0.5")))
    other = answered(journal, "Other", "Staying", place)
    assert journal.forget(turn) == 1
    assert journal.forget(turn) == 0
    assert journal.get(turn) is None
    assert journal.search("clandestine") == []
    assert [record.id for record in journal.search("staying")] == [other]
    assert list(journal.named("n").values()) == ["Staying"]
    (row,) = journal.database.rows("SELECT sum(cost) AS cost FROM turns")
    assert row["cost"] == 500_000_000, "what it cost is still counted"
    assert journal.forget(None) == 1
    assert journal.recent(10) == []
    assert journal.path is not None
    raw = b"".join(path.read_bytes() for path in journal.path.parent.iterdir()).lower()
    for word in (b"clandestine", b"secretive", b"staying"):
        assert word not in raw


def test_when_all_is_forgotten_no_conversation_is_left(journal: Journal) -> None:
    entry = journal.begin(ask(), ADDRESS, Place("n"))
    entry.end(Answer("Hello"), None)
    talk = Conversation(
        "talk", "secretive", [Said({"role": "user", "content": "Hi"}, journal.get(entry.turn_id).answer)]
    )
    shelf.save(journal, "n", talk)
    assert [spine.name for spine in shelf.spines(journal, "n")] == ["talk"]
    journal.forget(None)
    assert list(shelf.spines(journal, "n")) == []
    assert shelf.load(journal, "n", "talk").system == ""


def test_a_turn_whose_kernel_is_gone_is_taken_over_once(journal: Journal) -> None:
    entry = journal.begin(ask("orphan"), ADDRESS, Place("n"))
    with journal.database.write() as connection:
        connection.execute("UPDATE turns SET started = started - 601")
    for _ in range(2):
        assert [record.id for record in journal.search("orphan")] == [entry.turn_id]
        assert journal.get(entry.turn_id).state == "partial"
    (row,) = journal.database.rows("SELECT count(*) AS count FROM words WHERE words MATCH 'orphan'")
    assert row["count"] == 1


def test_a_stopped_turn_is_partial_and_a_refused_one_costs_nothing(journal: Journal) -> None:
    stopped = journal.begin(ask(), ADDRESS, Place(), ceiling=Decimal(3))
    stopped.end(Answer("so far", complete=False, error="stopped"), None)
    refused = journal.begin(ask(), ADDRESS, Place(), ceiling=Decimal(5))
    refused.end(Answer("", complete=False), ConnectFailed("connect.failed", host="h", why="w"))
    broken = journal.begin(ask(), ADDRESS, Place(), ceiling=Decimal(7))
    broken.end(Answer("", complete=False), AnswerBroken("stream.cut", host="h"))
    rows = journal.database.rows("SELECT state, cost FROM turns ORDER BY id")
    assert [tuple(row) for row in rows] == [("partial", None), ("failed", 0), ("failed", None)]


def test_a_journal_in_memory_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal(None)
    answered(journal, "Hi", "Hello")
    assert journal.search("hello")
    assert list(tmp_path.iterdir()) == []


def test_trouble_with_the_file_is_one_line(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\x00" + b"nonsense" * 1000)
    later = tmp_path / "later.db"
    connection = sqlite3.connect(later)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for path in (damaged, later, tmp_path):
        with pytest.raises(JournalProblem) as problem:
            Journal(path)
        assert str(path) in str(problem.value)
        assert "\n" not in str(problem.value)


def test_a_trouble_while_writing_does_not_cost_the_answer(journal: Journal) -> None:
    entry = journal.begin(ask(), ADDRESS, Place())
    journal.database.close()
    entry.end(Answer("Hello"), None)
    assert entry.trouble is not None


class Odd:
    """A value that cannot be written, compared or shown."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __eq__ = __hash__ = __str__  # type: ignore[assignment]


MAD: dict[str, Any] = {
    "count": {"usage": Usage(prompt_tokens=2**70)},
    "cost": {"usage": Usage(cost=Decimal("1e300"))},
    "no_number": {"usage": Usage(cost=Decimal("NaN"))},
    "surrogate": {"model": "m\ud83d", "request_id": "\udfff", "finish_reason": "\ud83d"},
    "object": {"citations": ({"url": Odd()},)},
    "deep": {"citations": (json.loads("[" * 900 + "]" * 900),)},
    "model": {"model": Odd()},
    "notice": {"notices": (Notice("x", "\ud83d"),)},
}


@pytest.mark.parametrize("name", MAD)
def test_a_mad_fact_costs_neither_the_text_nor_the_turn_nor_the_next_one(journal: Journal, name: str) -> None:
    entry = journal.begin(ask(), ADDRESS, Place())
    entry.end(Answer("Hello \ud83d", **MAD[name]), None)
    record = journal.get(entry.turn_id)
    assert record is not None
    assert (record.state, record.answer, record.answer.complete) == ("complete", "Hello \ufffd", True)
    assert entry.trouble is None or (entry.trouble.code == "journal.fault" and "\n" not in str(entry.trouble))
    again = journal.begin(ask(), ADDRESS, Place())
    again.end(Answer("Next"), None)
    assert again.trouble is None


def test_whatever_breaks_while_writing_is_a_notice(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "finish", lambda *_: 1 / 0)
    monkeypatch.setattr(Journal, "write_partial", lambda *_: 1 / 0)
    entry = journal.begin(ask(), ADDRESS, Place())
    entry = type(entry)(journal, entry.turn_id, clock=iter(range(0, 99, 9)).__next__)
    entry.partial(["Hel"], [])
    turn = Turn(ask(), ADDRESS, entry=entry, known=Answer("Hello"), language="ru")
    assert turn.answer is not None
    assert [notice.code for notice in turn.answer.notices] == ["journal"]
    assert "ZeroDivisionError" in turn.answer.notices[0].value
    assert turn.answer == "Hello"


def test_the_text_so_far_is_written_once_a_second(journal: Journal) -> None:
    now, written = [0.0], []
    entry = journal.begin(ask(), ADDRESS, Place())
    entry = type(entry)(journal, entry.turn_id, clock=lambda: now[0])
    for now[0] in (0.5, 0.9, 1.0, 1.5, 1.9, 2.0, 2.5, 3.0):
        entry.partial(["x"] * int(now[0] * 10), ["y"])
        record = journal.get(entry.turn_id)
        assert record is not None
        written.append(len(record.answer))
    assert written == [0, 0, 10, 10, 10, 20, 20, 30]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer("Hi"), "complete"),
        (Answer("Hi", complete=False), "partial"),
        (Answer("", complete=False, reasoning="hm"), "partial"),
        (Answer("", complete=False, images=("data:,x",)), "partial"),
        (Answer("", complete=False, tool_calls=(ToolCall("a", "f", "{}"),)), "partial"),
        (Answer("", complete=False), "failed"),
    ],
)
def test_what_came_decides_the_state_of_a_turn(journal: Journal, answer: Answer, state: str) -> None:
    entry = journal.begin(ask(), ADDRESS, Place())
    entry.end(answer, None)
    record = journal.get(entry.turn_id)
    assert record is not None
    assert record.state == state


WRITER = """
import sys, time
from pathlib import Path
from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.record import Place
journal = Journal(Path(sys.argv[1]))
print("open", flush=True)
for number in range(int(sys.argv[2])):
    entry = journal.begin(Request("m", ({"role": "user", "content": str(number)},)), Address("http://127.0.0.1/v1"), Place(sys.argv[3]))
    entry._next_partial = 0
    entry.partial(["partial ", "text"], [])
    if number + 1 == int(sys.argv[2]) and sys.argv[4] == "hang":
        print("hangs", flush=True)
        time.sleep(60)
    entry.end(Answer("done"), None)
    assert entry.trouble is None, entry.trouble
"""


def test_several_processes_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    root = Path(__file__).parents[2]

    def writer(name: str, count: int, how: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(path), str(count), name, how]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    writers = [writer("one", 100, ""), writer("two", 100, "")]
    killed = writer("three", 5, "hang")
    assert killed.stdout is not None
    assert [killed.stdout.readline() for _ in range(2)] == ["open\n", "hangs\n"]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert [process.wait(120) for process in writers] == [0, 0]
    for process in (*writers, killed):
        assert process.stdout is not None
        process.stdout.close()
    journal = Journal(path)
    assert len(journal.recent(1000, "one")) == len(journal.recent(1000, "two")) == 100
    last = journal.recent(1, "three")[0]
    assert (last.state, last.answer, last.answer.complete) == ("running", "partial text", False)
    assert journal.search("partial") == [], "it may still be running"
    with journal.database.write() as connection:
        connection.execute("UPDATE turns SET started = started - 9999, ended = ended - 9999 WHERE state = 'running'")
    assert [record.answer for record in journal.search("partial")] == ["partial text"]
    assert not journal.search("partial")[0].answer.complete
    assert [row[0] for row in journal.database.rows("PRAGMA integrity_check")] == ["ok"]
    journal.database.close()


def test_lone_surrogates_and_nul_characters_are_stored(journal: Journal) -> None:
    turn = answered(journal, "a\ud800b\x00c", "x\udfffy\x00z")
    record = journal.get(turn)
    assert record is not None
    assert record.answer.startswith("x")
    assert json.dumps(record.answer.messages)


def test_an_interrupt_in_the_middle_of_a_write_leaves_no_transaction_open(journal: Journal, tmp_path: Path) -> None:
    def interrupted() -> None:
        with journal.database.write() as connection:
            connection.execute("DELETE FROM turns")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not journal.database._connection.in_transaction
    other = Journal(journal.path)
    answered(other, "Hi", "Hello")
    other.database.close()
    answered(journal, "Hi", "Hello")
    assert len(journal.recent(5)) == 2


# --- a file that another program holds --------------------------------------------------------------------------


@pytest.fixture
def held(journal: Journal) -> Iterator[sqlite3.Connection]:
    """Another program in the middle of a write."""
    other = sqlite3.connect(journal.path or "", isolation_level=None)
    yield other
    other.close()


def test_while_another_program_writes_the_frames_go_on_and_the_answer_is_written_when_it_lets_go(
    journal: Journal, held: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    entry = journal.begin(ask(), ADDRESS, Place("n", "c", "story"))
    entry = type(entry)(journal, entry.turn_id, clock=lambda: now[0])
    slept: list[float] = []
    monkeypatch.setattr("aitunnel_jupyter.session.database.time.sleep", slept.append)
    held.execute("BEGIN IMMEDIATE")
    for second in range(1, 5):
        now[0] = second * 2.0
        entry.partial(["word "] * second, [])
    assert slept == [], "a partial text is not waited for"
    monkeypatch.undo()
    entry.end(Answer("Hello", model="m"), None)
    assert entry.trouble is None
    record = journal.get(entry.turn_id)
    assert record is not None
    assert record.state == "running", "reading goes on"
    held.execute("COMMIT")
    assert journal.database._writer is not None
    journal.database._writer.join(60)
    record = journal.get(entry.turn_id)
    assert record is not None
    assert (record.state, record.answer) == ("complete", "Hello")
    assert [one.id for one in journal.search("hello")] == [entry.turn_id]


def test_what_waits_is_written_before_what_comes_later(journal: Journal, held: sqlite3.Connection) -> None:
    done: list[str] = []
    held.execute("BEGIN IMMEDIATE")
    journal.database.write_soon(lambda _: done.append("first"))
    journal.database.write_soon(lambda _: done.append("second"))
    with pytest.raises(JournalProblem) as told, journal.database.write(patience=0):
        done.append("never")
    assert (told.value.code, done) == ("journal.busy", [])
    held.execute("COMMIT")
    with journal.database.write():
        done.append("third")
    assert done == ["first", "second", "third"]
    with journal.database.write():
        pass
    assert done == ["first", "second", "third"], "once"


def test_closing_writes_what_waits(journal: Journal, held: sqlite3.Connection) -> None:
    entry = journal.begin(ask(), ADDRESS, Place())
    held.execute("BEGIN IMMEDIATE")
    entry.end(Answer("Hello", model="m"), None)
    held.execute("COMMIT")
    journal.database.close()
    assert [record.answer for record in Journal(journal.path).search("hello")] == ["Hello"]


def test_a_change_that_cannot_be_made_is_told_and_stops_no_other(journal: Journal) -> None:
    with pytest.raises(JournalProblem):
        journal.database.write_soon(lambda connection: connection.execute("INSERT INTO nowhere VALUES (1)"))
    answered(journal, "Hi", "Hello")


def test_only_a_regular_file_can_be_a_journal_and_others_are_left_as_they_are(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "notes.txt").write_text("mine, and not a database")
    (tmp_path / "notes.txt").chmod(0o644)
    (tmp_path / "link").symlink_to("/dev/null")
    before = Path("/dev/null").stat().st_mode
    for path, code in (
        ("/dev/null", "journal.special"), ("pipe", "journal.special"), (".", "journal.special"),
        ("link", "journal.special"), ("notes.txt", "journal.foreign"),
    ):  # fmt: skip
        with pytest.raises(JournalProblem) as told:
            Journal(tmp_path / path)
        assert told.value.code == code
    assert Path("/dev/null").stat().st_mode == before
    assert (tmp_path / "notes.txt").stat().st_mode & 0o777 == 0o644
    (tmp_path / "empty.db").touch(mode=0o644)
    Journal(tmp_path / "empty.db").database.close()
    assert (tmp_path / "empty.db").stat().st_mode & 0o777 == 0o600
