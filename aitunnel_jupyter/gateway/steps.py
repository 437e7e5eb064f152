"""What a request reports on its way, in this order: progress, deltas, and one end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.gateway.wire.delta import Delta

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.errors import AITunnelError


class Progress(NamedTuple):
    """A step before the first delta."""

    state: str
    """``connecting``, ``waiting`` (request sent), ``retrying``."""
    detail: str = ""
    seconds: float = 0.0
    """Until the next try, for ``retrying``."""


class Finished(NamedTuple):
    """The answer is there; complete, or stopped by the person."""

    answer: Answer


class Failed(NamedTuple):
    """It went wrong; ``error.partial`` has what came."""

    error: AITunnelError


Step = Progress | list[Delta] | Finished | Failed

Report = Callable[[Step], None]
