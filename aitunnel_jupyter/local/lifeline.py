"""The child's hold on life: it ends when the process that started it is gone, however that happened.

Two signs, because each alone fails. The end of stdin comes at once, but not while a fork of the kernel
(multiprocessing) still holds the pipe. A changed parent id comes always, but only on POSIX.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WATCH = 1.0
"""Seconds between two looks at the parent's id."""

_STDIN = 0


def hold(end: Callable[[], object]) -> None:
    """From now on call ``end``, in another thread, once the parent is gone.

    Call it first thing, and read stdin with :func:`read_line` before: the watch consumes the rest.
    """
    parent = os.getppid()
    for watch in (lambda: _until_end_of_stdin(end), lambda: _until_orphaned(parent, end)):
        threading.Thread(target=watch, daemon=True).start()


def read_line() -> str:
    """The first line of stdin, byte by byte: a buffered reader would keep its lock when the child ends."""
    line = b""
    while (byte := os.read(_STDIN, 1)) not in {b"", b"\n"}:
        line += byte
    return line.decode()


def _until_end_of_stdin(end: Callable[[], object]) -> None:
    while os.read(_STDIN, 4096):
        pass
    end()


def _until_orphaned(parent: int, end: Callable[[], object]) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH)
    end()
