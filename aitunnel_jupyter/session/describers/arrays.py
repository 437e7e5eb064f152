"""NumPy arrays: shape, type, range, and the values in their corners."""

from __future__ import annotations

from typing import Any

from aitunnel_jupyter.session.describers.table import FAST_CELLS, FEW, counted
from aitunnel_jupyter.session.describers.values import distinct, number, span
from aitunnel_jupyter.session.description import flat, heading, without_addresses

_WHOLE = 64
"""So many values are all shown."""
_TEXTS_LOOKED_AT = 100_000
_FIELDS = 50
_DIMENSIONS = 4


def array(value: Any, name: str, _tokens: int) -> str:
    """An array of any type and shape; the image a model could see is :mod:`.attach`'s business."""
    shape = " × ".join(f"{length:,}" for length in value.shape) or "0-d"
    first = heading(name, f"numpy {type(value).__name__}, {shape}, dtype {_type(value.dtype)}")
    if not value.size:
        return f"{first}, empty"
    return "\n".join([first, *(f"- {fact}" for fact in _facts(value)), _values(value)])


def _type(dtype: Any) -> str:
    if not dtype.names:
        return str(dtype)
    fields = [f"{name}: {dtype.fields[name][0]}" for name in dtype.names[:_FIELDS]]
    return f"structured ({', '.join(fields)}{', …' if len(dtype.names) > _FIELDS else ''})"


def _facts(value: Any) -> list[str]:
    kind = value.dtype.kind
    if hasattr(value, "compressed"):  # a masked array: what is masked is not there
        present = value.compressed()
        masked = [f"{value.size - present.size:,} of {value.size:,} masked"]
        return [*masked, *(_facts(present) if present.size else [])]
    if kind == "b":
        return [f"{int(value.sum()):,} of {value.size:,} true"]
    if kind in "iufmM":
        return _range(value)
    if kind == "O":
        kinds = sorted({type(item).__name__ for item in value.flat[:_TEXTS_LOOKED_AT]})
        return [f"values of type {', '.join(kinds[:FEW])}"]
    if kind in "UST":
        texts = list(dict.fromkeys(str(text) for text in value.flat[:_TEXTS_LOOKED_AT]))
        about = "" if value.size <= _TEXTS_LOOKED_AT else f"in the first {_TEXTS_LOOKED_AT:,} values: "
        return [about + distinct(len(texts), [flat(text, 40) for text in texts[: FEW + 1]])]
    return []


def _range(value: Any) -> list[str]:
    """Ends and mean of what is there; NaN and NaT are counted apart."""
    import numpy as np

    some = value if value.size <= FAST_CELLS else value[:: -(-value.size // FAST_CELLS)]
    about = "" if some is value else "~"
    word, is_missing = {"f": ("NaN", np.isnan), "m": ("NaT", np.isnat), "M": ("NaT", np.isnat)}.get(
        some.dtype.kind, ("", None)
    )
    missing: Any = is_missing(some) if is_missing else np.False_
    nulls = int(missing.sum())
    if nulls:
        some = some[~missing]
    nan = [about + counted(nulls, nulls + some.size, word)]
    if not some.size:
        return nan
    mean = [f"mean {about}{number(some.mean(dtype=float))}"] if some.dtype.kind in "iuf" else []
    return ["; ".join([about + span(some.min(), some.max()), *mean, *(nan if nulls else [])])]


def _values(value: Any) -> str:
    import numpy as np

    word = "values" if value.size <= _WHOLE else "corners"
    if value.ndim > _DIMENSIONS:  # 2 corners of each dimension are 2ⁿ values
        value = np.array([*value.flat[:2], *value.flat[-2:]])
    with np.printoptions(threshold=_WHOLE, edgeitems=2, linewidth=120, precision=6):
        shown = str(value)  # array2string() stumbles over masked arrays (NumPy 1.26)
    return f"{word}:\n{without_addresses(shown)}"
