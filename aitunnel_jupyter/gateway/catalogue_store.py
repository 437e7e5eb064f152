"""Catalogues on disk: one JSON file per base URL, in the gateway's own shape, so that one parser reads both."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aitunnel_jupyter.gateway.model_parsing import models_of_catalogue
from aitunnel_jupyter.gateway.models import Catalogue

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.models import Model

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
        _write(catalogue_path(catalogue.base_url), json.dumps(content).encode())


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
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.get("base_url") != base_url:
        return None
    fetched_at, models = value.get("fetched_at"), models_of_catalogue(value.get("models"))
    if not isinstance(fetched_at, (int, float)) or not math.isfinite(fetched_at) or not models:
        return None
    return Catalogue(base_url, models, float(fetched_at))


def _as_json(model: Model) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "provider": model.provider,
        "prompt_cost": None if model.prompt_cost is None else str(model.prompt_cost),
        "completion_cost": None if model.completion_cost is None else str(model.completion_cost),
        "context_size": model.context_size,
        "max_output": model.max_output,
        "description": model.description,
        "modalities": {"input": model.inputs, "output": model.outputs},
        "created": model.created,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when two kernels write at once: each has a file of its own until the last step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)  # noqa: PTH105  the same call, and no Path of a temporary name
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
