"""A server's list of models → :class:`Model`. Nothing in it is trusted: each field is taken or left alone.

Two shapes: the gateway's public catalogue (an object: name → facts, prices in roubles) and ``GET /models`` of every
OpenAI-compatible server (``data``: a list with ids, and facts under names of each server's own).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aitunnel_jupyter.gateway.models import Model
from aitunnel_jupyter.gateway.request import MODEL_NAME
from aitunnel_jupyter.redaction import holds_key, one_line, scrub

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2000
MOST_MODELS = 5000
"""More than ten times what any server has; a hostile list ends here."""

_CONTEXT_FIELDS = ("context_size", "context_length", "max_model_len", "context_window", "max_context_length")
_MODALITY = re.compile(r"\w{1,20}")
_HIGHEST_PRICE = Decimal(10) ** 9
_MOST_TOKENS = 10**12


def models_of_catalogue(value: Any) -> dict[str, Model]:
    """The gateway's public catalogue: ``{name: {provider, prompt_cost, …}}``.

    Example:
        >>> models_of_catalogue({"gpt-5.2": {"prompt_cost": 147}, "<b>": {}})["gpt-5.2"].prompt_cost
        Decimal('147')
    """
    pairs = value.items() if isinstance(value, Mapping) else ()
    return _models((name, facts) for name, facts in pairs if isinstance(facts, Mapping))


def models_of_list(value: Any) -> dict[str, Model]:
    """``GET /models``: ``{"data": [{"id": …}]}``. Prices are left alone: they are dollars, where there are any.

    Example:
        >>> models_of_list({"data": [{"id": "qwen", "meta": {"n_ctx_train": 32768}}]})["qwen"].context_size
        32768
    """
    entries = value.get("data") if isinstance(value, Mapping) else value
    entries = entries if isinstance(entries, list) else []
    return _models((entry.get("id"), _of_entry(entry)) for entry in entries if isinstance(entry, Mapping))


def _of_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of ``/models`` under the catalogue's names."""
    named = _mapping(entry.get("architecture"))
    return {
        "provider": entry.get("owned_by"),
        "description": entry.get("description"),
        "created": entry.get("created"),
        "context_size": next((entry[name] for name in _CONTEXT_FIELDS if entry.get(name)), None)
        or _mapping(entry.get("meta")).get("n_ctx_train"),
        "max_output": _mapping(entry.get("top_provider")).get("max_completion_tokens"),
        "modalities": {"input": named.get("input_modalities"), "output": named.get("output_modalities")},
    }


def _models(pairs: Any) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for name, facts in pairs:
        if len(found) == MOST_MODELS:
            break
        if is_name(name) and not holds_key(name):
            found.setdefault(name, _model(name, facts))
    return found


def is_name(name: Any) -> bool:
    """Whether a name can be typed as one word; with a dash in front it would be an option.

    Example:
        >>> is_name("deepseek/v3.2:free"), is_name("--base-url"), is_name("<b>")
        (True, False, False)
    """
    usable = isinstance(name, str) and len(name) <= LONGEST_NAME and not name.startswith("-")
    return usable and MODEL_NAME.fullmatch(name) is not None


def _model(name: str, facts: Mapping[str, Any]) -> Model:
    modalities = _mapping(facts.get("modalities"))
    return Model(
        name,
        provider=_line(facts.get("provider"), 60),
        prompt_cost=_highest("prompt_cost", facts),
        completion_cost=_highest("completion_cost", facts),
        context_size=_tokens(facts.get("context_size")),
        max_output=_tokens(facts.get("max_output")),
        description=_line(facts.get("description"), LONGEST_DESCRIPTION),
        inputs=_modalities(modalities.get("input")),
        outputs=_modalities(modalities.get("output")),
        created=_seconds(facts.get("created")),
    )


def _highest(name: str, facts: Mapping[str, Any]) -> Decimal | None:
    """The highest of the price and of its tiers: what an answer can cost at most, which is what people ask."""
    tiers = facts.get("price_tiers")
    listed = tiers.values() if isinstance(tiers, Mapping) else tiers if isinstance(tiers, list) else ()
    prices = (_price(_mapping(each).get(name)) for each in (facts, *listed))
    return max((price for price in prices if price is not None), default=None)


def _price(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        price = Decimal(str(value))
    except (ArithmeticError, ValueError):  # ValueError: an int of more digits than Python turns into text
        return None
    return price if price.is_finite() and 0 <= price < _HIGHEST_PRICE else None


def _tokens(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 1 <= value <= _MOST_TOKENS else None


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _MOST_TOKENS:
        return None
    return float(value) if math.isfinite(value) else None


def _line(value: Any, most_bytes: int) -> str:
    if not isinstance(value, str):
        return ""
    # JSON may hold half a surrogate pair; and what is cut off must not leave half a key.
    return one_line(scrub(value.encode("utf-8", "replace").decode())[: 2 * most_bytes], most_bytes)


def _modalities(value: Any) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else []
    names = (
        entry
        for entry in entries[:20]
        if isinstance(entry, str) and _MODALITY.fullmatch(entry) and not holds_key(entry)
    )
    return tuple(dict.fromkeys(names))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
