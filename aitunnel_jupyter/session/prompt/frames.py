"""Arrays and frames whose cells are plain: their methods run the library's code and nobody else's."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.prompt.plain import Alike, Allowance, is_plain, is_plain_scalar, of_library

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMERIC = "biufcmMSU"
"""NumPy's letters for the kinds of cells that are no Python objects."""
_MOST_COLUMNS = 100_000


def is_array(value: object, allowance: Allowance) -> bool:
    """A NumPy array, no subclass, of numbers, dates or texts."""
    if not of_library(value, "numpy", "ndarray"):
        return False
    array: Any = value
    return array.dtype.kind in _NUMERIC or (array.dtype.kind == "O" and _are_plain(array.flat, array.size, allowance))


def is_frame(value: object, allowance: Allowance) -> bool:
    """A frame, series or index of pandas or polars, no subclass, with plain cells and labels."""
    if of_library(value, "polars", "DataFrame", "Series"):
        return _is_polars(value)
    if not has_plain_labels(value):
        return False
    frame: Any = value
    if of_library(value, "pandas", "DataFrame"):
        columns = [(dtype, functools.partial(_column, frame, at)) for at, dtype in enumerate(frame.dtypes)]
    else:
        columns = [(frame.dtype, functools.partial(_itself, frame))]
    return all(_is_column(*column, allowance) for column in columns) and _is_index(_index(frame), allowance)


def has_plain_labels(value: object) -> bool:
    """Whether the columns of a pandas frame, or the name of a series, are plain: looking one up compares them."""
    if not of_library(value, "pandas", "DataFrame", "Series", "Index", "RangeIndex", "DatetimeIndex"):
        return False
    frame: Any = value
    if not of_library(value, "pandas", "DataFrame"):
        return True
    columns = frame.columns
    if len(columns) > _MOST_COLUMNS:
        return False
    return _all_plain(columns.to_flat_index() if columns.nlevels > 1 else columns, Allowance())


def is_indexer(value: object) -> bool:
    """``df.loc`` and its relatives."""
    if not of_library(value, "pandas.core.indexing", "_LocIndexer", "_iLocIndexer", "_AtIndexer", "_iAtIndexer"):
        return False
    frame: Any = value.obj  # type: ignore[attr-defined]
    return has_plain_labels(frame) and _is_index(frame.index, Allowance())


def same_index(left: Any, right: Any) -> bool:
    """Whether two pandas tables have one index, or two polars series one length: nothing has to be matched."""
    if of_library(left, "polars", "Series") and of_library(right, "polars", "Series"):
        return len(left) == len(right)
    if of_library(left, "pandas", "DataFrame", "Series") and type(left) is type(right):
        same_columns = of_library(left, "pandas", "Series") or left.columns.is_(right.columns)
        return bool(left.index.is_(right.index) and same_columns)
    return False


def _index(frame: Any) -> Any:
    return frame.index if of_library(frame, "pandas", "DataFrame", "Series") else frame


def _is_polars(frame: Any) -> bool:
    polars = sys.modules["polars"]
    dtypes = frame.dtypes if of_library(frame, "polars", "DataFrame") else [frame.dtype]
    return all(dtype != polars.Object for dtype in dtypes)


def _is_index(index: Any, allowance: Allowance) -> bool:
    levels = index.levels if index.nlevels > 1 else [index]
    return all(_is_column(level.dtype, functools.partial(_itself, level), allowance) for level in levels)


def _column(frame: Any, at: int) -> Any:
    return frame.iloc[:, at]


def _itself(column: Any) -> Any:
    return column


def _is_column(dtype: Any, column: Callable[[], Any], allowance: Allowance) -> bool:
    """Whether a column's cells are plain; only objects are looked at."""
    if of_library(dtype, "pandas", "CategoricalDtype"):
        categories = dtype.categories
        return categories is None or _is_column(categories.dtype, functools.partial(_itself, categories), allowance)
    owner = type(dtype).__module__.partition(".")[0]
    if owner != "numpy":
        return owner == "pandas"
    if dtype.kind != "O":
        return dtype.kind in _NUMERIC
    found = column()
    return _are_plain(found.array, len(found), allowance)


def _are_plain(cells: Any, count: int, allowance: Allowance) -> bool:
    allowance.work(count)
    return _all_plain(cells, allowance)


def _all_plain(cells: Any, allowance: Allowance) -> bool:
    """One look at each class of scalars, and at each list or dict in a cell."""
    alike = Alike()
    for cell in cells:
        if alike.is_known(cell):
            continue
        if not is_plain(cell, allowance):
            return False
        if is_plain_scalar(cell):
            alike.know(cell)
    return True
