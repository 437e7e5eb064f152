"""Exceptions: what was raised, with notes, causes and the frames nearest to it."""

from __future__ import annotations

import traceback

from aitunnel_jupyter.session.description import clip, heading, prefix, tokens_in, without_addresses

_FRAMES = (20, 10, 5, 3, 1)
"""How many frames of each traceback are tried; the last ones say most."""
_MESSAGE_CHARACTERS = 500


def failure(value: BaseException, name: str, tokens: int) -> str:
    """An exception: type and message first, then its traceback as Python prints it."""
    first = heading(name, clip("".join(traceback.format_exception_only(value)), _MESSAGE_CHARACTERS))
    has_more = value.__traceback__ or value.__cause__ or value.__context__ or hasattr(value, "__notes__")
    if not has_more and not isinstance(value, BaseExceptionGroup):
        return first
    for frames in _FRAMES:
        text = "\n".join([first, *_depth(value, frames), _formatted(value, frames)])
        if tokens_in(text) <= tokens:
            return text
    return _ends(text, tokens)


def _formatted(value: BaseException, frames: int) -> str:
    return without_addresses("".join(traceback.format_exception(value, limit=-frames))).rstrip()


def _depth(value: BaseException, frames: int) -> list[str]:
    whole = sum(1 for _ in traceback.walk_tb(value.__traceback__))
    return [f"… (last {frames} of {whole} frames shown)"] if whole > frames else []


def _ends(text: str, tokens: int) -> str:
    """Beginning and end: the message stands at both, what is between matters less."""
    half = max(tokens // 2 - 5, 1)
    return f"{prefix(text, half)}\n…\n{prefix(text[::-1], half)[::-1]}"
