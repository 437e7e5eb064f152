"""What one process finds out about servers while it asks them."""

from __future__ import annotations

from typing import NamedTuple


class Learned(NamedTuple):
    """What one process has learned about servers; the sets are shared on purpose."""

    without_stream_options: set[str]
    """Base URLs that reject ``stream_options``."""
    unreachable: set[str]
    """Base URLs whose mirror answered when they did not."""
