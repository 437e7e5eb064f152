"""How long an answer may get, and what a request can cost at most."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.gateway.address import is_loopback
from aitunnel_jupyter.gateway.catalogue import stored_catalogue
from aitunnel_jupyter.session import budget
from aitunnel_jupyter.session.budget import count
from aitunnel_jupyter.session.services import services_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from typing import Any

    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.catalogue import Catalogue
    from aitunnel_jupyter.gateway.request import Request

DEFAULT_MAX_TOKENS = 8_192
"""The gateway reserves the price of ``max_tokens`` before it asks, and advises always to send it."""
SHORTEST = 64
"""Tokens: a shorter answer is no use to anyone."""

CHOSEN_BY_GATEWAY = "auto"
"""The model name that lets the gateway choose: at worst the dearest it has."""

_OTHER_LIMITS = ("max_tokens", "max_completion_tokens")
"""Fields that ``-p`` may set; they win over ours."""


class Limits(NamedTuple):
    """What a request may take."""

    max_tokens: int | None
    """What to send; ``None`` where another field says it, or where a server's own limit is better: it is not known to
    reserve money."""
    ceiling: Decimal | None
    """The most it can cost in roubles; ``None`` if nobody knows."""
    tokens: Decimal | None = None
    """Roubles of it for prompt and answer, without services; ``None`` if nobody knows."""
    services: tuple[str, ...] = ()
    """What is charged besides, and has no price in the catalogue."""
    fit: Callable[[Decimal], tuple[Request, Decimal] | None] | None = None
    """A shorter answer for so many roubles; ``None`` where the person said how long it may be."""


class Prices(NamedTuple):
    """Roubles per 1 000 000 tokens, and the longest prompt they are paid for."""

    prompt: Decimal
    completion: Decimal
    context: int | None
    """Tokens; ``None`` if unknown."""


class Fitted(NamedTuple):
    """A request that so many roubles are enough for."""

    request: Request
    ceiling: Decimal
    """Roubles."""


def limits_of(request: Request, address: Address, setting: int = 0, *, is_inherited: bool = False) -> Limits:
    """The limits of a request.

    Args:
        request: What will be asked.
        address: Whom; its stored catalogue has the prices.
        setting: The ``max_tokens`` of requests that name none; 0: from the catalogue.
        is_inherited: Whether the request's own ``max_tokens`` is only what an earlier one had.
    """
    catalogue = stored_catalogue(address.base_url)
    is_priced = catalogue is not None and catalogue.is_priced
    own = _own_limit(request)
    usual = setting or _default(request.model, catalogue, is_charged=address.is_gateway or is_priced)
    longest = own or usual
    if own is None and _is_unlimited(request.extra):
        longest = _most(request.model, catalogue)
    is_set_elsewhere = "max_tokens" in request.extra or count(request.extra.get("max_completion_tokens"))
    sent = request.max_tokens if is_set_elsewhere else longest
    services = services_of(request)
    tokens = budget.NOTHING if is_loopback(address.base_url) and not is_priced else None
    prices = _prices(request, catalogue)
    fit = None
    if prices is not None and longest is not None:
        whole = replace(request, max_tokens=sent)
        tokens = budget.ceiling(whole, longest, prices.prompt, prices.completion, prices.context)
        if sent and not is_set_elsewhere and (is_inherited or not (own or setting)):
            fit = partial(fitting, whole, prices)
    is_free = tokens == budget.NOTHING and prices is None
    return Limits(sent, tokens if is_free or not services else None, tokens, () if is_free else services, fit)


def fitting(request: Request, prices: Prices, roubles: Decimal) -> Fitted | None:
    """The same request with the longest answer that so many roubles are enough for.

    Returns:
        ``None`` if that would be of no use to anyone.
    """
    if not prices.completion or not request.max_tokens:
        return None
    prompt = budget.ceiling(request, 0, prices.prompt, prices.completion, prices.context)
    tokens = (roubles - prompt) * 1_000_000 // (prices.completion * budget.answers(request))
    if tokens < SHORTEST:
        return None
    shorter = replace(request, max_tokens=min(int(tokens), request.max_tokens))
    most = budget.ceiling(request, shorter.max_tokens or 0, prices.prompt, prices.completion, prices.context)
    return Fitted(shorter, most)


def prices_of(request: Request, address: Address) -> Prices | None:
    """What the models that may answer cost, the dearest of them; ``None`` if nobody knows all that is charged."""
    return None if services_of(request) else _prices(request, stored_catalogue(address.base_url))


def _prices(request: Request, catalogue: Catalogue | None) -> Prices | None:
    if catalogue is None:
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


def _own_limit(request: Request) -> int | None:
    """The longest answer that the request itself allows, by whichever field a server reads."""
    wished = [number for name in _OTHER_LIMITS if (number := count(request.extra.get(name))) is not None]
    if request.max_tokens and "max_tokens" not in request.extra:
        wished.append(request.max_tokens)
    return max(wished, default=None)


def _is_unlimited(extra: Mapping[str, Any]) -> bool:
    """Whether ``-p`` takes the limit away: 0, −1 and ``null`` mean none to most servers."""
    return "max_tokens" in extra and count(extra["max_tokens"]) is None


def _default(name: str, catalogue: Catalogue | None, *, is_charged: bool) -> int | None:
    most = _most(name, catalogue)
    if most is not None:
        return min(most, DEFAULT_MAX_TOKENS)
    return DEFAULT_MAX_TOKENS if is_charged else None


def _most(name: str, catalogue: Catalogue | None) -> int | None:
    """The longest answer that the model can give; ``None`` if the catalogue does not say."""
    model = catalogue.get(name) if catalogue else None
    return (model.max_output or None) if model is not None else None
