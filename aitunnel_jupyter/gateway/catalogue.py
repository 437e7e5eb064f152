"""Which models a server has and what they cost: from disk while young, else from the server.

::

    {origin}/public/aitunnel/models/chat   the gateway's catalogue, prices in roubles; asked without the key
    {base_url}/models                      every other server, and the gateway's presets; asked with the key
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aitunnel_jupyter.errors import AITunnelError, ConnectFailed, GatewayRefused
from aitunnel_jupyter.gateway.catalogue_store import store_catalogue, stored_catalogue
from aitunnel_jupyter.gateway.model_parsing import models_of_catalogue, models_of_list
from aitunnel_jupyter.gateway.models import Catalogue, Model

if TYPE_CHECKING:
    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.client import Client
    from aitunnel_jupyter.gateway.engine import Engine

__all__ = ["Catalogue", "Model", "catalogue", "fetch_catalogue", "refresh_in_background", "stored_catalogue"]

DAY = 86400.0
"""Seconds: prices and names change by the week; a day old is young."""
TRY_AGAIN_SECONDS = 600.0
"""Seconds between two tries in the background, also failed ones; no fetch takes that long."""
MOST_BYTES = 5 * 10**6

_PUBLIC_PATH = "/public/aitunnel/models/chat"
_PRESET = "preset"

_tried: dict[str, float] = {}
"""Base URL → when the background last asked it (monotonic seconds)."""
_lock = threading.Lock()


def catalogue(address: Address, *, max_age: float = DAY) -> Catalogue:
    """The stored catalogue if it is at most ``max_age`` seconds old, else a fetched one. May block for seconds.

    Raises:
        AITunnelError: Nothing is stored and the server cannot be asked.
    """
    stored = stored_catalogue(address.base_url)
    if stored is not None and stored.is_fresh(time.time(), max_age):
        return stored
    return fetch_catalogue(address)


def fetch_catalogue(address: Address, *, engine: Engine | None = None) -> Catalogue:
    """Ask the server now, and store what it says; blocks for at most half a minute.

    Returns:
        The new catalogue; if the server cannot be asked, the stored one, however old (see ``fetched_at``).

    Raises:
        AITunnelError: Nothing is stored and the server cannot be asked.
    """
    from aitunnel_jupyter.gateway.engine import engine as shared_engine

    running = engine or shared_engine()

    async def fetch() -> Catalogue:
        return await _fetch(running.client(), address)

    try:
        return running.call(fetch())
    except AITunnelError:
        stored = stored_catalogue(address.base_url)
        if stored is None:
            raise
        return stored


def refresh_in_background(address: Address, max_age: float = DAY) -> None:
    """Have a young catalogue for next time: starts a fetch if the stored one is older than ``max_age`` seconds.

    Returns at once and never raises; asks a server at most once in ten minutes.
    """
    with contextlib.suppress(Exception):
        stored = stored_catalogue(address.base_url)
        if (stored is None or not stored.is_fresh(time.time(), max_age)) and _is_turn_of(address.base_url):
            from aitunnel_jupyter.gateway.engine import engine

            running = engine()
            running.start(_fetch_quietly(running, address))


def _is_turn_of(base_url: str) -> bool:
    now = time.monotonic()
    with _lock:
        if now - _tried.get(base_url, -TRY_AGAIN_SECONDS) < TRY_AGAIN_SECONDS:
            return False
        _tried[base_url] = now
        return True


async def _fetch_quietly(engine: Engine, address: Address) -> None:
    with contextlib.suppress(Exception):
        await _fetch(engine.client(), address)


async def _fetch(client: Client, address: Address) -> Catalogue:
    try:
        models = await _models(client, address)
    except ConnectFailed:
        if address.mirror is None:
            raise
        models = await _models(client, address.at(address.mirror))
    found = Catalogue(address.base_url, models, time.time())
    store_catalogue(found)
    return found


async def _models(client: Client, address: Address) -> dict[str, Model]:
    if models := await _public(client, address):
        return models | await _presets(client, address)
    listed = await _listed(client, address)
    if not listed:
        raise GatewayRefused("models.none", host=address.host)
    return listed


async def _public(client: Client, address: Address) -> dict[str, Model]:
    """The public catalogue; empty for a server that has none."""
    parts = urlsplit(address.base_url)
    url = f"{parts.scheme}://{parts.netloc}{_PUBLIC_PATH}"
    try:
        return models_of_catalogue(await _get(client, address, url, with_key=False))
    except GatewayRefused:
        return {}


async def _presets(client: Client, address: Address) -> dict[str, Model]:
    """The person's own presets, which the public catalogue cannot have; a list without them is still a list."""
    if address.key is None:
        return {}
    with contextlib.suppress(AITunnelError):
        return {name: model for name, model in (await _listed(client, address)).items() if model.provider == _PRESET}
    return {}


async def _listed(client: Client, address: Address) -> dict[str, Model]:
    return models_of_list(await _get(client, address, f"{address.base_url}/models", with_key=True))


async def _get(client: Client, address: Address, url: str, *, with_key: bool) -> Any:
    return await client.get_json(address, url, with_key=with_key, limit=MOST_BYTES)
