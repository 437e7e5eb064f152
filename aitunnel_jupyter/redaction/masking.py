"""Keys, tokens and passwords in a text are replaced, in whatever form they stand there."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from typing import Any

from aitunnel_jupyter.redaction.decoding import decoded
from aitunnel_jupyter.redaction.known import needles

MASK = "sk-…"

# Glued to a word, it must look more like a key: "disk-encryption" is none.
_KEY = re.compile(r"sk-(?:(?<![A-Za-z0-9]sk-)[A-Za-z0-9_\-]{8,}|(?=[A-Za-z_\-]*\d)[A-Za-z0-9_\-]{16,})")
_BEARER = re.compile(r"(?i)(bearer\s+)(?!sk-…)[^\s\"',;]{8,}")
_USER_INFO = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]*://)[^\s/?#\"'<>]+@")
_QUERY = re.compile(r"(?i)([?&](?:[a-z0-9]{1,20}[_-])?(?:key|token|secret|password|signature)=)[^&\s\"'<>#]+")
_SECRET_NAME = re.compile(
    r"(?:x|openai|aitunnel|proxy)?(?:apikey|authorization|password|passwd|secret|secretkey|accesstoken|authtoken|bearer)"
)
_WEAK_NAMES = frozenset({"key", "token", "auth", "credentials"})
"""Names of a secret among the fields of a request; further inside, they name other things too."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=]*")
_ALPHABET = string.ascii_letters.encode() + string.digits.encode() + b"+/="
_CHUNK = 65_536
_LONG = 1000
"""Characters of base64 from which on it is a picture or a file and is left alone: 15 MB of them take a second."""
_DEPTH = 3
"""How often what was decoded is decoded again: JSON in a URL in JSON."""

Span = tuple[int, int]


def scrub(text: str) -> str:
    """``text`` with everything masked that looks like a key, a token, or a password in a URL.

    For lines about something; a program that a model wrote may show how such a URL looks.

    Example:
        >>> scrub("Authorization: Bearer sk-aitunnel-0123456789abcdef")
        'Authorization: Bearer sk-…'
        >>> scrub("https://me:pass@host/?api_key=abc&page=2")
        'https://…@host/?api_key=…&page=2'
    """
    return _around_files(text, lambda part: _lines(_masked(part)))


def public_url(url: str) -> str:
    """A URL without the user and password in it; tokens in its query are masked.

    Example:
        >>> public_url("https://me:p@ss@host/a@b?token=abc&page=2")
        'https://host/a@b?token=…&page=2'
    """
    return _QUERY.sub(r"\1…", _USER_INFO.sub(r"\1", url))


def scrubbed(value: Any) -> Any:
    """A JSON value with :func:`scrub` done to every text in it; what a field with a secret's name holds is masked."""
    return _each(value, scrub)


def without_keys(value: Any) -> Any:
    """``value`` with every key in it masked: those of this process, and what looks like one.

    Args:
        value: A text, or a JSON value: mappings and lists are gone through. Anything else comes back as it is.

    Example:
        >>> without_keys({"model": "sk-aitunnel-0123456789abcdef", "api_key": "mine", "n": 1})
        {'model': 'sk-…', 'api_key': 'sk-…', 'n': 1}
    """
    return _each(value, lambda text: _around_files(text, _masked))


def without_known(text: str) -> str:
    """``text`` with the keys of this process masked, and nothing else."""
    return _around_files(text, lambda part: _masked(part, spans(part, _known)))


def holds_key(text: str) -> bool:
    """Whether a key is in ``text``, in any form."""
    return bool(spans(text))


def is_secret_name(name: str) -> bool:
    """Whether a field of that name holds a secret.

    Example:
        >>> [is_secret_name(name) for name in ("api_key", "X-API-Key", "Authorization", "max_tokens")]
        [True, True, True, False]
    """
    return _SECRET_NAME.fullmatch(re.sub(r"[^a-z]", "", name.lower())) is not None


def secret_in(value: Any, name: str = "") -> str:
    """The name under which a secret stands in the fields of a request, ``…`` for one without a name; else empty.

    Args:
        value: A mapping of fields, or one value.
        name: Of the field that the value is in.

    Example:
        >>> secret_in({"top_k": 3, "headers": {"Authorization": "Basic eA"}}), secret_in({"user": "me"})
        ('Authorization', '')
    """
    if isinstance(value, Mapping):
        for inner, held in value.items():
            is_weak = not name and str(inner).lower() in _WEAK_NAMES
            if is_weak or (is_secret_name(str(inner)) and isinstance(held, str)):
                return str(inner)
            if found := secret_in(held, str(inner)):
                return found
    if isinstance(value, list | tuple):
        return next((found for held in value if (found := secret_in(held, name or "…"))), "")
    if isinstance(value, str) and (_KEY.fullmatch(value.strip()) or spans(value, _known)):
        return name or "…"
    return ""


def spans(text: str, seen: Callable[[str], list[Span]] | None = None, depth: int = _DEPTH) -> list[Span]:
    """Where keys stand in ``text``, in order and apart.

    Args:
        text: What leaves.
        seen: Finds them in a text as it stands; by default known ones and what looks like one.
        depth: How often it is decoded.
    """
    seen = seen or _seen
    found = seen(text)
    if depth and (inner := decoded(text)) is not None:
        found += [inner.origin(*span) for span in spans(inner.text, seen, depth - 1)]
    return _apart(found)


def _known(text: str) -> list[Span]:
    return [span for needle in needles() for span in _places(text, needle)]


def _seen(text: str) -> list[Span]:
    return _known(text) + [match.span() for match in _KEY.finditer(text)]


def _places(text: str, needle: str) -> list[Span]:
    found = []
    start = text.find(needle)
    while start >= 0:
        found.append((start, start + len(needle)))
        start = text.find(needle, start + len(needle))
    return found


def _apart(found: list[Span]) -> list[Span]:
    apart: list[Span] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _masked(text: str, found: list[Span] | None = None) -> str:
    pieces, done = [], 0
    for start, end in spans(text) if found is None else found:
        pieces += [text[done:start], MASK]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def _lines(text: str) -> str:
    text = _USER_INFO.sub(r"\1…@", text) if "://" in text else text
    return _BEARER.sub(rf"\1{MASK}", _QUERY.sub(r"\1…", text))


def _around_files(text: str, mask: Callable[[str], str]) -> str:
    """``text`` masked, but for the long base64 in it."""
    pieces, done, at = [], 0, text.find(";base64,")
    while at >= 0:
        start = at + len(";base64,")
        end = _end_of_base64(text, start)
        if end - start >= _LONG:
            pieces += [mask(text[done:start]), text[start:end]]
            done = end
        at = text.find(";base64,", end)
    return "".join([*pieces, mask(text[done:])]) if pieces else mask(text)


def _end_of_base64(text: str, at: int) -> int:
    short = _BASE64.match(text, at, at + _LONG).end()  # type: ignore[union-attr]  # it matches nothing, too
    if short < at + _LONG:
        return short
    while True:
        chunk = text[at : at + _CHUNK]
        # ``translate`` looks at a character in a tenth of the time that the pattern takes.
        if len(chunk) < _CHUNK or not chunk.isascii() or chunk.encode().translate(None, _ALPHABET):
            return at + len(_BASE64.match(chunk)[0])  # type: ignore[index]  # it matches nothing, too
        at += _CHUNK


def _each(value: Any, mask: Callable[[str], str], depth: int = 100) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping) and depth:
        return {
            _each(name, mask, 0): MASK
            if isinstance(name, str) and isinstance(inner, str) and is_secret_name(name)
            else _each(inner, mask, depth - 1)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple) and depth:
        each = [_each(inner, mask, depth - 1) for inner in value]
        return each if isinstance(value, list) else type(value)(*each) if hasattr(value, "_fields") else tuple(each)
    return value
