"""What a server offers: one model, and the list of them at a moment."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Order = Literal["price", "context", "name"]

_UNKNOWN_PRICE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Model:
    """One model; ``None`` and empty mean that the server does not say.

    Args:
        name: As it is written in a request.
        provider: Who makes it or serves it.
        prompt_cost: ₽ per 1 000 000 tokens of the prompt; of several tiers, the highest.
        completion_cost: ₽ per 1 000 000 tokens of the answer; of several tiers, the highest.
        context_size: Tokens, prompt and answer together.
        max_output: Tokens of the longest answer.
        description: One line, as the server has it.
        inputs: Modalities it takes: ``text``, ``image``, ``file``, …
        outputs: Modalities it gives.
        created: Unix seconds.
    """

    name: str
    provider: str = ""
    prompt_cost: Decimal | None = None
    completion_cost: Decimal | None = None
    context_size: int | None = None
    max_output: int | None = None
    description: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    created: float | None = None

    @property
    def price(self) -> Decimal | None:
        """₽ for 1 000 000 tokens of prompt and as many of answer: the number to sort by."""
        if self.prompt_cost is None and self.completion_cost is None:
            return None
        return (self.prompt_cost or Decimal(0)) + (self.completion_cost or Decimal(0))

    def matches(self, words: Iterable[str]) -> bool:
        """Whether every word stands in the name, provider, description or modalities, in any case.

        Example:
            >>> Model("gpt-5.2", "openai", inputs=("image",)).matches(["GPT", "image"])
            True
        """
        text = "\n".join((self.name, self.provider, self.description, *self.inputs, *self.outputs)).casefold()
        return all(word.casefold() in text for word in words)


@dataclass(frozen=True)
class Catalogue:
    """The models of one server.

    Args:
        base_url: The server.
        models: Name → model, in the server's order.
        fetched_at: Unix seconds.
    """

    base_url: str
    models: Mapping[str, Model]
    fetched_at: float

    def get(self, name: str) -> Model | None:
        """The model of that name, if the server has it."""
        return self.models.get(name)

    def close_to(self, name: str) -> list[str]:
        """Up to three names that are like ``name``, the likeliest first; a provider in front of it does not count.

        Example:
            >>> Catalogue("", {"gpt-5.2": Model("gpt-5.2"), "echo": Model("echo")}, 0).close_to("openai/GTP-5.2")
            ['gpt-5.2']
        """
        by_folded = {one.casefold(): one for one in self.models}
        last = re.split(r"[/:]", name)[-1]
        tried = [name.casefold(), last.casefold()]
        found = [one for text in tried for one in difflib.get_close_matches(text, by_folded, n=3, cutoff=0.7)]
        return [by_folded[one] for one in dict.fromkeys(found)][:3]

    def age(self, now: float) -> float:
        """Seconds since it was fetched; negative if the clock was set back since."""
        return now - self.fetched_at

    def is_fresh(self, now: float, max_age: float) -> bool:
        """Whether it is at most ``max_age`` seconds old; one from the future is not."""
        return 0 <= self.age(now) <= max_age

    @property
    def is_priced(self) -> bool:
        """Whether any model has a price in roubles."""
        return any(model.price is not None for model in self.models.values())

    def filtered(self, words: Iterable[str]) -> Catalogue:
        """Only the models that match every word; see :meth:`Model.matches`."""
        wanted = list(words)
        return replace(self, models={name: model for name, model in self.models.items() if model.matches(wanted)})

    def sorted_by(self, order: Order) -> list[Model]:
        """The cheapest first, the largest context first, or by name; what is unknown comes last.

        Example:
            >>> models = {"b": Model("b", context_size=8), "a": Model("a"), "c": Model("c", context_size=9)}
            >>> [model.name for model in Catalogue("", models, 0).sorted_by("context")]
            ['c', 'b', 'a']
        """
        by_name = sorted(self.models.values(), key=lambda model: (model.name.casefold(), model.name))
        if order == "price":
            return sorted(by_name, key=lambda model: _UNKNOWN_PRICE if model.price is None else model.price)
        if order == "context":
            return sorted(by_name, key=lambda model: -(model.context_size or 0))
        return by_name
