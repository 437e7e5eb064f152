"""Going on where an answer broke off: what is asked, and how both halves become one text."""

from __future__ import annotations

from dataclasses import replace

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.gateway.request import Request

GO_ON = (
    "Your last message was cut off. Go on exactly where it ends, in the same language and format, without repeating"
    " anything and without any introduction."
)
"""Sent as the person's turn: not every model behind the gateway can continue a message of its own."""

SHORTEST_OVERLAP = 12
"""Characters: models like to repeat the end of what they had said; less than this may be chance."""
LONGEST_OVERLAP = 400


def continuation_of(answer: Answer) -> Request:
    """The request that asks for the rest of an answer, with the parameters of the first one."""
    fields = dict(answer.facts.fields)
    model = str(fields.pop("model", answer.model))
    stream = bool(fields.pop("stream", True))
    fields.pop("stream_options", None)
    max_tokens = fields.pop("max_tokens", None)
    messages = (*answer.messages, {"role": "user", "content": GO_ON})
    request = Request(model, messages, max_tokens=max_tokens, stream=stream)
    return replace(request, extra=fields)


def whole(before: str, rest: Answer) -> Answer:
    """The answer that ``rest`` continues, as if it had never broken off: to the first prompt, in one piece."""
    return Answer(joined(before, rest.text), rest.facts, prompt_messages=rest.facts.prompt_messages[:-2])


def joined(before: str, after: str) -> str:
    """Both halves as one; what the second repeats of the first's end is left out.

    Example:
        >>> joined("The cat sat on the", "cat sat on the mat.")
        'The cat sat on the mat.'
    """
    for size in range(min(len(before), len(after), LONGEST_OVERLAP), SHORTEST_OVERLAP - 1, -1):
        if before.endswith(after[:size]):
            return before + after[size:]
    return before + after
