"""The turns of a panel as a tree: asking again, or another prompt at the same place, begins a branch.

::

    root ── one ── two ── three          the path that is shown and sent
              └─── two' ── …             chosen with ‹ 2/2 ›
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aitunnel_jupyter.answer import Message
    from aitunnel_jupyter.session.conversation import Said

_numbers = itertools.count(1)


@dataclass(eq=False, slots=True)
class Node:
    """One turn: a prompt, and its answer once there is one."""

    message: Message
    """The prompt as it is sent."""
    prompt: str
    """The prompt as it was typed."""
    parent: Node | None = None
    chips: list[dict[str, Any]] = field(default_factory=list)
    """What goes along: ``{"label": …, "kind": …, "tokens": …}``."""
    said: Said | None = None
    """``None`` while it runs, or if nothing came."""
    children: list[Node] = field(default_factory=list)
    chosen: int = 0
    """Which child the path goes on with."""
    id: str = field(default_factory=lambda: f"t{next(_numbers)}")

    @property
    def siblings(self) -> list[Node]:
        """All turns at the same place, this one included."""
        return self.parent.children if self.parent else [self]

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many at this place; 1 is the first."""
        return self.siblings.index(self) + 1, len(self.siblings)


class Tree:
    """All turns; the path is what the conversation is.

    Example:
        >>> tree = Tree()
        >>> one = tree.add({"role": "user", "content": "one"}, "one")
        >>> again = tree.beside(one, one.message, "one")
        >>> [node.id == again.id for node in tree.path()], again.place
        ([True], (2, 2))
    """

    def __init__(self) -> None:
        self.root = Node({}, "", id="root")

    def path(self) -> Iterator[Node]:
        """The chosen turns, from the first to the last."""
        node = self.root
        while node.children:
            node = node.children[node.chosen]
            yield node

    def add(self, message: Message, prompt: str) -> Node:
        """A turn at the end of the path."""
        *_, last = [self.root, *self.path()]
        return self._under(last, message, prompt)

    def beside(self, node: Node, message: Message, prompt: str) -> Node:
        """Another turn at the place of ``node``; the path goes there, and ends there."""
        assert node.parent is not None
        return self._under(node.parent, message, prompt)

    def find(self, node_id: str) -> Node | None:
        """The turn of that id on the path."""
        return next((node for node in self.path() if node.id == node_id), None)

    def choose(self, node: Node, number: int) -> None:
        """Go on with turn ``number`` of those at the place of ``node``; 1 is the first."""
        assert node.parent is not None
        node.parent.chosen = min(max(number - 1, 0), len(node.siblings) - 1)

    def remove(self, node: Node) -> None:
        """Take a turn away; what came after it stays, and follows what came before it."""
        parent = node.parent
        assert parent is not None
        at = parent.children.index(node)
        for child in node.children:
            child.parent = parent
        parent.children[at : at + 1] = node.children
        parent.chosen = min(at + node.chosen if node.children else at, max(len(parent.children) - 1, 0))

    def _under(self, parent: Node, message: Message, prompt: str) -> Node:
        node = Node(message, prompt, parent)
        parent.children.append(node)
        parent.chosen = len(parent.children) - 1
        return node
