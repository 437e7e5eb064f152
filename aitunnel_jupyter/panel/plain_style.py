"""How a plain panel looks: JupyterLab's own colours, and ones that are legible on white and black elsewhere."""

from __future__ import annotations

from aitunnel_jupyter.rendering.style import STYLE as ANSWER_STYLE
from aitunnel_jupyter.rendering.style import WAIT_STYLE

_PANEL = """
.aitunnel-plain-style{display:none}
.aitunnel-plain{border:1px solid var(--jp-border-color2,#8885);border-radius:4px;padding:6px;overflow:hidden}
.aitunnel-plain p{margin:0}
.aitunnel-plain .jupyter-widgets{margin:0;width:auto;max-width:100%}
.aitunnel-plain .widget-html-content,.aitunnel-plain .widget-htmlmath-content{line-height:1.5;overflow-wrap:anywhere;min-width:0}
.aitunnel-plain-head{gap:8px;align-items:center;border-bottom:1px solid var(--jp-border-color2,#8885);padding-bottom:6px}
.aitunnel-plain .aitunnel-plain-model{flex:0 1 16em}
.aitunnel-plain .aitunnel-plain-facts{flex:1;text-align:right}
"""

STYLE: str = ANSWER_STYLE + WAIT_STYLE + f"<style>{_PANEL}</style>"
"""For one widget of the panel; it serves all of them."""
