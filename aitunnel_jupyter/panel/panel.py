"""The panel's Python object: what a notebook does with it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.engine import engine
from aitunnel_jupyter.interrupts import check, held, listening
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.ask import raise_for
from aitunnel_jupyter.notebook.compose import default_model, target
from aitunnel_jupyter.notebook.namespace import is_name
from aitunnel_jupyter.notebook.options import Options
from aitunnel_jupyter.notebook.stopped import Stopped
from aitunnel_jupyter.panel.attached import Attached
from aitunnel_jupyter.panel.busy import Busy
from aitunnel_jupyter.panel.inbox import Inbox
from aitunnel_jupyter.panel.screen import Screen, shaped
from aitunnel_jupyter.panel.tree import Node
from aitunnel_jupyter.panel.turns import Turns
from aitunnel_jupyter.panel.widget import needs_plain, widget_for
from aitunnel_jupyter.session import shelf

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.conversation import Conversation
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn


HINT_SECONDS = 20.0
"""A page that has not opened the panel by then cannot."""


class Panel:
    """A conversation with a model, with a front end of its own.

    Args:
        magics: Settings, key, journal and conversations of the notebook.
        cell: The cell it was opened in.
        name: The conversation to go on with; empty for the one this cell had last, else a new one.
        model: As in ``%%ai``; empty for the notebook's.
        system: Instructions before everything.
        store_as: A variable that always has the newest answer.
        plain: Use core widgets only.
    """

    def __init__(
        self,
        magics: AIMagics,
        cell: str,
        *,
        name: str = "",
        model: str = "",
        system: str = "",
        store_as: str = "",
        plain: bool = False,
    ) -> None:
        self.cell, self.is_plain = cell, plain or needs_plain()
        self._magics = magics
        self._side: Any = None
        attached = Attached(magics)
        self.turns = Turns(magics, attached, f"panel {cell}", name or self._name_before())
        tree, language = self.turns.tree, magics.person_language
        tree.system = system or tree.system
        self.settings: dict[str, Any] = {
            "model": model or self._usual_model(), "system": tree.system, "temperature": None, "reasoning": "",
            "store_as": _variable(store_as, language),
        }  # fmt: skip
        self.turns.settings = self.settings
        self._busy = Busy(magics.shell, self._say_busy)
        inbox = Inbox(self, magics, attached, self._busy)
        self.widget = widget_for(
            inbox.receive, plain=self.is_plain, has_page=magics.desk.has_pages, turns=shaped(tree, language),
            conversation=tree.name, settings=dict(self.settings), language=language, status=_status("idle"),
        )  # fmt: skip
        self.turns.screen = Screen(magics.shell, self.widget, language, tree)
        magics.desk.watchers.append(self)
        self.turns.join()
        engine().prepare()

    def __repr__(self) -> str:
        return f"ChatPanel(name={self.name!r}, turns={len(self.conversation.turns)})"

    def _ipython_display_(self) -> None:
        self.show()

    def show(self, *, side: bool = False) -> None:
        """Show the panel below this cell.

        Args:
            side: Beside the notebook instead; JupyterLab with the package ``sidecar`` can. The transcript stays here.

        Raises:
            UsageError: There is no ``sidecar``.

        Example:
            panel.show(side=True)
        """
        if self._side is not None:
            self._side.close()
        self._side = self._made_side() if side else None
        self.turns.screen.display(self.turns.tree, repr(self), self._side or contextlib.nullcontext())
        if self._magics.desk.has_pages and not self.is_plain:
            self._look_later()

    # --- for the notebook -----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Of the conversation, as ``%%ai -c`` takes it; empty before the first prompt of a new one."""
        return self.turns.tree.name

    @property
    def conversation(self) -> Conversation:
        """The turns that are shown; those that are not hidden go out before the next prompt."""
        with self.turns.lock:
            return self.turns.tree.conversation()

    @property
    def last(self) -> Answer | None:
        """The newest answer."""
        turns = self.conversation.turns
        return turns[-1].answer if turns else None

    def ask(self, prompt: str) -> Answer:
        """Ask in the panel, and wait for the answer.

        Args:
            prompt: As typed there; ``{name}`` sends the value of a variable.

        Raises:
            AITunnelError: It went wrong; ``.partial`` has what came.
            UsageError: The prompt is empty, or an expression in it failed.
            KeyboardInterrupt: ■; :attr:`last` has what came.

        Example:
            answer = panel.ask("What is odd in {sales}?")
        """
        language = self._magics.person_language
        with listening(), held():
            follower = self.turns.put(Node(prompt), keep=self._magics.keep)
            try:
                while not follower.done.wait(0.1):  # Windows sees an interrupt only in between
                    check()
            except KeyboardInterrupt:
                follower.cancel()
                follower.done.wait(1)
                raise Stopped(language) from None
        if isinstance(follower.failure, AITunnelError):
            raise_for(follower.failure, language)
        if follower.failure is not None:
            raise follower.failure
        if follower.answer is None:
            raise Stopped(language)
        return follower.answer

    def stop(self) -> None:
        """Stop what runs in the conversation that is shown; what came is kept."""
        self.turns.stop()

    def close(self) -> None:
        """Stop what runs, and listen to the notebook no more; what is shown stays."""
        self.turns.close()
        self._busy.close()
        if self in self._magics.desk.watchers:
            self._magics.desk.watchers.remove(self)

    # --- for the front end, and for the notebook's desk -----------------------------------------------------

    def configure(self, settings: dict[str, Any]) -> None:
        """Change some settings.

        Args:
            settings: ``model``, ``system``, ``temperature``, ``reasoning``, ``store_as``.

        Raises:
            UsageError: The answer's variable has no name that Python allows.
        """
        name = _variable(str(settings.get("store_as", self.settings["store_as"]) or ""), self._magics.person_language)
        self.settings |= settings | {"store_as": name}
        self.widget.settings = dict(self.settings)
        tree, system = self.turns.tree, str(self.settings["system"] or "")
        if tree.system != system:
            tree.system = system
            self.turns.save(tree)

    def open(self, name: str) -> None:
        """Show another conversation, a new one without a name; what runs in this one goes on."""
        self.turns.open(name)
        self.settings["system"] = self.turns.tree.system
        self.widget.settings = dict(self.settings)

    def began(self, question: Question, turn: Turn) -> None:
        """Somebody asked."""
        self.turns.began(question, turn)

    def changed(self, conversation: Conversation) -> None:
        """A conversation has other turns now."""
        self.turns.changed(conversation)

    def _look_later(self) -> None:
        timer = threading.Timer(HINT_SECONDS, self._look)
        timer.daemon = True
        timer.start()

    def _look(self) -> None:
        """Where no page has opened the panel, its extension is missing: say what helps."""
        if self._busy.was_heard:
            return
        if self._busy.is_running:  # ipykernel 6 hears nothing meanwhile
            self._look_later()
        else:
            self.turns.screen.hint(say("panel.not_here", self._magics.person_language), self.turns.tree)

    def _made_side(self) -> Any:
        language = self._magics.person_language
        try:
            from sidecar import Sidecar
        except ImportError:
            raise UsageError(say("panel.no_sidecar", language)) from None
        return Sidecar(title=say("panel.title", language))

    def _name_before(self) -> str:
        """The conversation that this very cell had last, also before a restart."""
        desk = self._magics.desk
        journal, _ = desk.journal_or_none()
        return shelf.newest_with(journal, desk.notebook, f"panel {self.cell} ") if journal else ""

    def _usual_model(self) -> str:
        try:
            return target(self._magics, Options(), send=False)[0]
        except AITunnelError:
            return default_model(self._magics)

    def _say_busy(self, *, slow: bool) -> None:
        self.widget.status = _status("slow" if slow else "idle")


def _status(state: str) -> dict[str, Any]:
    return {"state": state, "note": ""}


def _variable(name: str, language: str) -> str:
    if name and not is_name(name):
        raise UsageError(say("panel.variable", language, name=repr(name)))
    return name
