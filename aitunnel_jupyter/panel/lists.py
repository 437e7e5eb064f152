"""What the panel's lists are filled from: models, conversations, balance, cost; and a conversation as a file."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.catalogue import catalogue
from aitunnel_jupyter.gateway.engine import engine
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.compose import LOCAL, target
from aitunnel_jupyter.notebook.options import Options
from aitunnel_jupyter.rendering.table import grouped, money
from aitunnel_jupyter.session import shelf, transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.gateway.models import Model
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.conversation import Conversation

MOST = 200
_LOCAL = {"name": LOCAL, "context": "", "price": ""}
"""The model on this machine is always to be had."""
_KINDS = {"md": "text/markdown", "json": "application/json", "ipynb": "application/x-ipynb+json"}


def models(magics: AIMagics, search: str) -> dict[str, Any]:
    """The models of the server in use, those that match; from disk while young, else asked now."""
    language = magics.person_language
    _, address = target(magics, Options(), send=False)
    try:
        whole = catalogue(address)
    except AITunnelError as error:
        return {"items": [_LOCAL], "note": error.line(language)}
    found = whole.filtered(search.split()).sorted_by("name")[:MOST]
    items = [
        {
            "name": model.name,
            "context": grouped(model.context_size),
            "price": _price(model, language),
        }
        for model in found
    ]
    if search.casefold() in LOCAL:
        items.append(_LOCAL)
    return {"items": items, "note": ""}


def _price(model: Model, language: str) -> str:
    """Roubles for a million tokens of prompt and of answer; empty where the server names none."""
    if model.prompt_cost is None or model.completion_cost is None:
        return ""
    prompt, completion = money(model.prompt_cost, language), money(model.completion_cost, language)
    return say("panel.price", language, prompt=prompt, completion=completion)


def chats(magics: AIMagics, search: str) -> list[dict[str, Any]]:
    """The conversations of this notebook whose name or words match, the newest first."""
    desk, typed = magics.desk, search.casefold()
    items = []
    for spine in shelf.spines(desk.journal, desk.notebook)[:MOST]:
        turns = desk.conversation(spine.name).turns
        preview = turns[0].prompt[:120] if turns else ""
        words = "\n".join([spine.name, *(f"{said.prompt}\n{said.answer}" for said in turns)]).casefold()
        if typed in words:
            when = f"{datetime.fromtimestamp(spine.updated).astimezone():%Y-%m-%d %H:%M}"
            items.append({"name": spine.name, "turns": spine.turns, "when": when, "preview": preview})
    return items


def balance(magics: AIMagics) -> str:
    """Roubles on the account, or why nobody knows."""
    language = magics.person_language
    _, address = target(magics, Options())
    told = engine().account(address).get("balance")
    if not isinstance(told, (int, float)):
        return say("money.no_balance", language, host=address.host)
    return roubles_left(Decimal(str(told)), language)


def roubles_left(amount: Decimal, language: str) -> str:
    """Roubles on the account, as the header shows them."""
    return f"{money(amount, language)} ₽"


def cost(costs: Sequence[Decimal | None], language: str) -> str:
    """What a conversation cost so far; a ``+`` where nobody knows of some answers."""
    known = [amount for amount in costs if amount is not None]
    if not known:
        return ""
    return f"{money(sum(known, Decimal(0)), language)}{'+' if len(known) < len(costs) else ''} ₽"


def as_file(conversation: Conversation, ending: str) -> dict[str, Any]:
    """The conversation for a download."""
    name = f"{conversation.name or 'chat'}.{ending}"
    return {"name": name, "text": transcript.MAKERS[f".{ending}"](conversation), "mime": _KINDS[ending]}
