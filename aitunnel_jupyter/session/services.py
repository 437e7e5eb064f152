"""Services that a request can use and that the catalogue has no price of: searching, pictures, speech, reading PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aitunnel_jupyter.gateway.request import Request

SEARCH, PICTURES, AUDIO, PDF = "search", "pictures", "audio", "pdf"
SERVICES = (SEARCH, PICTURES, AUDIO, PDF)
"""Those with a name of their own in ``%ai budget``; any other is called as the request calls it."""

_FREE_PLUGINS = ("context-compression",)
"""The gateway runs it for everybody (its documentation of 2026-08)."""
_WORDS = {"search": SEARCH, "web": SEARCH, "image": PICTURES, "audio": AUDIO, "speech": AUDIO, "file-parser": PDF}


def services_of(request: Request) -> tuple[str, ...]:
    """The services that a request may use, each once.

    Example:
        >>> from aitunnel_jupyter.gateway.request import Request
        >>> services_of(Request("m", (), extra={"tools": [{"type": "aitunnel:web_search"}]}))
        ('search',)
    """
    payload = request.payload()
    return tuple(dict.fromkeys([*_fields(payload), *_tools(payload), *_plugins(payload), *_parts(payload)]))


def _fields(payload: Mapping[str, Any]) -> Iterator[str]:
    if payload.get("web_search_options") is not None:
        yield SEARCH
    if payload.get("audio") is not None:
        yield AUDIO
    if (modalities := payload.get("modalities")) is not None:
        for modality in modalities if isinstance(modalities, list) else [modalities]:
            if modality != "text":
                yield _named(modality, "modalities")


def _tools(payload: Mapping[str, Any]) -> Iterator[str]:
    tools = payload.get("tools")
    if tools is None:
        return
    for tool in tools if isinstance(tools, list) else [tools]:
        kind = tool.get("type") if isinstance(tool, dict) else tool
        if kind != "function":
            yield _named(kind, "tools")


def _plugins(payload: Mapping[str, Any]) -> Iterator[str]:
    plugins = payload.get("plugins")
    if plugins is None:
        return
    listed = plugins if isinstance(plugins, list) and plugins else [plugins]
    for plugin in listed:
        name = plugin.get("id") if isinstance(plugin, dict) else None
        if isinstance(plugin, dict) and (plugin.get("enabled") is False or name in _FREE_PLUGINS or _is_native(plugin)):
            continue
        yield _named(name, "plugins")


def _is_native(plugin: Mapping[str, Any]) -> bool:
    """Whether the model itself reads the PDF: then it costs tokens only."""
    pdf = plugin.get("pdf")
    return plugin.get("id") == "file-parser" and isinstance(pdf, dict) and pdf.get("engine") == "native"


def _parts(payload: Mapping[str, Any]) -> Iterator[str]:
    messages = payload.get("messages")
    for message in messages if isinstance(messages, list) else []:
        content = message.get("content") if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else []:
            if isinstance(part, dict) and part.get("type") in ("input_audio", "audio_url"):
                yield AUDIO


def _named(kind: object, field: str) -> str:
    """The service that a word of the request means; the word itself, or where it stands, if it is none of ours."""
    text = kind if isinstance(kind, str) and kind else field
    return next((service for word, service in _WORDS.items() if word in text), text)
