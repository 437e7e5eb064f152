"""The panel's Python object: what its front end asks for, and what a notebook does with it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.notebook.ask import raise_for
from aitunnel_jupyter.notebook.compose import compose, target
from aitunnel_jupyter.notebook.namespace import store
from aitunnel_jupyter.notebook.options import Options
from aitunnel_jupyter.panel import lists
from aitunnel_jupyter.panel.follower import Follower
from aitunnel_jupyter.panel.mentions import mentions, weight
from aitunnel_jupyter.panel.mirror import Mirror
from aitunnel_jupyter.panel.shape import shape
from aitunnel_jupyter.panel.tree import Node, Tree
from aitunnel_jupyter.panel.widget import PanelWidget
from aitunnel_jupyter.session.conversation import DEFAULT_WINDOW, Conversation, Said
from aitunnel_jupyter.session.question import Question
from aitunnel_jupyter.session.record import Place

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer, Message
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.turn import Turn


class Panel:
    """A conversation with a model, with a front end of its own.

    Args:
        magics: Settings, key, journal and conversations of the notebook.
        name: The conversation of the notebook to go on with; empty for a new one.
        model: As in ``%%ai``.
        system: Instructions before everything.
        store_as: A variable that always has the newest answer.
    """

    def __init__(
        self, magics: AIMagics, *, name: str = "", model: str = "", system: str = "", store_as: str = ""
    ) -> None:
        self._magics = magics
        self._lock = threading.RLock()
        self._tree = Tree()
        self._errors: dict[str, str] = {}
        self._followers: dict[str, Follower] = {}
        self.name = name
        self.settings: dict[str, Any] = {
            "model": model, "system": system, "temperature": None, "reasoning": "", "store_as": store_as,
        }  # fmt: skip
        if name:
            self._grow(magics.desk.conversation(name))
        self.widget = PanelWidget(
            self._receive, turns=self._shaped(), conversation=name, settings=self.settings,
            language=magics.person_language, status={"state": "idle", "note": ""},
        )  # fmt: skip

        self._mirror = Mirror(magics.shell, magics.person_language)

    def _ipython_display_(self) -> None:
        """The panel, and below it what a saved notebook keeps of it."""
        made: Any = self.widget._repr_mimebundle_() or {}
        data, metadata = made if isinstance(made, tuple) else (made, {})
        self._magics.shell.display_pub.publish(data=data, metadata=metadata)
        self._mirror.show(self.conversation)

    # --- for the notebook -----------------------------------------------------------------------------------

    @property
    def conversation(self) -> Conversation:
        """The turns that are shown: what goes out before the next prompt."""
        turns = [node.said for node in self._tree.path() if node.said is not None]
        return Conversation(self.name, str(self.settings["system"] or ""), turns)

    @property
    def last(self) -> Answer | None:
        """The newest answer."""
        turns = self.conversation.turns
        return turns[-1].answer if turns else None

    def ask(self, prompt: str) -> Answer:
        """Ask in the panel, and wait for the answer.

        Raises:
            AITunnelError: It went wrong; ``.partial`` has what came.
        """
        follower = self._send(prompt, [])
        try:
            while not follower.wait(0.1):
                pass
        except KeyboardInterrupt:
            self.stop()
            raise
        if follower.turn.error is not None:
            raise_for(follower.turn.error, self._magics.person_language)
        assert follower.turn.answer is not None
        return follower.turn.answer

    def stop(self) -> None:
        """Stop what runs; what came is kept."""
        for follower in list(self._followers.values()):
            follower.turn.cancel()

    # --- from the front end ---------------------------------------------------------------------------------

    def _receive(self, message: dict[str, Any]) -> None:
        handler = getattr(self, f"_on_{message.get('type')}", None)
        if handler is None:
            return
        try:
            handler(message)
        except AITunnelError as error:
            self._tell({"type": "told", "kind": "error", "text": error.line(self._magics.person_language)})
        except Exception as error:  # noqa: BLE001  a message must never take the panel down
            self._tell({"type": "told", "kind": "error", "text": f"{type(error).__name__}: {error}"})

    def _on_hello(self, _message: dict[str, Any]) -> None:
        self._tell({"type": "turns", "turns": self._shaped()})

    def _on_send(self, message: dict[str, Any]) -> None:
        self._send(str(message["text"]), message.get("attachments") or [])

    def _on_stop(self, _message: dict[str, Any]) -> None:
        self.stop()

    def _on_regenerate(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        self._start(self._tree.beside(node, node.message, node.prompt), model=str(message.get("model") or ""))

    _on_retry = _on_regenerate

    def _on_edit(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        text = str(message["text"])
        composed = compose(self._magics, self._options(), text)
        self._start(self._tree.beside(node, composed.message, text))

    def _on_branch(self, message: dict[str, Any]) -> None:
        self._tree.choose(self._node(message), int(message["to"]))
        self._changed()

    def _on_hide(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        if node.said is not None:
            node.said = replace(node.said, hidden=not node.said.hidden)
        self._changed()

    def _on_delete(self, message: dict[str, Any]) -> None:
        self._tree.remove(self._node(message))
        self._changed()

    def _on_settings(self, message: dict[str, Any]) -> None:
        self.settings = self.settings | dict(message["settings"])

    def _on_new(self, _message: dict[str, Any]) -> None:
        self._show(Conversation(""))

    def _on_open(self, message: dict[str, Any]) -> None:
        self._show(self._magics.desk.conversation(str(message["name"])))

    def _on_models(self, message: dict[str, Any]) -> None:
        self._tell(lists.models(self._magics, str(message.get("search", ""))))

    def _on_chats(self, message: dict[str, Any]) -> None:
        self._tell(lists.chats(self._magics, str(message.get("search", ""))))

    def _on_balance(self, _message: dict[str, Any]) -> None:
        self.widget.balance = lists.balance(self._magics)

    def _on_export(self, message: dict[str, Any]) -> None:
        self._tell(lists.as_file(self.conversation, str(message["format"])))

    def _on_complete(self, message: dict[str, Any]) -> None:
        items = mentions(self._magics, str(message["fragment"]))
        self._tell({"type": "completions", "seq": message["seq"], "items": items})

    def _on_weigh(self, message: dict[str, Any]) -> None:
        tokens = [weight(self._magics, one) for one in message.get("attachments") or []]
        self._tell({"type": "weighed", "seq": message["seq"], "tokens": tokens})

    def _node(self, message: dict[str, Any]) -> Node:
        node = self._tree.find(str(message.get("id")))
        if node is None:
            raise LookupError(message.get("id"))
        return node

    # --- a turn ---------------------------------------------------------------------------------------------

    def _send(self, text: str, attachments: list[dict[str, Any]]) -> Follower:
        names = tuple(str(one["name"]) for one in attachments if one.get("kind") in {"variable", "file"})
        composed = compose(self._magics, self._options(attach=names), text)
        node = self._tree.add(composed.message, text)
        node.chips = [
            {"label": weight.name, "kind": weight.kind, "tokens": weight.tokens} for weight in composed.weights[1:]
        ]
        return self._start(node)

    def _start(self, node: Node, model: str = "") -> Follower:
        question = self._question(node, model)
        try:
            turn = self._magics.desk.begin(question)
        except AITunnelError as error:
            self._errors[node.id] = error.line(self._magics.person_language)
            self._changed()
            raise
        self._errors.pop(node.id, None)
        follower = Follower(
            turn,
            lambda text, reasoning, note: self._on_news(node, text, reasoning, note),
            lambda ended, answer: self._on_over(node, ended, answer),
            self._magics.person_language,
        )
        self._followers[node.id] = follower
        self._changed()
        follower.start()
        return follower

    def _question(self, node: Node, model: str) -> Question:
        magics = self._magics
        options = self._options(model=model)
        name, address = target(magics, options, model=options.model)
        before: list[Message] = []
        earlier = Conversation("", str(self.settings["system"] or ""))
        for one in self._tree.path():
            if one is node:
                break
            if one.said is not None:
                earlier.turns.append(one.said)
        before += earlier.before("", magics.window or DEFAULT_WINDOW).messages
        from aitunnel_jupyter.notebook.compose import request_for

        request = request_for(options, name, (*before, node.message))
        place = Place(magics.desk.notebook, "", str(self.settings["store_as"] or ""), self.name)
        return Question(request, address, place, language=magics.person_language, max_tokens=magics.max_tokens)

    def _options(self, model: str = "", attach: tuple[str, ...] = ()) -> Options:
        chosen = self.settings
        return Options(
            model=model or str(chosen["model"] or ""),
            temperature=chosen["temperature"],
            reasoning=chosen["reasoning"] or None,
            attach=attach,
        )

    def _on_news(self, node: Node, text: str, reasoning: str, note: str) -> None:
        follower = self._followers[node.id]
        self._tell({
            "type": "delta", "id": node.id, "note": note,
            "at": sum(map(len, follower.text)), "text": text,
            "rat": sum(map(len, follower.reasoning)), "reasoning": reasoning,
        })  # fmt: skip

    def _on_over(self, node: Node, turn: Turn, answer: Answer) -> None:
        with self._lock:
            self._followers.pop(node.id, None)
            if answer or answer.complete or answer.reasoning:
                node.said = Said(node.message, answer)
            if turn.error is not None:
                self._errors[node.id] = turn.error.line(self._magics.person_language)
            store(self._magics.shell, answer, str(self.settings["store_as"] or "") or None)
            if self.name:
                self._magics.desk.save(self.conversation)
            path = list(self._tree.path())
            at = path.index(node) if node in path else -1
            if at >= 0:
                self._tell({"type": "turn", "index": at, "turn": self._shape(node)})
            self._settle(self._shaped())
            self._mirror.update(self.conversation)

    def _settle(self, turns: list[dict[str, Any]]) -> None:
        """What every view shows besides the turns, and what pages that open later will find."""
        self.widget.keep_quietly(turns)
        self.widget.status = {"state": "busy" if self._followers else "idle", "note": ""}
        self.widget.cost = lists.cost(self.conversation, self._magics.person_language)

    # --- what is shown --------------------------------------------------------------------------------------

    def _changed(self) -> None:
        turns = self._shaped()
        self._tell({"type": "turns", "turns": turns})
        self._settle(turns)

    def _shaped(self) -> list[dict[str, Any]]:
        return [self._shape(node) for node in self._tree.path()]

    def _shape(self, node: Node) -> dict[str, Any]:
        return shape(node, self._followers.get(node.id), self._errors.get(node.id, ""))

    def _show(self, conversation: Conversation) -> None:
        """Another conversation in the same panel; what runs is stopped and kept in the old one."""
        self.stop()
        with self._lock:
            self.name, self._tree = conversation.name, Tree()
            self._errors.clear()
            self.settings["system"] = conversation.system
            self._grow(conversation)
        self.widget.conversation, self.widget.settings = self.name, dict(self.settings)
        self._changed()

    def _grow(self, conversation: Conversation) -> None:
        self.settings["system"] = self.settings["system"] or conversation.system
        for said in conversation.turns:
            self._tree.add(said.message, said.prompt).said = said

    def _tell(self, message: dict[str, Any]) -> None:
        self.widget.send(message)
