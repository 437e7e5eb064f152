"""Several answers side by side; one below the other where there is no room, or no style."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import one_line, printable, without_keys
from aitunnel_jupyter.rendering.page import body_html, decimals, footer_html, page, reasoning_html
from aitunnel_jupyter.rendering.style import STYLE, WAIT_STYLE, style_for
from aitunnel_jupyter.rendering.table import UNKNOWN, Table, grouped, money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aitunnel_jupyter.answer import Answer

# In the elements themselves: JupyterLab takes <style> out of a notebook that came from elsewhere, and leaves these.
_GRID = 'class="aitunnel-columns" style="display:flex;flex-wrap:wrap;gap:0 2em"'
_COLUMN = 'style="flex:1 1 20em;min-width:0;overflow-wrap:break-word"'


class Column(NamedTuple):
    """One model's part of the frame."""

    title: str
    html: str
    """Safe HTML."""


def columns_page(columns: Sequence[Column]) -> str:
    """A frame of the live view."""
    return page(_grid(columns), style=STYLE + WAIT_STYLE)


def columns_bundle(answers: Mapping[str, Answer], language: str) -> dict[str, str]:
    """The MIME bundle of a comparison: the answers, then time, tokens and ₽ in a table."""
    table = _facts(answers, language)
    inner = _grid([Column(name, _inner(answer)) for name, answer in answers.items()]) + table.inner_html()
    texts = [f"── {one_line(name, 80)} ──\n{_text(answer)}" for name, answer in answers.items()]
    return {
        "text/html": page(inner, style=style_for(inner) + table.style()),
        "text/plain": "\n\n".join([*texts, table.as_text()]),
    }


def _text(answer: Answer) -> str:
    return printable(without_keys(answer.text)) or one_line(answer.error or "", 480)


def _grid(columns: Sequence[Column]) -> str:
    sections = (
        f"<section {_COLUMN}><h4>{html.escape(one_line(column.title, 80))}</h4>{column.html}</section>"
        for column in columns
    )
    return f"<div {_GRID}>{''.join(sections)}</div>"


def _inner(answer: Answer) -> str:
    came = reasoning_html(answer.reasoning, answer.facts.language) + body_html(answer) + _why(answer)
    return came + (footer_html(answer) if answer or answer.complete else "")


def _why(answer: Answer) -> str:
    """Why this is not all; of an answer that was stopped its footer tells it."""
    if answer.complete or not answer.error or (answer and answer.error == "stopped"):
        return ""
    told = say("stopped", answer.facts.language) if answer.error == "stopped" else one_line(answer.error, 480)
    return f"<p>✗ {html.escape(told)}</p>"


def _facts(answers: Mapping[str, Answer], language: str) -> Table:
    head = [say(f"compare.{name}", language) for name in ("model", "seconds", "tokens")] + ["₽"]
    rows = [
        (
            one_line(name, 80),
            decimals(f"{answer.elapsed:.1f}", language),
            grouped(answer.usage.completion_tokens if answer.usage else None),
            money(answer.cost, language) if answer else UNKNOWN,
        )
        for name, answer in answers.items()
    ]
    return Table(head, rows, frozenset({1, 2, 3}))
