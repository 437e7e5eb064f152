"""What goes along with a prompt of the panel: variables, files, uploads, the last error, the last output."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.errors import AttachmentRefused
from aitunnel_jupyter.notebook.fixing import last_failure
from aitunnel_jupyter.session import parts
from aitunnel_jupyter.session.attach import MOST_BYTES, Attachment, attachments
from aitunnel_jupyter.session.describe import describe
from aitunnel_jupyter.session.file_text import fenced
from aitunnel_jupyter.session.prompt.roots import person_variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aitunnel_jupyter.notebook.magics import AIMagics

ERROR, OUTPUT = "error", "output"
TOKENS = 8_000
"""Most tokens of each description, as for ``-a``."""
THUMBNAIL_PIXELS = 192
MOST_KEPT = 120_000_000
"""Characters of uploads that are kept, so that a prompt can be edited with what it had; the oldest go first."""
_MEGABYTE = 1024 * 1024


class _Upload(NamedTuple):
    pieces: list[str]
    whole: int
    """How many pieces there are in all."""

    @property
    def size(self) -> int:
        """Characters so far."""
        return sum(map(len, self.pieces))


class Attached:
    """Knows what the front end's names mean, and keeps what was uploaded.

    Args:
        magics: Whose notebook.
    """

    def __init__(self, magics: AIMagics) -> None:
        self._magics = magics
        self._uploads: dict[str, _Upload] = {}

    def take(self, message: dict[str, Any]) -> None:
        """A piece of a file: Jupyter Server closes the connection on messages over 10 MiB, so they come in pieces."""
        upload = self._uploads.setdefault(message["id"], _Upload([], message["of"]))
        if len(upload.pieces) == message["at"]:
            upload.pieces.append(message["data"])
        while len(self._uploads) > 1 and sum(one.size for one in self._uploads.values()) > MOST_KEPT:
            del self._uploads[next(iter(self._uploads))]

    def found(self, wanted: Iterable[dict[str, Any]]) -> list[Attachment]:
        """What is wanted, in that order.

        Args:
            wanted: ``{"kind": …, "name": …}``, with ``"upload"`` for files that came through the page.

        Raises:
            AttachmentRefused: One line with the name, the reason and the next step.
        """
        found = [attachment for one in wanted for attachment in self._one(one)]
        if (size := sum(attachment.size for attachment in found)) > MOST_BYTES:
            limit, size = MOST_BYTES // _MEGABYTE, -(-size // _MEGABYTE)
            raise AttachmentRefused("attach.large.together", name=found[-1].name, size=f"{size}", limit=f"{limit}")
        return found

    def chips(self, found: Iterable[Attachment]) -> list[dict[str, Any]]:
        """The same as the front end shows it."""
        return [{"label": one.name, "kind": one.kind, "tokens": one.tokens} | _thumbnail(one) for one in found]

    def _one(self, wanted: dict[str, Any]) -> list[Attachment]:
        kind, name = wanted["kind"], wanted["name"]
        if "upload" in wanted:
            return [self._upload(wanted["upload"], name)]
        if kind == ERROR:
            return self._error()
        if kind == OUTPUT:
            return self._output()
        # A file that is called like a variable is meant as a file: a path wins over a name.
        spec = f"./{name}" if kind == "file" and "/" not in name else name
        found = attachments([spec], self._variables(), tokens=TOKENS, calls=self._magics.calls)
        return [one._replace(name=name) if one.name == spec else one for one in found]

    def _variables(self) -> dict[str, Any]:
        shell = self._magics.shell
        return person_variables(shell.user_ns, shell.user_ns_hidden)

    def _upload(self, upload: str, name: str) -> Attachment:
        found = self._uploads.get(upload)
        if found is None or len(found.pieces) < found.whole:
            raise AttachmentRefused("attach.lost", name=name)
        try:
            content = base64.b64decode("".join(found.pieces).partition(",")[2], validate=True)
        except (ValueError, binascii.Error):
            raise AttachmentRefused("attach.lost", name=name) from None
        part = parts.of_bytes(name, content, TOKENS)
        return Attachment(name, part.kind, len(content), part.tokens, part.content)

    def _error(self) -> list[Attachment]:
        failure = last_failure(self._magics.shell, self._magics.failure)
        if failure is None:
            raise AttachmentRefused("attach.no_error")
        told = describe(failure.error, ERROR, tokens=TOKENS).text
        return [_text(ERROR, f"{fenced('The cell that failed:', failure.source)}\n\n{told}")]

    def _output(self) -> list[Attachment]:
        outputs = self._magics.shell.user_ns.get("Out") or {}
        if not outputs:
            raise AttachmentRefused("attach.no_output")
        number = max(outputs)
        found = attachments([f"Out[{number}]"], self._variables(), tokens=TOKENS)
        return [one._replace(name=OUTPUT) for one in found]


def _text(name: str, said: str) -> Attachment:
    part = parts.text(said)
    return Attachment(name, "variable", len(said.encode("utf-8", "replace")), part.tokens, part.content)


def _thumbnail(attachment: Attachment) -> dict[str, str]:
    """A small picture of a picture, where Pillow is there to make one; the large one stays in the kernel."""
    if attachment.kind != "image":
        return {}
    try:
        import io

        from PIL import Image

        url = str(attachment.part["image_url"]["url"])
        image: Any = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
        image.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
        made = io.BytesIO()
        image.convert("RGB").save(made, "JPEG", quality=70)
    except Exception:  # noqa: BLE001  a chip without a picture is no reason to fail
        return {}
    return {"picture": f"data:image/jpeg;base64,{base64.b64encode(made.getvalue()).decode()}"}
