"""The call behind an answer: where it went and what was sent, ready to be written in any language."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aitunnel_jupyter.errors import SnippetProblem
from aitunnel_jupyter.gateway.wire.values import whole_text
from aitunnel_jupyter.redaction import without_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aitunnel_jupyter.answer import Answer

LARGE = 4_096
"""Characters of a ``data:`` URL from which on its bytes go into a file, if the program becomes one."""

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")


class Attached(str):
    """A ``data:`` URL whose bytes lie in a file beside the program; as text, what stands for it in JSON."""

    __slots__ = ("file", "kind")
    file: str
    kind: str

    def __new__(cls, file: str, kind: str) -> Self:
        """The bytes of ``file``, which are of the media type ``kind``."""
        attached = super().__new__(cls, f"data:{kind};base64,{{{file}}}")
        attached.file, attached.kind = file, kind
        return attached


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one server."""

    base_url: str
    payload: Mapping[str, Any]
    """What is sent, streaming; its large data are :class:`Attached` if the program has files."""
    file: str
    """What the program is called in its own comments."""
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"{self.base_url}/chat/completions"


def call_of(answer: Answer, file: str, *, with_files: bool = False) -> Call:
    """The call that an answer came from, as one that streams.

    Args:
        answer: Whole or not.
        file: The program's name; files beside it begin as it does.
        with_files: Put large data into files instead of the program.

    Raises:
        SnippetProblem: The answer does not know its request, or it cannot be written as JSON.
    """
    facts = answer.facts
    if not facts.prompt_messages or not facts.fields.get("model"):
        raise SnippetProblem("snippet.nothing")
    fields = dict(facts.fields)
    payload = {"model": fields.pop("model"), "messages": [dict(message) for message in facts.prompt_messages]} | fields
    if not payload.get("stream"):  # --no-stream was about the cell
        payload |= {"stream": True, "stream_options": {"include_usage": True}}
    payload = without_keys(_as_sent(payload))
    files: dict[str, bytes] = {}
    if with_files:
        payload = _put_aside(payload, _free_stem(file, payload), files)
    return Call(facts.base_url, payload, file, files)


def _as_sent(payload: dict[str, Any]) -> Any:
    """The payload as the server read it: lone surrogates are U+FFFD, tuples are lists."""
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise SnippetProblem("snippet.number", number="NaN, Infinity") from None
    return json.loads(whole_text(text))


def _free_stem(file: str, payload: Any) -> str:
    """What the files' names begin with: the program's, in a form that no prompt has where one stands for a file."""
    stem = re.sub(r"[^\w-]", "_", file.partition(".")[0], flags=re.ASCII)
    text = json.dumps(payload)
    while f"{{{stem}_" in text:
        stem += "_"
    return stem


def _put_aside(value: Any, stem: str, files: dict[str, bytes]) -> Any:
    if isinstance(value, dict):
        return {name: _put_aside(inner, stem, files) for name, inner in value.items()}
    if isinstance(value, list):
        return [_put_aside(inner, stem, files) for inner in value]
    return _attached(value, stem, files) if isinstance(value, str) and len(value) > LARGE else value


def _attached(text: str, stem: str, files: dict[str, bytes]) -> str:
    """``text`` as a file, if it is nothing but base64 of one."""
    head = _DATA_URL.match(text)
    if head is None:
        return text
    try:
        content = base64.b64decode(text[head.end() :], validate=True)
    except binascii.Error:
        return text
    if base64.b64encode(content).decode() != text[head.end() :]:
        return text  # padded in a way of its own: the program would send something else
    from mimetypes import guess_extension

    known = next((name for name, there in files.items() if there == content), None)
    name = known or f"{stem}_{_what(head[1])}_{len(files) + 1}{guess_extension(head[1]) or '.bin'}"
    files[name] = content
    return Attached(name, head[1])


def _what(kind: str) -> str:
    return {"image": "picture", "audio": "audio", "video": "video"}.get(kind.partition("/")[0], "file")
