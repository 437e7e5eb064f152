"""A table in a budget: facts about its columns, then its first rows as CSV. Knows no library."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.session.description import clip, fence_for, shown, tokens_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

HEAD_ROWS = 10
CELL_CHARACTERS = 60
NAME_CHARACTERS = 80
SAMPLE_ROWS = 100_000
"""Rows looked at for distinct counts and other slow facts of a long table."""
SLOW_CELLS = 400_000
"""Cells of texts and objects that are all looked at; pandas needs about 25 ms for 400,000 (measured)."""
FAST_CELLS = 40_000_000
"""Cells of numbers and dates that are all looked at; pandas needs 4 ms for a million (measured)."""
EXAMPLES = 5
FEW = 12
"""So many distinct values are all shown."""

_FACTS_SHARE = 0.5
_NAMES_SHARE = 0.2
_FEW_ROWS = 3
_FEW_COLUMNS = 8
_MOST_FACTS = 100
"""Columns with facts; each costs a look at its data."""


class Table(NamedTuple):
    """What a library's describer knows about its table."""

    first: str
    """The line with kind, rows × columns, index."""
    names: Sequence[str]
    facts: Callable[[int], str]
    """Position of a column → its type, nulls and range; called only for columns that are shown."""
    head: Callable[[int], list[list[str]]]
    """How many columns → the cells of the first rows."""
    rows: int
    note: Callable[[], str]
    """What to say about sampling, asked after the facts."""
    labels: Sequence[str] = ()
    """Of the first rows, if they say more than a count."""


def as_text(table: Table, tokens: int) -> str:
    """The table in at most ``tokens`` (but for its first line), with marks for what is not shown."""
    facts = _facts(table, int(tokens * _FACTS_SHARE))
    lines = [table.first, *facts]
    if len(facts) < len(table.names):
        lines += _other_names(table.names, len(facts), int(tokens * _NAMES_SHARE))
    lines += [note] if (note := table.note()) else []
    return "\n".join([*lines, *_head(table, tokens - tokens_in("\n".join(lines)) - 1)])


def column_names(names: Iterable[object]) -> list[str]:
    """Names of columns as one line each; whatever they are."""
    return [clip(str(name), NAME_CHARACTERS) for name in names]


class Budget:
    """Cells that may still be looked at; what is not affordable is sampled.

    Counts, not clocks: the same table reads the same on every machine.
    """

    def __init__(self) -> None:
        self.slow = SLOW_CELLS
        self.fast = FAST_CELLS
        self.sampled = False

    def affords(self, cells: int, *, fast: bool) -> bool:
        """Whether all ``cells`` may be looked at; remembers what was refused."""
        left = (self.fast if fast else self.slow) - cells
        if left < 0:
            self.sampled = True
            return False
        self.fast, self.slow = (left, self.slow) if fast else (self.fast, left)
        return True

    def note(self) -> str:
        """The line about sampling, if there was any."""
        return f"(~ from a sample of about {SAMPLE_ROWS:,} evenly spaced rows)" if self.sampled else ""


def counted(some: int, whole: int, word: str = "") -> str:
    """Nulls (or what ``word`` says) as a number and a share.

    Example:
        >>> counted(3, 12), counted(0, 12), counted(1, 1000, "NaN")
        ('3 nulls (25%)', 'no nulls', '1 NaN (0.1%)')
    """
    if not some:
        return f"no {word or 'nulls'}"
    share = 100 * some / whole
    percent = f"{share:.2g}" if share < 10 else f"{share:.0f}"  # noqa: PLR2004
    return f"{some:,} {word or ('null' if some == 1 else 'nulls')} ({percent}%)"


def _facts(table: Table, tokens: int) -> list[str]:
    lines: list[str] = []
    for at, name in enumerate(table.names[:_MOST_FACTS]):
        line = f"- {name}: {table.facts(at)}"
        tokens -= tokens_in(line) + 1
        if tokens < 0 and lines:
            break
        lines.append(line)
    return lines


def _other_names(names: Sequence[str], known: int, tokens: int) -> list[str]:
    """The names of the columns without facts: a model that writes code needs them most."""
    kept: list[str] = []
    for name in names[known:]:
        tokens -= tokens_in(name) + 1
        if tokens < 0:
            break
        kept.append(name)
    mark = shown(known, len(names), "columns")
    if not kept:
        return [mark]
    named = known + len(kept)
    rest = [shown(named, len(names), "column names")] if named < len(names) else []
    return [f"{mark[:-1]} with facts)", "other columns: " + ", ".join(kept), *rest]


def _head(table: Table, tokens: int) -> list[str]:
    """The first rows: of all columns, or of as many as let a few rows fit."""
    if not table.rows or not table.names:
        return []
    columns = len(table.names)
    while columns:
        lines = _rows(table, columns, tokens)
        if lines:
            return lines
        columns //= 2
    return [shown(0, table.rows, "rows")]


def _rows(table: Table, columns: int, tokens: int) -> list[str]:
    """``columns`` columns of the first rows that fit; nothing if fewer columns would let a few fit."""
    title = _csv([*(["[index]"] if table.labels else []), *table.names[:columns]])
    most = min(table.rows, HEAD_ROWS)
    mark = "" if columns == len(table.names) else f", {columns:,} of {len(table.names):,} columns shown"
    left = tokens - tokens_in(f"first {most} of {table.rows:,} rows{mark}:\n{title}\n```csv\n```\n\n")
    kept: list[str] = []
    for at, cells in enumerate(table.head(columns) if left > 0 else []):
        line = _csv([*table.labels[at : at + 1], *(clip(cell, CELL_CHARACTERS) for cell in cells)])
        left -= tokens_in(line) + 1
        if left < 0:
            break
        kept.append(line)
    if len(kept) < (min(table.rows, _FEW_ROWS) if columns > _FEW_COLUMNS else 1):
        return []
    which = f"all {len(kept)}" if len(kept) == table.rows else f"first {len(kept)} of {table.rows:,}"
    fence = fence_for("\n".join([title, *kept]))
    return [f"{which} rows{mark}:", f"{fence}csv", title, *kept, fence]


def _csv(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
