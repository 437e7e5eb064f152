"""When a panel says that a cell keeps it from being heard: state and timers, without waiting for either."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from aitunnel_jupyter.panel import busy


class Events:
    """A shell's events."""

    def __init__(self) -> None:
        self.callbacks: dict[str, list[Callable[..., None]]] = {"pre_run_cell": [], "post_run_cell": []}

    def register(self, event: str, callback: Callable[..., None]) -> None:
        self.callbacks[event].append(callback)

    def unregister(self, event: str, callback: Callable[..., None]) -> None:
        self.callbacks[event].remove(callback)

    def trigger(self, event: str) -> None:
        for callback in list(self.callbacks[event]):
            callback(None)


class Timer:
    """One that fires when the test says so."""

    running: ClassVar[list[Timer]] = []

    def __init__(self, seconds: float, work: Callable[[], None]) -> None:
        assert seconds == busy.LONG_SECONDS
        self.fire, self.daemon = work, False

    def start(self) -> None:
        assert self.daemon, "the kernel may end meanwhile"
        Timer.running.append(self)

    def cancel(self) -> None:
        Timer.running.remove(self)


class Cells:
    """Cells that begin and end, and what the panel said."""

    def __init__(self) -> None:
        self.events = Events()
        self.said: list[bool] = []
        self.busy = busy.Busy(SimpleNamespace(events=self.events), lambda *, slow: self.said.append(slow))

    def begin(self) -> None:
        self.events.trigger("pre_run_cell")

    def end(self) -> None:
        self.events.trigger("post_run_cell")


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> Cells:
    timers: Any = SimpleNamespace(
        **{name: getattr(threading, name) for name in ("current_thread", "main_thread")}, Timer=Timer
    )
    monkeypatch.setattr(busy, "threading", timers)
    monkeypatch.setattr(Timer, "running", [])
    return Cells()


def test_a_quick_cell_is_no_news(cells: Cells) -> None:
    cells.begin()
    assert (cells.busy.is_running, len(Timer.running)) == (True, 1)
    cells.end()
    assert (cells.busy.is_running, Timer.running, cells.said) == (False, [], [])


def test_a_long_cell_is_told_once_and_its_end_too(cells: Cells) -> None:
    cells.begin()
    Timer.running[0].fire()
    assert cells.said == [True]
    cells.end()
    assert cells.said == [True, False]
    cells.begin()
    cells.end()
    assert cells.said == [True, False]


def test_a_panel_that_is_heard_between_cells_only_stays_slow(cells: Cells) -> None:
    cells.busy.heard()
    assert cells.busy.was_heard
    cells.begin()
    assert len(Timer.running) == 1


def test_where_messages_come_in_a_thread_of_their_own_no_cell_is_too_long(cells: Cells) -> None:
    cells.begin()
    Timer.running[0].fire()
    listening = threading.Thread(target=cells.busy.heard)
    listening.start()
    listening.join(10)
    assert cells.said == [True, False], "it was heard after all"
    cells.end()
    cells.begin()
    assert Timer.running == []
    assert cells.busy.is_running


def test_a_closed_panel_listens_no_more(cells: Cells) -> None:
    cells.begin()
    Timer.running[0].fire()
    cells.busy.close()
    cells.busy.close()
    assert (cells.said, cells.events.callbacks) == ([True, False], {"pre_run_cell": [], "post_run_cell": []})
