"""polars: frames, series, and lazy frames, which are never computed."""

from __future__ import annotations

from typing import Any

from aitunnel_jupyter.session.describers import table as tables
from aitunnel_jupyter.session.describers.values import distinct, number, span
from aitunnel_jupyter.session.description import clip, flat, heading, without_addresses


def frame(value: Any, name: str, tokens: int) -> str:
    """A DataFrame: size, facts of each column, first rows."""
    looked_at = tables.Budget()
    return tables.as_text(
        tables.Table(
            heading(name, f"polars DataFrame, {value.height:,} rows × {value.width:,} columns"),
            tables.column_names(value.columns),
            lambda at: _facts(value.to_series(at), looked_at),
            lambda most: _cells(value[: tables.HEAD_ROWS, :most]),
            value.height,
            looked_at.note,
        ),
        tokens,
    )


def series(value: Any, name: str, tokens: int) -> str:
    """A Series: the same as a frame of one column."""
    return frame(value.to_frame(), name, tokens).replace(
        f"polars DataFrame, {len(value):,} rows × 1 columns", f"polars Series, {len(value):,} rows", 1
    )


def lazy_frame(value: Any, name: str, tokens: int) -> str:
    """A LazyFrame: its schema and its plan; no row is computed."""
    schema = value.collect_schema()
    names = list(schema)
    listed = tables.as_text(
        tables.Table(
            heading(name, f"polars LazyFrame, {len(names):,} columns, not computed: collect() does it"),
            tables.column_names(names),
            lambda at: str(schema[names[at]]),
            lambda _: [],
            0,
            str,
        ),
        tokens,
    )
    return f"{listed}\nplan:\n{without_addresses(value.explain(optimized=False))}"


def _cells(first: Any) -> list[list[str]]:
    return [[_cell(cell) for cell in row] for row in first.rows()]


def _cell(value: object) -> str:
    if value is None:
        return "null"
    return number(value) if isinstance(value, float) else clip(str(value), tables.CELL_CHARACTERS)


def _facts(column: Any, looked_at: tables.Budget) -> str:
    """Type, nulls (polars knows them without looking), and what its kind of values allows."""
    kind = column.dtype
    is_fast = kind.is_numeric() or kind.is_temporal() or str(kind) == "Boolean"
    whole = looked_at.affords(len(column), fast=is_fast)
    some = column if whole else column.gather_every(max(1, len(column) // tables.SAMPLE_ROWS))
    facts = [str(kind), tables.counted(column.null_count(), len(column)), *_range(some, is_fast=is_fast, whole=whole)]
    return "; ".join(clip(fact, 400) for fact in facts if fact)


def _range(some: Any, *, is_fast: bool, whole: bool) -> list[str]:
    about, kind = "" if whole else "~", some.dtype
    if some.null_count() == len(some):
        return []
    if str(kind) == "Boolean":
        return [f"{about}{int(some.sum()):,} true"]
    if is_fast:
        nans = int(some.is_nan().sum() or 0) if kind.is_float() else 0
        some = some.drop_nans() if nans else some
        mean = [f"mean {about}{number(some.mean())}"] if kind.is_numeric() else []
        ends = [about + span(some.min(), some.max()), *mean] if some.min() is not None else []
        return [*ends, *([f"{about}{nans:,} NaN"] if nans else [])]
    return [] if kind.is_nested() or str(kind) == "Object" else [about + _distinct(some)]


def _distinct(some: Any) -> str:
    values = some.drop_nulls().unique(maintain_order=True)
    return distinct(len(values), [flat(value, 40) for value in values.head(tables.FEW + 1)])
