"""Plain values: comparing, adding and hashing them runs nobody's code but Python's and NumPy's.

Decided by ``type()``, never by ``isinstance``: a class may claim to be another, and a subclass may change any method.
"""

from __future__ import annotations

import datetime as dt
import enum
import fractions
import functools
import pathlib
import sys
import types
import uuid
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt.refusals import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Kinds:
    """Classes, compared by identity: a metaclass may define ``__hash__`` and ``__eq__``, and those would run.

    Args:
        *kinds: The classes.
    """

    def __init__(self, *kinds: type) -> None:
        self._kinds = kinds
        self._ids = frozenset(map(id, kinds))

    def __contains__(self, kind: object) -> bool:
        return id(kind) in self._ids

    def __iter__(self) -> Iterator[type]:
        return iter(self._kinds)


NUMBERS = Kinds(bool, int, float, complex, Decimal, fractions.Fraction)
PATHS = Kinds(pathlib.PurePosixPath, pathlib.PureWindowsPath, pathlib.PosixPath, pathlib.WindowsPath)
TIMES = Kinds(dt.date, dt.datetime, dt.time, dt.timedelta, dt.timezone)
SCALARS = Kinds(*NUMBERS, *PATHS, *TIMES, str, bytes, type(None), type(...), range, uuid.UUID, zoneinfo.ZoneInfo)
VIEWS = Kinds(type({}.keys()), type({}.values()), type({}.items()))
CONTAINERS = Kinds(list, tuple, set, frozenset, dict, OrderedDict, defaultdict, Counter, deque, *VIEWS)
BASES = Kinds(
    str, bytes, bytearray, bool, int, float, complex, list, tuple, set, frozenset, dict, OrderedDict, deque, enum.Enum,
)  # fmt: skip
"""Classes whose subclasses are as good as they are, as long as those change nothing that matters."""

_HARMLESS = frozenset({
    "__repr__", "__str__", "__format__", "__doc__", "__new__", "__init__", "__init_subclass__", "__subclasshook__",
    "__class__", "__getnewargs__", "__getnewargs_ex__", "__reduce__", "__reduce_ex__", "__getstate__", "__sizeof__",
    "__dir__", "__class_getitem__", "__module__", "__dict__", "__weakref__",
})  # fmt: skip
_SPECIAL = frozenset(
    name
    for base in BASES
    if base is not enum.Enum
    for name in dir(base)
    if name.startswith("__") and name not in _HARMLESS
) | {"__getattr__", "__missing__", "__array_ufunc__", "__index__", "__bool__", "__matmul__", "__rmatmul__"}
_ZONES = Kinds(type(None), dt.timezone, zoneinfo.ZoneInfo)
_DIFFERENT = Kinds(Decimal, dt.datetime, dt.time)
"""Scalars of which one may be plain and another not."""
_LARGEST_EXPONENT = 10_000
"""Of a ``Decimal``: ``format(Decimal("1e1000000000"), "f")`` needs a gigabyte."""


DICT_DESCRIPTORS = Kinds(types.GetSetDescriptorType, types.MemberDescriptorType)
"""What a class has as ``__dict__`` if it has not made one itself."""


class Allowance:
    """How much work and text one prompt may still take.

    Counted before it is done, not timed: the same prompt is expanded the same way on every machine.
    """

    STEPS = 50_000_000
    """Characters, cells of arrays and frames, or a tenth of the items that Python looks at one by one."""
    CHARACTERS = 25_000_000
    """Of all values together: the gateway takes no larger request."""
    PER_ITEM = 10
    ITEMS = 300_000
    """In one value that Python looks through."""

    def __init__(self) -> None:
        self.steps = self.STEPS
        self.characters = self.CHARACTERS

    def work(self, steps: int) -> None:
        """Take ``steps`` off.

        Raises:
            TooLarge: So many are not left; what costs less still is.
        """
        if steps > self.steps:
            raise TooLarge
        self.steps -= steps

    def spend(self, steps: int) -> None:
        """Take ``steps`` off that were for nothing."""
        self.steps -= min(steps, self.steps)

    def write(self, text: str) -> str:
        """Take the text's length off and give it back."""
        if len(text) > self.characters:
            raise TooLarge
        self.characters -= len(text)
        return text


def mro(kind: type) -> tuple[type, ...]:
    """The classes of a class, whatever its metaclass says."""
    found: tuple[type, ...] = type.__dict__["__mro__"].__get__(kind)
    return found


def derives(kind: type, base: type) -> bool:
    """Whether ``base`` is among the classes of ``kind``, by identity."""
    return any(one is base for one in mro(kind))


def members(kind: type) -> Mapping[str, Any]:
    """What a class itself defines, whatever its metaclass says."""
    found: Mapping[str, Any] = type.__dict__["__dict__"].__get__(kind)
    return found


def base_of(kind: type) -> type | None:
    """The class of :data:`BASES` that ``kind`` behaves like in every operation; ``None`` if it changes one.

    Example:
        >>> class Name(str): pass
        >>> class Odd(str):
        ...     def __len__(self): return 0
        >>> base_of(Name), base_of(Odd), base_of(object)
        (<class 'str'>, None, None)
    """
    for one in mro(kind):
        if one in BASES:
            return one
        if not _SPECIAL.isdisjoint(members(one)):
            return None
    return None


def own_dict(value: object) -> dict[str, Any]:
    """The value's ``__dict__``; empty if it has none of the usual kind."""
    for one in mro(type(value)):
        found = members(one).get("__dict__")
        if found is not None:
            return found.__get__(value) if type(found) in DICT_DESCRIPTORS else {}
    return {}


def of_library(value: object, package: str, *names: str) -> bool:
    """Whether the value's very class is one of these of a package that is imported already."""
    module = sys.modules.get(package)
    return module is not None and any(vars(module).get(name) is type(value) for name in names)


def is_numpy_scalar(value: object) -> bool:
    """A number, a truth value or a date of NumPy's own classes."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) in _numpy_scalars(numpy)


def is_plain(value: object, allowance: Allowance) -> bool:
    """Whether the value and everything in it is plain.

    Raises:
        TooLarge: There is too much in it to find out.
    """
    waiting, alike = [value], Alike()
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind in CONTAINERS or base_of(kind) in {list, tuple, set, frozenset, dict, deque, OrderedDict}:
            allowance.work(Allowance.PER_ITEM * len(one) + 1)  # type: ignore[arg-type]
            waiting += [item for item in _items(one) if not alike.is_known(item)]
        elif is_plain_scalar(one):
            alike.know(one)
        else:
            return False
    return True


class Alike:
    """Classes one value of which stands for all: a list of a million numbers is looked through in no time."""

    def __init__(self) -> None:
        self._ids: set[int] = set()

    def is_known(self, value: object) -> bool:
        """Whether such a value was plain before, and so this one is."""
        return id(type(value)) in self._ids

    def know(self, plain: object) -> None:
        """Remember that a value of this class is plain; of some classes each value may be different."""
        if type(plain) not in _DIFFERENT:
            self._ids.add(id(type(plain)))


def is_plain_scalar(value: object) -> bool:
    """A text, a number, a date, a path, a member of an enumeration."""
    kind = type(value)
    if kind is Decimal:
        return not value.is_finite() or abs(value.adjusted()) <= _LARGEST_EXPONENT  # type: ignore[attr-defined]
    if kind is dt.datetime or kind is dt.time:
        return type(value.tzinfo) in _ZONES  # type: ignore[attr-defined]
    if kind in SCALARS:
        return True
    if base_of(kind) in {str, bytes, bool, int, float, complex, enum.Enum}:
        return True
    return is_numpy_scalar(value) or is_pandas_scalar(value)


def is_pandas_scalar(value: object) -> bool:
    """A date, a span, or one of pandas' words for nothing."""
    if of_library(value, "pandas", "Timestamp"):
        return type(value.tzinfo) in _ZONES  # type: ignore[attr-defined]
    pandas = sys.modules.get("pandas")
    if pandas is not None and any(value is vars(pandas).get(name) for name in ("NaT", "NA")):
        return True
    return of_library(value, "pandas", "Timedelta", "Period")


def weight(value: object, allowance: Allowance) -> int:
    """About how many characters ``str(value)`` has, as far as Python's own containers and texts go.

    Raises:
        TooLarge: More than there may be; a list of lists of lists may be small in memory and endless in print.
    """
    waiting, found, items = [value], 0, 0
    while waiting:
        one = waiting.pop()
        kind = type(one)
        size = 1
        if base_of(kind) in {str, bytes, bytearray}:
            size = len(one)  # type: ignore[arg-type]
        elif kind in CONTAINERS:
            items += len(one)  # type: ignore[arg-type]
            size = 2 * len(one)  # type: ignore[arg-type]
        found += size
        if found > allowance.characters or items > Allowance.ITEMS:
            allowance.spend(items * Allowance.PER_ITEM)
            raise TooLarge
        waiting += _items(one) if kind in CONTAINERS else ()
    allowance.work(found + items * Allowance.PER_ITEM)
    return found


def _items(container: Any) -> list[object]:
    base = base_of(type(container)) or type(container)
    if dict in mro(base):
        return [*dict.keys(container), *dict.values(container)]
    iterate: Any = base.__iter__  # type: ignore[attr-defined]
    return list(iterate(container))


@functools.cache
def _numpy_scalars(numpy: Any) -> Kinds:
    kinds = {*numpy.sctypeDict.values(), numpy.bool_, numpy.datetime64, numpy.timedelta64} - {numpy.object_, numpy.void}
    return Kinds(*kinds)
