"""Catalogues on disk: one JSON file per base URL.

What is written was cleaned by :mod:`aitunnel_jupyter.gateway.model_parsing`; reading only makes sure of types and
names, because Tab waits for it (cleaning 400 descriptions again takes as long as all the rest).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aitunnel_jupyter.gateway.model_parsing import is_name
from aitunnel_jupyter.gateway.models import Catalogue, Model
from aitunnel_jupyter.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE_VARIABLE = "AITUNNEL_CACHE"
"""Another folder for what can be fetched again, in place of the system's cache folder."""

MOST_BYTES = 20 * 10**6

_read: dict[Path, tuple[tuple[int, int], Catalogue | None]] = {}
"""What was read last: path → (time of change in ns and size, the catalogue)."""


def stored_catalogue(base_url: str) -> Catalogue | None:
    """What is known of a server without asking it; ``None`` for nothing, or for a broken file. Never the network.

    Example:
        >>> stored_catalogue("http://127.0.0.1:1/v1") is None
        True
    """
    path = catalogue_path(base_url)
    try:
        status = path.stat()
    except OSError:
        return None
    stamp = (status.st_mtime_ns, status.st_size)
    if path not in _read or _read[path][0] != stamp:
        _read[path] = stamp, _from_file(path, base_url)
    return _read[path][1]


def store_catalogue(catalogue: Catalogue) -> None:
    """Keep it for every kernel of this person. A full or read-only disk is no reason to fail."""
    content = {
        "base_url": catalogue.base_url,
        "fetched_at": catalogue.fetched_at,
        "models": {name: _as_json(model) for name, model in catalogue.models.items()},
    }
    with contextlib.suppress(OSError):
        path = catalogue_path(catalogue.base_url)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(content).encode(), replace=True, mode=0o600)


def catalogue_path(base_url: str) -> Path:
    """The file of a server: a readable host, and a hash of the whole URL."""
    host = re.sub(r"[^\w.-]", "_", urlsplit(base_url).netloc, flags=re.ASCII)[:80]
    return _folder() / f"{host}-{hashlib.sha256(base_url.encode()).hexdigest()[:16]}.json"


def _folder() -> Path:
    if own := os.environ.get(CACHE_VARIABLE, "").strip():
        return Path(own).expanduser() / "catalogue"
    from platformdirs import user_cache_path

    return user_cache_path("aitunnel-jupyter", appauthor=False) / "catalogue"


def _from_file(path: Path, base_url: str) -> Catalogue | None:
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(MOST_BYTES))
        if value["base_url"] != base_url:
            return None
        models = {name: _from_json(name, fields) for name, fields in value["models"].items()}
        found = Catalogue(base_url, models, float(value["fetched_at"]))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return None
    return found if models and math.isfinite(found.fetched_at) else None


def _as_json(model: Model) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "provider": model.provider,
        "prompt_cost": None if model.prompt_cost is None else str(model.prompt_cost),
        "completion_cost": None if model.completion_cost is None else str(model.completion_cost),
        "context_size": model.context_size,
        "max_output": model.max_output,
        "description": model.description,
        "inputs": model.inputs,
        "outputs": model.outputs,
        "created": model.created,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", ())}


_TYPES: dict[str, Callable[[Any], Any]] = {
    "provider": str,
    "prompt_cost": Decimal,
    "completion_cost": Decimal,
    "context_size": int,
    "max_output": int,
    "description": str,
    "inputs": tuple,
    "outputs": tuple,
    "created": float,
}


def _from_json(name: str, fields: dict[str, Any]) -> Model:
    """Raises one of many kinds where a field cannot be what it should."""
    if not is_name(name):
        raise ValueError(name)
    return Model(name, **{field: _TYPES[field](value) for field, value in fields.items()})
