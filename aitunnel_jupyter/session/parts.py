"""Content parts of the API, made of bytes, texts, downloads and arrays."""

from __future__ import annotations

import base64
import binascii
import io
import mimetypes
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.errors import AttachmentRefused
from aitunnel_jupyter.session import media
from aitunnel_jupyter.session.describers.pictures import data_url, png_url
from aitunnel_jupyter.session.description import tokens_in
from aitunnel_jupyter.session.file_text import fenced, file_text
from aitunnel_jupyter.session.web_page import charset, readable

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.download import Downloaded

_LEAST_SIDE = 16
"""Pixels: a smaller array is a matrix of numbers, not a picture."""
_COLOURS = (3, 4)


class Part(NamedTuple):
    """A content part with what is known about it."""

    kind: str
    tokens: int
    content: dict[str, Any]


def text(said: str) -> Part:
    """A text part."""
    said = said.encode("utf-8", "replace").decode()  # a lone surrogate cannot be sent
    return Part("text", tokens_in(said), {"type": "text", "text": said})


def of_bytes(name: str, found: bytes, tokens: int) -> Part:
    """A file's content by what it is, not by what it is called.

    Raises:
        AttachmentRefused: Neither text, nor picture, nor PDF.
    """
    return _seen(name, found) or _read(name, media.decoded(found), tokens) or _converted(name, found)


def of_download(url: str, found: Downloaded, tokens: int) -> Part:
    """What an address gave; of a web page, its words."""
    if part := _seen(found.name, found.content):
        return part
    said = media.decoded(found.content, charset(found.content, found.content_type))
    if said is None:
        return _converted(url, found.content)
    if "html" in found.content_type or said[:200].lstrip().lower().startswith(("<!doctype html", "<html")):
        return text(fenced(f"{url}:", readable(said)))
    return text(f"{url}\n{file_text(found.name, said, tokens)}")


def of_picture(url: str) -> Part:
    """A ``data:`` URL as a picture."""
    try:
        size = media.pixels(base64.b64decode(url.partition(",")[2]))
    except (ValueError, binascii.Error):
        size = None
    return Part("image", media.image_tokens(size), {"type": "image_url", "image_url": {"url": url}})


def bytes_in(url: str) -> int:
    """How many bytes a base64 ``data:`` URL holds."""
    return len(url.partition(",")[2]) * 3 // 4


def of_array(name: str, value: object) -> Part | None:
    """A NumPy array that looks like a picture, as PNG; ``None`` for every other value.

    It does if it is H×W, H×W×3 or H×W×4, at least 16 pixels each way, of ``uint8`` or of floats from 0 to 1.

    Raises:
        AttachmentRefused: Pillow is not installed.
    """
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray) or not _is_picture(value):
        return None
    shades: Any = value if value.dtype.kind == "u" else (value * 255).round().astype("uint8")
    try:
        from PIL import Image
    except ImportError:
        raise AttachmentRefused("attach.pillow", name=name) from None
    return of_picture(png_url(Image.fromarray(numpy.ascontiguousarray(shades))))


def speaks_for_itself(value: object) -> bool:
    """Whether a value's picture says all that its text would: images and figures, but not a user's own."""
    return type(value).__module__.partition(".")[0] in {"PIL", "matplotlib"}


def _seen(name: str, found: bytes) -> Part | None:
    """Pictures and PDF that go out as they are."""
    kind = media.media_type(found)
    if kind in media.SENT_AS_THEY_ARE:
        url = {"url": data_url(found, kind)}
        return Part("image", media.image_tokens(media.pixels(found)), {"type": "image_url", "image_url": url})
    if kind == "application/pdf":
        filename = name.replace("\\", "/").rpartition("/")[2]
        filename = filename if filename.lower().endswith(".pdf") else f"{filename}.pdf"
        file = {"filename": filename, "file_data": data_url(found, kind)}
        return Part("file", media.pdf_tokens(found), {"type": "file", "file": file})
    return None


def _read(name: str, said: str | None, tokens: int) -> Part | None:
    return None if said is None else text(file_text(name, said, tokens))


def _converted(name: str, found: bytes) -> Part:
    """A picture of another kind, through Pillow."""
    guessed = media.media_type(found) or mimetypes.guess_type(name)[0] or ""
    if not guessed.startswith("image/"):
        raise AttachmentRefused("attach.binary", name=name)
    try:
        from PIL import Image
    except ImportError:
        raise AttachmentRefused("attach.pillow", name=name) from None
    try:
        with Image.open(io.BytesIO(found)) as image:
            return of_picture(png_url(image))
    except Exception as error:  # noqa: BLE001  Pillow's plugins raise what they like about broken files
        raise AttachmentRefused("attach.picture", name=name, why=str(error) or type(error).__name__) from None


def _is_picture(array: Any) -> bool:
    shape = array.shape
    if len(shape) not in {2, 3} or min(shape[:2]) < _LEAST_SIDE or (shape[2:] and shape[2] not in _COLOURS):
        return False
    if array.dtype.kind == "f":
        return bool(array.min() >= 0 and array.max() <= 1)
    return bool(array.dtype == "uint8")
