"""A conversation as a file: Markdown for people, JSON for programs, a notebook for Jupyter; and back.

What people see in it is made by :mod:`aitunnel_jupyter.rendering.safe_markdown`, and nothing of it is alive. What is
read back stands beside it, character by character: in a comment that does not show, or in a cell's metadata.
"""

from __future__ import annotations

import json
import os
import re
import stat
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import TranscriptProblem
from aitunnel_jupyter.redaction import without_keys
from aitunnel_jupyter.rendering.links import is_image
from aitunnel_jupyter.rendering.markdown import normal
from aitunnel_jupyter.rendering.safe_markdown import quoted, safe_markdown
from aitunnel_jupyter.session.conversation import Conversation, Said
from aitunnel_jupyter.session.file_facts import FILE, facts_of
from aitunnel_jupyter.session.record import facts_as_json, prompt_text
from aitunnel_jupyter.session.rows import storable
from aitunnel_jupyter.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_BYTES = 200 * 10**6
"""A larger file is no conversation of ours."""
DEEPEST = 60
"""Levels of JSON that are read; a message has about five."""

_MARKED = re.compile(r"^<!-- ai:(?P<role>system|user|assistant)(?: (?P<more>[^\n]+?))? -->\r?\n", re.MULTILINE)
# As files of 2026-11 have it: no JSON in the mark, and in a text the beginning of a mark with a blank in it.
_BEGIN, _SHIELDED = "<!-- ai:", "<!-- ai :"
_PLAIN_NAME = re.compile(r"[^\W_][\w.\-]*")
_KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def export(conversation: Conversation, path: Path, *, replace: bool = False) -> None:
    """Write a conversation; the name's ending says how: ``.md``, ``.json`` or ``.ipynb``.

    Raises:
        TranscriptProblem: Another ending, the file is there and not to be replaced, or it cannot be written.
    """
    make = MAKERS.get(path.suffix.lower())
    if make is None:
        raise TranscriptProblem("transcript.ending", path=path.name)
    try:
        write_whole(path, make(conversation).encode("utf-8", "replace"), replace=replace)
    except FileExistsError:
        raise TranscriptProblem("file.exists", path=path) from None
    except OSError as error:
        raise TranscriptProblem("transcript.file", path=path, why=error.strerror or error) from None


def load(path: Path, name: str) -> Conversation:
    """Read what :func:`export` wrote, or a bare list of messages as the API takes it.

    Raises:
        TranscriptProblem: The file cannot be read or holds no conversation.
    """
    readers = {".md": _messages_of_markdown, ".ipynb": _messages_of_notebook}
    try:
        messages = readers.get(path.suffix.lower(), _messages_of_json)(_text_of(path))
        conversation = _conversation(name, messages)
    except OSError as error:
        raise TranscriptProblem("transcript.file", path=path, why=error.strerror or type(error).__name__) from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise TranscriptProblem("transcript.empty", path=path.name) from None
    if not conversation.turns and not conversation.system:
        raise TranscriptProblem("transcript.empty", path=path.name)
    return conversation


def as_markdown(conversation: Conversation) -> str:
    """Each message under a comment that holds it; the comments do not show."""
    parts = []
    for message in _messages(conversation):
        role = message.pop("role")
        parts.append(f"<!-- ai:{role} {_inert(message)} -->\n\n{_shown(role, message)}".rstrip())
    return "\n\n".join(parts) + "\n"


def as_json(conversation: Conversation) -> str:
    """Messages as the API takes them; what an answer knows besides is under ``aitunnel``."""
    whole = {"name": storable(conversation.name), "messages": list(_messages(conversation))}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_notebook(conversation: Conversation) -> str:
    """Prompts as ``%%ai`` cells, answers below them as Markdown.

    A prompt that was not asked here is text: running a notebook must not ask what came with somebody's file. So is
    one with braces: they could name a variable now.
    """
    cells = []
    asked_here = [said.answer.facts.base_url != FILE for said in conversation.turns]
    for number, message in enumerate(_messages(conversation)):
        is_asked = message["role"] == "user" and asked_here.pop(0)
        text = normal(prompt_text(message))
        cell: dict[str, Any] = {"id": f"ai-{number}", "metadata": {"aitunnel": {"message": message}}}
        if is_asked and text.strip() and "{" not in text:
            code = f"{_first_line(conversation.name)}\n{text}"
            cell |= {"cell_type": "code", "source": code, "outputs": [], "execution_count": None}
        else:
            cell |= {"cell_type": "markdown", "source": _shown(message["role"], message)}
        cells.append(cell)
    whole = {"cells": cells, "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


MAKERS = {".md": as_markdown, ".json": as_json, ".ipynb": as_notebook}
"""Ending → the text of a conversation."""


def _first_line(name: str) -> str:
    return f"%%ai -c {name}" if _PLAIN_NAME.fullmatch(name) else "%%ai"


def _shown(role: str, message: Mapping[str, Any]) -> str:
    """What people see of a message; the pictures that came with an answer too."""
    text = prompt_text(message)
    if role != "assistant":
        return quoted(text)
    pictures = [f"![]({url})" for url in message["aitunnel"]["facts"]["images"] if is_image(url)]
    return "\n\n".join(filter(None, [safe_markdown(text), *pictures]))


def _messages(conversation: Conversation) -> Iterator[dict[str, Any]]:
    if conversation.system:
        yield {"role": "system", "content": _public(conversation.system)}
    for said in conversation.turns:
        yield {**_public(dict(said.message)), "role": "user"}
        facts = json.loads(facts_as_json(said.answer))
        if facts["usage"]:
            del facts["usage"]["balance"]
        yield {
            "role": "assistant",
            "content": _public(said.answer.text),
            "model": _public(said.answer.model),
            "aitunnel": {"facts": _public(facts), "hidden": said.hidden},
        }


def _public(value: Any) -> Any:
    """``value`` without keys, and without half characters, which no file can hold."""
    return _whole(without_keys(value))


def _inert(message: Mapping[str, Any]) -> str:
    """JSON that cannot end its comment, and in which no parser of Markdown looks for a formula, code or a tag."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r"\\\\|[<>&`$\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff]|(?<=-)-", _escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0][0]):04x}"


def _text_of(path: Path) -> str:
    """The text of a regular file; a pipe or a device would be waited for, or not end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise TranscriptProblem("file.special", path=path)
    # Should it have become a pipe meanwhile, it is not waited for.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        content = file.read(MOST_BYTES + 1) if os.fstat(file.fileno()).st_size <= MOST_BYTES else None
    if content is None or len(content) > MOST_BYTES:
        raise TranscriptProblem("transcript.large", path=path, limit=MOST_BYTES // 10**6)
    return content.decode("utf-8-sig")


def _json(text: str) -> Any:
    """JSON of a depth that a message can have, with numbers that are numbers.

    Raises:
        ValueError: It is not.
    """

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    whole = json.loads(text, parse_constant=refuse)
    level = [whole]
    for _ in range(DEEPEST):
        level = [one for value in level for one in _inside(value)]
        if not level:
            return whole
    raise ValueError


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _messages_of_json(text: str) -> list[Any]:
    whole = _json(text)
    messages = whole["messages"] if isinstance(whole, dict) else whole
    if not isinstance(messages, list):
        raise TypeError
    return messages


def _messages_of_notebook(text: str) -> list[Any]:
    found = []
    for cell in _json(text)["cells"]:
        ours = cell["metadata"].get("aitunnel") if isinstance(cell["metadata"], dict) else None
        if isinstance(ours, dict) and "message" in ours:
            found.append(ours["message"])
    return found


def _messages_of_markdown(text: str) -> list[Any]:
    marks = list(_MARKED.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [_marked(mark, text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def _marked(mark: re.Match[str], below: str) -> dict[str, Any]:
    more = mark["more"] or ""
    if more.startswith("{"):
        return {**_json(more), "role": mark["role"]}
    text = below.replace("\r\n", "\n").strip("\n").replace(_SHIELDED, _BEGIN)
    return {"role": mark["role"], "content": text, "model": more}


def _conversation(name: str, messages: list[Any]) -> Conversation:
    conversation = Conversation(name)
    asked: dict[str, Any] | None = None
    for message in messages:
        if message["role"] == "system":
            conversation.system = prompt_text(_checked(message))
        elif message["role"] == "user":
            asked = {"role": "user", **_checked(message)}
        elif message["role"] == "assistant" and asked is not None:
            conversation.turns.append(_said(asked, message))
            asked = None
    return conversation


def _checked(message: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a message, as the API takes it.

    Raises:
        TypeError: It is something else.
    """
    content = "" if message["content"] is None else message["content"]  # an answer of tool calls alone
    parts = content if isinstance(content, list) else []
    are_parts = all(isinstance(part, dict) and isinstance(part.get("type"), str) for part in parts)
    if not isinstance(content, (str, list)) or not are_parts:
        raise TypeError
    return {"content": _whole(content)}


def _whole(value: Any) -> Any:
    """``value`` without half characters."""
    if isinstance(value, dict):
        return {storable(name): _whole(one) for name, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, (list, tuple)) else storable(value)


def _said(asked: Mapping[str, Any], message: Mapping[str, Any]) -> Said:
    more = message.get("aitunnel")
    known = more if isinstance(more, dict) else {}
    facts = facts_of(known.get("facts"), message.get("model") or "")
    return Said(asked, Answer(prompt_text(_checked(message)), facts), hidden=known.get("hidden") is True)
