"""Everything that can go wrong, as one tree; each error is one line to a person.

::

    AITunnelError
    ├── ParameterProblem    a parameter that there is not, or that is of no use; a TypeError too
    ├── KeyProblem          no key, or one that cannot be put into a header
    ├── AddressProblem      the base URL, or a proxy/certificate variable of the environment
    ├── ConnectFailed       no connection could be made
    ├── Stalled             connected, but no piece of an answer for the time allowed
    ├── GatewayRefused      an HTTP status of 400 and above (``.status``)
    ├── AnswerBroken        the answer began and did not end properly (``.partial`` has its text)
    ├── BudgetExceeded      it could cost more than what is left of a budget; nothing was sent
    ├── JournalProblem      the journal's file cannot be used
    ├── TranscriptProblem   a conversation's file cannot be written or read
    ├── SnippetProblem      a call that cannot be written as a program
    ├── AttachmentRefused   a file, variable or address that cannot go along with a prompt
    ├── LocalModelFailed    the model on this machine
    └── InternalFault       a fault of this package itself, whatever the network and the server did

A message is looked up by ``code`` in :mod:`aitunnel_jupyter.messages` when it is shown, so that the same
error speaks the person's language. Facts sit on attributes.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import LINE_BYTES, say

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer

LONGEST_WHY = 160
"""Characters of a foreign exception's text, so that the rest of the line is still there."""


class AITunnelError(Exception):
    """Base of all errors of this package.

    Args:
        code: Key of the message in :mod:`aitunnel_jupyter.messages`, for example ``"connect.refused"``.
        status: HTTP status, or the error code inside a stream, if a server gave one.
        request_id: The gateway's id of the request, if it gave one.
        partial: What had been received, as an incomplete answer.
        **values: Fills the message's fields. Text from a server may be passed as it is: keys are masked here.

    Example:
        >>> str(AITunnelError("key.missing", host="api.aitunnel.ru"))[:10]
        'no API key'
    """

    is_free = False
    """Whether such an error means that nothing was charged."""

    def __init__(
        self,
        code: str,
        *,
        status: int | str | None = None,
        request_id: str | None = None,
        partial: Answer | None = None,
        **values: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = _clean(status)
        self.request_id = _clean(request_id)
        self.partial = partial
        self.values = {name: _clean(value) for name, value in values.items()}
        self.language = "en"
        """Language a notebook shows it in; set by whoever knows the person."""

    def line(self, language: str = "en") -> str:
        """The error as one line in ``language`` (``"en"`` or ``"ru"``), at most 480 bytes, without secrets."""
        from aitunnel_jupyter.redaction import one_line

        return one_line(say(self._told, language, **{"status": self.status, **self.values}), LINE_BYTES)

    def keep(self, partial: Answer) -> Answer:
        """Take what had been received; its ``error`` is this one's line, which says whether there is any text."""
        self.partial = partial
        self.partial = partial.replace_facts(error=self.line())
        return self.partial

    def __str__(self) -> str:
        return self.line(self.language)

    @property
    def _told(self) -> str:
        """Key of the message that is shown."""
        return self.code

    def _render_traceback_(self) -> list[str]:
        """IPython shows exactly these lines instead of a traceback (7.34 to 9.18, also under ``%xmode Verbose``)."""
        from aitunnel_jupyter.code_page import encodable

        return [encodable(f"\x1b[31m✗\x1b[0m {self}", sys.stdout)]


class ParameterProblem(AITunnelError, TypeError):
    """A parameter's name is not known, or its value is of no use; nothing was sent."""

    is_free = True


def _clean(value: Any) -> Any:
    from aitunnel_jupyter.redaction import beginning, scrub

    return scrub(beginning(value, LINE_BYTES)) if isinstance(value, str) else value


class KeyProblem(AITunnelError):
    """No key was found, or it cannot be used."""

    is_free = True


class AddressProblem(AITunnelError):
    """The base URL, a proxy variable or a certificate variable is unusable."""

    is_free = True


class ConnectFailed(AITunnelError):
    """No connection could be made."""

    is_free = True


class Stalled(AITunnelError):
    """The server went silent for longer than the time allowed."""


class GatewayRefused(AITunnelError):
    """The server answered with an HTTP error status; ``status`` has it."""

    is_free = True


class AnswerBroken(AITunnelError):
    """The answer began and did not end properly; ``partial`` has what came."""

    @property
    def _told(self) -> str:
        kept = self.partial is not None and (self.partial or self.partial.tool_calls or self.partial.images)
        return self.code if kept or self.code not in _PROMISING else f"{self.code}.nothing"


_PROMISING = frozenset({"stream.error", "stream.cut"})
"""Messages that say what becomes of the text, and have another wording where there is none."""


class BudgetExceeded(AITunnelError):
    """The request could cost more than a budget has left; it was not sent."""

    is_free = True


class JournalProblem(AITunnelError):
    """The journal cannot be opened, read or written."""


class TranscriptProblem(AITunnelError):
    """A conversation's file cannot be written or read."""


class SnippetProblem(AITunnelError):
    """The call behind an answer cannot be written as a program in that language."""

    is_free = True


class LocalModelFailed(AITunnelError):
    """The model on this machine could not be found, checked, started or reached."""


class InternalFault(AITunnelError):
    """This package failed where it should not; ``partial`` has what had been received.

    Example:
        >>> InternalFault.of(ZeroDivisionError("division by zero")).values["why"]
        'ZeroDivisionError: division by zero'
    """

    @classmethod
    def of(cls, error: BaseException) -> InternalFault:
        """``error`` as one line: its kind, its text, and where in this package it arose."""
        why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return cls("internal", why=f"{why[:LONGEST_WHY]}{_place(error)}")


def _place(error: BaseException) -> str:
    """`` at FILE:LINE``, the innermost of this package; no traceback is kept, its frames hold the key."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "aitunnel_jupyter" in Path(frame.filename).parts]
    return f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""


class AttachmentRefused(AITunnelError):
    """What ``-a`` names does not exist, is too large, or is nothing a model can be given."""
