"""The core widgets a plain panel is made of, cheap to make by the hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from aitunnel_jupyter.panel.busy import hear_beside_cells
from aitunnel_jupyter.rendering.page import page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Parts:
    """Makes widgets; those of a kind share one layout and one style, which are two thirds of what a widget sends.

    How they look is decided by their CSS classes, see ``plain.css``.
    """

    def __init__(self) -> None:
        self._shared: dict[type, dict[str, Any]] = {}

    def html(self, inner: str = "", *classes: str) -> Any:
        """A line or block of our own HTML.

        Args:
            inner: Safe HTML: an ``HTML`` widget runs whatever it is given.
            classes: CSS classes.
        """
        return self.make(ipywidgets.HTML, classes, value=page(inner) if inner else "")

    def prose(self) -> Any:
        """An empty block for a part of an answer; formulas in it are typeset."""
        return self.make(ipywidgets.HTMLMath, ())

    def button(self, text: str, act: Callable[[], None], *classes: str) -> Any:
        """A button that calls ``act``."""
        made = self.make(ipywidgets.Button, classes, description=text)
        made.on_click(lambda _button: act())
        hear_beside_cells(made)
        return made

    def field(self, kind: type, changed: Callable[[str], None], *classes: str, **options: Any) -> Any:
        """A text field that tells what was typed once the person leaves it.

        Not at each key: behind a slow kernel the last of those messages would come after the press of a button.
        """
        made = self.make(kind, classes, continuous_update=False, **options)
        made.observe(lambda change: changed(change["new"]), "value")
        hear_beside_cells(made)
        return made

    def column(self, children: Sequence[Any], *classes: str) -> Any:
        """One below the other."""
        return self.make(ipywidgets.VBox, classes, children=tuple(children))

    def row(self, children: Sequence[Any], *classes: str) -> Any:
        """Side by side."""
        return self.make(ipywidgets.HBox, classes, children=tuple(children))

    def make(self, kind: type, classes: Sequence[str], **options: Any) -> Any:
        """A widget of ``kind`` with these CSS classes."""
        shared = self._shared.get(kind, {})
        made = kind(_dom_classes=tuple(classes), **shared, **options)
        if not shared:
            self._shared[kind] = {name: getattr(made, name) for name in ("layout", "style") if hasattr(made, name)}
        return made


def discard(widget: Any) -> None:
    """Close a widget and those in it; the page forgets them."""
    for child in getattr(widget, "children", ()):
        discard(child)
    widget.close()
