"""A catalogue as a table: HTML for notebooks, aligned text for terminals and for papers."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.rendering.page import NARROW_SPACE, page, roubles
from aitunnel_jupyter.rendering.style import style_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from aitunnel_jupyter.gateway.models import Model

UNKNOWN = "–"
_COLUMNS = ("name", "provider", "context", "prompt_cost", "completion_cost", "modalities")
_NUMBERS = frozenset({"context", "prompt_cost", "completion_cost"})
_BACKGROUND = "var(--jp-layout-color0,var(--vscode-editor-background,var(--colab-primary-surface-color,Canvas)))"


class Table(NamedTuple):
    """Columns and cells as text; numbers are grouped, and written as the language does."""

    columns: tuple[str, ...]
    """Codes of :mod:`aitunnel_jupyter.messages` without ``models.``; a column nobody fills is left out."""
    rows: list[tuple[str, ...]]
    note: str
    """The line below."""
    language: str

    @property
    def head(self) -> list[str]:
        """The columns' names for a person."""
        return [say(f"models.{column}", self.language) for column in self.columns]


def table_of(models: Sequence[Model], note: str, language: str) -> Table:
    """One row for each model, in their order.

    Args:
        models: At least one.
        note: The line below the table.
        language: ``en`` or ``ru``.
    """
    cells = list(zip(*(_cells(model, language) for model in models), strict=True))
    kept = [at for at, column in enumerate(cells) if at == 0 or set(column) - {UNKNOWN, ""}]
    rows = list(zip(*(cells[at] for at in kept), strict=True))
    return Table(tuple(_COLUMNS[at] for at in kept), rows, note, language)


def bundle(table: Table) -> dict[str, str]:
    """The MIME bundle of a table."""
    return {"text/html": as_html(table), "text/plain": as_text(table)}


def as_html(table: Table) -> str:
    """A table that scrolls below its head; 400 rows weigh less than 60 kB."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.head)
    rows = "".join(f"<tr><td>{'</td><td>'.join(map(html.escape, row))}</td></tr>" for row in table.rows)
    note = f'<p class="aitunnel-note">{html.escape(table.note)}</p>'
    inner = f'<div class="aitunnel-models"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return page(inner + note, style=_style(table) + style_for(inner))


def as_text(table: Table) -> str:
    """Columns of equal width, then the note."""
    lines = [table.head, *table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join([*(_line(table, cells, widths) for cells in lines), "", table.note])


def _line(table: Table, cells: Sequence[str], widths: list[int]) -> str:
    sides = zip(table.columns, cells, widths, strict=True)
    return "  ".join(f"{cell:{'>' if name in _NUMBERS else '<'}{width}}" for name, cell, width in sides).rstrip()


def _style(table: Table) -> str:
    """Numbers to the right, and the head stays while the rows scroll; all of it may be dropped by a front end."""
    cell = ".aitunnel.aitunnel.aitunnel .aitunnel-models "
    numbers = [at for at, name in enumerate(table.columns, 1) if name in _NUMBERS]
    right = ",".join(f"{cell}:is(td,th):nth-child({at})" for at in numbers)
    return (
        "<style>.aitunnel-models{max-height:32em;overflow:auto}"
        f"{cell}th{{position:sticky;top:0;background:{_BACKGROUND}}}"
        f"{cell}td:first-child{{white-space:nowrap}}"
        + (f"{right}{{text-align:right;font-variant-numeric:tabular-nums}}" if right else "")
        + "</style>"
    )


def _cells(model: Model, language: str) -> tuple[str, ...]:
    return (
        model.name,
        model.provider or UNKNOWN,
        UNKNOWN if model.context_size is None else f"{model.context_size:,}".replace(",", NARROW_SPACE),
        _price(model.prompt_cost, language),
        _price(model.completion_cost, language),
        _modalities(model),
    )


def _price(amount: Decimal | None, language: str) -> str:
    if amount is None:
        return UNKNOWN
    return roubles(amount).replace(".", ",") if language == "ru" else roubles(amount)


def _modalities(model: Model) -> str:
    """What it takes; what it gives only where that is not just text."""
    gives = "" if model.outputs in {(), ("text",)} else f" → {' '.join(model.outputs)}"
    return (" ".join(model.inputs) + gives).strip() or UNKNOWN
