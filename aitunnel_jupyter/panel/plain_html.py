"""What of a turn a plain panel shows beside the answer; everything that was typed or told is escaped."""

from __future__ import annotations

import html
from typing import Any

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.rendering.page import pictures_html


def prompt_html(turn: dict[str, Any]) -> str:
    """The prompt as it was typed, and the names of what goes along."""
    chips = " · ".join(str(chip.get("label", "")) for chip in turn.get("chips") or [])
    along = f'<p class="aitunnel-note">{escaped(chips)}</p>' if chips else ""
    return f'<div class="aitunnel-text">{escaped(turn.get("prompt", ""))}</div>{along}'


def ending_html(turn: dict[str, Any], language: str) -> str:
    """Pictures, tools, what went wrong, and the facts on one line."""
    tools = "".join(
        f"<details><summary>{escaped(say('plain.tool', language, name=tool.get('name')))}</summary>"
        f"<div>{escaped(tool.get('arguments'))}</div></details>"
        for tool in turn.get("tools") or []
    )
    error = turn.get("error") or (say("plain.failed", language) if turn.get("state") == "failed" else "")
    failed = f'<p class="aitunnel-plain-error">{escaped(error)}</p>' if error else ""
    variant = turn.get("variant") or {}
    facts = [turn.get("footer", "")]
    facts += [say("plain.hidden", language)] if turn.get("hidden") else []
    facts += [say("plain.variant", language, **variant)] if variant.get("count", 1) > 1 else []
    note = " · ".join(filter(None, facts))
    pictures = pictures_html(Answer(images=tuple(turn.get("images") or ())))
    return pictures + tools + failed + (f'<p class="aitunnel-note">{escaped(note)}</p>' if note else "")


def escaped(value: object) -> str:
    """``value`` as HTML text.

    Example:
        >>> escaped("<b>")
        '&lt;b&gt;'
    """
    return html.escape(printable(str(value or "")))
