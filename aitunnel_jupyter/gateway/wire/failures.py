"""What servers say when something went wrong, in any of the shapes it comes in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from aitunnel_jupyter.redaction import scrub


class Failure(NamedTuple):
    """An error a server put into its stream or body."""

    message: str
    code: str = ""


def failure_from(error: Any) -> Failure:
    """A server's error, in any of the shapes they come in, as message and code.

    Example:
        >>> failure_from({"code": 502, "message": "Bad gateway", "metadata": {"raw": "overloaded"}})
        Failure(message='Bad gateway: overloaded', code='502')
    """
    if not isinstance(error, Mapping):
        return Failure(str(error))
    message = error.get("message") or error.get("msg") or error.get("detail") or error.get("type") or "error"
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    if isinstance(raw, str) and raw and raw not in str(message):
        message = f"{message}: {raw}"
    code = error.get("code") or error.get("status") or error.get("type") or ""
    return Failure(message if isinstance(message, str) else json.dumps(message, ensure_ascii=False), str(code))


def error_fields(chunk: Mapping[str, Any]) -> dict[str, Any]:
    """An error told in ``error_type`` and ``error_message`` instead of ``error``."""
    return {"type": chunk.get("error_type"), "message": chunk.get("error_message") or chunk.get("error_type")}


def json_or_text(data: str) -> Any:
    """The error in ``data``, parsed if it is JSON."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    return value.get("error", value) if isinstance(value, dict) else data


def page_title(body: str) -> str:
    """The title of a web page, or its first words; never the page.

    Example:
        >>> page_title("<html><title>502 Bad &amp; Gateway</title>…")
        '502 Bad & Gateway'
    """
    found = re.search(r"<(title|h1)[^>]*>(.*?)</\1", body[:65536], re.IGNORECASE | re.DOTALL)
    text = (
        found[2]
        if found
        else re.sub(r"<(script|style).*?</\1\s*>|<[^>]*>", " ", body[:65536], flags=re.IGNORECASE | re.DOTALL)
    )
    return scrub(" ".join(html.unescape(text).split()))[:80]  # a half of a key is not found any more


def error_text(body: str) -> str:
    """A body that is neither answer nor known error, short enough for a line.

    Example:
        >>> error_text('{"detail": "Not Found"}')
        'Not Found'
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return scrub(" ".join(body.split()))[:200]
    if isinstance(value, dict):
        value = value.get("detail") or value.get("message") or value
    return value if isinstance(value, str) else scrub(json.dumps(value, ensure_ascii=False))[:200]
