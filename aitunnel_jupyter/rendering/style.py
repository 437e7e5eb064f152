"""The one ``<style>`` of an answer.

What JupyterLab 4.6 does with it: in a cell that was run here (trusted) it is used as it is. In a notebook opened
from elsewhere (untrusted) the sanitiser drops ``<style>`` with its content and keeps the tags and classes;
GitHub and nbviewer do much the same. So nothing may depend on it: without it code has bold keywords, tables
have the front end's look, the reasoning is still folded in ``<details>``.

Colours are the front end's own (``--jp-mirror-editor-*``: JupyterLab, Notebook 7, nbconvert). The values behind
them, for VS Code and Colab, are of medium brightness: contrast 4 : 1 or more on white and on #111.
"""

from __future__ import annotations

_SCOPED = {
    # Three times the class is one more than any rule of JupyterLab has. Key: what must stand in the page.
    "<pre": "pre{font-family:var(--jp-code-font-family,monospace);margin:1em 0;padding:.7em 1em}"
    "pre{border-radius:4px;background:#8881;overflow:auto;white-space:pre}"
    "pre *{font:inherit;white-space:inherit;background:0;text-decoration:none}",
    "<b>": "pre b{color:var(--jp-mirror-editor-keyword-color,#283);font-weight:600}",
    "<i>": "pre i{color:var(--jp-mirror-editor-comment-color,#777);font-style:italic}",
    "<tt>": "tt,del{color:var(--jp-mirror-editor-string-color,#d44)}",
    "<del>": "tt,del{color:var(--jp-mirror-editor-string-color,#d44)}",
    "<var>": "var,ins{color:var(--jp-mirror-editor-number-color,#283)}",
    "<ins>": "var,ins{color:var(--jp-mirror-editor-number-color,#283)}",
    "<dfn>": "dfn{color:var(--jp-mirror-editor-def-color,#37e)}",
    "<a ": "a{overflow-wrap:break-word}",
    "<t": "td,th{text-align:left}",
    "<li c": "li[class]{list-style:none;margin-left:-1.2em}",
    "<details": "details div{max-height:20em;overflow:auto;border-left:2px solid;padding-left:1em}"
    "details div{white-space:pre-wrap}",
    "aitunnel-text": ".aitunnel-text{white-space:pre-wrap}",
    "<iframe": "iframe{width:100%;height:30em}",
}
_FREE = ".aitunnel details,.aitunnel-note,.aitunnel-wait{opacity:.65;font-size:.9em}"


def style_for(inner: str) -> str:
    """The style for a page that holds ``inner``: only the rules it needs, because every saved output carries them.

    Example:
        >>> len(style_for("<p>short</p>")) < 100 < len(style_for("<pre>code</pre>"))
        True
    """
    needed = dict.fromkeys(rule for mark, rule in _SCOPED.items() if mark in inner)
    scoped = ".aitunnel.aitunnel.aitunnel{" + "".join(needed) + "}" if needed else ""
    return f"<style>{scoped}{_FREE}</style>"


STYLE: str = style_for("".join(_SCOPED))
"""All rules: for the live view, whose first output serves everything that follows."""

WAIT_STYLE: str = (
    "<style>@media(prefers-reduced-motion:no-preference){.aitunnel-wait{animation:1s alternate infinite aitunnel}}"
    "@keyframes aitunnel{to{opacity:.3}}</style>"
)
"""Lets the waiting line breathe. Only for frames before the first word: it is not saved."""
