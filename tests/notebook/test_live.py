"""The end of the live view in a cell that is not ours alone: nothing is cleared, and nothing is missing."""

from __future__ import annotations

from typing import Any

import pytest

from aitunnel_jupyter import Answer
from aitunnel_jupyter.notebook.live import CellView

PICTURE = "data:image/png;base64,iVBORw0KGgo="


class Cell:
    """An output area that someone else has written into; keeps what each output shows."""

    shared = True

    def __init__(self) -> None:
        self.outputs: list[dict[str, str]] = []

    def display(self, data: dict[str, str], metadata: Any = None) -> str:
        self.outputs.append(data)
        return str(len(self.outputs) - 1)

    def update(self, display_id: str, data: dict[str, str], metadata: Any = None) -> None:
        self.outputs[int(display_id)] = data

    def html(self) -> str:
        return "".join(data["text/html"] for data in self.outputs)

    def text(self) -> str:
        return "".join(data.get("text/plain", "") for data in self.outputs)


class Turn:
    """A turn whose deltas are given by hand."""

    state = "answering"
    first_delta_at = 0.0
    elapsed = 1.0

    def __init__(self, reasoning: str = "") -> None:
        self.reasoning = reasoning
        self.new = ""

    def take_text(self) -> str:
        new, self.new = self.new, ""
        return new

    def take_reasoning(self) -> str:
        return ""


def view(cell: Cell) -> CellView:
    return CellView(cell, "markdown", "en", clock=iter(range(1000)).__next__)  # type: ignore[arg-type]


@pytest.mark.parametrize("calls", [1, 2])
def test_finishing_twice_loses_no_text(calls: int) -> None:
    """■ during the last frame leads there a second time."""
    cell, turn = Cell(), Turn()
    shown = view(cell)
    for part in ("First.\n\nSec", "ond.\n\nTh", "ird."):
        turn.new = part
        shown.show(turn)  # type: ignore[arg-type]
    for _ in range(calls):
        shown.finish(turn, Answer("First.\n\nSecond.\n\nThird.", model="m"))  # type: ignore[arg-type]
    assert cell.text() == "First.\n\nSecond.\n\nThird."
    assert [cell.html().count(word) for word in ("First", "Second", "Third")] == [1, 1, 1]


def test_reasoning_without_an_answer_is_shown_whole() -> None:
    cell, thoughts = Cell(), "thought " * 1000
    shown, turn = view(cell), Turn(thoughts)
    shown.show(turn)  # type: ignore[arg-type]
    shown.finish(turn, Answer("", reasoning=thoughts, complete=False, error="cut"))  # type: ignore[arg-type]
    assert cell.html().count("thought ") == 1000


def test_pictures_are_shown() -> None:
    cell, turn = Cell(), Turn()
    shown = view(cell)
    turn.new = "Here:"
    shown.show(turn)  # type: ignore[arg-type]
    shown.finish(turn, Answer("Here:", images=(PICTURE, "https://example.org/x.png")))  # type: ignore[arg-type]
    assert PICTURE in cell.html()
    assert "example.org" not in cell.html()
