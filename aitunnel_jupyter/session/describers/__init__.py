"""The built-in describers: which file knows which class. A file is imported when such a value comes."""

from __future__ import annotations

import importlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACES = {
    "pandas.DataFrame": "pandas_frames.frame",
    "pandas.Series": "pandas_frames.series",
    "polars.DataFrame": "polars_frames.frame",
    "polars.Series": "polars_frames.series",
    "polars.LazyFrame": "polars_frames.lazy_frame",
    "numpy.ndarray": "arrays.array",
    "PIL.Image.Image": "pictures.image",
    "matplotlib.figure.FigureBase": "pictures.figure",
    "matplotlib.axes.Axes": "pictures.axes",
    "matplotlib.axes._AxesBase": "pictures.axes",
    "builtins.function": "code.function",
    "builtins.method": "code.function",
    "builtins.builtin_function_or_method": "code.function",
    "functools._lru_cache_wrapper": "code.function",
    "builtins.type": "code.class_",
    "builtins.BaseException": "failures.failure",
    "builtins.str": "containers.text",
    "builtins.dict": "containers.mapping",
    "builtins.list": "containers.items",
    "builtins.tuple": "containers.items",
    "builtins.set": "containers.members",
    "builtins.frozenset": "containers.members",
}

CONTAINERS = frozenset(kind for kind, place in _PLACES.items() if place.startswith("containers."))
"""What is described only when asked for: in a prompt these go out as ``str()``."""

BUILT_IN: dict[str, dict[str, str]] = defaultdict(dict)
"""Name of a class → its full names → where its describer is."""
for _kind, _place in _PLACES.items():
    BUILT_IN[_kind.rpartition(".")[2]][_kind] = _place


def load(place: str) -> Callable[[Any, str, int], Any]:
    """The describer at ``"file.function"``."""
    file, _, function = place.partition(".")
    found: Callable[[Any, str, int], Any] = getattr(importlib.import_module(f"{__name__}.{file}"), function)
    return found
