"""■ and Ctrl-C while something of ours runs: noted by a handler of our own, raised where nothing gets lost.

Python raises ``KeyboardInterrupt`` between any two instructions of the main thread: between a request that is sent and
the variable that would hold it, in the middle of an import, in a destructor that swallows it (pyzmq 27's
``Frame.__dealloc__``: the cell went on; seen 2026-11-26). So, only while :func:`listening`, a press is noted; inside
:func:`held` it is raised by :func:`check`, everywhere else at once, as ever.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType
    from typing import Self

MOST_HELD = 2
"""Presses that are held back; the next one is raised at once: the person wants out, whatever it costs."""


class _State:
    """One per process, as the signal is."""

    presses = 0
    """Not raised yet, as far as anybody knows."""
    holding = 0
    is_before_ours = False
    """The cell is one of ours, and what runs is still (or again) IPython's own."""


_state = _State()


class listening:  # noqa: N801  a context manager that reads like a word
    """Have presses noted; without effect where they are not ours: other threads, other handlers than Python's own.

    Raises:
        KeyboardInterrupt: There was a press that nobody has raised.
    """

    def __enter__(self) -> None:
        self._is_outermost = not _is_installed() and _install()
        self._was_before_ours = _state.is_before_ours and not self._is_outermost
        if _state.presses and _is_main():
            self._leave()
            raise KeyboardInterrupt
        if _is_main():
            _state.is_before_ours = False

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if _is_main():
            _state.is_before_ours = True  # nothing is raised from here on
            presses = _state.presses
            self._leave()
            if presses and kind is None:
                raise KeyboardInterrupt

    def _leave(self) -> None:
        if self._is_outermost:
            _uninstall()
        else:
            _state.presses = 0
            _state.is_before_ours = self._was_before_ours


class held:  # noqa: N801  a context manager that reads like a word
    """Keep presses back until :func:`check`, or the end; a third one is raised all the same."""

    def __enter__(self) -> Self:
        self._is_ours = _is_main()
        if self._is_ours:
            _state.holding += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._is_ours:
            _state.holding -= 1
            if kind is None and not _state.holding:
                check()


class heard:  # noqa: N801  a context manager that reads like a word
    """Inside :class:`held`, let presses be raised at once again: for what may take long and loses nothing."""

    def __enter__(self) -> Self:
        self._is_ours = _is_main()
        if self._is_ours:
            check()
            self._held, _state.holding = _state.holding, 0
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            _state.holding = self._held


def check() -> None:
    """Raise a press that was noted: for loops, and after anything that may have swallowed one.

    Raises:
        KeyboardInterrupt: There was one.
    """
    if _state.presses and _is_main():
        _state.presses = 0
        raise KeyboardInterrupt


def before_cell(info: object) -> None:
    """IPython's ``pre_run_cell``: in a cell that is ours alone, a press counts before our code runs."""
    try:
        if _is_ours(info) and not _is_installed():
            _install()
    except KeyboardInterrupt:  # IPython would print it and go on
        _note(info)


def after_cell(*_: object) -> None:
    """IPython's ``post_run_cell``."""
    if _is_main() and _is_installed():
        _state.is_before_ours = True
        _uninstall()


def _is_ours(info: object) -> bool:
    cell = getattr(info, "raw_cell", None)
    lines = cell.splitlines() if isinstance(cell, str) else []
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")  # remarks may stand above
    return first.startswith("%%ai")


def _note(info: object) -> None:
    if _is_ours(info) and (_is_installed() or _install()):
        _state.presses = 1


def _install() -> bool:
    """Take Python's handler's place, if it is there; presses are kept back at first."""
    if not _is_main() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return False
    _state.presses = _state.holding = 0
    _state.is_before_ours = True
    signal.signal(signal.SIGINT, _on_press)
    return True


def _uninstall() -> None:
    """Give the place back; only while presses are kept back."""
    if _is_installed():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _state.presses = 0
    _state.is_before_ours = False


def _is_installed() -> bool:
    return signal.getsignal(signal.SIGINT) is _on_press


def _on_press(number: int, frame: FrameType | None) -> None:
    _state.presses += 1
    is_held = _state.is_before_ours or _state.holding
    if not is_held or _state.presses > MOST_HELD:
        signal.default_int_handler(number, frame)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
