"""A catalogue as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.rendering.table import UNKNOWN, Table, grouped, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.gateway.models import Model

_COLUMNS = ("name", "provider", "context", "prompt_cost", "completion_cost", "modalities")
_NUMBERS = frozenset({"context", "prompt_cost", "completion_cost"})


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
    columns = [_COLUMNS[at] for at in kept]
    numbers = frozenset(at for at, column in enumerate(columns) if column in _NUMBERS)
    return Table([say(f"models.{column}", language) for column in columns], rows, numbers, note)


def _cells(model: Model, language: str) -> tuple[str, ...]:
    return (
        model.name,
        model.provider or UNKNOWN,
        grouped(model.context_size),
        money(model.prompt_cost, language),
        money(model.completion_cost, language),
        _modalities(model),
    )


def _modalities(model: Model) -> str:
    """What it takes; what it gives only where that is not just text."""
    gives = "" if model.outputs in {(), ("text",)} else f" → {' '.join(model.outputs)}"
    return (" ".join(model.inputs) + gives).strip() or UNKNOWN
