"""What ``-a`` names becomes a part of the request: files, variables, addresses, patterns."""

from __future__ import annotations

import glob
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.errors import AttachmentRefused
from aitunnel_jupyter.redaction import public_url
from aitunnel_jupyter.session import parts
from aitunnel_jupyter.session.describe import describe
from aitunnel_jupyter.session.file_text import fenced
from aitunnel_jupyter.session.meant import closest, is_address, kind_of, variable_meant
from aitunnel_jupyter.session.prompt.expression import READING
from aitunnel_jupyter.session.prompt.refusals import NotPutIn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aitunnel_jupyter.session.parts import Part
    from aitunnel_jupyter.session.prompt.expression import Expression

MOST_BYTES = 25 * 1024 * 1024
"""The gateway takes requests up to this size; for one file, and for all together."""
_MEGABYTE = 1024 * 1024


class Attachment(NamedTuple):
    """Something that goes along with a prompt."""

    name: str
    """Of the file or variable, as shown."""
    kind: str
    """``"text"``, ``"image"``, ``"file"`` or ``"variable"``."""
    size: int
    """Bytes of the source."""
    tokens: int
    """An estimate: :func:`.describe.tokens_in` of a text, :func:`.media.image_tokens` and
    :func:`.media.pdf_tokens` for the rest."""
    part: dict[str, Any]
    """A content part of the API."""


def attachments(
    specs: Sequence[str],
    variables: Mapping[str, Any],
    *,
    folder: Path | None = None,
    allow_private: bool = False,
    tokens: int = 8000,
    calls: str = READING,
) -> list[Attachment]:
    """What ``specs`` name, in their order.

    A spec is an address (``https://…``), a variable or an expression on one (``df``, ``data["x"]``), a file, or
    a pattern (``src/**/*.py``). A file wins over a variable of the same name if it is written like a path: with
    a separator or a suffix.

    Args:
        specs: As typed.
        variables: The notebook's namespace.
        folder: Where relative paths begin; the current folder by default.
        allow_private: Addresses may lead into private networks and to this machine.
        tokens: Budget of each description and each CSV; other texts go whole.
        calls: Which calls an expression may hold: ``"reading"`` or ``"any"``.

    Raises:
        AttachmentRefused: One line with the name, the reason and the next step.

    Example:
        >>> [(found.name, found.kind, found.tokens) for found in attachments(["city"], {"city": "Perm"})]
        [('city', 'variable', 5)]
    """
    collecting = _Collecting(variables, folder or Path(), tokens, allow_private, calls)
    for spec in specs:
        collecting.add(spec)
    return collecting.found


def content(prompt: str, attached: Sequence[Attachment]) -> str | list[dict[str, Any]]:
    """The content of the message: one text where texts are all there is, many servers take nothing else.

    With pictures or files: parts, the prompt first.

    Example:
        >>> content("Where?", attachments(["city"], {"city": "Perm"}))
        'city:\\n```\\nPerm\\n```\\n\\nWhere?'
    """
    found = [attachment.part for attachment in attached]
    if all(part["type"] == "text" for part in found):
        return "\n\n".join([*(part["text"] for part in found), prompt])
    return [{"type": "text", "text": prompt}, *found]


class _Collecting:
    def __init__(
        self, variables: Mapping[str, Any], folder: Path, tokens: int, allow_private: bool, calls: str
    ) -> None:
        self.calls = calls
        self.variables = variables
        self.folder = folder
        self.tokens = tokens
        self.allow_private = allow_private
        self.found: list[Attachment] = []

    def add(self, spec: str) -> None:
        path = self._path(spec)
        expression = variable_meant(spec, self.variables)
        if is_address(spec):
            self._address(spec)
        elif kind_of(path) == "file" and (expression is None or os.sep in spec or "/" in spec or PurePath(spec).suffix):
            self._file(spec, path)
        elif expression is not None:
            self._variable(spec, expression)
        elif glob.has_magic(spec) and not kind_of(path):
            self._pattern(spec)
        else:
            self._refuse(spec, path)

    # --- the four kinds of specs ----------------------------------------------------------------------------

    def _address(self, url: str) -> None:
        from aitunnel_jupyter.gateway.engine import engine

        left = max(MOST_BYTES - self._bytes(), 0)
        found = engine().download(url, limit=left, allow_private=self.allow_private)
        self._take(found.name, parts.of_download(public_url(url), found, self.tokens), len(found.content))

    def _file(self, name: str, path: Path) -> None:
        try:
            self._check(name, path.stat().st_size)
            with path.open("rb") as file:
                found = file.read(MOST_BYTES + 1)  # it may have grown
        except OSError as error:
            raise AttachmentRefused("attach.unreadable", name=name, why=error.strerror or str(error)) from None
        self._check(name, len(found))
        self._take(name, parts.of_bytes(name, found, self.tokens), len(found))

    def _pattern(self, pattern: str) -> None:
        # glob and not Path.glob: absolute patterns work, and hidden folders are left out
        found = glob.glob(os.path.expanduser(pattern), root_dir=self.folder, recursive=True)  # noqa: PTH111, PTH207
        files = sorted(name for name in found if kind_of(self.folder / name) == "file")
        if not files:
            raise AttachmentRefused("attach.nothing", name=pattern, folder=self.folder.absolute())
        for name in files:
            self._file(name, self.folder / name)

    def _variable(self, name: str, expression: Expression) -> None:
        try:
            # A bare name is described and not read: a function goes along with its source.
            bare = expression.name
            value = self.variables[bare] if bare else expression.value(self.variables, calls=self.calls)
        except NotPutIn:
            raise AttachmentRefused("attach.reading", name=name) from None
        except Exception as error:  # noqa: BLE001  the user's own objects raise what they like
            why = f"{type(error).__name__}: {error}"
            raise AttachmentRefused("attach.expression", name=name, why=why) from None
        if isinstance(value, PurePath):
            path = self._path(str(value))
            self._file(str(value), path) if kind_of(path) == "file" else self._refuse(str(value), path)
        elif isinstance(value, bytes | bytearray | memoryview):
            self._check(name, len(value))
            self._take(name, parts.of_bytes(name, bytes(value), self.tokens), len(value))
        elif isinstance(value, str):
            text = parts.text(fenced(f"{name}:", str(value)))
            self._take(name, text._replace(kind="variable"), len(value.encode("utf-8", "replace")))
        else:
            self._described(name, value)

    def _described(self, name: str, value: Any) -> None:
        if (shown := parts.of_array(name, value)) is not None:
            self._take(name, shown, value.nbytes)
            return
        description = describe(value, name, tokens=self.tokens)
        if description.picture:
            picture = parts.of_picture(description.picture)
            self._take(name, picture, parts.bytes_in(description.picture))
        if not description.picture or not parts.speaks_for_itself(value):
            text = parts.text(description.text)
            self._take(name, text._replace(kind="variable"), len(description.text.encode()))

    # --- limits and refusals --------------------------------------------------------------------------------

    def _take(self, name: str, part: Part, size: int) -> None:
        self._check(name, size)
        self.found.append(Attachment(name, part.kind, size, part.tokens, part.content))

    def _bytes(self) -> int:
        return sum(attachment.size for attachment in self.found)

    def _check(self, name: str, size: int) -> None:
        limit = f"{MOST_BYTES // _MEGABYTE}"
        if size > MOST_BYTES:
            raise AttachmentRefused("attach.large", name=name, size=_megabytes(size), limit=limit)
        if (together := self._bytes() + size) > MOST_BYTES:
            raise AttachmentRefused("attach.large.together", name=name, size=_megabytes(together), limit=limit)

    def _refuse(self, spec: str, path: Path) -> None:
        kind = kind_of(path)
        if kind == "folder":
            raise AttachmentRefused("attach.folder", name=spec, pattern=f"{spec.rstrip('/' + os.sep)}/*")
        if kind == "special":
            raise AttachmentRefused("attach.special", name=spec)
        if glob.has_magic(spec):
            raise AttachmentRefused("attach.nothing", name=spec, folder=self.folder.absolute())
        if close := closest(spec, path, self.variables):
            raise AttachmentRefused("attach.close", name=spec, close=close)
        raise AttachmentRefused("attach.missing", name=spec, folder=path.parent.absolute())

    def _path(self, spec: str) -> Path:
        return self.folder / os.path.expanduser(spec)  # noqa: PTH111  an unknown ~user stays as typed, no error


def _megabytes(size: int) -> str:
    # Rounded up: 25.04 MB must not read as the limit itself.
    return f"{-(-size * 10 // _MEGABYTE) / 10:g}"
