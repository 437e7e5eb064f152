"""The vocabulary of vendors: JSON chunks → deltas and the facts of an answer.

Every quirk of every server lives here and nowhere else (shared list: rules 3 to 8 of the wire notes, seen
2026-11-22 on AITUNNEL's documentation, OpenRouter, DeepSeek, Mistral, vLLM and llama.cpp).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Facts, Notice
from aitunnel_jupyter.gateway.wire.delta import Delta
from aitunnel_jupyter.gateway.wire.failures import Failure, error_fields, failure_from, json_or_text
from aitunnel_jupyter.gateway.wire.tool_calls import ToolCallFold
from aitunnel_jupyter.usage import Usage, usage_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aitunnel_jupyter.gateway.wire.sse import Event


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
        self.finish_reason: str | None = None
        self.done = False
        """Whether ``[DONE]`` came."""
        self.failure: Failure | None = None
        self.skipped = 0
        """Chunks that could not be read."""
        self.understood = 0
        """Chunks that had something an answer is made of."""
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._reasoning_source = ""
        self._tools = ToolCallFold()
        self._citations: list[Mapping[str, Any]] = []
        self._images: list[str] = []
        self._half = ""  # the first half of a surrogate pair whose second half is in the next chunk

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        return "".join(self._reasoning)

    @property
    def ended(self) -> bool:
        """Whether the server said that the answer is over."""
        return self.done or self.finish_reason is not None

    def facts(self) -> Facts:
        """Everything but the text, as known now."""
        return Facts(
            model=self.model,
            usage=self.usage,
            finish_reason=self.finish_reason,
            reasoning=self.reasoning,
            tool_calls=self._tools.calls(),
            citations=tuple(self._citations),
            images=tuple(self._images),
            request_id=self.request_id,
            complete=self.ended and self.failure is None,
            notices=(Notice("skipped", str(self.skipped)),) if self.skipped else (),
        )

    def add(self, event: Event) -> Delta | None:
        """Take one event; returns what it added, ``None`` if it added no text."""
        data = event.data
        if event.type == "error":
            self._fail(json_or_text(data))
            return None
        if data == "[DONE]":
            self.done = True
            return None
        try:
            chunk = _parse(data)
        except (ValueError, RecursionError):
            self._add_unreadable(data.strip())
            return None
        if not isinstance(chunk, dict):
            self.skipped += 1
            return None
        delta = self.take(chunk)
        return self._with_whole_characters(delta) if self._half or "\\u" in data else self._keep(delta)

    def take(self, chunk: Mapping[str, Any]) -> Delta | None:
        """Take one chunk, or a whole completion, that is already parsed; text is returned, not yet kept."""
        if (model := chunk.get("model")) and model != self.model:
            self.model = str(model)
        if self.request_id is None and chunk.get("id"):
            self.request_id = str(chunk["id"])
        if isinstance(usage := chunk.get("usage"), dict):
            self.usage = usage_from(usage)
            self.understood += 1
        if error := chunk.get("error"):
            self._fail(error)
        elif "error_type" in chunk or "error_message" in chunk:
            self._fail(error_fields(chunk))
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choice := choices[0], dict):
            return None
        return self._take_choice(choice)

    def _take_choice(self, choice: Mapping[str, Any]) -> Delta | None:
        self.understood += 1
        if error := choice.get("error"):
            self._fail(error)
        if reason := choice.get("finish_reason"):
            self._finish(str(reason), choice)
        body = choice.get("delta")
        if isinstance(body, dict) and body:
            return self._take_body(body)
        body = choice.get("message")
        if isinstance(body, dict) and body:
            # A last chunk may repeat the whole message (seen 2026-11-22): only what is new counts.
            return self._take_body({k: v for k, v in body.items() if not self._has(k)})
        if isinstance(body := choice.get("text"), str) and body:
            return Delta(body)
        return None

    def _take_body(self, body: Mapping[str, Any]) -> Delta | None:
        content = body.get("content")
        text = content if isinstance(content, str) else ""
        reasoning = ""
        if content and not text:
            text, reasoning = self._parts(content)
        if not text and isinstance(refusal := body.get("refusal"), str):
            text = refusal
        if len(body) > 1 or content is None:  # more than the content
            reasoning = self._take_extras(body) or reasoning
        return Delta(text, reasoning) if text or reasoning else None

    def _take_extras(self, body: Mapping[str, Any]) -> str:
        if isinstance(calls := body.get("tool_calls"), list):
            self._tools.add(call for call in calls if isinstance(call, dict))
        for annotation in _dicts(body.get("annotations")):
            self._citations.append(annotation.get("url_citation") or annotation)
        for image in _dicts(body.get("images")):
            self._add_image(image)
        return self._reasoning_of(body)

    def _parts(self, content: Any) -> tuple[str, str]:
        """Text and reasoning of ``content`` given as parts (Mistral's and some image models' way)."""
        text: list[str] = []
        reasoning: list[str] = []
        for part in content if isinstance(content, list) else [content]:
            if isinstance(part, str):
                text.append(part)
            elif isinstance(part, dict) and part.get("type") == "thinking":
                reasoning.append(_text_of(part.get("thinking")))
            elif isinstance(part, dict) and "image_url" in part:
                self._add_image(part)
            else:
                text.append(_text_of(part))
        return "".join(text), "".join(reasoning)

    def _add_image(self, image: Mapping[str, Any]) -> None:
        url = image.get("image_url")
        url = url.get("url") if isinstance(url, dict) else url or image.get("url")
        if isinstance(url, str) and url not in self._images:
            self._images.append(url)

    def _reasoning_of(self, body: Mapping[str, Any]) -> str:
        """The reasoning from the best of the three fields vendors use; the same text is never taken twice."""
        for source in ("reasoning", "reasoning_content", "reasoning_details"):
            if text := _text_of(body.get(source)):
                repeats = self._reasoning_source not in {"", source} and self.reasoning.endswith(text)
                self._reasoning_source = source
                return "" if repeats else text
        return ""

    def _has(self, part: str) -> bool:
        if part in {"content", "refusal"}:
            return bool(self._text)
        if part.startswith("reasoning"):
            return bool(self._reasoning)
        return part == "tool_calls" and bool(self._tools)

    def _finish(self, reason: str, choice: Mapping[str, Any]) -> None:
        self.finish_reason = reason
        if reason == "error" and self.failure is None:
            self._fail(choice.get("native_finish_reason") or reason)

    def _fail(self, error: Any) -> None:
        if self.failure is None or self.failure.message == "error":
            self.failure = failure_from(error)

    def _add_unreadable(self, data: str) -> None:
        if data == "[DONE]":
            self.done = True
        elif data and not data.startswith(":"):  # else a keepalive that some proxies put into data
            self.skipped += 1

    def _keep(self, delta: Delta | None) -> Delta | None:
        if delta is not None:
            if delta.text:
                self._text.append(delta.text)
            if delta.reasoning:
                self._reasoning.append(delta.reasoning)
        return delta

    def _with_whole_characters(self, delta: Delta | None) -> Delta | None:
        r"""Join a ``\ud83d`` that came in one chunk with its ``\ude00`` in the next; a lone half becomes U+FFFD."""
        if delta is None or not (delta.text or delta.reasoning):
            return self._keep(delta)
        text, self._half = _join_surrogates(self._half + delta.text)
        reasoning, _ = _join_surrogates(delta.reasoning)
        return self._keep(Delta(text, reasoning))


_raw_decode = json.JSONDecoder().raw_decode


def _parse(data: str) -> Any:
    """``json.loads`` without its detours: nearly every chunk is JSON from its first character to its last."""
    try:
        value, end = _raw_decode(data)
    except ValueError:
        return json.loads(data)
    return value if end == len(data) else json.loads(data)


_HIGH_AT_END = re.compile("[\ud800-\udbff]\\Z")


def _join_surrogates(text: str) -> tuple[str, str]:
    half = text[-1] if _HIGH_AT_END.search(text) else ""
    whole = text[: len(text) - len(half)]
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), half


def _dicts(value: Any) -> Iterable[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text_of(value: Any) -> str:
    """The text in a string, in ``{"text": …}``, or in a list of either (``reasoning_details``)."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        text = value.get("text") or value.get("summary") or value.get("content")
        return text if isinstance(text, str) else ""
    return "".join(_text_of(item) for item in value) if isinstance(value, list) else ""
