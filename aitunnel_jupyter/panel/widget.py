"""The widget behind the panel: what is saved with it, and the way to its front end."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from aitunnel_jupyter.panel.busy import hear_beside_cells

if TYPE_CHECKING:
    from collections.abc import Callable

BUNDLE = Path(__file__).parent / "static" / "panel.js"
LOADER = Path(__file__).parent / "loader.js"


class PanelWidget(anywidget.AnyWidget):
    """State that a page gets when it opens; while an answer streams only its deltas travel.

    Args:
        receive: Takes each message of the front end.
    """

    _esm = BUNDLE
    turns: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    conversation = traitlets.Unicode("").tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    draft = traitlets.Unicode("").tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    cost = traitlets.Unicode("").tag(sync=True)
    balance = traitlets.Unicode("").tag(sync=True)

    def __init__(self, receive: Callable[[dict[str, Any]], None], **state: Any) -> None:
        super().__init__(**state)
        self.on_msg(lambda _widget, message, _buffers: receive(message))
        hear_beside_cells(self)

    def keep_quietly(self, turns: list[dict[str, Any]]) -> None:
        """Have the turns ready for pages that open later, without sending them to those that have them already."""
        self._trait_values["turns"] = turns


class LoadedPanelWidget(PanelWidget):
    """The same, whose page asks for its half a megabyte of code: nbclient and its likes save a widget's state."""

    _esm = LOADER


def needs_plain() -> bool:
    """Whether this kernel serves a front end that loads no custom widgets: Kaggle's.

    Example:
        >>> needs_plain()
        False
    """
    return bool(os.environ.get("KAGGLE_KERNEL_RUN_TYPE"))


def widget_for(receive: Callable[[dict[str, Any]], None], *, plain: bool, has_page: bool, **state: Any) -> Any:
    """The widget for this front end.

    Args:
        receive: Takes each message of the front end.
        plain: Core widgets only.
        has_page: Whether a page is known to show it.
        **state: Of the widget.
    """
    if plain:
        from aitunnel_jupyter.panel.plain import PlainWidget

        return PlainWidget(receive, **state)
    with contextlib.suppress(ImportError):  # Colab loads widgets of others only when asked
        from google.colab import output

        output.enable_custom_widget_manager()
    return (PanelWidget if has_page else LoadedPanelWidget)(receive, **state)
