"""The vocabulary of vendors: JSON chunks → deltas and the facts of an answer.

Every quirk of every server lives in this folder and nowhere else (shared list: rules 3 to 8 of the wire notes, seen
2026-11-22 and 2026-11-26 on AITUNNEL's documentation, OpenRouter, DeepSeek, Mistral, vLLM, llama.cpp and others).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Facts, Notice
from aitunnel_jupyter.gateway.wire.choices import Choices, body_of, listed, reason_of, said, usage_in
from aitunnel_jupyter.gateway.wire.citations import CitationFold
from aitunnel_jupyter.gateway.wire.content import Content, content_of
from aitunnel_jupyter.gateway.wire.delta import Delta, is_blank, summed
from aitunnel_jupyter.gateway.wire.envelope import opened
from aitunnel_jupyter.gateway.wire.failures import (
    MESSAGE_CHARACTERS,
    Failure,
    failure_from,
    failure_in,
    is_told,
    json_or_text,
)
from aitunnel_jupyter.gateway.wire.json_text import read_json, values_in
from aitunnel_jupyter.gateway.wire.reasoning import ReasoningFold
from aitunnel_jupyter.gateway.wire.sse import Event
from aitunnel_jupyter.gateway.wire.text import TextFold
from aitunnel_jupyter.gateway.wire.tool_calls import ToolCallFold
from aitunnel_jupyter.gateway.wire.values import label, whole_text
from aitunnel_jupyter.usage import Usage, usage_from

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fold:
    """Collects events into the facts of one answer.

    Example:
        >>> from aitunnel_jupyter.gateway.wire.sse import Event
        >>> fold = Fold()
        >>> fold.add(Event('{"choices": [{"delta": {"content": "Hi"}}]}'))
        Delta(text='Hi', reasoning='')
        >>> fold.text
        'Hi'
    """

    def __init__(self) -> None:
        self.model = ""
        self.request_id: str | None = None
        self.usage: Usage | None = None
        self.usage_is_last = False
        """Whether usage came after the end of the text, as the last thing: nothing else is to be waited for."""
        self.finish_reason: str | None = None
        """The last one that came, whether it meant the end or not."""
        self.done = False
        """Whether ``[DONE]`` came."""
        self.failure: Failure | None = None
        self.skipped = 0
        """Chunks that could not be read."""
        self.understood = 0
        """Chunks that had something an answer is made of."""
        self.pieces = 0
        """Pieces of text, reasoning, calls and pictures so far."""
        self.went_on = False
        """Whether a piece came after a finish reason: this server's reasons are not the end."""
        self.finished_beside_piece = False
        """Whether the last finish reason came in one chunk with a piece."""
        self._messages = 0
        self._is_streamed = False  # in deltas
        self._is_open = True  # no finish reason since the last piece
        self._text = TextFold()
        self._reasoning = ReasoningFold()
        self._tools = ToolCallFold()
        self._tools_came_in_deltas = False
        self._citations = CitationFold()
        self._images: dict[str, None] = {}
        self._choices = Choices()
        self._words = ""  # what a server said without any JSON, most likely why it failed

    @property
    def text(self) -> str:
        """The answer so far."""
        return self._text.split(is_whole=self.ended)[0]

    @property
    def reasoning(self) -> str:
        """The reasoning so far: from fields of its own, and from the beginning of the text."""
        thought = self._text.split(is_whole=self.ended)[1]
        told = self._reasoning.text
        if not told or not thought or thought in told:
            return told or thought
        return thought if told.strip() in thought else f"{told}\n\n{thought}"

    @property
    def ended(self) -> bool:
        """Whether the server said that the answer is over, and something of it had come."""
        return not self._is_open or (self.done and self.pieces > 0)

    @property
    def has_answer(self) -> bool:
        """Whether there is more than reasoning: text, a call, a picture."""
        return bool(self._text or self._tools or self._images)

    @property
    def is_completion(self) -> bool:
        """Whether what came is one whole message, which needs no reason to be over."""
        return self._messages == 1 and not self._is_streamed

    def facts(self) -> Facts:
        """Everything but the text, as known now."""
        is_complete = self.ended and self.failure is None
        return Facts(
            model=self.model,
            usage=self.usage if self.usage is None or is_complete else self.usage.of_incomplete(),
            finish_reason=self.finish_reason if self.ended else None,
            reasoning=self.reasoning,
            tool_calls=self._tools.calls(),
            citations=self._citations.all(),
            images=tuple(self._images),
            request_id=self.request_id,
            complete=is_complete,
            notices=(Notice("skipped", str(self.skipped)),) if self.skipped else (),
        )

    def add(self, event: Event) -> Delta | None:
        """Take one event; returns what it added, ``None`` if it added no text."""
        data = event.data
        try:
            chunk, end = read_json(data)
        except (ValueError, RecursionError):
            return self._add_unusual(event)
        if end != len(data) or type(chunk) is not dict or event.type == "error":
            return self._add_unusual(event)
        return self.take(chunk)

    def take(self, chunk: Mapping[str, Any]) -> Delta | None:
        """Take one chunk, or a whole completion, that is already parsed."""
        choices = chunk.get("choices")
        if not choices or type(choices) is not list:  # nearly no chunk there is
            chunk = opened(chunk)
            choices = listed(chunk.get("choices"))
        if (model := chunk.get("model")) and model != self.model:
            self.model = label(model) or self.model
        if self.request_id is None and (request_id := chunk.get("id")):
            self.request_id = label(request_id) or None
        before, delta = self.pieces, None
        reason = reason_of(chunk) if not choices or "finish_reason" in chunk else ""
        if choices:
            for choice in self._choices.followed(choices):
                delta = summed(delta, self._take_choice(choice, reason))
        elif reason or isinstance(chunk.get("message"), dict) or isinstance(chunk.get("delta"), dict):  # as Ollama does
            delta = self._take_choice(chunk)
            self.done = self.done or chunk.get("done") is True
            self._is_streamed = self._is_streamed or chunk.get("done") is False
        if failure := failure_in(chunk):
            self._fail(failure)
        self._citations.take(chunk)
        self._take_usage(chunk, choices, is_late=self.pieces == before)
        return delta

    def close(self) -> Delta | None:
        """At the end of the stream: what waited for more."""
        delta = None
        for choice in self._choices.left():
            delta = summed(delta, self._take_choice(choice))
        text, thought = self._text.close()
        reasoning = self._reasoning.close() or ("" if self._reasoning else thought)
        if self._words and not self.ended:
            self._fail(Failure(self._words))
        return summed(delta, Delta(text, reasoning) if text or reasoning else None)

    def say(self, words: str) -> None:
        """Words of a server outside any chunk: they are the reason if the answer does not come to its end."""
        self._words = whole_text(words[:MESSAGE_CHARACTERS])

    # --- chunks -------------------------------------------------------------------------------------------------

    def _take_choice(self, choice: Mapping[str, Any], reason: str = "") -> Delta | None:
        """Take one choice; ``reason`` stands beside it."""
        self.understood += 1
        before = self.pieces
        delta = self._take_carrier(choice)
        has_piece = self.pieces != before
        if has_piece and not is_blank(delta):
            self.went_on = self.went_on or not self._is_open
            self._is_open = True
            self.usage_is_last = False
        if reason := reason_of(choice) or reason:
            self.finished_beside_piece = has_piece
            self._finish(reason, choice)
        if is_told(error := said(choice, "error")):
            self._fail(failure_from(error))
        return delta

    def _take_carrier(self, choice: Mapping[str, Any]) -> Delta | None:
        if body := body_of(choice.get("delta")):
            self._is_streamed = True
            return self._take_body(body)
        if body := body_of(choice.get("message")):
            self._messages += 1
            return self._take_body(body, is_message=True, is_last=bool(reason_of(choice)))
        text = choice.get("text") or choice.get("content")
        return self._take_body({"content": text}) if isinstance(text, (str, list)) else None

    def _take_body(self, body: Mapping[str, Any], *, is_message: bool = False, is_last: bool = False) -> Delta | None:
        content = content_of(body)
        text = thought = ""
        if content.text:
            if is_message:
                text, thought = self._text.take_message(content.text, is_last=is_last)
                self.pieces += bool(text or thought)
            else:
                text, thought = self._text.take(content.text)
                self.pieces += 1
        is_text_alone = bool(text) and len(body) == 1 and type(body.get("content")) is str
        reasoning = "" if is_text_alone else self._take_extras(body, content, is_message=is_message)
        if thought and not self._reasoning:
            reasoning = thought
        return Delta(text, reasoning) if text or reasoning else None

    def _take_extras(self, body: Mapping[str, Any], content: Content, *, is_message: bool) -> str:
        """Everything of a delta but its text; returns the reasoning."""
        reasoning = ""
        if content.reasoning:
            reasoning = self._reasoning.take("message" if is_message else content.source, content.reasoning)
            self.pieces += bool(reasoning)
        for image in content.images:
            self.pieces += image not in self._images
            self._images[image] = None
        if not (is_message and self._tools_came_in_deltas):
            calls = self._tools.add(body.get("tool_calls")) + self._tools.add(body.get("function_call"))
            self._tools_came_in_deltas = self._tools_came_in_deltas or (calls > 0 and not is_message)
            self.pieces += calls
        self._citations.take(body)
        return reasoning

    def _take_usage(self, chunk: Mapping[str, Any], choices: Any, *, is_late: bool) -> None:
        raw = usage_in(chunk, choices)
        if not isinstance(raw, dict):
            return
        self.understood += 1
        usage = usage_from(raw)
        if usage.says_something:
            self.usage = usage.after(self.usage)
            # With choices beside it, and without a cost, it may be one that is sent with every chunk.
            self.usage_is_last = (self.ended or self.done) and is_late and (not choices or usage.cost is not None)

    # --- the end, and what goes wrong ---------------------------------------------------------------------------

    def _finish(self, reason: str, choice: Mapping[str, Any]) -> None:
        self.finish_reason = reason
        self._is_open = False
        if reason == "error" and self.failure is None:
            self._fail(Failure(label(said(choice, "native_finish_reason")) or reason))

    def _fail(self, failure: Failure) -> None:
        if self.failure is None or self.failure.message == "error":
            self.failure = failure

    def _add_unusual(self, event: Event) -> Delta | None:
        """Take an event that is not one JSON object and nothing else."""
        if event.type == "error":
            self._fail(failure_from(json_or_text(event.data)))
            return None
        values, rest = values_in(event.data)
        delta = None
        for value in values:
            delta = summed(delta, self._take_value(value))
        if rest == "[DONE]":
            self.done = True
        elif rest and not rest.startswith(":") and event.type not in _UNREAD:  # else a keepalive put into data
            self._skip(rest)
        return delta

    def _take_value(self, value: Any) -> Delta | None:
        if isinstance(value, str) and value.startswith("{"):  # JSON, packed once more as a text
            return self._add_unusual(Event(value))
        chunks = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
        chunks = [chunk for chunk in chunks if isinstance(chunk, dict)]
        if not chunks:
            self._skip(value if isinstance(value, str) else "")
        delta = None
        for chunk in chunks:
            delta = summed(delta, self.take(chunk))
        return delta

    def _skip(self, words: str) -> None:
        self.skipped += 1
        if words and words[0] not in "{[":
            self.say(words)


_UNREAD = frozenset({"bare", "ping", "heartbeat", "keepalive", "keep-alive"})
"""Events whose words mean nothing."""
