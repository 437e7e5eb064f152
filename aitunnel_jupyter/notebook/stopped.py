"""How ■ ends a cell: one line, and Run All stops."""

from __future__ import annotations

import sys

from aitunnel_jupyter.code_page import encodable
from aitunnel_jupyter.messages import say


class Stopped(KeyboardInterrupt):
    """The person stopped the answer. IPython shows just the lines of ``_render_traceback_`` (7.34 to 9.18)."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(say("stopped", language))

    def _render_traceback_(self) -> list[str]:
        return [encodable(str(self), sys.stdout)]
