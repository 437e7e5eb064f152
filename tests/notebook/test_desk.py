"""Conversations of one notebook, from several threads: no turn is lost, in memory or in the journal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.notebook.desk import Desk
from aitunnel_jupyter.panel.tree import Node, Tree
from aitunnel_jupyter.session import shelf
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.journal import close_journals
from aitunnel_jupyter.session.record import Place

THREADS, TURNS = 4, 25


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk(SimpleNamespace(user_ns={}, execution_count=1, parent_header={}))
    close_journals()


def said(desk: Desk, prompt: str, cell: str = "") -> Said:
    message = {"role": "user", "content": prompt}
    entry = desk.journal.begin(Request("m", (message,)), Address("http://h/v1"), Place("n", cell))
    answer = Answer(prompt.upper(), model="m")
    entry.end(answer, None)
    return Said(message, answer.replace_facts(turn_id=entry.turn_id), cell)


def in_threads(work: Callable[[int], None]) -> None:
    """All begin at the same moment and change places all the time; a failure in one fails the test."""
    begin, failures = threading.Barrier(THREADS), []

    def run(which: int) -> None:
        begin.wait(30)
        try:
            work(which)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(which,)) for which in range(THREADS)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(usual)
    assert failures == []


EVERY = sorted(f"{which} {at}" for which in range(THREADS) for at in range(TURNS))


def test_what_four_threads_put_is_all_there(desk: Desk) -> None:
    objects: list[Conversation] = []

    def work(which: int) -> None:
        objects.append(desk.conversation("talk"))
        for at in range(TURNS):
            desk.put("talk", said(desk, f"{which} {at}"))

    in_threads(work)
    assert all(one is objects[0] for one in objects), "one conversation, not one for each who asks first"
    assert sorted(one.prompt for one in desk.conversation("talk").turns) == EVERY
    stored = shelf.load(desk.journal, desk.notebook, "talk")
    assert [one.prompt for one in stored.turns] == [one.prompt for one in desk.conversation("talk").turns]


class Panel:
    """Saves the whole of its tree, as a panel does, and follows what others change."""

    def __init__(self, desk: Desk) -> None:
        self.lock, self.desk, self.tree = threading.RLock(), desk, Tree("talk")

    def began(self, *_: Any) -> None: ...

    def close(self) -> None: ...

    def changed(self, conversation: Conversation) -> None:
        with self.lock:
            self.tree.follow(conversation)

    def add(self, one: Said) -> None:
        with self.desk.lock:
            with self.lock:
                self.tree.add(Node(one.prompt, message=one.message, said=one))
            with self.lock:
                conversation = self.tree.conversation()
            self.desk.save(conversation)


def test_what_four_threads_put_at_once_is_all_there(desk: Desk) -> None:
    """Without a journal, whose lock they would wait for."""
    desk.journal_or_none = lambda: (None, None)  # type: ignore[method-assign]
    message = {"role": "user", "content": "q"}

    def work(which: int) -> None:
        for at in range(200):
            desk.put("talk", Said(message, Answer(f"{which} {at}")))

    in_threads(work)
    assert len({str(one.answer) for one in desk.conversation("talk").turns}) == THREADS * 200


def test_panels_and_cells_lose_none_of_each_others_turns(desk: Desk) -> None:
    panels = [Panel(desk), Panel(desk)]
    desk.watchers += panels

    def work(which: int) -> None:
        for at in range(TURNS):
            one = said(desk, f"{which} {at}")
            panels[which].add(one) if which < len(panels) else desk.put("talk", one)

    in_threads(work)
    assert sorted(one.prompt for one in desk.conversation("talk").turns) == EVERY
    for panel in panels:
        assert [one.prompt for one in panel.tree.conversation().turns] == [
            one.prompt for one in desk.conversation("talk").turns
        ]


def test_whoever_holds_a_conversation_sees_what_a_panel_saves(desk: Desk) -> None:
    held = desk.conversation("talk")
    desk.put("talk", said(desk, "one"))
    desk.save(Conversation("talk", "be brief", [said(desk, "two")]))
    assert (held.system, [one.prompt for one in held.turns]) == ("be brief", ["two"])
    desk.begin_anew("talk")
    assert (held.turns, held is desk.conversation("talk")) == ([], True)


class Follower:
    """A turn on its way."""

    def __init__(self) -> None:
        self.turn, self.answer = SimpleNamespace(answer=None), None


def prompts(tree: Tree) -> list[str]:
    return [node.prompt for node in tree.path()]


def test_a_turn_that_runs_stays_when_another_ends_before_it(desk: Desk) -> None:
    tree, one, two, three = Tree("talk"), *(said(desk, word) for word in ("one", "two", "three"))
    tree.add(Node("one", said=one))
    ours, theirs = tree.add(Node("ours", follower=Follower())), tree.add(Node("two", follower=Follower()))  # type: ignore[arg-type]
    theirs.follower.answer = theirs.follower.turn.answer = two.answer  # type: ignore[union-attr, misc]
    tree.follow(Conversation("talk", "", [one, two]))
    assert prompts(tree) == ["one", "two", "ours"]
    assert [node is theirs for node in tree.path()] == [False, True, False]
    tree.follow(Conversation("talk", "", [one, two, three]))
    assert prompts(tree) == ["one", "two", "three", "ours"]
    ours.said, ours.follower = said(desk, "ours"), None
    assert [one.prompt for one in tree.conversation().turns] == ["one", "two", "three", "ours"]
    tree.follow(Conversation("talk", "", [one, two, three]))
    assert prompts(tree) == ["one", "two", "three"], "what is over and not in it was taken back"
