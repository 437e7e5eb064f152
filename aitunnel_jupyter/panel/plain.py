"""The panel where custom widgets do not load: the same Python object behind core ipywidgets.

::

    ┌ gpt-5.2 ·····  trip · 1.53 ₽ · 240 ₽  New conversation ┐  head
    │ ┌────────────────────────────────────────────────────┐ │
    │ │ What is odd in sales?                              │ │  transcript (plain_transcript.py)
    │ │ The prices of Kazan are …                          │ │    turns (plain_turn.py), answers (plain_answer.py)
    │ │ gpt-5.2 · 3.1 s · 812 tokens · 0.41 ₽   Regenerate │ │
    │ └────────────────────────────────────────────────────┘ │
    │ The kernel is busy with a cell …                       │  note
    │ [ Ask anything                     ] [ Send ] [ Stop ] │  composer
    └────────────────────────────────────────────────────────┘
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.panel.plain_html import escaped
from aitunnel_jupyter.panel.plain_parts import Parts
from aitunnel_jupyter.panel.plain_transcript import PlainTranscript
from aitunnel_jupyter.rendering.page import page
from aitunnel_jupyter.rendering.style import STYLE, WAIT_STYLE

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = Path(__file__).parent / "plain.css"
VIEW = "application/vnd.jupyter.widget-view+json"


class PlainWidget(traitlets.HasTraits):
    """Stands in for :class:`~aitunnel_jupyter.panel.widget.PanelWidget`: the same state, the same messages.

    Args:
        receive: Takes each message, such as ``{"type": "send", "text": "Hi", "attachments": []}``.
        state: Of the traits below.
    """

    turns: traitlets.List[dict[str, Any]] = traitlets.List()
    conversation = traitlets.Unicode("")
    settings = traitlets.Dict()
    draft = traitlets.Unicode("")
    language = traitlets.Unicode("en")
    status = traitlets.Dict()
    cost = traitlets.Unicode("")
    balance = traitlets.Unicode("")

    def __init__(self, receive: Callable[[dict[str, Any]], None], **state: Any) -> None:
        super().__init__(**state)
        self._receive = receive
        self._sent: tuple[str, set[str]] | None = None
        self._told = ""
        self._box = self._built(Parts())
        self.observe(lambda change: self._transcript.load(change["new"]), "turns")
        self.observe(lambda _: self._show_head(), ["conversation", "cost", "balance", "settings"])
        self.observe(lambda _: self._speak(), "language")
        self.observe(lambda _: self._show_note(), "status")
        self.observe(lambda change: setattr(self._typed, "value", change["new"]), "draft")
        self._speak()
        self._show_head()
        self._transcript.load(self.turns)
        self._show_running()

    def _built(self, parts: Parts) -> Any:
        self._transcript = PlainTranscript(parts, self._again, self.language)
        self._note = parts.html("", "aitunnel-plain-told")
        look = f"{STYLE}{WAIT_STYLE}<style>{LOOK.read_text(encoding='utf-8')}</style>"
        style = parts.make(ipywidgets.HTML, ["aitunnel-plain-style"], value=look)
        rows = [style, self._head(parts), self._transcript.box, self._note, self._composer(parts)]
        return parts.column(rows, "aitunnel-plain")

    def _head(self, parts: Parts) -> Any:
        self._model = parts.field(ipywidgets.Text, self._choose_model, "aitunnel-plain-model")
        self._facts = parts.html("", "aitunnel-plain-facts")
        self._new = parts.button("", lambda: self._receive({"type": "new"}), "aitunnel-plain-quiet")
        return parts.row([self._model, self._facts, self._new], "aitunnel-plain-head")

    def _composer(self, parts: Parts) -> Any:
        self._typed = parts.field(
            ipywidgets.Textarea, lambda text: self.set_trait("draft", text), "aitunnel-plain-typed",
            rows=3, value=self.draft,
        )  # fmt: skip
        self._send = parts.button("", self._send_typed, "mod-primary")
        self._stop = parts.button("", lambda: self._receive({"type": "stop"}))
        buttons = parts.column([self._send, self._stop], "aitunnel-plain-buttons")
        return parts.row([self._typed, buttons], "aitunnel-plain-composer")

    # --- what the panel asks of it --------------------------------------------------------------------------

    def send(self, message: dict[str, Any]) -> None:
        """Show what the kernel tells a front end; what only a richer one can use is ignored.

        Args:
            message: As in ``front/state/turns.js``; ``told`` is a line to show.
        """
        if message.get("type") == "told":
            self._sent = None
            self._tell(str(message.get("text", "")))
        elif not self._transcript.apply(message):
            self._receive({"type": "hello"})
        self._clear_if_taken()
        self._show_running()

    def keep_quietly(self, turns: list[dict[str, Any]]) -> None:
        """Have the turns as state, without showing them: every page shares the widgets that show them already."""
        self._trait_values["turns"] = turns

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self._box.model_id}
        return {"text/plain": type(self).__name__, VIEW: view}

    # --- what a person does ---------------------------------------------------------------------------------

    def _send_typed(self) -> None:
        text = self._typed.value
        if not text.strip() or self._transcript.running:
            self._tell(say("plain.running" if text.strip() else "plain.nothing", self.language))
            return
        self._tell("")
        self._sent = text, {turn["id"] for turn in self._transcript.all}
        self._receive({"type": "send", "text": text, "attachments": []})

    def _again(self, kind: str, turn: str) -> None:
        if self._transcript.running:
            self._tell(say("plain.running", self.language))
            return
        self._tell("")
        self._receive({"type": kind, "id": turn})

    def _choose_model(self, name: str) -> None:
        if name.strip() != (self.settings.get("model") or ""):
            self.settings = self.settings | {"model": name.strip()}
            self._receive({"type": "settings", "settings": self.settings})

    # --- what is shown --------------------------------------------------------------------------------------

    def _clear_if_taken(self) -> None:
        """The field is emptied when its text stands in the transcript, unless it was changed since."""
        if self._sent is None:
            return
        text, known = self._sent
        if any(turn["id"] not in known and turn["prompt"].strip() == text.strip() for turn in self._transcript.all):
            self._sent = None
            if self._typed.value == text:
                self._typed.value = ""

    def _show_running(self) -> None:
        running = self._transcript.running
        self._send.disabled, self._stop.disabled = running, not running

    def _show_head(self) -> None:
        self._model.value = str(self.settings.get("model") or "")
        facts = " · ".join(filter(None, [self.conversation, self.cost, self.balance]))
        self._facts.value = page(f'<p class="aitunnel-note">{escaped(facts)}</p>')

    def _tell(self, text: str) -> None:
        self._told = text
        self._show_note()

    def _show_note(self) -> None:
        slow = say("plain.slow", self.language) if self.status.get("state") == "slow" else ""
        note = str(self.status.get("note") or slow)
        told = f'<p class="aitunnel-plain-error">{escaped(self._told)}</p>' if self._told else ""
        shown = told + (f'<p class="aitunnel-note">{escaped(note)}</p>' if note else "")
        self._note.value = page(shown) if shown else ""

    def _speak(self) -> None:
        language = self.language
        self._new.description, self._send.description, self._stop.description = (
            say(f"plain.{name}", language) for name in ("new", "send", "stop")
        )
        self._model.placeholder, self._typed.placeholder = say("plain.model", language), say("plain.hint", language)
        self._transcript.speak(language)
        self._show_note()
