"""The loggers of httpx and httpcore tell a server's headers to whoever turns debugging on: keys are masked there."""

from __future__ import annotations

import logging

from aitunnel_jupyter.redaction import without_known

_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


class _Mask(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the message that ``record`` makes; it is not made for nobody, because filters come after the level."""
        told = record.getMessage()
        shown = without_known(told)
        if shown != told:
            record.msg, record.args = shown, None
        return True


_mask = _Mask()


def mask_logs() -> None:
    """From now on; does nothing a second time."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_mask)


def unmask_logs() -> None:
    """Leave the loggers as they were."""
    for name in _LOGGERS:
        logging.getLogger(name).removeFilter(_mask)
