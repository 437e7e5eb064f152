"""The model from the Hugging Face hub: its cache, or a download by a child process.

Why a child: it can be stopped at any moment, huggingface_hub draws its bars on stderr, and
its variables (``HF_ENDPOINT``, ``HF_HUB_OFFLINE``) are read on import: a child reads them as they are now.
"""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local.model_file import Progress
from aitunnel_jupyter.local.process import Child

if TYPE_CHECKING:
    from aitunnel_jupyter.local.model_file import ModelFile, Report

PROBE = 5.0
"""Seconds the hub may take to answer the first question."""

SWITCHED_OFF = ("HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_TELEMETRY")
"""Unless the person chose otherwise. Plain HTTPS has one host less to reach and obeys an interrupt; telemetry
is a request before the first one that matters, three seconds long where there is no network."""

CHUNK = 1 << 20
"""Bytes written at a time: with the hub's own 10 MiB a slow line looks dead for seconds."""

PATIENCE = 15.0
"""Seconds after which we stop asking, also when it is the name server that is silent."""


def find_cached(model: ModelFile) -> Path | None:
    """The file of ``model`` in the hub's cache, whatever it holds; None if it is not there."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return None
    found = try_to_load_from_cache(model.repository, model.name)
    return Path(found) if isinstance(found, str) else None


def download(model: ModelFile, report: Report) -> Path:
    """Download ``model`` into the hub's cache.

    Raises:
        LocalModelFailed: the extra is missing, or the hub, the network or the disk refuses.
    """
    cache, began = _cache(), time.time()
    blobs = cache / f"models--{model.repository.replace('/', '--')}" / "blobs"
    settings = {name: os.environ.get(name, "1") for name in SWITCHED_OFF}
    most = 0

    def tell() -> None:
        nonlocal most  # a bar never goes back: the file is renamed just before the end
        most = max(most, _received(blobs, began))
        report(Progress("downloading", most, model.size))

    with Child("download", model.repository, model.name, model.sha256, str(cache), settings=settings) as child:
        answer = child.answer(tell)
        why = "" if "path" in answer else child.last_words(answer.get("error", ""))
    if why:
        raise LocalModelFailed("local.download", host=_endpoint(), why=why)
    report(Progress("downloading", model.size, model.size))
    return Path(answer["path"])


def download_here(repository: str, name: str, sha256: str, cache: str) -> str:
    """The child's part: ask once with little patience, then download; returns the path.

    Raises:
        Exception: whatever huggingface_hub has to say; :func:`download` shows its first line.
    """
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url

    constants.DOWNLOAD_CHUNK_SIZE = CHUNK
    alarm = threading.Timer(PATIENCE, _give_up)
    alarm.daemon = True
    alarm.start()
    # hf_hub_download by itself asks again and again for half a minute when there is no network.
    facts = get_hf_file_metadata(hf_hub_url(repository, name), timeout=PROBE)
    alarm.cancel()
    _refuse_other(facts.etag or "", sha256)
    return hf_hub_download(repository, name, cache_dir=cache, etag_timeout=PROBE)


def _refuse_other(etag: str, sha256: str) -> None:
    """The hub's ETag of a large file is its SHA-256: another file is refused before it is downloaded."""
    if re.fullmatch(r"[0-9a-f]{64}", etag) and etag != sha256:
        message = f"the file there is another one, SHA-256 {etag[:12]}…"
        raise ValueError(message)


def _give_up() -> NoReturn:
    os.write(2, f"no answer within {PATIENCE:.0f} s\n".encode())
    os._exit(1)


def _cache() -> Path:
    try:
        from huggingface_hub import constants
    except ImportError as error:
        raise LocalModelFailed("local.extra_missing", module="huggingface_hub") from error
    return Path(constants.HF_HUB_CACHE)


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT") or "https://huggingface.co"


def _received(blobs: Path, began: float) -> int:
    """Bytes of the download under way: the hub writes ``*.incomplete`` and renames it at the end."""
    sizes = [0]
    for file in blobs.glob("*.incomplete"):
        try:
            facts = file.stat()
        except OSError:
            continue
        if facts.st_mtime >= began - 2:  # older: left behind by a killed process
            sizes.append(facts.st_size)
    return max(sizes)
