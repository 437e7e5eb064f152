"""What bytes are, told by the bytes: pictures and their pixels, PDF, text in its encoding."""

from __future__ import annotations

import codecs
import re
import struct

_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"BM.{4}\x00{4}", re.DOTALL), "image/bmp"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "image/tiff"),
    (re.compile(rb"\x00\x00\x01\x00[^\x00]\x00"), "image/x-icon"),
    (re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL), "image/avif"),
    (re.compile(rb"\x00\x00\x00\x0cjP  \r\n\x87\n"), "image/jp2"),
)
SENT_AS_THEY_ARE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""The pictures that models take; others are made into PNG."""

PIXELS_PER_TOKEN = 750
"""Anthropic's rule: width × height / 750, a picture of 1.15 megapixels at most, about 1,600 tokens."""
LEAST_IMAGE_TOKENS, MOST_IMAGE_TOKENS = 85, 1600
"""85 is what OpenAI takes for any picture in low detail."""
TOKENS_PER_PAGE = 2000
"""A guess for PDF: Anthropic names 1,500 to 3,000 for the text of a page."""
BYTES_PER_PAGE = 50_000
"""A guess for a PDF whose page objects are compressed."""

_PAGE = re.compile(rb"/Type\s*/Page\b")
_CYRILLIC_WORD = re.compile(r"[А-Яа-яЁё]{2,}")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOSTLY = 0.7
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def media_type(content: bytes) -> str:
    """The media type of a picture or PDF by its first bytes; empty for everything else.

    Example:
        >>> media_type(b"GIF89a..."), media_type(b"text")
        ('image/gif', '')
    """
    return next((kind for signature, kind in _SIGNATURES if signature.match(content)), "")


def decoded(content: bytes, encoding: str = "") -> str | None:
    """Text in UTF-8, UTF-16 with its mark, or cp1251 if that makes Russian words; ``None`` for anything else.

    Args:
        content: The bytes.
        encoding: What a server says it is; believed if it fits.

    Example:
        >>> decoded("Пермь".encode("cp1251")), decoded(b"\\x00\\x01")
        ('Пермь', None)
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(content, "utf-16")
    text = _decoded(content, encoding) if encoding else None
    if text is None:
        text = _decoded(content, "utf-8-sig")
    if text is None and (text := _decoded(content, "cp1251")) is not None and not _is_russian(text):
        return None
    return text


def pixels(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, GIF or WebP, read from its head; ``None`` if it is broken."""
    readers = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}
    reader = readers.get(media_type(content))
    try:
        return reader(content) if reader else None
    except (struct.error, IndexError):
        return None


def image_tokens(size: tuple[int, int] | None) -> int:
    """About what a picture costs: width × height / 750, between 85 and 1600 (:data:`PIXELS_PER_TOKEN`).

    Example:
        >>> image_tokens((750, 750)), image_tokens((10, 10)), image_tokens((9000, 9000)), image_tokens(None)
        (750, 85, 1600, 1600)
    """
    if size is None:
        return MOST_IMAGE_TOKENS
    return min(max(size[0] * size[1] // PIXELS_PER_TOKEN, LEAST_IMAGE_TOKENS), MOST_IMAGE_TOKENS)


def pdf_tokens(content: bytes) -> int:
    """A guess for a PDF: 2000 for each page, or for each 50 kB if its pages cannot be counted."""
    pages = len(_PAGE.findall(content)) or -(-len(content) // BYTES_PER_PAGE)
    return TOKENS_PER_PAGE * pages


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if _CONTROLS.search(text) else text


def _is_russian(text: str) -> bool:
    """Whether what is not ASCII stands together in words: a French é among Latin letters decodes to a lonely й."""
    others = sum(
        1 for character in text if not character.isascii() and not character.isspace() and character not in "«»—–…№"
    )
    return sum(map(len, _CYRILLIC_WORD.findall(text))) >= others * _MOSTLY and bool(_CYRILLIC_WORD.search(text))


def _png(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _gif(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", content[6:10])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at] == 0xFF:  # noqa: PLR2004  a marker begins so
        marker = content[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]  # noqa: PLR2004
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
