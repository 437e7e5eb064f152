"""When a press of ■ is raised, and when it is only noted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from aitunnel_jupyter.interrupts import after_cell, before_cell, check, heard, held, listening

CELL = SimpleNamespace(raw_cell="\n%%ai gpt-5.2\nHello")


@pytest.fixture(autouse=True)
def _python_has_its_handler_again() -> Iterator[None]:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def is_raised(work: Callable[[], object]) -> bool:
    try:
        work()
    except KeyboardInterrupt:
        return True
    return False


def test_a_press_is_raised_at_once_as_ever() -> None:
    assert is_raised(press)
    with held():
        assert is_raised(press)  # nobody listens
    with listening():
        assert is_raised(press)
        assert is_raised(check)  # as far as is known, somebody swallowed it
        check()


def test_what_is_held_is_raised_by_the_next_check_and_once() -> None:
    def hold_two() -> None:
        with held():
            with held():
                press()
            done.append("the end of an inner one is none")

    done: list[str] = []
    with listening():
        with held():
            assert not is_raised(press)
            assert is_raised(check)
            check()
        assert is_raised(hold_two)
        check()
    assert done == ["the end of an inner one is none"]


def test_a_third_press_is_raised_whatever_it_costs() -> None:
    with listening(), held():
        assert [is_raised(press) for _ in range(3)] == [False, False, True]
        assert is_raised(check)


def test_inside_held_something_long_may_be_heard_again() -> None:
    def hear(work: Callable[[], object]) -> None:
        with heard():
            work()

    with listening(), held():
        assert is_raised(lambda: hear(press))
        assert is_raised(check)
        press()
        assert is_raised(lambda: hear(lambda: None)), "what was noted before"
        assert not is_raised(press), "held again"
        assert is_raised(check)


def test_a_press_that_somebody_swallowed_is_raised_at_the_end() -> None:
    """pyzmq swallows it in a destructor."""

    class Swallows:
        def __del__(self) -> None:
            assert is_raised(press)

    with pytest.raises(KeyboardInterrupt), listening():
        Swallows()


def test_an_error_goes_before_a_press() -> None:
    with pytest.raises(ZeroDivisionError), listening(), held():
        _press_and_fail()
    check()


def _press_and_fail() -> None:
    press()
    raise ZeroDivisionError


def test_in_a_cell_of_ours_a_press_before_and_after_our_code_makes_no_traceback() -> None:
    before_cell(CELL)
    press()
    with pytest.raises(KeyboardInterrupt), listening():
        pass
    after_cell()
    before_cell(CELL)
    with listening():
        pass
    press()
    after_cell()
    check()


@pytest.mark.parametrize("cell", ["%%ai\nHi", "\n%%aitunnel m\nHi", "# a title\n\n%%ai\nHi"])
def test_remarks_may_stand_above_a_cell_of_ours(cell: str) -> None:
    before_cell(SimpleNamespace(raw_cell=cell))
    assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    after_cell()


@pytest.mark.parametrize("cell", ["x = 1", "%ai ask Hi", "# %%ai", None, 5])
def test_other_cells_are_left_alone(cell: object) -> None:
    before_cell(SimpleNamespace(raw_cell=cell))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    after_cell()


def test_a_cell_that_never_reached_us_gives_the_handler_back() -> None:
    before_cell(CELL)
    before_cell(CELL)
    assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    after_cell()
    after_cell()


def test_a_handler_of_the_persons_own_stays() -> None:
    presses = []
    signal.signal(signal.SIGINT, lambda *_: presses.append(1))
    try:
        before_cell(CELL)
        with listening(), held():
            press()
            check()
        after_cell()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert presses == [1]


def test_other_threads_raise_nothing_and_hold_nothing() -> None:
    raised: list[BaseException] = []

    def work() -> None:
        try:
            before_cell(CELL)
            with listening(), held(), heard():
                check()
            after_cell()
        except BaseException as error:
            raised.append(error)

    with listening():
        with held():
            press()
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            assert is_raised(check)
        assert raised == []
        assert is_raised(press)
        assert is_raised(check)
