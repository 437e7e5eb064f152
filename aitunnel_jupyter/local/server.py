"""The child's part: llama.cpp's own OpenAI-compatible server, in this process."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.local.cores import free_threads

if TYPE_CHECKING:
    from xllamacpp import CommonParams, Server

CONTEXT = 8192
"""Tokens of prompt and answer in one request; each slot takes 96 MB of memory for them."""

SLOTS = 2
"""Requests answered at the same time; a third one waits."""

PING = 5
"""Seconds between two ``:`` lines while a long prompt is read, so that the server does not look stalled."""

PROMPT_CACHE = 256
"""MiB of earlier prompts kept in memory; llama.cpp's own default of 8192 would swallow a small machine."""


def launch(path: str, name: str, key: str) -> tuple[dict[str, Any], Server]:
    """Load the model and serve it on 127.0.0.1.

    Args:
        path: Of the GGUF file.
        name: What ``/v1/models`` calls it.
        key: What requests must carry as a bearer token.

    Returns:
        Its facts (``url`` with ``/v1``, ``context`` in tokens for one request, ``threads``) and the server
        itself, which ends when it is collected.

    Raises:
        ImportError: xllamacpp is not installed or does not fit this machine.
        RuntimeError: llama.cpp did not like the file; its log on stderr says why.
    """
    from xllamacpp import Server

    threads = free_threads()
    server = Server(_params(path, name, key, threads))
    root = server.listening_address
    return {"url": f"{root}/v1", "context": _context(root, key), "threads": threads}, server


def _params(path: str, name: str, key: str, threads: int) -> CommonParams:
    from xllamacpp import CommonParams

    params = CommonParams()
    params.model.path, params.model_alias, params.api_keys = path, {name}, [key]
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    # Not unified, although a lone request could then have the whole: two that together overflow a shared
    # context both end with a 500 in the middle of their answers (seen with xllamacpp 2026.10, 2026-11-22).
    params.n_ctx, params.n_parallel, params.kv_unified = CONTEXT * SLOTS, SLOTS, False
    params.fit_params = False  # it would shrink the context without a word
    params.cache_ram_mib, params.sse_ping_interval = PROMPT_CACHE, PING
    params.ui = params.endpoint_slots = False
    params.verbosity = 1  # errors only
    return params


def _context(root: str, key: str) -> int:
    """What one request may use, as the server sees it: a small model's own limit may be lower than ours."""
    headers = {"Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{root}/props", headers=headers)  # noqa: S310 - our own address
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=10) as response:
        return int(json.load(response)["default_generation_settings"]["n_ctx"])
