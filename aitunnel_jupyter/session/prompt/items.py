"""Indexing and slicing of known containers."""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

from aitunnel_jupyter.session.prompt.frames import has_plain_labels, is_frame, is_indexer
from aitunnel_jupyter.session.prompt.plain import (
    Allowance,
    Kinds,
    base_of,
    is_numpy_scalar,
    is_plain,
    is_plain_scalar,
    of_library,
)  # fmt: skip
from aitunnel_jupyter.session.prompt.refusals import NotReading

_SEQUENCES = Kinds(str, bytes, bytearray, list, tuple, deque)
_DICTS = Kinds(dict, OrderedDict, defaultdict, Counter)


def item(value: Any, key: Any, allowance: Allowance) -> Any:
    """``value[key]``.

    Raises:
        NotReading: The value's class may do anything here, or the key's.
    """
    kind, base = type(value), base_of(type(value))
    if kind is range or base in _SEQUENCES:
        if not _is_position(key):
            raise NotReading
        if isinstance(key, slice) and kind is not range:
            allowance.work(len(value))
        return value[key]
    if base in _DICTS or kind in _DICTS:
        return _of_dict(value, key, allowance)
    if of_library(value, "numpy", "ndarray"):
        return _of_table(value, key, allowance)
    if of_library(value, "pandas", "Series") and not is_frame(value, allowance):
        raise NotReading  # looking a label up compares the index
    if of_library(value, "polars", "DataFrame", "Series") or has_plain_labels(value) or is_indexer(value):
        return _of_table(value, key, allowance)
    raise NotReading


def _of_dict(value: Any, key: Any, allowance: Allowance) -> Any:
    """Without ``__missing__``; keys of any class would be hashed and compared."""
    if type(value) not in _DICTS and base_of(type(value)) not in _DICTS:
        raise NotReading
    if not is_plain(key, allowance) or not is_plain(list(dict.keys(value)), allowance):
        raise NotReading
    return dict.__getitem__(value, key) if key in dict.keys(value) else _missing(value, key)


def _missing(value: Any, key: Any) -> Any:
    if type(value) is defaultdict:
        raise KeyError(key)
    return value[key]  # raises, or is a Counter's 0


def _of_table(value: Any, key: Any, allowance: Allowance) -> Any:
    if not _is_key(key, allowance):
        raise NotReading
    allowance.work(1 if is_indexer(value) or not value.shape else len(value))
    return value[key]


def _is_key(key: Any, allowance: Allowance) -> bool:
    """A position, a label, lists and slices of these, or truth values for each row."""
    if isinstance(key, slice):
        return all(is_plain_scalar(end) for end in (key.start, key.stop, key.step))
    if type(key) is tuple:
        return all(_is_key(one, allowance) for one in key)
    if _is_mask(key, allowance):
        return True
    return is_plain(key, allowance)


def _is_mask(key: Any, allowance: Allowance) -> bool:
    if of_library(key, "numpy", "ndarray"):
        return key.dtype.kind in "biu"
    if of_library(key, "pandas", "Series") or of_library(key, "polars", "Series"):
        polars = sys.modules.get("polars")
        is_bool = str(key.dtype) in {"bool", "boolean"} or (polars is not None and key.dtype == polars.Boolean)
        return is_bool and is_frame(key, allowance)
    return False


def _is_position(key: Any) -> bool:
    if isinstance(key, slice):
        return all(end is None or _is_whole(end) for end in (key.start, key.stop, key.step))
    return _is_whole(key)


def _is_whole(number: object) -> bool:
    return base_of(type(number)) in {int, bool} or is_numpy_scalar(number)
