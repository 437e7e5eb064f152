"""The built-ins that may stand around a variable, over containers that stay what they are when they are read.

Never over iterators, generators, files or anything else that is used up, blocks or has no end.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt.frames import is_array, is_frame
from aitunnel_jupyter.session.prompt.plain import (
    CONTAINERS,
    NUMBERS,
    TIMES,
    VIEWS,
    Allowance,
    Kinds,
    base_of,
    is_numpy_scalar,
    is_plain,
    is_plain_scalar,
    of_library,
    weight,
)  # fmt: skip
from aitunnel_jupyter.session.prompt.refusals import NotReading, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NAMES = frozenset({"len", "str", "repr", "round", "min", "max", "sum", "sorted", "type"})
_MOST_DECIMALS = 1_000
_ITERABLE = Kinds(list, tuple, set, frozenset, dict, str, bytes, bytearray, deque)


def function(name: str, values: Sequence[Any], named: Mapping[str, Any], allowance: Allowance) -> Any:
    """``name(…)`` for a name of :data:`NAMES`.

    Raises:
        NotReading: With these values it may run somebody's code, or use something up.
        TooLarge: It would take too long.
    """
    if name not in _FUNCTIONS or not values:
        raise NotReading
    most, names, run = _FUNCTIONS[name]
    if len(values) > most or not names.issuperset(named):
        raise NotReading
    return run(allowance, *values, **named)


def text_of(value: Any, allowance: Allowance, write: Callable[[Any], str] = str) -> str:
    """``str(value)`` or ``repr(value)``: how a value describes itself is its own, and is asked once."""
    weight(value, allowance)
    return write(value)


def _len(_: Allowance, value: Any) -> int:
    kind = type(value)
    known = base_of(kind) in _ITERABLE or kind in CONTAINERS or kind is range or of_library(value, "numpy", "ndarray")
    known = known or of_library(value, "pandas", "DataFrame", "Series", "Index", "RangeIndex", "DatetimeIndex")
    if not (known or of_library(value, "polars", "DataFrame", "Series")):
        raise NotReading
    return len(value)


def _str(allowance: Allowance, value: Any) -> str:
    return text_of(value, allowance)


def _repr(allowance: Allowance, value: Any) -> str:
    return text_of(value, allowance, repr)


def _type(_: Allowance, value: Any) -> type:
    return type(value)


def _round(allowance: Allowance, value: Any, ndigits: Any = None) -> Any:
    if ndigits is not None and (base_of(type(ndigits)) is not int or abs(ndigits) > _MOST_DECIMALS):
        raise NotReading
    is_number = type(value) in NUMBERS or base_of(type(value)) in {int, float, bool} or is_numpy_scalar(value)
    if not (is_number and is_plain_scalar(value)):
        if not (is_array(value, allowance) or is_frame(value, allowance)):
            raise NotReading
        allowance.work(len(value) if value.shape else 1)
        return value.round(ndigits or 0)
    return round(value) if ndigits is None else round(value, ndigits)


def _min(allowance: Allowance, *values: Any, **named: Any) -> Any:
    return min(_compared(allowance, values), **named)


def _max(allowance: Allowance, *values: Any, **named: Any) -> Any:
    return max(_compared(allowance, values), **named)


def _compared(allowance: Allowance, values: Sequence[Any]) -> list[Any]:
    return _items(values[0] if len(values) == 1 else list(values), allowance)


def _sum(allowance: Allowance, value: Any, start: Any = 0) -> Any:
    items = _items(value, allowance)
    adding = [start, *items]
    if not all(_adds(one) for one in adding):
        raise NotReading
    return sum(items, start)


def _adds(value: Any) -> bool:
    kind = type(value)
    return kind in NUMBERS or base_of(kind) in {int, float, bool} or kind in TIMES or is_numpy_scalar(value)


def _sorted(allowance: Allowance, value: Any, *, reverse: Any = False) -> list[Any]:
    return sorted(_items(value, allowance), reverse=bool(reverse) if is_plain_scalar(reverse) else False)


def _items(value: Any, allowance: Allowance) -> list[Any]:
    """What is in a container that can be read again and again, if all of it is plain."""
    kind = type(value)
    if kind is range:
        if value and abs(value[-1] - value[0]) // abs(value.step) > Allowance.STEPS // Allowance.PER_ITEM:
            raise TooLarge
        return list(value)
    if base_of(kind) in _ITERABLE or kind in CONTAINERS or kind in VIEWS:
        allowance.work(len(value) * Allowance.PER_ITEM)
        items = list(value)
        if not is_plain(items, allowance):
            raise NotReading
        return items
    if not (is_array(value, allowance) or is_frame(value, allowance)):
        raise NotReading
    allowance.work(len(value) * Allowance.PER_ITEM if value.shape else 1)
    return list(value)


_FUNCTIONS: dict[str, tuple[int, frozenset[str], Callable[..., Any]]] = {
    "len": (1, frozenset(), _len),
    "str": (1, frozenset(), _str),
    "repr": (1, frozenset(), _repr),
    "type": (1, frozenset(), _type),
    "round": (2, frozenset({"ndigits"}), _round),
    "min": (99, frozenset({"default"}), _min),
    "max": (99, frozenset({"default"}), _max),
    "sum": (2, frozenset({"start"}), _sum),
    "sorted": (1, frozenset({"reverse"}), _sorted),
}
