"""How long an answer may get, and what a request can cost at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.gateway.catalogue import stored_catalogue
from aitunnel_jupyter.session import budget

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.catalogue import Catalogue
    from aitunnel_jupyter.gateway.request import Request

DEFAULT_MAX_TOKENS = 8_192
"""The gateway reserves the price of ``max_tokens`` before it asks, and advises always to send it."""

CHOSEN_BY_GATEWAY = "auto"
"""The model name that lets the gateway choose: at worst the dearest it has."""

_OTHER_LIMITS = ("max_tokens", "max_completion_tokens")
"""Fields that ``-p`` may set; they win over ours."""
_CHARGED_BESIDES = frozenset({"plugins", "web_search_options", "modalities", "audio"})
"""Fields for services that the catalogue has no price of: searching, reading scans, speaking."""


class Limits(NamedTuple):
    """What a request may take."""

    max_tokens: int | None
    """What to send; ``None`` where another field says it, or where a server's own limit is better: it is not known to
    reserve money."""
    ceiling: Decimal | None
    """The most it can cost in roubles; ``None`` if nobody knows."""


class Prices(NamedTuple):
    """Roubles per 1 000 000 tokens, and the longest prompt they are paid for."""

    prompt: Decimal
    completion: Decimal
    context: int | None
    """Tokens; ``None`` if unknown."""


def limits_of(request: Request, address: Address, setting: int = 0) -> Limits:
    """The limits of a request.

    Args:
        request: What will be asked.
        address: Whom; its stored catalogue has the prices.
        setting: The ``max_tokens`` of requests that name none; 0: from the catalogue.
    """
    catalogue = stored_catalogue(address.base_url)
    is_charged = address.is_gateway or (catalogue is not None and catalogue.is_priced)
    given = next((request.extra[name] for name in _OTHER_LIMITS if _is_count(request.extra.get(name))), None)
    longest = given or request.max_tokens or setting or _default(request.model, catalogue, is_charged=is_charged)
    prices = prices_of(request, address)
    ceiling = None if is_charged else budget.NOTHING
    if prices is not None and longest is not None:
        ceiling = budget.ceiling(request, longest, prices.prompt, prices.completion, prices.context)
    return Limits(request.max_tokens if given else longest, ceiling)


def prices_of(request: Request, address: Address) -> Prices | None:
    """What the models that may answer cost, the dearest of them; ``None`` if nobody knows."""
    catalogue = stored_catalogue(address.base_url)
    if catalogue is None or _is_charged_besides(request.extra):
        return None
    names = _names(request)
    models = [catalogue.get(name) for name in names]
    if CHOSEN_BY_GATEWAY in names:
        models = [model for model in catalogue.models.values() if model.price is not None]
    found = [model for model in models if model and model.prompt_cost is not None and model.completion_cost is not None]
    if not found or len(found) < len(models):
        return None
    contexts = [model.context_size for model in found]
    return Prices(
        max(model.prompt_cost or budget.NOTHING for model in found),
        max(model.completion_cost or budget.NOTHING for model in found),
        max(size or 0 for size in contexts) if all(contexts) else None,
    )


def _names(request: Request) -> list[str]:
    """The models that may answer: ``-p`` can name another one, and fallbacks."""
    fallbacks = request.extra.get("models")
    others = fallbacks if isinstance(fallbacks, list) else []
    return [str(request.extra.get("model", request.model)), *map(str, others)]


def _default(name: str, catalogue: Catalogue | None, *, is_charged: bool) -> int | None:
    model = catalogue.get(name) if catalogue else None
    if model is not None and model.max_output:
        return min(model.max_output, DEFAULT_MAX_TOKENS)
    return DEFAULT_MAX_TOKENS if is_charged else None


def _is_charged_besides(extra: Mapping[str, Any]) -> bool:
    tools = extra.get("tools")
    kinds = [tool.get("type") for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return bool(_CHARGED_BESIDES & extra.keys()) or any(kind != "function" for kind in kinds)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
