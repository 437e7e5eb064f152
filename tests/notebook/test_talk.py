"""Conversations in a real kernel: cells that go on, re-run, restart; and what was asked last, again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from byte_server import CLOSE, HEAD, ByteServer, delta, piece, stream
from kernels import Kernel, Run

Start = Callable[..., Kernel]


def echo(seen: Any) -> list[Any]:
    """Answers with the last prompt in capitals."""
    return stream(str(seen.json["messages"][-1]["content"]).upper())


def told(run: Run) -> str:
    """What a person reads of an error: ours, or IPython's own line."""
    return run.error + run.text("stderr").removesuffix("\n")


def sent(server: ByteServer, at: int = -1) -> list[Any]:
    return [message["content"] for message in server.requests("m")[at].json["messages"]]


@pytest.fixture
def start(start_kernel: Start, server: ByteServer, tmp_path: Path) -> Start:
    """Kernels of one notebook, which every restart finds again."""
    base_url = server.on("m", echo)
    return lambda **more: start_kernel(AITUNNEL_BASE_URL=base_url, JPY_SESSION_NAME=str(tmp_path / "n.ipynb"), **more)


def test_a_conversation_goes_on_and_a_cell_run_again_replaces_its_own_turn(start: Start, server: ByteServer) -> None:
    kernel = start()
    kernel.run("%%ai -c talk -s brief\none", cell="c1")
    kernel.run("%%ai -c talk\ntwo", cell="c2")
    assert sent(server) == ["brief", "one", "ONE", "two"]
    kernel.run("%%ai -c talk -s brief\neins", cell="c1")
    assert sent(server) == ["brief", "eins"], "what came later is not sent"
    kernel.run("%%ai -c talk\nthree", cell="c3")
    assert sent(server) == ["brief", "eins", "EINS", "two", "TWO", "three"]
    kernel.run("%%ai\nalone", cell="c4")
    assert sent(server) == ["alone"]
    kernel.close()

    again = start()
    again.run("%%ai -c talk\nfour", cell="c5")
    assert sent(server) == ["brief", "eins", "EINS", "two", "TWO", "three", "THREE", "four"], (
        "a restart does not matter"
    )
    again.run("%%ai -c talk\nzwei", cell="c2")
    assert sent(server) == ["brief", "eins", "EINS", "zwei"]
    again.run("%%ai -c talk --new\nafresh", cell="c9")
    assert sent(server) == ["afresh"]


def test_a_loop_of_questions_in_one_cell_is_a_turn_each(start: Start, server: ByteServer) -> None:
    kernel = start()
    code = "for word in ('one', 'two'):\n    get_ipython().run_line_magic('ai', 'ask -c talk {word}')"
    kernel.run(code, cell="c1")
    assert sent(server) == ["one", "ONE", "two"]
    kernel.run(code, cell="c1")
    assert sent(server) == ["one", "ONE", "two"], "and run again they replace each other"


def test_one_conversation_for_the_whole_notebook_is_a_setting(start: Start, server: ByteServer) -> None:
    kernel = start()
    kernel.run("%config AIMagics.conversation = 'notebook'")
    kernel.run("%%ai\none", cell="c1")
    kernel.run("%%ai\ntwo", cell="c2")
    assert sent(server) == ["one", "ONE", "two"]
    kernel.run("%%ai -c none\nalone", cell="c3")
    assert sent(server) == ["alone"]


def test_the_commands_of_a_conversation(start: Start, server: ByteServer, tmp_path: Path) -> None:
    kernel = start()
    assert "begin one with" in told(kernel.run("%ai undo"))
    for at, word in enumerate(("one", "two", "three")):
        kernel.run(f"%%ai -c talk\n{word}", cell=f"c{at}")
    shown = kernel.run("%ai history").displays[0]["data"]
    assert "ONE" in shown["text/plain"]
    assert "<td>THREE</td>" in shown["text/html"]
    assert "ONE" not in kernel.run("%ai history 2").displays[0]["data"]["text/plain"]
    assert "▸ talk" in kernel.run("%ai chats").displays[0]["data"]["text/plain"]
    kernel.run("%ai hide 1")
    kernel.run("%ai undo")
    kernel.run("%%ai -c talk\nfour", cell="c7")
    assert sent(server) == ["two", "TWO", "four"]
    assert "copied to other" in kernel.run("%ai fork other").text()
    kernel.run("%%ai -c other\nhere", cell="c8")
    kernel.run("%%ai -c talk\nthere", cell="c9")
    assert "here" not in sent(server)
    assert kernel.run("%ai export talk.json -c other").status == "ok"
    exported = json.loads((tmp_path / "talk.json").read_text())
    assert [message["role"] for message in exported["messages"]] == ["user", "assistant"] * 4
    assert "there already" in told(kernel.run("%ai export talk.json -c talk"))
    assert json.loads((tmp_path / "talk.json").read_text()) == exported
    assert kernel.run("%ai export talk.json -c talk --force").status == "ok"
    assert json.loads((tmp_path / "talk.json").read_text()) != exported
    kernel.run("%ai export talk.json -c other --force")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "n.ipynb")
    for spelt in ("n.ipynb", "N.ipynb", "./n.ipynb --force", f"{tmp_path / 'n.ipynb'} --force", "link.ipynb --force"):
        assert "is this notebook" in told(kernel.run(f"%ai export {spelt} -c talk")), spelt
    assert not (tmp_path / "n.ipynb").exists()
    kernel.run("%ai load talk.json -c strange")
    assert kernel.run("%ai export strange.ipynb -c strange").status == "ok"
    assert "%%ai" not in (tmp_path / "strange.ipynb").read_text(), "what was loaded does not become a cell that asks"
    for twice in ("talk.json -c strange", "talk.json"):
        assert "already" in told(kernel.run(f"%ai load {twice}")), twice
    assert kernel.run("%ai load talk.json -c strange --force").status == "ok"
    kernel.run("%ai load talk.json -c loaded")
    kernel.run("%%ai -c loaded\nmore", cell="c10")
    assert sent(server) == ["two", "TWO", "four", "FOUR", "here", "HERE", "more"]
    kernel.run("%ai reset -c loaded")
    kernel.run("%%ai -c loaded\nmore", cell="c10")
    assert sent(server) == ["more"]
    for wrong, expected in {
        "%ai hide 99": "no turn 99", "%ai hide x": "'x' is not a whole number", "%ai fork talk": "already",
        "%ai export talk.docx": ".ipynb", "%ai load nowhere.json": "nowhere.json", "%ai undo -c nobody": "begin one",
        "%ai export": "missing", "%ai undo and more": "and",
    }.items():  # fmt: skip
        run = kernel.run(wrong)
        assert expected in told(run), wrong
        assert told(run).count("\n") == 0, wrong


def test_what_does_not_fit_into_the_window_is_left_out_and_told(start: Start, server: ByteServer) -> None:
    kernel = start()
    kernel.run("%config AIMagics.window = 130")
    for at in range(4):
        run = kernel.run(f"%%ai -c talk\n{'word ' * 10}{at}", cell=f"c{at}")
    assert len(sent(server)) == 5
    assert "earlier turns left out, the window is full: 1" in run.displays[0]["data"]["text/html"]


def test_retry_replaces_the_last_turn_and_may_take_another_model(start: Start, server: ByteServer) -> None:
    kernel = start()
    assert "nothing was asked" in told(kernel.run("%ai retry"))
    kernel.run("%%ai -c talk -o a\none", cell="c1")
    kernel.run("word = 'two'\n%ai ask -c talk {word}", cell="c2")
    kernel.run("word = 'zwei'\n%ai retry -m other", cell="c3")
    assert sent(server) == ["one", "ONE", "zwei"]
    assert server.requests("m")[-1].json["model"] == "other"
    kernel.run("%%ai -c talk\nthree", cell="c4")
    assert sent(server) == ["one", "ONE", "zwei", "ZWEI", "three"]


def test_continue_joins_both_halves_in_the_variable_and_in_the_conversation(
    start_kernel: Start, server: ByteServer
) -> None:
    base_url = server.on("m", *stream("The cat sat on the", reason="length"))
    server.on("m", HEAD, piece(delta("cat sat on the mat")), 0.3, CLOSE)
    server.on("m", *stream(" and purred."))
    kernel = start_kernel(AITUNNEL_BASE_URL=base_url)
    kernel.run("%%ai -c talk -o story -t 0.5\ntell", cell="c1")
    broken = kernel.run("%ai continue", cell="c2")
    assert "ended in the middle" in broken.error
    assert kernel.run("story, story.complete").result == "('The cat sat on the mat', False)"
    whole = kernel.run("%ai continue", cell="c3")
    assert whole.displays[0]["data"]["text/plain"] == "The cat sat on the mat and purred."
    assert kernel.run("story, _ai is story, story.complete").result == (
        "('The cat sat on the mat and purred.', True, True)"
    )
    assert server.requests("m")[-1].json["temperature"] == 0.5
    assert sent(server)[:2] == ["tell", "The cat sat on the mat"]
    assert "is complete" in told(kernel.run("%ai continue"))
    kernel.run("%%ai -c talk\nmore", cell="c4")
    assert sent(server) == ["tell", "The cat sat on the mat and purred.", "more"]


def test_edit_puts_the_prompt_as_typed_into_a_new_cell(start: Start) -> None:
    kernel = start()
    kernel.run("city = 'Perm'\nget_ipython()")
    kernel.run("%%ai gpt-5.2 -o story -t 0\nAbout {city}\n\nand so on")
    assert kernel.run("%ai edit").next_inputs == [("%%ai gpt-5.2 -o story -t 0\nAbout {city}\n\nand so on", False)]
    kernel.run("%ai ask -t 0 What about {city}")
    assert kernel.run("%ai edit").next_inputs == [("%ai ask -t 0 What about {city}", False)]


def test_context_shows_what_would_be_sent_and_sends_nothing(start: Start, server: ByteServer) -> None:
    kernel = start()
    kernel.run("%%ai -c talk -s brief\none", cell="c1")
    before = len(server.requests("m"))
    kernel.run("def double(x):\n    return 2 * x")
    table = kernel.run("%ai context -c talk Explain {double} to {nobody}").displays[0]["data"]["text/plain"]
    for part in ("system", "earlier prompt", "earlier answer", "double", "prompt", "nothing was sent"):
        assert part in table, table
    assert len(server.requests("m")) == before
    assert "Explain" not in kernel.run("%ai history").displays[0]["data"]["text/plain"]
