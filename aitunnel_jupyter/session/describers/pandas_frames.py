"""pandas: frames and series. Columns are taken by position: names may repeat, be tuples or be anything."""

from __future__ import annotations

from typing import Any

from aitunnel_jupyter.session.describers import table as tables
from aitunnel_jupyter.session.describers.values import distinct, number, span
from aitunnel_jupyter.session.description import clip, flat, heading


def frame(value: Any, name: str, tokens: int) -> str:
    """A DataFrame: size, index, facts of each column, first rows."""
    rows, columns = value.shape
    what = f"pandas {type(value).__name__}, {rows:,} rows × {columns:,} columns, index {_index(value.index)}"
    looked_at = tables.Budget()
    return tables.as_text(
        tables.Table(
            heading(name, what),
            tables.column_names(_key(column) for column in value.columns),
            lambda at: _facts(value.iloc[:, at], looked_at),
            lambda most: _cells(value.iloc[: tables.HEAD_ROWS, :most]),
            rows,
            looked_at.note,
            ()
            if type(value.index).__name__ == "RangeIndex"
            else [_key(key) for key in value.index[: tables.HEAD_ROWS]],
        ),
        tokens,
    )


def series(value: Any, name: str, tokens: int) -> str:
    """A Series: the same as a frame of one column, with the index beside the first values."""
    called = "" if value.name is None else f" {clip(repr(value.name), tables.NAME_CHARACTERS)}"
    what = f"pandas {type(value).__name__}{called}, {len(value):,} rows, index {_index(value.index)}"
    looked_at = tables.Budget()
    first = value.iloc[: tables.HEAD_ROWS]
    return tables.as_text(
        tables.Table(
            heading(name, what),
            ["value"],
            lambda _: _facts(value, looked_at),
            lambda _: [[_cell(cell)] for cell in first],
            len(value),
            looked_at.note,
            [_key(key) for key in first.index],
        ),
        tokens,
    )


def _index(index: Any) -> str:
    """Kind of an index with its ends, and its name."""
    names = [flat(name) for name in index.names if name is not None]
    ends = f" {_key(index[0])} … {_key(index[-1])}" if len(index) else ""
    return f"{type(index).__name__}{ends}" + (f" ({', '.join(names)})" if names else "")


def _key(key: object) -> str:
    """A label of an index, or of its levels, without the types of NumPy's scalars."""
    if not isinstance(key, tuple):
        return flat(key, 40)
    return f"({', '.join(clip(repr(part), 40) if isinstance(part, str) else flat(part, 40) for part in key)})"


def _cells(first: Any) -> list[list[str]]:
    columns = [[_cell(cell) for cell in first.iloc[:, at]] for at in range(first.shape[1])]
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else clip(str(value), tables.CELL_CHARACTERS)


def _facts(column: Any, looked_at: tables.Budget) -> str:
    """Type, nulls, and what its kind of values allows."""
    kind = _kind(column)
    is_fast = kind in "biufmMc" or hasattr(column, "cat")
    whole = looked_at.affords(len(column), fast=is_fast)
    some = column if whole else column.iloc[:: max(1, len(column) // tables.SAMPLE_ROWS)]
    nulls = tables.counted(int(some.isna().sum()), len(some))
    facts = [str(column.dtype), nulls if whole else f"~{nulls}", *_range(some, kind, whole=whole)]
    return "; ".join(clip(fact, 400) for fact in facts if fact)


def _kind(column: Any) -> str:
    """NumPy's letter for the dtype; pandas' own dtypes say theirs too, periods say ``O``."""
    return str(getattr(column.dtype, "kind", "O"))


def _range(some: Any, kind: str, *, whole: bool) -> list[str]:
    about = "" if whole else "~"
    if hasattr(some, "cat"):
        categories = [flat(category, 40) for category in some.cat.categories[: tables.FEW + 1]]
        return [distinct(len(some.cat.categories), categories, word="categories")]
    if not some.notna().any():
        return []
    if kind == "b":
        return [f"{about}{int(some.sum()):,} true"]
    if kind in "iufmM" or str(some.dtype).startswith(("period", "Int", "Float")):
        mean = [f"mean {about}{number(some.mean())}"] if kind in "iuf" else []
        return [about + span(some.min(), some.max()), *mean]
    return [about + _distinct(some)]


def _distinct(some: Any) -> str:
    try:
        counts = some.value_counts(sort=False)
    except TypeError:  # lists and dicts are not hashable
        kinds = sorted({type(cell).__name__ for cell in some.dropna()})
        return f"values of type {', '.join(kinds[: tables.FEW])}"
    # Not value_counts' own order: it differs between equally frequent values from version to version.
    ordered = counts.sort_values(ascending=False, kind="stable").index[: tables.FEW + 1]
    return distinct(len(counts), [flat(value, 40) for value in ordered])
