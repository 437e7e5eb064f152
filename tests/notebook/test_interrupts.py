"""■ at every step of a cell: one line, the cell ends, nothing runs on, and what came is stored."""

from __future__ import annotations

import functools
import linecache
import random
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from byte_server import END, HANG, HEAD, ByteServer, delta, finish, piece, usage
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import aitunnel_jupyter
from aitunnel_jupyter.notebook.stopped import Stopped

HERE = Path(aitunnel_jupyter.__file__).parent
WHOLE = [HEAD, piece(delta("Hi ")), piece(delta("there")), piece(finish()), piece(usage()), END]
OPEN = [HEAD, piece(delta("Hi ", reasoning="Hm")), HANG]
EVERY_LINE_OF = {"ask.py", "waiting.py", "outputs.py", "interrupts.py", "namespace.py"}
"""The path from the request to what is stored; of all other files a twentieth of the lines is taken."""
TICKS = 4
"""Of waiting: a cell that waits so long was not pressed where it should; it is pressed now, so that it has an end."""

BEFORE = {"first_line.py", "question_mark.py"}
"""IPython has these lines run before it says that a cell begins."""

Place = tuple[str, int]


class Publisher(DisplayPublisher):
    """A front end that takes everything."""

    parent_header: dict[str, Any] = {"msg_id": "1"}  # noqa: RUF012  as ipykernel's

    def publish(self, *_: Any, **__: Any) -> None: ...

    def clear_output(self, wait: bool = False) -> None: ...


class Session:
    def send(self, *_: Any, **__: Any) -> None: ...


class Shell:
    """A shell in this process and thread, with a kernel as far as anybody looks."""

    def __init__(self) -> None:
        self.ip: Any = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
        self.ip.display_pub = Publisher(parent=self.ip)
        self.session = Session()
        self.cell = ""
        self.ip.kernel = SimpleNamespace(session=self.session)
        self.ip.get_parent = lambda: {"content": {"code": self.cell}, "metadata": {"cellId": "c1"}}
        aitunnel_jupyter.load_ipython_extension(self.ip)

    @property
    def turns(self) -> list[Any]:
        return [turn for _, turn in self.ip.magics_manager.registry["AIMagics"].desk._begun]

    def forget(self) -> None:
        for name in ("story", "_ai"):
            self.ip.user_ns.pop(name, None)
        self.ip.magics_manager.registry["AIMagics"].desk._begun = []

    def run(self, cell: str) -> BaseException | None:
        self.cell = cell
        result = self.ip.run_cell(cell)
        found: BaseException | None = result.error_before_exec or result.error_in_exec
        return found


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    made = Shell()
    yield made
    aitunnel_jupyter.unload_ipython_extension(made.ip)


@functools.cache
def room_of(file: str) -> str:
    """A file of ours as its path in the package; empty for others."""
    path = Path(file)
    return str(path.relative_to(HERE)) if HERE in path.parents and path.name not in BEFORE else ""


class Tracer:
    """Follows the main thread line by line through our code, and IPython's on the way to it."""

    def __init__(self, at_line: Callable[[Place], object]) -> None:
        self.at_line = at_line

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        name = room_of(frame.f_code.co_filename)
        if name and event == "line":
            self.at_line((name, frame.f_lineno))
        return self if name else None

    def run(self, work: Callable[[], Any]) -> Any:
        sys.settrace(self)
        try:
            return work()
        finally:
            sys.settrace(None)


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def is_waiting(place: Place) -> bool:
    return place[0].endswith("waiting.py")


def lines_of(shell: Shell, cell: str) -> list[Place]:
    """Every line that the cell leads through, pressed when it has nothing left to do but wait."""
    seen: dict[Place, int] = {}

    def at_line(place: Place) -> None:
        seen[place] = seen.get(place, 0) + 1
        if is_waiting(place) and seen[place] == TICKS:
            press()

    for _ in "abc":  # the first has imports, the second an error to remember
        seen.clear()
        Tracer(at_line).run(lambda: shell.run(cell))
    return [place for place in seen if "try:" not in linecache.getline(str(HERE / place[0]), place[1])]


def taken(places: list[Place]) -> list[Place]:
    chosen = random.Random(7)
    return [one for one in places if Path(one[0]).name in EVERY_LINE_OF or chosen.random() < 0.05]


def pressed_at(shell: Shell, cell: str, place: Place, times: int = 1) -> tuple[BaseException | None, bool]:
    """Run the cell with ■ pressed at a line; what it raised, and whether the line was reached."""
    seen: dict[Place, int] = {}
    hit = False

    def at_line(now: Place) -> None:
        nonlocal hit
        seen[now] = seen.get(now, 0) + 1
        if (now == place and not hit) or (is_waiting(now) and seen[now] == TICKS):
            hit = hit or now == place
            for _ in range(times):
                press()

    shell.forget()
    return Tracer(at_line).run(lambda: shell.run(cell)), hit


def check_the_end(shell: Shell, raised: BaseException | None, place: Place) -> None:
    where = f"{place}: {linecache.getline(str(HERE / place[0]), place[1]).strip()}"
    if raised is not None:
        assert isinstance(raised, Stopped), (where, raised)
        assert raised._render_traceback_() == ["stopped"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, where
    assert "send" not in vars(shell.session), where
    for turn in shell.turns:
        assert turn.over, where
        if turn.answer:
            assert shell.ip.user_ns.get("story") == turn.answer, where
            assert shell.ip.user_ns.get("_ai") == turn.answer, where
    if raised is None:
        assert shell.ip.user_ns["story"].complete, where


@pytest.mark.parametrize(("name", "actions"), [("whole", WHOLE), ("open", OPEN)])
def test_pressed_at_every_line_of_the_path(shell: Shell, server: ByteServer, name: str, actions: list[Any]) -> None:
    cell = f"%%ai -o story --base-url {server.on(name, *actions)}\nHello"
    places = lines_of(shell, cell)
    assert len(places) > 300
    missed = []
    for place in taken(places):
        raised, hit = pressed_at(shell, cell, place)
        if not hit:
            missed.append(place)
        check_the_end(shell, raised, place)
        if name == "open":
            assert isinstance(raised, Stopped), place
    assert len(missed) < len(places) / 10, missed
    if name == "open":
        server.wait_for(lambda: all(seen.closed_at for seen in server.requests("open")))
