"""Methods and attributes that only read, by class; people add those of their own classes with :func:`reader`.

A class is known by its identity, so nothing that merely looks like a frame or a path gets in. Subclasses of Python's
own texts, numbers and containers count as these while they change none of their operations.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.session.describe import is_called
from aitunnel_jupyter.session.prompt.frames import is_array, is_frame
from aitunnel_jupyter.session.prompt.plain import (
    SCALARS,
    Allowance,
    Kinds,
    base_of,
    is_plain,
    is_plain_scalar,
    members,
    mro,
    of_library,
    own_dict,
)
from aitunnel_jupyter.session.prompt.reading_methods import ATTRIBUTES, COMPARING, METHODS, SLOW
from aitunnel_jupyter.session.prompt.refusals import NotReading, TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_registered: dict[type | str, set[str]] = {}
_ENTRY = re.compile(r"(\w+)(?:\((\d+)(?:;([\w,]+))?\))?")
_LARGEST_NUMBER = 1_000_000
"""Of an argument: a width, a count of decimals, a number of rows."""
_STRFTIME = re.compile(r"(?:[^%]|%[-_0^#]?[A-Za-z%])*")
_LONGEST_STRFTIME = 200


class Parameters(NamedTuple):
    """What a method may be given."""

    most: int
    """Most values by position."""
    names: frozenset[str]
    """Of values by name."""


def reader(kind: type | str, *names: str) -> None:
    """Say that methods or properties of a class only read, so that ``{value.method()}`` in a prompt is put in.

    Subclasses are included. The built-in list has what reads in Python's own classes, NumPy, pandas and polars.

    Args:
        kind: A class, or ``"package.Class"`` so that nothing need be imported.
        *names: Methods and properties, as ``"summary"``. They are called with texts, numbers, dates and lists of these.

    Raises:
        TypeError: ``kind`` is neither.
        ValueError: A name is none of a public method.

    Example:
        >>> class Reading:
        ...     def fahrenheit(self): return 70.7
        >>> reader(Reading, "fahrenheit")
        >>> is_registered(Reading(), "fahrenheit")
        True
    """
    if not isinstance(kind, (type, str)):
        message = f"reader() takes a class or 'package.Class', not {type(kind).__name__}"
        raise TypeError(message)
    for name in names:
        if not name.isidentifier() or name.startswith("_"):
            message = f"reader() takes names of public methods, not {name!r}"
            raise ValueError(message)
    _registered.setdefault(kind, set()).update(names)


def is_registered(value: object, name: str) -> bool:
    """Whether a person said that this method or property of the value's class reads."""
    if not _registered:
        return False
    return any(
        name in names and (kind is base or (isinstance(kind, str) and is_called(base, kind)))
        for base in mro(type(value))
        for kind, names in _registered.items()
    )


def is_known(value: object) -> bool:
    """Whether the built-in list is all there is to read of this value."""
    kind = _kind_of(value)
    return isinstance(kind, str) or kind is type(value) or type(value) is Answer


def reads_attribute(value: object, name: str) -> bool:
    """Whether the built-in list has this attribute."""
    kind = _kind_of(value, name)
    return kind is not None and name in _attributes().get(kind, ()) and not _is_shadowed(value, name)


def call(value: Any, name: str, values: Sequence[Any], named: Mapping[str, Any], allowance: Allowance) -> Any:
    """``value.name(…)``, if that only reads.

    Raises:
        NotReading: No list has this method, or not with these arguments.
        TooLarge: It would take or give too much.
    """
    if not all(is_plain(given, allowance) for given in (*values, *named.values())):
        raise NotReading
    if is_registered(value, name):
        return getattr(value, name)(*values, **named)
    kind = _kind_of(value, name)
    parameters = _methods().get(kind, {}).get(name) if kind is not None else None
    if parameters is None or _is_shadowed(value, name):
        raise NotReading
    if len(values) > parameters.most or not parameters.names.issuperset(named):
        raise NotReading
    _check(value, name, values, named, allowance)
    owner: Any = kind if isinstance(kind, type) else type(value)
    return getattr(owner, name)(value, *values, **named)


# --- which class it is --------------------------------------------------------------------------------------


def _kind_of(value: object, name: str = "") -> type | str | None:
    """The list's name for the value's class."""
    kind = type(value)
    if kind is Answer:
        return Answer if name in {*_methods()[Answer], *_attributes()[Answer]} else str
    if kind in _exact():
        return kind
    for known in _libraries():
        package, _, own = known.rpartition(".")
        if of_library(value, package, own):
            return known
    return base_of(kind)


def _is_shadowed(value: object, name: str) -> bool:
    """Whether the value, or a class below the known one, has something else under that name."""
    kind = _kind_of(value, name)
    below = itertools.takewhile(lambda one: one is not kind, mro(type(value))) if isinstance(kind, type) else ()
    return name in own_dict(value) or any(name in members(one) for one in below)


@functools.cache
def _exact() -> Kinds:
    return Kinds(*(kind for kind in {**METHODS, **ATTRIBUTES} if isinstance(kind, type)))


@functools.cache
def _libraries() -> tuple[str, ...]:
    return tuple(kind for kind in {**METHODS, **ATTRIBUTES} if isinstance(kind, str))


@functools.cache
def _methods() -> dict[type | str, dict[str, Parameters]]:
    return {kind: dict(map(_entry, text.split())) for kind, text in METHODS.items()}


@functools.cache
def _attributes() -> dict[type | str, frozenset[str]]:
    return {kind: frozenset(text.split()) for kind, text in ATTRIBUTES.items()}


def _entry(text: str) -> tuple[str, Parameters]:
    """``"sort_values(1;by,ascending)"`` as its name and parameters."""
    found = _ENTRY.fullmatch(text)
    assert found is not None, text
    name, most, names = found.groups()
    return name, Parameters(int(most or 0), frozenset((names or "").split(",")) - {""})


# --- what it costs ------------------------------------------------------------------------------------------


def _check(value: Any, name: str, values: Sequence[Any], named: Mapping[str, Any], allowance: Allowance) -> None:
    given = [*values, *named.values()]
    if any(base_of(type(one)) is int and abs(one) > _LARGEST_NUMBER for one in given):
        raise TooLarge
    kind = _kind_of(value, name)
    if kind in SCALARS and not is_plain_scalar(value):
        raise NotReading  # a time zone of somebody's own, a number of a gigabyte
    if isinstance(kind, str) and kind.partition(".")[0] in {"numpy", "pandas", "polars"}:
        _check_table(value, name, allowance)
    elif name in COMPARING:
        if not is_plain(list(value) if name == "get" else value, allowance):
            raise NotReading
    elif name == "strftime":
        if not all(len(one) <= _LONGEST_STRFTIME and _STRFTIME.fullmatch(one) for one in given):
            raise NotReading
    elif base_of(type(value)) in {str, bytes}:
        allowance.work(_length_after(value, name, given))
    elif hasattr(type(value), "__len__"):
        allowance.work(len(value))


def _check_table(value: Any, name: str, allowance: Allowance) -> None:
    """Its cells are plain, and there are not too many; for what it takes to show its first rows they do not matter."""
    if name in {"head", "tail", "limit"}:
        return
    if of_library(value, "pandas", "Timestamp", "Timedelta"):
        return
    if not (is_array(value, allowance) or is_frame(value, allowance)):
        raise NotReading
    each = Allowance.PER_ITEM if name in SLOW else value.shape[1] if name in {"corr", "cov"} else 1
    allowance.work(math.prod(value.shape) * each)


def _length_after(value: Any, name: str, given: Sequence[Any]) -> int:
    """How long the result of a text's method can be at most."""
    length = len(value)
    if name == "replace" and len(given) > 1:
        return int((length + 1) * (1 + len(given[1])))
    if name == "join" and given:
        return int(sum(map(len, given[0])) + length * len(given[0]))
    if name == "expandtabs":
        return int(length * (1 + max(given, default=8)))
    numbers = [one for one in given if isinstance(one, int)] if name in {"center", "ljust", "rjust", "zfill"} else []
    return int(max([length, *numbers]))
