"""The sum in the panel's header: what was paid stays counted, whatever becomes of the turns."""

from __future__ import annotations

from decimal import Decimal

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.panel.lists import cost
from aitunnel_jupyter.panel.tree import Node, Tree
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.journal import Journal
from aitunnel_jupyter.session.record import Place
from aitunnel_jupyter.session.sums import of_conversation
from aitunnel_jupyter.usage import Usage

HI = {"role": "user", "content": "Hi"}


def said(roubles: str | None, turn_id: int | None = None) -> Said:
    usage = Usage(cost=Decimal(roubles)) if roubles else None
    return Said(HI, Answer("same text", usage=usage, turn_id=turn_id))


def test_branches_and_removed_turns_stay_counted() -> None:
    tree = Tree("talk")
    one, two = tree.add(Node("one", said=said("1", 1))), tree.add(Node("two", said=said("2", 2)))
    assert sum(filter(None, tree.costs())) == 3
    again = tree.beside(one, one.same_again())
    again.said = said("4", 3)
    assert [node.prompt for node in tree.path()] == ["one"], "the second is not on the path"
    assert sum(filter(None, tree.costs())) == 7
    tree.remove(again)
    tree.choose(two.parent or two, 1)
    tree.follow(Conversation("talk"))
    assert list(tree.path()) == []
    assert sum(filter(None, tree.costs())) == 7


def test_answers_without_a_number_are_told_apart_and_each_counts_once() -> None:
    tree = Tree("talk")
    for _ in range(3):
        tree.add(Node("one", said=said("1")))
    assert (sum(filter(None, tree.costs())), sum(filter(None, tree.costs()))) == (3, 3)


def test_what_the_journal_has_of_a_conversation_counts_after_a_restart_and_once() -> None:
    journal, place = Journal(None), Place("n.ipynb", "", "", "talk")
    for roubles, where in (("1", place), ("2", place), ("4", Place("n.ipynb", "", "", "other")), (None, place)):
        entry = journal.begin(Request("m", (HI,)), Address("http://127.0.0.1:1/v1"), where, ceiling=Decimal(9))
        entry.end(said(roubles).answer, None)
    found = of_conversation(journal.database, "n.ipynb", "talk")
    assert sorted(found.values(), key=str) == [Decimal(1), Decimal(2), None]
    tree = Tree("talk")
    tree.paid(found)
    tree.add(Node("one", said=said("1", min(found))))
    tree.paid(found)
    assert cost(tree.costs(), "en") == "3.00+ ₽"


def test_where_nobody_knows_anything_no_sum_is_shown() -> None:
    assert [cost([], "en"), cost([None], "en"), cost([Decimal(0)], "en")] == ["", "", "0.00 ₽"]
