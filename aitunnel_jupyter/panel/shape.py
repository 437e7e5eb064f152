"""Turns as the front end knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.rendering.page import footer

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.panel.follower import Follower
    from aitunnel_jupyter.panel.tree import Node


def shape(node: Node, follower: Follower | None, error: str) -> dict[str, Any]:
    """One turn.

    Args:
        node: The turn.
        follower: What follows it while it runs.
        error: The line to show if it went wrong.
    """
    index, count = node.place
    shaped = {
        "id": node.id, "prompt": node.prompt, "chips": node.chips, "text": "", "reasoning": "", "state": "failed",
        "note": "", "footer": "", "error": error, "model": "", "hidden": False, "images": [], "tools": [],
        "variant": {"index": index, "count": count},
    }  # fmt: skip
    if follower is not None:
        return shaped | running(follower)
    return shaped | (answered(node.said.answer) | {"hidden": node.said.hidden} if node.said else {})


def running(follower: Follower) -> dict[str, Any]:
    """What a turn on its way has so far."""
    text, reasoning = "".join(follower.text), "".join(follower.reasoning)
    state = "answering" if text else "thinking" if reasoning else "waiting"
    return {"text": text, "reasoning": reasoning, "state": state, "note": follower.note, "error": "",
            "model": follower.turn.request.model}  # fmt: skip


def answered(answer: Answer) -> dict[str, Any]:
    """What a turn has in the end."""
    state = "complete" if answer.complete else "stopped" if answer.error == "stopped" else "failed"
    return {
        "text": answer.text, "reasoning": answer.reasoning, "state": state, "footer": footer(answer),
        "model": answer.model, "images": list(answer.images),
        "tools": [{"name": call.name, "arguments": call.arguments} for call in answer.tool_calls],
    }  # fmt: skip
