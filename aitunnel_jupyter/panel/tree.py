"""The turns of a panel as a tree: asking again, or another prompt at the same place, begins a branch.

::

    root ── one ── two ── three          the path that is shown and sent
              └─── two' ── …             chosen with ‹ 2/2 ›
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.conversation import Conversation, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from aitunnel_jupyter.answer import Answer, Message, Notice
    from aitunnel_jupyter.panel.follower import Follower


@dataclass(eq=False, slots=True)
class Node:
    """One turn: a prompt, and its answer once there is one."""

    prompt: str
    """As it was typed."""
    parent: Node | None = None
    attachments: tuple[dict[str, Any], ...] = ()
    """What goes along, as the front end names it."""
    model: str = ""
    """Asked instead of the panel's."""
    message: Message | None = None
    """The prompt as it is sent; ``None`` until values and files were put in."""
    chips: list[dict[str, Any]] = field(default_factory=list)
    """What goes along, as it is shown: ``{"label": …, "kind": …, "tokens": …}``."""
    notices: tuple[Notice, ...] = ()
    """What is told of the values that were put in."""
    is_sent: bool = False
    """Whether the prompt is one that a cell or the journal tells, with values in it already."""
    edited: str = ""
    """Such a prompt, if this one was made of it: braces that stood in it mean nothing."""
    said: Said | None = None
    """``None`` while it runs, or if nothing came."""
    follower: Follower | None = None
    """What follows it while it runs."""
    error: str = ""
    """The line to show if it went wrong."""
    children: list[Node] = field(default_factory=list)
    chosen: int = 0
    """Which child the path goes on with."""
    id: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}")
    """Never the same again, also after a restart: the journal names the turn's place by it."""

    @property
    def siblings(self) -> list[Node]:
        """All turns at the same place, this one included."""
        return self.parent.children if self.parent else [self]

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many at this place; 1 is the first."""
        return self.siblings.index(self) + 1, len(self.siblings)

    @property
    def is_running(self) -> bool:
        """Whether an answer is still to come, whoever asked."""
        return self.follower is not None and self.follower.answer is None

    def same_again(self, prompt: str | None = None) -> Node:
        """The same question, or another prompt with the same attachments, not asked yet."""
        if prompt is None or prompt == self.prompt:
            again = Node(self.prompt, None, self.attachments, self.model, self.message, self.chips, self.notices)
            again.is_sent, again.edited = self.is_sent, self.edited
            return again
        return Node(prompt, None, self.attachments, self.model, edited=self.prompt if self.is_sent else self.edited)


class Tree:
    """All turns of a conversation; the path is what is shown and sent.

    Args:
        name: As ``-c`` says it; empty until the first prompt names it.
        system: Instructions before everything.

    Example:
        >>> tree = Tree()
        >>> one = tree.add(Node("one"))
        >>> again = tree.beside(one, one.same_again())
        >>> [node is again for node in tree.path()], again.place
        ([True], (2, 2))
    """

    def __init__(self, name: str = "", system: str = "") -> None:
        self.name = name
        self.system = system
        self.root = Node("", id="root")
        self._costs: dict[object, Decimal | None] = {}
        self._counted: list[Answer] = []

    def path(self) -> Iterator[Node]:
        """The chosen turns, from the first to the last."""
        node = self.root
        while node.children:
            node = node.children[node.chosen]
            yield node

    def conversation(self, before: Node | None = None) -> Conversation:
        """The answered turns of the path; only those before a node if one is given."""
        nodes = itertools.takewhile(lambda node: node is not before, self.path())
        return Conversation(self.name, self.system, [node.said for node in nodes if node.said is not None])

    def costs(self) -> list[Decimal | None]:
        """Roubles of every answer there ever was, also in other branches and taken away since; ``None``: unknown."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            waiting += node.children
            if node.said is not None:
                self._count(node.said.answer)
        return list(self._costs.values())

    def paid(self, turns: Mapping[int, Decimal | None]) -> None:
        """Count also these turns of the journal: number → roubles."""
        self._costs |= {turn_id: cost for turn_id, cost in turns.items() if turn_id not in self._costs}

    def _count(self, answer: Answer) -> None:
        if answer.turn_id is not None:
            self._costs.setdefault(answer.turn_id, answer.cost)
        elif all(answer is not one for one in self._counted):
            self._counted.append(answer)
            self._costs[id(answer)] = answer.cost

    def add(self, node: Node) -> Node:
        """Put a turn at the end of the path."""
        *_, last = [self.root, *self.path()]
        return _under(last, node)

    def beside(self, node: Node, other: Node) -> Node:
        """Put another turn at the place of ``node``; the path goes there, and ends there."""
        assert node.parent is not None
        return _under(node.parent, other)

    def find(self, node_id: str) -> Node | None:
        """The turn of that id on the path."""
        return next((node for node in self.path() if node.id == node_id), None)

    def choose(self, node: Node, number: int) -> None:
        """Go on with turn ``number`` of those at the place of ``node``; 1 is the first."""
        assert node.parent is not None
        node.parent.chosen = min(max(number - 1, 0), len(node.siblings) - 1)

    def remove(self, node: Node) -> None:
        """Take a turn away; what came after it stays, and follows what came before it."""
        self.costs()  # what was paid stays counted
        parent = node.parent
        assert parent is not None
        at = parent.children.index(node)
        for child in node.children:
            child.parent = parent
        parent.children[at : at + 1] = node.children
        parent.chosen = min(at + node.chosen if node.children else at, max(len(parent.children) - 1, 0))

    def follow(self, conversation: Conversation) -> None:
        """Make the path have the turns that the conversation has now, after others changed it.

        What differs becomes a branch; what the conversation no longer has is gone from here too. Turns that still run
        come last: that is where their answers will be.
        """
        self.costs()  # what was paid stays counted
        self.system = conversation.system
        running = [node for node in self.path() if node.is_running and len(node.siblings) == 1]
        for one in running:
            self.remove(one)
            one.children = []
        parent, nodes = self.root, [node for node in self.path() if node.said or node.follower]
        for said in conversation.turns:
            node = nodes.pop(0) if nodes else None
            if node is None or not _take(node, said):
                nodes.clear()
                node = _under(parent, Node(said.prompt, message=said.message, said=said, is_sent=True))
            parent = node
        if parent.children and not any(node.is_running for node in nodes):
            parent.children, parent.chosen = [node for node in parent.children if not node.said], 0
        for one in running:
            self.add(one)


def _under(parent: Node, node: Node) -> Node:
    node.parent = parent
    parent.children.append(node)
    parent.chosen = len(parent.children) - 1
    return node


def _take(node: Node, said: Said) -> bool:
    """Whether the turn of a node is this one; then it is hidden, or shown, as the conversation has it."""
    if node.said is None:
        turn = node.follower.turn if node.follower else None
        if turn is None or turn.answer is not said.answer:
            return False
        node.said = said
    ours, theirs = node.said.answer, said.answer
    if ours is not theirs and (ours.turn_id is None or ours.turn_id != theirs.turn_id):
        return False
    node.said = replace(node.said, hidden=said.hidden)
    return True
