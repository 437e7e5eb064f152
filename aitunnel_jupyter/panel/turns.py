"""What happens to the turns of a panel: asked, told, kept, changed by the panel or by a cell."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from aitunnel_jupyter.errors import AITunnelError, JournalProblem
from aitunnel_jupyter.notebook.namespace import store_last
from aitunnel_jupyter.panel import lists
from aitunnel_jupyter.panel.asking import Asking
from aitunnel_jupyter.panel.follower import LINE_BYTES, Follower
from aitunnel_jupyter.panel.naming import name_for
from aitunnel_jupyter.panel.tree import Node, Tree
from aitunnel_jupyter.redaction import one_line, scrub
from aitunnel_jupyter.session.conversation import Said
from aitunnel_jupyter.session.record import prompt_text
from aitunnel_jupyter.session.sums import of_conversation

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.panel.attached import Attached
    from aitunnel_jupyter.panel.screen import Screen
    from aitunnel_jupyter.session.conversation import Conversation
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn


class Turns:
    """The conversation that is shown, and those that were: what runs in them goes on.

    Args:
        magics: Settings, journal and conversations of the notebook.
        attached: Knows what goes along with prompts.
        cell: What the journal calls the panel; each turn adds its own id.
        name: The conversation to begin with; empty for a new one.
    """

    screen: Screen
    """Set once there is a widget."""

    def __init__(self, magics: AIMagics, attached: Attached, cell: str, name: str) -> None:
        self.lock = threading.RLock()
        self.settings: dict[str, Any] = {}
        self._magics, self._attached, self._cell = magics, attached, cell
        self._trees: dict[str, Tree] = {}
        self._mine = threading.local()
        self._followed: WeakSet[Turn] = WeakSet()
        self.tree = self._tree_of(name)

    # --- asked here -----------------------------------------------------------------------------------------

    def put(self, node: Node, *, beside: Node | None = None, keep: bool = False) -> Follower:
        """Ask at the end of the conversation, or as a branch.

        Args:
            node: The prompt, not in the tree yet.
            beside: The turn in whose place it comes.
            keep: Whether an answer to the same request in the journal will do.
        """
        with self.lock:
            tree = self.tree
            if not tree.name:
                tree.name = name_for(node.prompt, self._magics.desk.conversation_names())
                self._trees[tree.name] = tree
            if beside is None:
                tree.add(node)
            else:
                tree.beside(beside, node)
            return self.ask(node, keep=keep)

    def ask(self, node: Node, *, keep: bool = False) -> Follower:
        """Ask a turn that is in its place already."""
        tree, language = self.tree, self._magics.person_language
        cell = f"{self._cell} {node.id}"
        asking = Asking(self._magics, self._attached, tree, node, self.settings, cell=cell, keep=keep)
        listener = _Listener(self, tree, node, cell, asking)
        with self.lock:
            node.error, node.follower = "", Follower(asking.begin, listener, language)
            self.screen.show(tree)
        node.follower.start()
        return node.follower

    def stop(self) -> None:
        """Stop what runs in the conversation that is shown; what came is kept."""
        _stop(self.tree)

    def close(self) -> None:
        """Stop what runs anywhere."""
        for tree in [self.tree, *self._trees.values()]:
            _stop(tree)

    def change(self, do: Callable[..., None], *values: Any) -> None:
        """Change the tree, show it, write it down.

        Args:
            do: Called with the tree and the values.
            *values: What it needs.
        """
        with self._magics.desk.lock:
            with self.lock:
                tree = self.tree
                do(tree, *values)
                self.screen.show(tree)
            self.save(tree)
        self.screen.keep(tree)

    def open(self, name: str) -> None:
        """Show another conversation; a new one without a name."""
        with self._magics.desk.lock, self.lock:
            self.tree = self._tree_of(name)
            self.screen.show(self.tree)
        self.screen.keep(self.tree)
        self.join()

    def join(self) -> None:
        """Show also what cells and other panels are asking in this conversation already."""
        with self.lock:  # or its end could come in between, and it would be here twice
            for question, turn in self._magics.desk.running():
                self.began(question, turn)

    def show_all(self) -> None:
        """Show everything, to a page that asks."""
        with self.lock:
            self.screen.all(self.tree)

    def save(self, tree: Tree) -> None:
        """Write it down. Never under the panel's lock: other panels hear of it and take locks of their own."""
        if tree.name:
            self._mine.saving = True
            try:
                with self._magics.desk.lock:  # or what a cell puts in between would be lost
                    with self.lock:
                        conversation = tree.conversation()
                    self._magics.desk.save(conversation)
            finally:
                self._mine.saving = False

    # --- asked or changed elsewhere -------------------------------------------------------------------------

    def began(self, question: Question, turn: Turn) -> None:
        """A cell, or another panel, asks in the conversation that is shown: its answer streams here too."""
        place = question.place
        if not place.conversation or place.cell.startswith(f"{self._cell} "):
            return
        with self.lock:
            tree = self.tree
            if place.conversation != tree.name or turn in self._followed:
                return
            self._followed.add(turn)
            message = question.request.messages[-1]
            node = Node(prompt_text(message), message=message, is_sent=True)
            said = [one for one in tree.path() if one.said]
            at = tree.conversation().index(place.cell, node.prompt)
            tree.add(node) if at == len(said) else tree.beside(said[at], node)
            listener = _Listener(self, tree, node, place.cell)
            node.follower = Follower(lambda _: turn, listener, self._magics.person_language, is_ours=False)
            node.follower.turn = turn  # the conversation may have its answer before the follower's thread begins
            self.screen.show(tree)
        node.follower.start()

    def changed(self, conversation: Conversation) -> None:
        """A cell, a command, or another panel changed a conversation."""
        if getattr(self._mine, "saving", False):
            return
        with self.lock:
            tree = self._trees.get(conversation.name)
            if tree is None:
                return
            tree.follow(conversation)
            if tree is not self.tree:
                return
            self.screen.show(tree)
        self.screen.keep(tree)

    # --- told by followers ----------------------------------------------------------------------------------

    def news(self, listener: _Listener, follower: Follower, text: str, reasoning: str, note: str) -> None:
        """Tell what is new of a turn."""
        with self.lock:
            if listener.tree is self.tree:
                self.screen.front_end.delta(listener.node.id, text, reasoning, note)
            follower.keep(text, reasoning, note)

    def over(self, listener: _Listener, follower: Follower) -> None:
        """Keep an answer, whole or not, and show how it ended."""
        node, tree = listener.node, listener.tree
        error = listener.error_of(follower)
        for step in (self._store, self._keep):
            try:
                step(listener, follower.answer)
            except Exception as fault:  # noqa: BLE001  in this thread nobody could catch it: told below the answer
                error = error or one_line(f"{type(fault).__name__}: {fault}", LINE_BYTES)
        with self.lock:
            node.follower, node.error = None, error
            if tree is self.tree:
                self.screen.show(tree)
        if tree is self.tree:
            self.screen.keep(tree)

    def _keep(self, listener: _Listener, answer: Answer | None) -> None:
        """In its conversation, before its end is shown: a cell run at that sight goes on from here."""
        node, tree = listener.node, listener.tree
        with self._magics.desk.lock:
            with self.lock:
                if answer is not None and (answer or answer.complete or answer.reasoning):
                    node.said = node.said or Said(node.message or {}, answer, listener.cell)
            if listener.asking is not None:
                self.save(tree)

    def _store(self, listener: _Listener, answer: Answer | None) -> None:
        if answer is None or listener.asking is None:
            return
        store_last(self._magics.shell, answer, self.settings["store_as"])
        if answer.balance is not None:
            self.screen.widget.balance = lists.roubles_left(answer.balance, self._magics.person_language)

    def _tree_of(self, name: str) -> Tree:
        """The turns of a conversation, with the branches this panel knows."""
        if not name:
            return Tree()
        tree = self._trees.setdefault(name, Tree(name))
        desk = self._magics.desk
        journal, _ = desk.journal_or_none()
        if journal is not None:
            with contextlib.suppress(JournalProblem):
                tree.paid(of_conversation(journal.database, desk.notebook, name))
        tree.follow(desk.conversation(name))
        return tree


class _Listener:
    """Tells the panel of one turn.

    Args:
        turns: Whom to tell.
        tree: Where the turn is.
        node: Which one it is.
        cell: Who asked.
        asking: How it was asked; ``None`` for somebody else's.
    """

    def __init__(self, turns: Turns, tree: Tree, node: Node, cell: str, asking: Asking | None = None) -> None:
        self.turns, self.tree, self.node, self.cell, self.asking = turns, tree, node, cell, asking

    def news(self, follower: Follower, text: str, reasoning: str, note: str) -> None:
        """What is new."""
        self.turns.news(self, follower, text, reasoning, note)

    def over(self, follower: Follower) -> None:
        """The end."""
        self.turns.over(self, follower)

    def error_of(self, follower: Follower) -> str:
        """One line, empty if it went well or was stopped."""
        if isinstance(follower.failure, AITunnelError):
            return follower.failure.line(follower.language)
        return scrub(str(follower.failure or ""))


def _stop(tree: Tree) -> None:
    for node in list(tree.path()):
        if node.follower is not None:
            node.follower.cancel()
