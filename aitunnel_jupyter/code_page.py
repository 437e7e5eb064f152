"""Text for a stream that cannot write every sign: a console in cp1251 or ASCII, a redirected output on Windows.

Python's own streams raise there, which would stop an answer that is paid for at the first arrow in it. What cannot
be written gets a stand-in: ``→`` becomes ``->``, ``₽`` becomes ``RUB``, the rest ``?``.
"""

from __future__ import annotations

import codecs
import contextlib
import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDLER = "aitunnel_jupyter.stand_in"
"""Name of the error handler among Python's codecs."""

_STAND_INS = {
    "→": "->", "←": "<-", "▸": ">", "✗": "x", "✓": "v", "₽": "RUB", "≈": "~", "≤": "<=", "≥": ">=", "…": "...",
    "•": "*", "·": "|", "№": "No", "×": "x", "−": "-", "■": "#",
    **dict.fromkeys("‐‑‒–—―─", "-"), **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’‚‹›", "'"),
    **dict(zip("▁▂▃▄▅▆▇█", "_.-=+*#@", strict=True)), **dict.fromkeys("│┃", "|"), **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
}  # fmt: skip


def encodable(text: str, stream: TextIO) -> str:
    """``text`` as ``stream`` can write it.

    Args:
        text: Anything.
        stream: Where it will be written to; one that names no encoding (a ``StringIO``) takes everything.

    Example:
        >>> import io
        >>> encodable("0.51 ₽ → да", io.TextIOWrapper(io.BytesIO(), "cp1251"))
        '0.51 RUB -> да'
    """
    encoding = getattr(stream, "encoding", None)
    if not isinstance(encoding, str):
        return text
    try:
        return text.encode(encoding, HANDLER).decode(encoding)
    except (LookupError, UnicodeError):  # no text encoding that we know: it is the stream's affair
        return text


@contextlib.contextmanager
def writing_anything() -> Iterator[None]:
    """Inside it ``print`` fails at no sign; the person's own setting is back afterwards."""
    stream = sys.stdout
    errors = getattr(stream, "errors", None)
    if not hasattr(stream, "reconfigure") or not errors:
        yield
        return
    stream.reconfigure(errors=HANDLER)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile
            stream.reconfigure(errors=errors)


def write_anything() -> None:
    """For a process of our own: neither ``print`` nor an error fails at any sign from now on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_ascii, error.object[error.start : error.end])), error.end


def _ascii(sign: str) -> str:
    if sign in _STAND_INS:
        return _STAND_INS[sign]
    if unicodedata.category(sign) == "Zs":
        return " "
    plain = unicodedata.normalize("NFKD", sign)[:1]
    return plain if plain.isascii() else "?"


codecs.register_error(HANDLER, _stand_in)
