"""Answers survive: the killed kernel, the restart, the second run, the journal that cannot be written."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, reply, stream
from kernels import Kernel

Start = Callable[..., Kernel]


@pytest.fixture
def start(start_kernel: Start, tmp_path: Path) -> Start:
    """Kernels of one notebook, which every restart finds again."""
    return lambda **more: start_kernel(JPY_SESSION_NAME=str(tmp_path / "n.ipynb"), **more)


def journal() -> Path:
    return Path(os.environ["AITUNNEL_JOURNAL"])


def test_after_kill_9_in_mid_stream_the_text_up_to_the_last_second_is_there(start: Start, server: ByteServer) -> None:
    words = [action for at in range(40) for action in (piece(delta(f"word{at} ")), 0.1)]
    base_url = server.on("m", HEAD, *words, HANG)
    kernel = start(AITUNNEL_BASE_URL=base_url)
    other = start(AITUNNEL_BASE_URL=server.on("other", *stream("unharmed")))
    sent = kernel.send("%%ai -o story\nTell")
    kernel.wait_until(sent, lambda run: "word30" in str(run.messages))
    other.run("%%ai\nHello")
    os.kill(kernel.pid, signal.SIGKILL)
    found = other.run("%ai history --all").displays[0]["data"]["text/plain"]
    assert "… word0" in found
    turn = next(line.split()[0] for line in found.splitlines() if "word0" in line)
    shown = other.run(f"%ai show {turn}").displays[0]["data"]["text/plain"]
    assert "word15" in shown, "at most about a second is missing"
    again = start()
    assert "story" in again.run("%ai restore").text()
    assert again.run("'word15' in story, story.complete").result == "(True, False)"
    assert other.run("%%ai\nHello").displays[0]["data"]["text/plain"] == "unharmed"


def test_restart_and_run_all_with_keep_asks_nothing_and_costs_nothing(start: Start, server: ByteServer) -> None:
    base_url = server.on("m", *stream("Kept ", "words."))
    cells = [
        "%config AIMagics.keep = True",
        "%%ai -o a -t 0\nOne",
        "%%ai -c talk -o b\nTwo {a}",
        "%%ai -c talk -o c\nThree",
    ]
    first = start(AITUNNEL_BASE_URL=base_url)
    for at, cell in enumerate(cells):
        assert first.run(cell, cell=f"c{at}").status == "ok"
    assert first.run("a.cost").result == "Decimal('0.51')"
    first.close()
    asked = len(server.requests("m"))
    assert asked == 3
    again = start(AITUNNEL_BASE_URL=base_url)
    for at, cell in enumerate(cells):
        run = again.run(cell, cell=f"c{at}")
        assert run.status == "ok"
        if at:
            assert run.displays[0]["data"]["text/plain"] == "Kept words."
            assert "kept, from 20" in run.displays[0]["data"]["text/html"]
            assert "0.00 ₽" in run.displays[0]["data"]["text/html"]
    assert len(server.requests("m")) == asked
    assert (
        again.run("c.cost, c.usage.prompt_tokens, c.kept_at > 0, c.balance").result
        == "(Decimal('0'), 1240, True, None)"
    )
    assert "1.53" in again.run("%ai usage all").displays[0]["data"]["text/plain"], "what is kept is not counted again"
    again.run("%%ai --fresh -o a -t 0\nOne")
    assert len(server.requests("m")) == asked + 1
    again.run("%%ai -o a -t 0.1\nOne")
    assert len(server.requests("m")) == asked + 2, "another temperature is another request"


def test_without_keep_the_same_cell_asks_again(start: Start, server: ByteServer) -> None:
    kernel = start(AITUNNEL_BASE_URL=server.on("m", *stream("Hi")))
    for option in ("", "", "--keep", "--fresh"):
        kernel.run(f"%%ai {option}\nHello")
    assert len(server.requests("m")) == 3


def test_restore_brings_the_newest_answers_back_without_asking(start: Start, server: ByteServer) -> None:
    base_url = server.on("m", *stream("first"))
    server.on("m", *stream("second"))
    server.on("m", reply(500, {"error": {"message": "no"}}))
    kernel = start(AITUNNEL_BASE_URL=base_url)
    kernel.run("%%ai -o a\nOne")
    kernel.run("%%ai -o a\nTwo")
    assert kernel.run("%%ai -o a --timeout 5\nThree", 60).status == "error"
    kernel.close()
    again = start()
    assert again.run("%ai restore").text() == "restored: a\n"
    assert again.run("a, a.model, a.complete").result == "('second', 'test-model', True)"


def test_restore_says_so_where_the_notebook_has_no_name(start_kernel: Start) -> None:
    run = start_kernel(JPY_SESSION_NAME="").run("%ai restore")
    assert "the notebook's name is unknown here" in run.text("stderr")


def test_the_commands_of_the_journal(start: Start, server: ByteServer) -> None:
    kernel = start(AITUNNEL_BASE_URL=server.on("m", *stream("A cat in Perm")))
    assert kernel.run("%ai history").text() == "the journal is empty here: ask with %%ai first\n"
    kernel.run("%%ai\nWhere is the cat?")
    assert str(journal()) in kernel.run("%ai journal").text()
    assert journal().stat().st_mode & 0o777 == 0o600
    assert "cat" in kernel.run("%ai history --search perm").displays[0]["data"]["text/plain"]
    assert "nothing found in the journal" in kernel.run("%ai history --search zebra").text()
    shown = kernel.run("%ai show 1").displays[0]["data"]
    assert "Where is the cat?" in shown["text/plain"]
    assert "A cat in Perm" in shown["text/html"]
    assert "no 77" in kernel.run("%ai show 77").text("stderr")
    for wrong in ("%ai forget", "%ai forget 1 --all", "%ai journal maybe", "%ai show", "%ai show one"):
        run = kernel.run(wrong)
        assert (run.status, run.text("stderr").count("\n")) == ("error", 1), wrong
    assert "forgotten: 1" in kernel.run("%ai forget 1").text()
    assert "nothing found in the journal" in kernel.run("%ai history --search perm").text()


def test_a_journal_that_is_off_writes_nothing_and_keeps_conversations_alive(start: Start, server: ByteServer) -> None:
    kernel = start(AITUNNEL_BASE_URL=server.on("m", *stream("Whispered")))
    assert "is off" in kernel.run("%ai journal off").text()
    kernel.run("%%ai -c talk\nsecretly", cell="c1")
    kernel.run("%%ai -c talk\nagain", cell="c2")
    assert len(server.requests("m")[-1].json["messages"]) == 3
    assert "Whispered" in kernel.run("%ai history").displays[0]["data"]["text/plain"]
    assert not journal().exists() or b"Whispered" not in journal().read_bytes()
    assert "journal: " in kernel.run("%ai journal on").text()
    kernel.run("%%ai\naloud")
    kernel.close()
    raw = b"".join(path.read_bytes() for path in journal().parent.iterdir())
    assert b"Whispered" in raw
    assert b"secretly" not in raw


def test_a_journal_that_cannot_be_used_costs_one_note_and_no_answer(start: Start, server: ByteServer) -> None:
    journal().mkdir(parents=True)
    kernel = start(AITUNNEL_BASE_URL=server.on("m", *stream("All the same")))
    run = kernel.run("%%ai -o a -c talk\nHello", cell="c1")
    assert (run.status, run.displays[0]["data"]["text/plain"]) == ("ok", "All the same")
    assert "not in the journal" in run.displays[0]["data"]["text/html"]
    kernel.run("%%ai -c talk\nmore", cell="c2")
    assert len(server.requests("m")[-1].json["messages"]) == 3, "the conversation goes on in memory"
    assert kernel.run("%ai export talk.json -c talk").status == "ok"
    loaded = kernel.run("%ai load talk.json -c copy")
    assert (loaded.status, loaded.text().count("not in the journal")) == ("ok", 1)
    kernel.run("%%ai -c copy\nmore", cell="c3")
    assert len(server.requests("m")[-1].json["messages"]) == 5
    told = kernel.run("%ai history --all").error
    assert "cannot be used" in told
    assert told.count("\n") == 0


def test_a_journal_that_another_kernel_locks_for_long_does_not_stop_the_answer(
    start: Start, server: ByteServer
) -> None:
    kernel = start(AITUNNEL_BASE_URL=server.on("m", *stream("Hi")))
    kernel.run("%%ai\nHello")
    lock = sqlite3.connect(journal(), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    run = kernel.run("%%ai -o a\nHello", 60)
    assert (run.status, kernel.run("a").result or "Hi") == ("ok", "Hi")
    assert "not in the journal" in run.displays[0]["data"]["text/html"]
    lock.execute("ROLLBACK")
    lock.close()


def test_loading_touches_no_journal(start: Start) -> None:
    kernel = start()
    assert (
        kernel.run("import sys; 'sqlite3' in sys.modules and 'aitunnel_jupyter.session.journal' in sys.modules").result
        == "False"
    )
    assert not journal().exists()


def test_what_was_said_while_it_was_off_never_gets_into_the_file(start: Start, server: ByteServer) -> None:
    base_url = server.on("m", *stream("Hi"))
    kernel = start(AITUNNEL_BASE_URL=base_url)
    kernel.run("%%ai -c talk\nopenly", cell="c1")
    kernel.run("%ai journal off")
    kernel.run("%%ai -c talk\nsecretly", cell="c2")
    kernel.run("%ai journal on")
    kernel.run("%%ai -c talk\nopenly again", cell="c3")
    assert len(server.requests("m")[-1].json["messages"]) == 5, "in this kernel all of it goes on"
    kernel.close()
    again = start(AITUNNEL_BASE_URL=base_url)
    again.run("%%ai -c talk\nafter", cell="c4")
    sent = [message["content"] for message in server.requests("m")[-1].json["messages"]]
    assert sent == ["openly", "Hi", "openly again", "Hi", "after"]


def test_switching_the_journal_off_does_not_switch_a_budget_off(start: Start) -> None:
    kernel = start()
    kernel.run("%ai budget 7")
    kernel.run("%ai journal off")
    told = kernel.run("%ai budget").text()
    assert "0.00 of 7.00" in told
    assert "only this kernel" in told


@pytest.mark.parametrize("how", ["variable", "setting"])
def test_it_can_be_off_from_the_start(start: Start, server: ByteServer, how: str) -> None:
    base_url = server.on("m", *stream("Hi"))
    kernel = start(AITUNNEL_BASE_URL=base_url, **({"AITUNNEL_JOURNAL": "off"} if how == "variable" else {}))
    if how == "setting":
        kernel.run("%config AIMagics.journal = False")
    kernel.run("%%ai\nHello")
    assert "Hello" in kernel.run("%ai history").displays[0]["data"]["text/plain"]
    assert "is off" in kernel.run("%ai journal").text()
    assert not journal().exists()


def handle(number: int) -> str:
    """What VS Code tells as a cell's id: counted from the position when the notebook was opened."""
    return f"vscode-notebook-cell:/home/me/n.ipynb#W{number}sZmlsZQ%3D%3D"


def test_a_handle_of_a_cell_is_nobodys_after_a_restart(start: Start, server: ByteServer) -> None:
    """Seen with VS Code 1.139: a cell in front moves every handle by one."""
    environment = {"AITUNNEL_BASE_URL": server.on("m", *stream("```python\nx = 1\n```"))}
    first = start(**environment)
    for at, word in enumerate(["alpha", "beta"]):
        assert first.run(f"%%ai -c talk -f code\n{word}", cell=handle(at)).next_inputs != []
    first.run("%%ai -c talk -f code\nbeta, edited", cell=handle(1))
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]][::2] == ["alpha", "beta, edited"]
    first.run("%ai chat", cell=handle(2))
    first.run("_chat.ask('in the panel')")
    first.run("panel = _chat\n%ai chat", cell=handle(2))
    assert first.run("_chat is panel").result == "True"
    first.close()

    again = start(**environment)
    delta = again.run("%%ai -c talk -f code\ndelta", cell=handle(1))
    assert delta.next_inputs != [], "nothing was put below this cell"
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]][::2] == ["alpha", "beta, edited", "delta"]
    assert again.run("%%ai -c talk -f code\nbeta, edited", cell=handle(2)).next_inputs == [], "it was put already"
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]][::2] == ["alpha", "beta, edited"]
    again.run("%%ai -c talk\nlast", cell=handle(3))
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]][::2] == [
        "alpha", "beta, edited", "delta", "last",
    ]  # fmt: skip
    again.run("%ai chat", cell=handle(2))
    assert again.run("len(_chat.conversation.turns)").result == "0", "another cell's panel had this handle"
