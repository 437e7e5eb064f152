"""What is asked: a frozen request, and the JSON it becomes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.values import whole_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aitunnel_jupyter.answer import Message

MODEL_NAME = re.compile(r"[\w.\-/:~]+")
"""Short names, presets, ``provider/model``, ``~author/family-latest``: never split (wire notes §3)."""

DEFAULT_TIMEOUT = 120.0
"""Seconds without any piece of an answer after which a stream counts as stalled; pings are none."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question.

    Args:
        model: Name as the server knows it.
        messages: The conversation, last message first to be answered.
        temperature: 0 to 2; ``None`` leaves it to the model, as every ``None`` here does.
        top_p: 0 to 1.
        max_tokens: Most tokens of the answer; the gateway reserves the price from it.
        seed: For servers that can repeat themselves.
        stop: Texts that end the answer.
        reasoning: Effort: ``none``, ``minimal``, ``low``, ``medium``, ``high``, ``xhigh``, ``max``; or the
            gateway's object, for example ``{"max_tokens": 2000}``.
        response_format: As in the API, e.g. ``{"type": "json_object"}``.
        extra: Any further fields of the request; they win over the ones above.
        stream: Whether the answer comes in deltas.
        timeout: Seconds without any piece of an answer before giving up.

    Example:
        >>> Request("gpt-5.2", ({"role": "user", "content": "Hi"},)).payload()["stream"]
        True
    """

    model: str
    messages: tuple[Message, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning: str | Mapping[str, Any] | None = None
    response_format: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = True
    timeout: float = DEFAULT_TIMEOUT

    @property
    def offers_functions(self) -> bool:
        """Whether the model may call functions of ours, so that calls can be the end of its answer."""
        tools = self.extra.get("tools")
        kinds = [tool.get("type") for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
        return "function" in kinds or bool(self.extra.get("functions"))

    def payload(self, *, usage_in_stream: bool = True) -> dict[str, Any]:
        """The JSON object to send.

        Args:
            usage_in_stream: Ask for usage with ``stream_options``; some servers reject the field.
        """
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": [dict(message) for message in self.messages],
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "stop": list(self.stop) or None,
            # The gateway documents this alias of reasoning.effort, and every other server knows it too.
            ("reasoning_effort" if isinstance(self.reasoning, str) else "reasoning"): self.reasoning,
            "response_format": dict(self.response_format) if self.response_format else None,
            "stream": self.stream,
            "stream_options": {"include_usage": True} if self.stream and usage_in_stream else None,
        }
        return {name: value for name, value in fields.items() if value is not None} | dict(self.extra)

    def fields(self) -> dict[str, Any]:
        """The payload without the messages: what is small enough to be remembered beside an answer."""
        return {name: value for name, value in self.payload().items() if name != "messages"}

    def body(self, *, usage_in_stream: bool = True) -> bytes:
        """The payload as UTF-8 JSON; lone surrogates of a prompt become U+FFFD."""
        text = json.dumps(self.payload(usage_in_stream=usage_in_stream), ensure_ascii=False, separators=(",", ":"))
        return whole_text(text).encode()
