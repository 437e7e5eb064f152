"""One conversation, in cells and in panels: each sees the other's turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, steps, stream
from kernel_front import Front, echo, sent
from kernels import Kernel


@pytest.fixture
def front(start_kernel: Callable[..., Kernel], server: ByteServer) -> Front:
    server.on("m", echo)
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    return Front(kernel, "%ai chat -c trip")


def test_a_cell_goes_on_where_the_panel_was_and_the_other_way_round(front: Front, server: ByteServer) -> None:
    front.ask("one")
    front.kernel.run("%%ai --chat trip\ntwo")
    assert sent(server) == ["one", "ONE", "two"]
    front.until(lambda: front.prompts() == ["one", "two"])
    assert front.settled()["text"] == "TWO"
    front.ask("three")
    assert sent(server) == ["one", "ONE", "two", "TWO", "three"]
    assert front.kernel.run("len(_chat.conversation.turns), _chat.name").result == "(3, 'trip')"


def test_a_cells_answer_streams_in_the_panel_and_ends_there_too(front: Front, server: ByteServer) -> None:
    server.on("slow", HEAD, piece(delta("Once")), HANG)
    cell = front.kernel.send(f"%%ai --chat trip --base-url {server.base_url('slow')} -o story\ntell")
    front.until(lambda: front.turns and front.turns[0]["text"] == "Once")
    assert front.turns[0]["state"] == "answering"
    front.kernel.interrupt()
    front.kernel.finish(cell)
    assert front.settled(1)["state"] == "stopped"
    assert front.kernel.run("str(story)").result == "'Once'"
    server.wait_for(lambda: server.requests("slow")[0].closed_at)


def test_a_conversation_opened_meanwhile_shows_the_answer_that_streams_in_it(front: Front, server: ByteServer) -> None:
    answer, (gate,) = steps("Once ", "upon")
    server.on("slow", *answer)
    front.kernel.run(f"%%ai -b -c tale --base-url {server.base_url('slow')} -o story\ntell")
    server.wait_for(lambda: server.requests("slow"))
    front.send(type="open", name="tale")
    front.until(lambda: front.turns and front.turns[0]["text"] == "Once ")
    late = Front(front.kernel, "%ai chat -c tale")
    late.until(lambda: late.turns and late.turns[0]["text"] == "Once ")
    assert late.turns[0]["state"] == "answering"
    front.kernel.run("_chat.open('trip'); _chat.open('tale'); _chat.open('tale')")
    late.send(type="hello")
    gate.open()
    late.until(lambda: late.turns and late.turns[0]["text"] == "Once upon")
    assert late.settled(1)["prompt"] == "tell"
    late.ask("and then?")
    assert sent(server) == ["tell", "Once upon", "and then?"]


def test_a_cell_that_ends_before_the_panels_answer_loses_neither(front: Front, server: ByteServer) -> None:
    answer, (gate,) = steps("Once ", "upon")
    server.on("slow", *answer)
    front.ask("one")
    front.kernel.run(f"%config AIMagics.base_url = '{server.base_url('slow')}'")
    front.send(type="send", text="tell", attachments=[])
    front.until(lambda: front.turns[-1]["text"] == "Once ")
    front.kernel.run(f"%%ai -c trip --base-url {server.base_url('m')}\ntwo")
    front.until(lambda: front.prompts() == ["one", "two", "tell"])
    gate.open()
    front.until(lambda: front.turns[-1]["text"] == "Once upon")
    assert front.settled(3)["state"] == "complete"
    front.kernel.run(f"%%ai -c trip --base-url {server.base_url('m')}\nlast")
    assert sent(server) == ["one", "ONE", "two", "TWO", "tell", "Once upon", "last"]


def test_stop_in_the_panel_stops_the_answer_of_a_cell(front: Front, server: ByteServer) -> None:
    if not front.speak_beside_cells():
        return  # ipykernel 6 hears panels between cells only: test_panel_busy.py
    server.on("slow", HEAD, piece(delta("Once")), HANG)
    cell = front.kernel.send(f"%%ai --chat trip --base-url {server.base_url('slow')} -o story\ntell")
    front.until(lambda: front.turns and front.turns[0]["text"] == "Once")
    front.send(type="stop")
    front.kernel.finish(cell)
    assert front.settled(1)["state"] == "stopped"
    server.wait_for(lambda: server.requests("slow")[0].closed_at)


def test_what_cells_take_back_is_gone_from_the_panel(front: Front, server: ByteServer) -> None:
    front.ask("one")
    front.ask("two")
    front.kernel.run("%ai hide 1 -c trip")
    front.until(lambda: front.turns[0]["hidden"])
    front.kernel.run("%ai undo -c trip")
    front.until(lambda: front.prompts() == ["one"])
    front.kernel.run("%ai reset -c trip")
    front.until(lambda: front.turns == [])


def test_what_is_taken_back_at_once_is_gone_too(front: Front, server: ByteServer) -> None:
    front.kernel.run("run = get_ipython().run_cell_magic\nrun('ai', '-c trip', 'one')\n%ai undo -c trip")
    front.until(lambda: front.told and front.turns == [])
    front.ask("two")
    assert front.prompts() == ["two"]


def test_a_cell_that_runs_again_replaces_its_turn_and_keeps_what_came_after(front: Front, server: ByteServer) -> None:
    front.kernel.run("%%ai -c trip\nfirst", cell="a")
    front.ask("then")
    front.kernel.run("%%ai -c trip\nsecond", cell="a")
    front.until(lambda: front.prompts() == ["second", "then"])
    assert front.settled()["text"] == "THEN"
    assert front.turns[0]["variant"] == {"index": 2, "count": 2}


def test_two_panels_of_one_conversation_show_the_same(front: Front, server: ByteServer) -> None:
    front.kernel.run("from aitunnel_jupyter import ChatPanel\nother = ChatPanel(name='trip')")
    front.ask("one")
    front.kernel.run("other.ask('two')")
    front.until(lambda: front.prompts() == ["one", "two"])
    front.settled(2)
    assert front.kernel.run("[said.prompt for said in other.conversation.turns]").result == "['one', 'two']"


def test_the_first_prompt_names_a_conversation_and_a_cell_can_go_on_with_it(
    start_kernel: Callable[..., Kernel], server: ByteServer
) -> None:
    server.on("m", echo)
    front = Front(start_kernel(AITUNNEL_BASE_URL=server.base_url("m")), "%ai chat")
    front.kernel.run(
        "import time; desk = _chat.turns._magics.desk; save = desk.save\n"
        "desk.save = lambda conversation: (time.sleep(0.5), save(conversation))  # a slow disk"
    )
    front.ask("Where is Perm, and why?")
    front.kernel.run("%%ai -c where-is-perm-and-why\nmore")
    assert len(sent(server)) == 3
    front.until(lambda: len(front.turns) == 2)


def test_another_conversation_can_be_opened_while_an_answer_comes(front: Front, server: ByteServer) -> None:
    server.on("slow", *stream(*[f"w{at} " for at in range(40)], pause=0.03))
    front.kernel.run(f"%config AIMagics.base_url = '{server.base_url('slow')}'")
    front.send(type="send", text="long", attachments=[])
    front.until(lambda: front.turns and front.turns[0]["text"])
    front.send(type="new")
    front.until(lambda: front.turns == [])
    front.until(lambda: "w39" in front.kernel.run("str(_ai)").result)
    front.send(type="open", name="trip")
    front.until(lambda: front.turns and front.turns[0]["text"].endswith("w39 "))
    assert front.turns[0]["state"] == "complete"
