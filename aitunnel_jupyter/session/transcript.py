"""A conversation as a file: Markdown for people, JSON for programs, a notebook for Jupyter; and back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import TranscriptProblem
from aitunnel_jupyter.redaction import without_keys
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.record import answer_from, facts_as_json, prompt_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_MARK = "<!-- ai:{role}{model} -->"
_BEGIN, _SHIELDED = "<!-- ai:", "<!-- ai :"
_MARKED = re.compile(r"^<!-- ai:(?P<role>system|user|assistant)(?: (?P<model>[^\s>]+))? -->\n", re.MULTILINE)


def export(conversation: Conversation, path: Path) -> None:
    """Write a conversation; the name's ending says how: ``.md``, ``.json`` or ``.ipynb``.

    Raises:
        TranscriptProblem: Another ending, or the file cannot be written.
    """
    makers = {".md": as_markdown, ".json": as_json, ".ipynb": as_notebook}
    make = makers.get(path.suffix.lower())
    if make is None:
        raise TranscriptProblem("transcript.ending", path=path.name)
    try:
        path.write_text(make(conversation), encoding="utf-8", errors="replace")
    except OSError as error:
        raise TranscriptProblem("transcript.file", path=path, why=error.strerror or error) from None


def load(path: Path, name: str) -> Conversation:
    """Read what :func:`export` wrote, or a bare list of messages as the API takes it.

    Raises:
        TranscriptProblem: The file cannot be read or holds no conversation.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise TranscriptProblem("transcript.file", path=path, why=why) from None
    readers = {".md": _messages_of_markdown, ".ipynb": _messages_of_notebook}
    try:
        messages = readers.get(path.suffix.lower(), _messages_of_json)(text)
        conversation = _conversation(name, messages)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TranscriptProblem("transcript.empty", path=path.name) from None
    if not conversation.turns and not conversation.system:
        raise TranscriptProblem("transcript.empty", path=path.name)
    return conversation


def as_markdown(conversation: Conversation) -> str:
    """Each message under a comment that says whose it is; the comments do not show."""
    parts = []
    for message in _messages(conversation):
        model = f" {message['model']}" if message.get("model") else ""
        # A text that speaks of such marks must not become a turn of its own when the file is read.
        text = prompt_text(message).replace(_BEGIN, _SHIELDED)
        parts.append(_MARK.format(role=message["role"], model=model) + "\n" + text)
    return "\n\n".join(parts) + "\n"


def as_json(conversation: Conversation) -> str:
    """Messages as the API takes them; what an answer knows besides is under ``aitunnel``."""
    whole = {"name": conversation.name, "messages": list(_messages(conversation))}
    return json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n"


def as_notebook(conversation: Conversation) -> str:
    """Prompts as ``%%ai`` cells, answers below them as Markdown."""
    cells: list[dict[str, Any]] = []
    for number, message in enumerate(_messages(conversation)):
        text = prompt_text(message)
        is_prompt = message["role"] == "user"
        if is_prompt:
            text = f"%%ai -c {conversation.name}\n{text}"
        cell: dict[str, Any] = {
            "id": f"ai-{number}",
            "cell_type": "code" if is_prompt else "markdown",
            "metadata": {"aitunnel": {"message": dict(message)}},
            "source": text,
        }
        cells.append(cell | {"outputs": [], "execution_count": None} if is_prompt else cell)
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n"


def _messages(conversation: Conversation) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = without_keys(list(_exact_messages(conversation)))
    return messages


def _exact_messages(conversation: Conversation) -> Iterable[dict[str, Any]]:
    if conversation.system:
        yield {"role": "system", "content": conversation.system}
    for said in conversation.turns:
        yield dict(said.message)
        facts = json.loads(facts_as_json(said.answer))
        yield {
            "role": "assistant",
            "content": said.answer.text,
            "model": said.answer.model,
            "aitunnel": {"facts": facts, "hidden": said.hidden},
        }


def _messages_of_json(text: str) -> list[Mapping[str, Any]]:
    whole = json.loads(text)
    messages = whole["messages"] if isinstance(whole, dict) else whole
    if not isinstance(messages, list):
        raise TypeError
    return messages


def _messages_of_notebook(text: str) -> list[Mapping[str, Any]]:
    return [
        cell["metadata"]["aitunnel"]["message"]
        for cell in json.loads(text)["cells"]
        if "message" in cell.get("metadata", {}).get("aitunnel", {})
    ]


def _messages_of_markdown(text: str) -> list[Mapping[str, Any]]:
    marks = list(_MARKED.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [
        {
            "role": mark["role"],
            "content": text[mark.end() : end].strip("\n").replace(_SHIELDED, _BEGIN),
            "model": mark["model"] or "",
        }
        for mark, end in zip(marks, ends, strict=True)
    ]


def _conversation(name: str, messages: Iterable[Mapping[str, Any]]) -> Conversation:
    conversation = Conversation(name)
    asked: Mapping[str, Any] | None = None
    for message in messages:
        if message["role"] == "system":
            conversation.system = prompt_text(message)
        elif message["role"] == "user":
            asked = {"role": "user", "content": message["content"]}
        elif message["role"] == "assistant" and asked is not None:
            conversation.turns.append(_said(asked, message))
            asked = None
    return conversation


def _said(asked: Mapping[str, Any], message: Mapping[str, Any]) -> Said:
    more = message.get("aitunnel") or {}
    text, model = prompt_text(message), str(message.get("model") or "")
    answer = answer_from(text, json.dumps(more["facts"])) if more.get("facts") else Answer(text, model=model)
    return Said(asked, answer, hidden=bool(more.get("hidden")))
