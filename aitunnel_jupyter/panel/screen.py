"""Everything of a panel that is seen: its pages, what it costs, and the transcript below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.panel import lists
from aitunnel_jupyter.panel.front_end import FrontEnd
from aitunnel_jupyter.panel.mirror import Mirror
from aitunnel_jupyter.panel.shape import shape

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from aitunnel_jupyter.panel.front_end import Widget
    from aitunnel_jupyter.panel.tree import Tree


class Screen:
    """Shows the tree of one conversation.

    Args:
        shell: Whose outputs.
        widget: What pages show.
        language: ``en`` or ``ru``.
        tree: What they find when they open.
    """

    def __init__(self, shell: Any, widget: Widget, language: str, tree: Tree) -> None:
        self.widget = widget
        self._shell, self._language = shell, language
        self.front_end = FrontEnd(widget, shaped(tree, language))
        self._mirror = Mirror(shell, language)

    def display(self, tree: Tree, text: str, within: AbstractContextManager[Any]) -> None:
        """The panel, and in this cell what a saved notebook keeps of it.

        Args:
            tree: What is shown.
            text: Instead of the panel where there is no page.
            within: Where the panel goes, if not into this cell.
        """
        made: Any = self.widget._repr_mimebundle_() or {}
        data, metadata = made if isinstance(made, tuple) else (made, {})
        with within:
            self._shell.display_pub.publish(data=data | {"text/plain": text}, metadata=metadata)
        self._mirror.show(tree.conversation())

    def show(self, tree: Tree) -> None:
        """What has changed."""
        self.front_end.show(shaped(tree, self._language))
        for name, value in (("conversation", tree.name), ("cost", lists.cost(tree.costs(), self._language))):
            if getattr(self.widget, name) != value:
                setattr(self.widget, name, value)

    def all(self, tree: Tree) -> None:
        """Everything, for a page that asks."""
        self.front_end.all(shaped(tree, self._language))

    def hint(self, text: str, tree: Tree) -> None:
        """A line below the panel; empty for none."""
        self._mirror.hint(text, tree.conversation())

    def keep(self, tree: Tree) -> None:
        """Have a saved notebook keep the turns as they are now."""
        self._mirror.update(tree.conversation())


def shaped(tree: Tree, language: str) -> list[dict[str, Any]]:
    """The path as pages know it."""
    return [shape(node, language) for node in tree.path()]
