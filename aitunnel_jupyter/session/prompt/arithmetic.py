"""Operators on known values, their cost known before they work."""

from __future__ import annotations

import ast
import math
import operator
import sys
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt.frames import is_array, is_frame, same_index
from aitunnel_jupyter.session.prompt.plain import (
    NUMBERS,
    PATHS,
    TIMES,
    Allowance,
    Kinds,
    base_of,
    is_numpy_scalar,
    is_plain,
    is_plain_scalar,
    of_library,
)  # fmt: skip
from aitunnel_jupyter.session.prompt.refusals import NotReading, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift, ast.BitOr: operator.or_, ast.BitAnd: operator.and_, ast.BitXor: operator.xor,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
}  # fmt: skip
_EXACT = Kinds(Decimal, Fraction)
_MOST_BITS = 14_000
"""Of a whole number: Python writes no more than 4,300 digits."""


def unary(sign: ast.unaryop, value: Any, allowance: Allowance) -> Any:
    """``-x``, ``+x``, ``~x``."""
    if not (is_plain_scalar(value) or _is_table(value, allowance)):
        raise NotReading
    return _UNARY[type(sign)](value)


def binary(sign: ast.operator, left: Any, right: Any, allowance: Allowance) -> Any:
    """``x + y`` and the like.

    Raises:
        NotReading: One of the values may have an operator of its own.
        TooLarge: The result would be.
    """
    operation = _BINARY.get(type(sign))
    if operation is None:
        raise NotReading
    tables = [_is_table(value, allowance) for value in (left, right)]
    if any(tables):
        _check_tables(left, right, tables, allowance)
    elif _is_number(left) and _is_number(right):
        _check_numbers(sign, left, right)
    elif _base(left) and _base(right):
        _check_sequences(sign, left, right, allowance)
    elif not (_is_date_or_path(left) and is_plain_scalar(right)) and not (
        is_plain_scalar(left) and _is_date_or_path(right)
    ):
        raise NotReading
    return operation(left, right)


def _base(value: object) -> bool:
    return base_of(type(value)) in {str, bytes, bytearray, int, bool, list, tuple, set, frozenset, dict}


def _is_number(value: object) -> bool:
    return (type(value) in NUMBERS or base_of(type(value)) in {int, float, bool} or is_numpy_scalar(value)) and (
        is_plain_scalar(value)
    )


def _is_date_or_path(value: object) -> bool:
    kind = type(value)
    return kind in PATHS or kind in TIMES or of_library(value, "pandas", "Timestamp", "Timedelta")


def _check_numbers(sign: ast.operator, left: Any, right: Any) -> None:
    """The size of a whole result: ``2**10**10`` has three billion digits."""
    if isinstance(sign, ast.Pow | ast.LShift):
        times = abs(right) if base_of(type(right)) in {int, bool, float} else 1
        size = _bits(left) + times if isinstance(sign, ast.LShift) else _bits(left) * times
        if base_of(type(left)) in {int, bool} or type(left) in _EXACT:
            _check_bits(size)
    else:
        _check_bits(_bits(left) + _bits(right))


def _check_bits(size: float) -> None:
    if not size <= _MOST_BITS:  # also of what is no number
        raise TooLarge


def _bits(number: Any) -> int:
    if base_of(type(number)) in {int, bool}:
        return int.bit_length(number)
    if hasattr(type(number), "numerator") and not is_numpy_scalar(number) and type(number) is not float:
        return max(int.bit_length(number.numerator), int.bit_length(number.denominator))
    return 1


def _check_sequences(sign: ast.operator, left: Any, right: Any, allowance: Allowance) -> None:
    """Texts, lists and sets: together, times a number, or in common."""
    bases = [base_of(type(value)) for value in (left, right)]
    numbers = [value for value, base in zip((left, right), bases, strict=True) if base in {int, bool}]
    others = [value for value, base in zip((left, right), bases, strict=True) if base not in {int, bool}]
    if isinstance(sign, ast.Mult) and len(others) == len(numbers) == 1:
        if base_of(type(others[0])) in {set, frozenset, dict}:
            raise NotReading
        allowance.work(len(others[0]) * max(numbers[0], 0))
    elif isinstance(sign, ast.Add) and bases[0] is bases[1] and len(others) == len(bases):
        allowance.work(len(left) + len(right))
    elif isinstance(sign, ast.BitOr | ast.BitAnd | ast.BitXor | ast.Sub) and len(others) == len(bases):
        if not ({*bases} <= {set, frozenset, dict} and is_plain(left, allowance) and is_plain(right, allowance)):
            raise NotReading
    else:  # also ``text % values``, which formats whatever it is given
        raise NotReading


def _is_table(value: object, allowance: Allowance) -> bool:
    return is_array(value, allowance) or is_frame(value, allowance)


def _check_tables(left: Any, right: Any, tables: list[bool], allowance: Allowance) -> None:
    """Arrays with arrays, frames with what has the same index; either with a number or a text."""
    if not all(tables):
        table, other = (left, right) if tables[0] else (right, left)
        if not is_plain_scalar(other):
            raise NotReading
        allowance.work(_size(table))
    elif of_library(left, "numpy", "ndarray") and of_library(right, "numpy", "ndarray"):
        allowance.work(math.prod(sys.modules["numpy"].broadcast_shapes(left.shape, right.shape)))
    elif same_index(left, right):
        allowance.work(_size(left) + _size(right))
    else:
        raise NotReading


def _size(table: Any) -> int:
    return math.prod(table.shape)
