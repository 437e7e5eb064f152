"""What one notebook has on its desk: its name, its journal, the conversation at hand, what runs."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.errors import AITunnelError, JournalProblem
from aitunnel_jupyter.gateway.keys import exposed_once
from aitunnel_jupyter.session import shelf
from aitunnel_jupyter.session.cell_id import cell_id
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.journal import Journal, open_journal
from aitunnel_jupyter.session.question import Question, begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.answer import Answer, Message
    from aitunnel_jupyter.notebook.jobs import Job
    from aitunnel_jupyter.notebook.options import Options
    from aitunnel_jupyter.session.turn import Turn

NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
"""jupyter_server puts the notebook's path here when it starts a kernel (2.0 and later)."""
REMEMBERED = 50
"""Jobs that are over and still listed."""
ALONE = "none"
"""``-c none``: this cell stands alone, whatever ``AIMagics.conversation`` says."""


class Prompt(NamedTuple):
    """What a person asks, before values are put in: asking again begins here, never with a text that has them."""

    text: str
    """As it was typed."""
    options: Options
    literal: bool = False
    """Braces mean nothing: a prompt of our own making, with pieces of code in it."""
    title: str = ""
    """What the journal shows instead of a prompt of our own making."""
    source: str = ""
    """The whole cell or line as it was typed."""


class Asked(NamedTuple):
    """The last thing asked, for ``%ai retry``, ``continue``, ``edit`` and ``context``."""

    prompt: Prompt
    message: Message
    """As it was sent."""
    answer: Answer
    """Of several models the first one's."""
    cell: str


@functools.lru_cache(maxsize=1)
def process_name(process_id: int) -> str:
    """What a notebook without a name is called: the same for everything in this process, also after a reload."""
    return f"kernel {process_id} {time.time():.0f}"


class Watcher(Protocol):
    """Shows a conversation live: a panel."""

    def began(self, question: Question, turn: Turn) -> None:
        """Somebody asked."""

    def changed(self, conversation: Conversation) -> None:
        """A conversation has other turns now."""

    def close(self) -> None:
        """The extension is taken away: stop what runs."""


class Desk:
    """The state of one shell.

    Args:
        shell: Whose.
        is_journal_on: Whether turns are written into the file; asked each time.
        affords: Whether a 402 is answered with a smaller request; asked each time.
    """

    def __init__(
        self,
        shell: Any,
        is_journal_on: Callable[[], bool] = lambda: True,
        affords: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_journal_on, self._affords = is_journal_on, affords
        self._shell = shell
        self.current = ""
        """The conversation that the commands without ``-c`` mean."""
        self.asked: Asked | None = None
        self.jobs: list[Job] = []
        self.watchers: list[Watcher] = []
        self._begun: list[tuple[Question, Turn]] = []
        self._beginning = threading.Lock()  # panels ask in threads of their own
        self._asked_in = (0, 0)
        self._talks: dict[str, Conversation] = {}
        self.lock = threading.RLock()
        """Held while a conversation changes: cells, jobs and panels do that in threads of their own. Whoever holds
        it may take a panel's lock, never the other way round."""
        self._unnamed = process_name(os.getpid())

    @property
    def notebook(self) -> str:
        """The notebook's path where the front end tells it, else a name for this process.

        Sources: VS Code puts ``__vsc_ipynb_file__`` into the namespace, jupyter_server sets ``JPY_SESSION_NAME``.
        """
        told = self._shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get(NOTEBOOK_VARIABLE, "")
        return str(told) or self._unnamed

    @property
    def is_named(self) -> bool:
        """Whether the notebook can be recognised after a restart."""
        return self.notebook != self._unnamed

    @property
    def has_pages(self) -> bool:
        """Whether a person looks at the notebook: JupyterLab and VS Code tell a cell's id, nbclient does not."""
        return bool(self._parent().get("metadata", {}).get("cellId"))

    def next_cell(self) -> str:
        """What to call the asking cell, so that running it again replaces its turn; see :mod:`..session.cell_id`.

        Where the front end gives none (terminals, nbclient) every execution is a cell of its own. The second
        question of one execution (a loop of ``%ai ask``) is told apart from the first.
        """
        count = self._shell.execution_count
        told = str(self._parent().get("metadata", {}).get("cellId") or "")
        cell = cell_id(told, self._unnamed) if told else f"{self._unnamed} {count}"
        self._asked_in = (count, self._asked_in[1] + 1 if self._asked_in[0] == count else 1)
        return cell if self._asked_in[1] == 1 else f"{cell}/{self._asked_in[1]}"

    @property
    def source(self) -> str:
        """What is in the running cell."""
        return str(self._parent().get("content", {}).get("code", ""))

    @property
    def journal(self) -> Journal:
        """The journal, in memory while it is switched off.

        Raises:
            JournalProblem: The file cannot be used.
        """
        return open_journal(on_disk=self._is_journal_on())

    def journal_or_none(self) -> tuple[Journal | None, JournalProblem | None]:
        """The journal, or why there is none: asking goes on without it."""
        try:
            return self.journal, None
        except JournalProblem as problem:
            return None, problem

    def begin(self, question: Question) -> Turn:
        """Start a turn; a journal that cannot be used is told beside the answer, and the question is asked anyway.

        Raises:
            BudgetExceeded: It could cost more than what is left; nothing was sent.
        """
        journal, problem = self.journal_or_none()
        if problem is not None:
            told = Notice("journal", problem.line(question.language))
            question = replace(question, notices=(*question.notices, told))
        if host := exposed_once(question.address):
            question = replace(question, notices=(*question.notices, Notice("exposed", host)))
        try:
            turn = begin(replace(question, afford=self._affords()), journal)
        except AITunnelError as refusal:
            refusal.language = question.language
            raise
        with self._beginning:
            self._begun = [*self.running(), (question, turn)]
        for watcher in list(self.watchers):
            watcher.began(question, turn)
        return turn

    def running(self) -> list[tuple[Question, Turn]]:
        """What is being answered, whoever asked."""
        return [(question, turn) for question, turn in self._begun if not turn.over]

    def remember(self, job: Job) -> None:
        """Put a job on the list of ``%ai jobs``; of those that are over only the newest stay."""
        over = [one for one in self.jobs if one.done()][-REMEMBERED:]
        self.jobs = [*over, *(one for one in self.jobs if not one.done()), job]

    # --- conversations --------------------------------------------------------------------------------------

    def conversation(self, name: str) -> Conversation:
        """The conversation of that name, from memory, else from the journal, else a new one; always the same object."""
        with self.lock:
            if name not in self._talks:
                journal, _ = self.journal_or_none()
                self._talks[name] = shelf.load(journal, self.notebook, name) if journal else Conversation(name)
            return self._talks[name]

    def begin_anew(self, name: str) -> Conversation:
        """An empty conversation under that name; the turns of the old one stay in the journal."""
        self.save(Conversation(name))
        return self._talks[name]

    def put(self, name: str, said: Said) -> None:
        """Add a turn and write it down."""
        with self.lock:
            conversation = self.conversation(name)
            conversation.put(said)
            self.save(conversation)

    def save(self, conversation: Conversation) -> None:
        """Write down which turns it has; trouble with the journal costs no turn."""
        with self.lock:
            known = self._talks.setdefault(conversation.name, conversation)
            known.system, known.turns = conversation.system, conversation.turns
            journal, _ = self.journal_or_none()
            if journal is not None:
                with contextlib.suppress(JournalProblem):
                    shelf.save(journal, self.notebook, known)
            for watcher in list(self.watchers):
                watcher.changed(known)

    def forget_conversations(self) -> None:
        """After ``%ai forget``: those in memory go too; what is left of them comes from the journal again."""
        self._talks.clear()
        self.asked = None

    def conversation_names(self) -> list[str]:
        """For completion: those of this notebook."""
        journal, _ = self.journal_or_none()
        stored = [spine.name for spine in shelf.spines(journal, self.notebook)] if journal else []
        return sorted({*stored, *list(self._talks)})

    def _parent(self) -> dict[str, Any]:
        shell = self._shell
        parent = shell.get_parent() if hasattr(shell, "get_parent") else getattr(shell, "parent_header", {})
        return parent if isinstance(parent, dict) else {}
