"""A table for people: HTML for notebooks, aligned text for terminals and papers."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.redaction import scrub
from aitunnel_jupyter.rendering.page import NARROW_SPACE, decimals, page, roubles
from aitunnel_jupyter.rendering.style import style_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

UNKNOWN = "–"
_SHORT = 24
"""A column whose cells are all shorter is not broken into lines: dates, names, prices."""
_BACKGROUND = "var(--jp-layout-color0,var(--vscode-editor-background,var(--colab-primary-surface-color,Canvas)))"


class Table(NamedTuple):
    """Cells as text, already in the person's language.

    Example:
        >>> print(Table(["model", "₽"], [("gpt-5.2", "0.51")], frozenset({1})).as_text())
        model       ₽
        gpt-5.2  0.51
    """

    head: Sequence[str]
    rows: Sequence[tuple[str, ...]]
    numbers: frozenset[int] = frozenset()
    """Columns that are set to the right."""
    note: str = ""
    """A line below."""

    def bundle(self, before: str = "") -> dict[str, str]:
        """The MIME bundle; ``before`` is safe HTML to put above the table, for example a plot."""
        rows = [tuple(map(scrub, row)) for row in self.rows]
        shown = self._replace(rows=rows, note=scrub(self.note))
        return {"text/html": shown.as_html(before), "text/plain": shown.as_text()}

    def as_html(self, before: str = "") -> str:
        """A table that scrolls below its head; 400 rows weigh less than 60 kB."""
        inner = before + self.inner_html()
        return page(inner, style=self.style() + style_for(inner))

    def inner_html(self) -> str:
        """The table and its note, without page and style."""
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.head)
        rows = "".join(f"<tr><td>{'</td><td>'.join(map(html.escape, row))}</td></tr>" for row in self.rows)
        note = f'<p class="aitunnel-note">{html.escape(self.note)}</p>' if self.note else ""
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div class="aitunnel-table {self._look}">{table}</div>{note}'

    def as_text(self) -> str:
        """Columns of equal width, then the note."""
        lines = [tuple(self.head), *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = [self._line(cells, widths) for cells in lines]
        return "\n".join([*shown, "", self.note] if self.note else shown)

    def style(self) -> str:
        """What :meth:`inner_html` needs: numbers to the right, and the head stays while the rows scroll.

        A page has one style for all its outputs, so what is true of this table's columns names its look.
        """
        cell = ".aitunnel.aitunnel.aitunnel .aitunnel-table "
        own = f".aitunnel.aitunnel.aitunnel .{self._look} "
        whole = ",".join(f"{own}td:nth-child({at + 1})" for at in sorted({0, *self._short}))
        right = ",".join(f"{own}:is(td,th):nth-child({at + 1})" for at in sorted(self.numbers))
        return (
            "<style>.aitunnel-table{max-height:32em;overflow:auto;margin-bottom:.5em}"
            f"{cell}th{{position:sticky;top:0;background:{_BACKGROUND}}}{whole}{{white-space:nowrap}}"
            + (f"{right}{{text-align:right;font-variant-numeric:tabular-nums}}" if right else "")
            + "</style>"
        )

    @property
    def _look(self) -> str:
        numbers, short = ("".join(f"-{at}" for at in sorted(some)) for some in (self.numbers, self._short))
        return f"aitunnel-right{numbers}-whole{short}"

    @property
    def _short(self) -> set[int]:
        return {at for at, cells in enumerate(zip(*self.rows, strict=True)) if max(map(len, cells)) <= _SHORT}

    def _line(self, cells: Sequence[str], widths: list[int]) -> str:
        sides = enumerate(zip(cells, widths, strict=True))
        return "  ".join(f"{cell:{'>' if at in self.numbers else '<'}{width}}" for at, (cell, width) in sides).rstrip()


def grouped(count: int | None) -> str:
    """A whole number with thin spaces between thousands.

    Example:
        >>> grouped(None)
        '–'
    """
    return UNKNOWN if count is None else f"{count:,}".replace(",", NARROW_SPACE)


def money(amount: Decimal | None, language: str) -> str:
    """Roubles as the language writes them, without the sign.

    Example:
        >>> from decimal import Decimal
        >>> money(Decimal("0.51"), "ru")
        '0,51'
    """
    return UNKNOWN if amount is None else decimals(roubles(amount), language)
