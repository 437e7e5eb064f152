"""What a front end asks of the panel: one method for each kind of message."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.export.languages import LANGUAGES
from aitunnel_jupyter.export.snippet import cell_of, program_of
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.panel import lists
from aitunnel_jupyter.panel.mentions import mentions
from aitunnel_jupyter.panel.protocol import Malformed, read
from aitunnel_jupyter.panel.tree import Node, Tree
from aitunnel_jupyter.panel.widget import BUNDLE
from aitunnel_jupyter.redaction import one_line, without_keys
from aitunnel_jupyter.session.description import tokens_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.panel.attached import Attached
    from aitunnel_jupyter.panel.busy import Busy
    from aitunnel_jupyter.panel.panel import Panel

SLOW = frozenset({"models", "chats", "balance", "weigh", "complete", "export", "snippet"})
"""These may ask the network or look at large values: they run in threads, so that Stop never waits behind them."""
LINE_CHARACTERS = 400


class Inbox:
    """Does what messages say.

    Args:
        panel: Whose.
        magics: Settings and the notebook's variables.
        attached: Takes uploads.
        busy: Learns from the first message whether this kernel hears panels while a cell runs.
    """

    def __init__(self, panel: Panel, magics: AIMagics, attached: Attached, busy: Busy) -> None:
        self._panel, self._turns, self._magics = panel, panel.turns, magics
        self._attached, self._busy = attached, busy

    def receive(self, message: object) -> None:
        """One message; whatever is wrong with it, the panel lives on."""
        with self._guard():
            self._busy.heard()
            self._turns.screen.hint("", self._turns.tree)
            asked = read(message)
            if asked["type"] in SLOW:
                threading.Thread(target=self._do, args=(asked,), name="aitunnel-panel-list", daemon=True).start()
            else:
                self._do(asked)

    def _do(self, message: dict[str, Any]) -> None:
        with self._guard():
            getattr(self, f"_on_{message['type']}")(message)

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        """What goes wrong within is told in one line."""
        language = self._magics.person_language
        try:
            yield
        except Malformed as error:
            self._complain(say("panel.malformed", language, what=error))
        except AITunnelError as error:
            self._complain(error.line(language))
        except UsageError as error:
            self._complain(str(error))
        except Exception as error:  # noqa: BLE001  a message must never take the panel down
            self._complain(f"{type(error).__name__}: {error}")

    def _complain(self, text: str) -> None:
        with contextlib.suppress(Exception):  # the widget may be closed: then nobody is there to be told
            self._tell("told", kind="error", text=one_line(text, LINE_CHARACTERS))

    def _tell(self, what: str, **fields: Any) -> None:
        self._turns.screen.front_end.tell(what, **without_keys(fields))

    # --- turns ----------------------------------------------------------------------------------------------

    def _on_hello(self, _message: dict[str, Any]) -> None:
        self._turns.show_all()

    def _on_page(self, _message: dict[str, Any]) -> None:
        self._tell("page", text=BUNDLE.read_text(encoding="utf-8"))

    def _on_upload(self, message: dict[str, Any]) -> None:
        self._attached.take(message)

    def _on_send(self, message: dict[str, Any]) -> None:
        self._turns.put(Node(message["text"], attachments=message["attachments"]))

    def _on_stop(self, _message: dict[str, Any]) -> None:
        self._turns.stop()

    def _on_regenerate(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        again = node.same_again()
        again.model = message["model"] or node.model
        self._turns.put(again, beside=node)

    def _on_retry(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        if node.said is None:
            self._turns.ask(node)
        else:
            self._on_regenerate(message)

    def _on_edit(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        self._turns.put(node.same_again(message["text"]), beside=node)

    def _on_branch(self, message: dict[str, Any]) -> None:
        self._turns.change(Tree.choose, self._node(message), message["to"])

    def _on_hide(self, message: dict[str, Any]) -> None:
        self._turns.change(_hide, self._node(message))

    def _on_delete(self, message: dict[str, Any]) -> None:
        node = self._node(message)
        if node.follower is not None:
            node.follower.cancel()
        self._turns.change(Tree.remove, node)

    # --- header ---------------------------------------------------------------------------------------------

    def _on_settings(self, message: dict[str, Any]) -> None:
        self._panel.configure(message["settings"])

    def _on_new(self, _message: dict[str, Any]) -> None:
        self._panel.open("")

    def _on_open(self, message: dict[str, Any]) -> None:
        self._panel.open(message["name"])

    def _on_models(self, message: dict[str, Any]) -> None:
        self._tell("models", **lists.models(self._magics, message["search"]))

    def _on_chats(self, message: dict[str, Any]) -> None:
        self._tell("chats", items=lists.chats(self._magics, message["search"]))

    def _on_balance(self, _message: dict[str, Any]) -> None:
        self._panel.widget.balance = lists.balance(self._magics)

    def _on_export(self, message: dict[str, Any]) -> None:
        self._tell("file", **lists.as_file(self._panel.conversation, message["format"]))

    # --- composer and answers -------------------------------------------------------------------------------

    def _on_complete(self, message: dict[str, Any]) -> None:
        self._tell("completions", seq=message["seq"], items=mentions(self._magics, message["fragment"]))

    def _on_weigh(self, message: dict[str, Any]) -> None:
        found = self._attached.found(message["attachments"])
        tokens = sum(attachment.tokens for attachment in found) + tokens_in(message["text"])
        self._tell("weighed", seq=message["seq"], tokens=tokens)

    def _on_snippet(self, message: dict[str, Any]) -> None:
        node, language = self._node(message), message["language"]
        if node.said is None:
            raise UsageError(say("again.nothing", self._magics.person_language))
        text, known = program_of(node.said.answer, language).text, LANGUAGES[language]
        self._tell(
            "snippet", id=node.id, language=language, name=f"ask{known.ending}", lexer=known.lexer, text=text,
            cell=cell_of(text, language),
        )  # fmt: skip

    def _node(self, message: dict[str, Any]) -> Node:
        node = self._turns.tree.find(message["id"])
        if node is None:
            raise UsageError(say("panel.gone", self._magics.person_language))
        return node


def _hide(_tree: Tree, node: Node) -> None:
    if node.said is not None:
        node.said = replace(node.said, hidden=not node.said.hidden)
