"""From a node of the panel to a turn: values and files go in, the conversation goes before it, a model is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.compose import LOCAL, Composed, compose, question_after, target, window_for
from aitunnel_jupyter.notebook.options import Options
from aitunnel_jupyter.panel.follower import Dropped
from aitunnel_jupyter.session.record import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aitunnel_jupyter.local.model_file import Progress
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.panel.attached import Attached
    from aitunnel_jupyter.panel.follower import Follower
    from aitunnel_jupyter.panel.tree import Node, Tree
    from aitunnel_jupyter.session.turn import Turn


class Asking:
    """One node being asked; runs in its follower's thread, so that a large table holds up neither page nor kernel.

    Args:
        magics: Settings, key, journal.
        attached: Knows what goes along.
        tree: Where the node is.
        node: What is asked.
        settings: Model, temperature, reasoning, and where the answer goes.
        cell: What the journal calls the asker.
        keep: Whether an answer to the same request in the journal will do.
    """

    def __init__(
        self,
        magics: AIMagics,
        attached: Attached,
        tree: Tree,
        node: Node,
        settings: Mapping[str, Any],
        *,
        cell: str,
        keep: bool = False,
    ) -> None:
        self.tree, self.node, self.cell = tree, node, cell
        self._magics, self._attached = magics, attached
        self._settings, self._keep = settings, keep

    def begin(self, follower: Follower) -> Turn:
        """Start the turn.

        Raises:
            UsageError: An expression in the prompt failed.
            AITunnelError: Something cannot be attached, there is no key, no model, or no money for it.
            Dropped: Stopped meanwhile.
        """
        magics, node = self._magics, self.node
        chosen = self._settings
        model = node.model or str(chosen["model"] or "")
        options = Options(model=model, temperature=chosen["temperature"], reasoning=chosen["reasoning"] or None)
        composed = self._composed(options)
        if model == LOCAL:
            self._start_local(follower)
        found = target(magics, options)
        sent = self.tree.conversation(node).before("", window_for(magics, *found))
        place = Place(magics.desk.notebook, self.cell, str(chosen["store_as"] or ""), self.tree.name)
        question = question_after(magics, options, sent, composed, found, place)
        if follower.cancelled:
            raise Dropped
        return magics.desk.begin(replace(question, keep=self._keep))

    def _composed(self, options: Options) -> Composed:
        node = self.node
        if node.message is not None:  # asked before: the same again, whatever the variables are now
            return Composed(node.message, node.notices, (), node.prompt)
        found = self._attached.found(node.attachments)
        composed = compose(self._magics, options, node.prompt, attached=found, edited=node.edited)
        node.notices = tuple(notice for notice in composed.notices if notice.code != "along")  # the chips say it
        along = {attachment.name for attachment in found}
        node.chips = self._attached.chips(found) + [
            {"label": weight.name, "kind": weight.kind, "tokens": weight.tokens}
            for weight in composed.weights[1:]
            if weight.name not in along
        ]
        node.message = composed.message
        return composed._replace(notices=node.notices)

    def _start_local(self, follower: Follower) -> None:
        from aitunnel_jupyter.local import child

        language = self._magics.person_language

        def report(progress: Progress) -> None:
            share = f" {progress.done * 100 // progress.total} %" if progress.total else ""
            follower.say(say(f"local.{progress.stage}", language) + share)

        child.start(report)
