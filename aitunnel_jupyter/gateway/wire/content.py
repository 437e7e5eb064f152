"""What a delta, or the message that some servers send instead, is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aitunnel_jupyter.gateway.wire.reasoning import PART_TYPES, reasoning_in
from aitunnel_jupyter.gateway.wire.values import MOST_ITEMS, label, text_of, whole_text


class Content(NamedTuple):
    """The parts of one delta."""

    text: str = ""
    reasoning: str = ""
    source: str = ""
    """The field the reasoning came in."""
    images: tuple[str, ...] = ()


def content_of(body: Mapping[str, Any]) -> Content:
    """The parts of a delta or message.

    Example:
        >>> content_of({"content": [{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "Hi"}]})
        Content(text='Hi', reasoning='hm', source='parts', images=())
    """
    content = body.get("content")
    if isinstance(content, str) and len(body) == 1:  # nearly every delta there is
        return Content(content)
    text, thought, images = _parts(content)
    if not text:
        text = _other_text(body)
    source, reasoning = reasoning_in(body)
    if thought and not reasoning:
        source, reasoning = "parts", thought
    return Content(text, reasoning, source, (*images, *_images(body.get("images"))))


def _parts(content: Any) -> tuple[str, str, tuple[str, ...]]:
    """Text, reasoning and pictures of ``content`` given as parts (Mistral's and some image models' way)."""
    if isinstance(content, str):
        return content, "", ()
    text: list[str] = []
    reasoning: list[str] = []
    images: list[str] = []
    for part in content if isinstance(content, list) else [content]:
        if not isinstance(part, dict):
            text.append(text_of(part))
        elif label(part.get("type")) in PART_TYPES or part.get("thought") is True:
            reasoning.append(text_of(part))
        elif "image_url" in part:
            images += _images([part])
        else:
            text.append(text_of(part))
    return "".join(text), "".join(reasoning), tuple(images)


def _other_text(body: Mapping[str, Any]) -> str:
    """Text in another field than ``content``: a refusal, the words of spoken audio."""
    audio = body.get("audio")
    found = (body.get("refusal"), audio.get("transcript") if isinstance(audio, Mapping) else None)
    return next((text for text in found if isinstance(text, str) and text), "")


def _images(listed: Any) -> Iterator[str]:
    for image in listed[:MOST_ITEMS] if isinstance(listed, list) else []:
        if isinstance(image, dict):
            url = image.get("image_url")
            url = url.get("url") if isinstance(url, dict) else url or image.get("url")
            if isinstance(url, str) and url:
                yield whole_text(url)
