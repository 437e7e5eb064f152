"""Images and figures: a PNG for models that see, and a line of facts for those that do not."""

from __future__ import annotations

import base64
import io
from typing import Any

from aitunnel_jupyter.session.description import Description, clip, cut, heading

LONGER_SIDE = 1568
"""Pixels. Anthropic scales anything larger down to it, OpenAI to 2048: more would only cost time."""
_PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})
_TEXT_CHARACTERS = 120


def image(value: Any, name: str, _tokens: int) -> Description:
    """A PIL image, as PNG."""
    width, height = value.size
    kind = f"{value.format} image" if getattr(value, "format", None) else "image"
    return Description(heading(name, f"{kind}, {width} × {height} pixels, mode {value.mode}"), png_url(value))


def figure(value: Any, name: str, tokens: int) -> Description:
    """A matplotlib figure or subfigure, as PNG, with its titles and labels."""
    whole = _root(value)
    width, height = whole.get_size_inches()
    dpi = min(whole.dpi, LONGER_SIDE / max(width, height))
    target = io.BytesIO()
    whole.savefig(target, format="png", dpi=dpi)
    what = f"matplotlib figure, {int(width * dpi)} × {int(height * dpi)} pixels"
    title = getattr(whole, "get_suptitle", str)()
    lines = [heading(name, what + (f", title {_text(title)}" if title else ""))]
    lines += [f"- {_axes(axes)}" for axes in whole.axes]
    return Description(cut("\n".join(lines), tokens), data_url(target.getvalue(), "image/png"))


def axes(value: Any, name: str, tokens: int) -> Description | None:
    """Axes: the figure they stand in; ``None`` if they were taken out of it."""
    return figure(value.figure, name, tokens) if value.figure is not None else None


def png_url(image: Any) -> str:
    """A PIL image as a ``data:`` URL of a PNG whose longer side is at most 1568 pixels."""
    image = (
        image if image.mode in _PNG_MODES else image.convert("RGBA" if image.mode in {"PA", "RGBa", "La"} else "RGB")
    )
    if max(image.size) > LONGER_SIDE:
        image = image.copy()
        image.thumbnail((LONGER_SIDE, LONGER_SIDE))
    target = io.BytesIO()
    image.save(target, format="PNG")
    return data_url(target.getvalue(), "image/png")


def data_url(content: bytes, kind: str) -> str:
    """``content`` of a media type as a ``data:`` URL."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _root(value: Any) -> Any:
    while getattr(value, "figure", value) is not value and value.figure is not None:
        value = value.figure
    return value


def _axes(axes: Any) -> str:
    """One of a figure's axes: title, labels, what is drawn."""
    said = {"title": axes.get_title(), "x": axes.get_xlabel(), "y": axes.get_ylabel()}
    drawn = {
        "lines": len(axes.lines), "patches": len(axes.patches), "collections": len(axes.collections),
        "images": len(axes.images),
    }  # fmt: skip
    parts = [f"{word} {_text(text)}" for word, text in said.items() if text]
    parts += [f"{count} {word if count > 1 else word[:-1]}" for word, count in drawn.items() if count]
    legend = axes.get_legend()
    parts += [f"legend {_text(', '.join(text.get_text() for text in legend.get_texts()))}"] if legend else []
    return "axes: " + (", ".join(parts) or "empty")


def _text(text: str) -> str:
    return f"“{clip(text, _TEXT_CHARACTERS)}”"
