"""Turns as the front end knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.redaction import without_keys
from aitunnel_jupyter.rendering.page import footer

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.panel.follower import Follower
    from aitunnel_jupyter.panel.tree import Node


RUNNING = frozenset({"waiting", "thinking", "answering"})
"""The states of a turn to which more will come."""


def shape(node: Node, language: str) -> dict[str, Any]:
    """One turn.

    Args:
        node: The turn.
        language: Of its footer.
    """
    index, count = node.place
    shaped = {
        "id": node.id, "prompt": node.prompt, "chips": node.chips, "text": "", "reasoning": "", "note": "",
        "state": "failed" if node.error else "stopped", "footer": "", "error": node.error, "model": node.model,
        "hidden": False, "images": [], "tools": [], "variant": {"index": index, "count": count},
    }  # fmt: skip
    if node.follower is not None:
        shaped |= _running(node.follower)
    elif node.said is not None:
        shaped |= {"hidden": node.said.hidden} | _answered(node.said.answer.replace_facts(language=language))
    masked: dict[str, Any] = without_keys(shaped)
    return masked


def _running(follower: Follower) -> dict[str, Any]:
    """What a turn on its way has so far."""
    text, reasoning = "".join(follower.text), "".join(follower.reasoning)
    state = "answering" if text else "thinking" if reasoning else "waiting"
    model = follower.turn.request.model if follower.turn else ""
    return {"text": text, "reasoning": reasoning, "state": state, "note": follower.note, "error": "", "model": model}


def _answered(answer: Answer) -> dict[str, Any]:
    """What a turn has in the end."""
    state = "complete" if answer.complete else "stopped" if answer.error == "stopped" else "failed"
    return {
        "text": answer.text, "reasoning": answer.reasoning, "state": state, "footer": footer(answer),
        "model": answer.model, "images": list(answer.images),
        "tools": [{"name": call.name, "arguments": call.arguments} for call in answer.tool_calls],
    }  # fmt: skip
