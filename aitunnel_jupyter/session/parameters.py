"""What a person may say of a request by name: the names of the openai SDK and this package's, and nothing else.

An unknown name is refused here, before anything is sent: a misspelt ``temperature`` would be ignored by the server
without a word, and a key among the fields would be saved with every answer.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, TypedDict, TypeVar

from aitunnel_jupyter.errors import ParameterProblem
from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT
from aitunnel_jupyter.redaction import one_line, secret_in
from aitunnel_jupyter.session.budget import count

Function = TypeVar("Function", bound=Callable[..., Any])


class Parameters(TypedDict, total=False):
    """Parameters of a question; ``None`` leaves one to the model."""

    temperature: float | None
    """0 is sober, 2 is wild."""
    top_p: float | None
    max_tokens: int | None
    """Longest answer; the price is reserved from it. ``max_completion_tokens`` is the same."""
    max_completion_tokens: int | None
    seed: int | None
    stop: str | Sequence[str] | None
    reasoning: str | Mapping[str, Any] | None
    """An effort, or the gateway's object: ``{"max_tokens": 2000}``. ``reasoning_effort`` is the same."""
    reasoning_effort: str | None
    response_format: Mapping[str, Any] | None
    timeout: float | None
    """Seconds of silence after which the question is given up."""
    extra_body: Mapping[str, Any] | None
    """Any further fields of the request, as the openai SDK has it; they win over the ones above."""

    audio: Any
    frequency_penalty: Any
    logit_bias: Any
    logprobs: Any
    metadata: Any
    modalities: Any
    parallel_tool_calls: Any
    prediction: Any
    presence_penalty: Any
    prompt_cache_key: Any
    safety_identifier: Any
    service_tier: Any
    store: Any
    tool_choice: Any
    tools: Any
    top_logprobs: Any
    user: Any
    verbosity: Any
    web_search_options: Any

    models: Any
    """The gateway's own, as the three below: models to fall back to."""
    provider: Any
    plugins: Any
    transforms: Any


class Asking(Parameters, total=False):
    """The same for one question, which may go to another model."""

    model: str


OWN = ("temperature", "top_p", "max_tokens", "seed", "stop", "reasoning", "response_format", "timeout", "extra_body")
"""What a request has fields for; the other names go out as they are."""
ALIASES = {"max_completion_tokens": "max_tokens", "reasoning_effort": "reasoning"}
_OF_CHAT = ("api_key", "base_url", "system", "system_prompt", "name", "window")
_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "temperature": ("number", (Real,)), "top_p": ("number", (Real,)), "timeout": ("number", (Real,)),
    "max_tokens": ("whole", (Integral,)), "seed": ("whole", (Integral,)),
    "stop": ("texts", (str, list, tuple)), "reasoning": ("effort", (str, Mapping)),
    "response_format": ("dict", (Mapping,)), "extra_body": ("dict", (Mapping,)),
}  # fmt: skip
"""Own names → the end of the message's code where the value is of another type, and the types."""


def with_names_of(kind: type) -> Callable[[Function], Function]:
    """Have Tab and help pages tell the names that ``**parameters`` takes.

    Args:
        kind: :class:`Parameters` or :class:`Asking`.
    """

    def decorate(function: Function) -> Function:
        told = inspect.signature(function)
        own = [one for one in told.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
        names = [name for name in kind.__annotations__ if name not in told.parameters]
        more = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in names]
        function.__signature__ = told.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
        return function

    return decorate


def checked(said: Mapping[str, Any], *, of_chat: bool = False) -> dict[str, Any]:
    """What was said by name, aliases under one name.

    Args:
        said: Names and values.
        of_chat: For a whole conversation, which has names of its own, instead of one question.

    Raises:
        ParameterProblem: There is no such name, a value is of no use, or a secret is among the values.

    Example:
        >>> checked({"max_completion_tokens": 9, "stop": "END"})
        {'max_tokens': 9, 'stop': ('END',)}
    """
    names = [*(Parameters if of_chat else Asking).__annotations__, *(_OF_CHAT if of_chat else ())]
    for name in said:
        if name not in names:
            raise _unknown(name, names)
    named: dict[str, Any] = {}
    for name, value in said.items():
        own = ALIASES.get(name, name)
        if own == name or own not in said:
            named[own] = _usable(name, own, value)
    return named


def request_fields(named: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a :class:`~aitunnel_jupyter.gateway.request.Request` that checked parameters mean."""
    own = {name: named[name] for name in OWN if name in named}
    further = {name: value for name, value in named.items() if name not in OWN and value is not None}
    own["extra"] = further | dict(own.pop("extra_body", None) or {})
    own["stop"] = own.get("stop") or ()
    own["timeout"] = own.get("timeout") or DEFAULT_TIMEOUT
    return own


def is_several(n: object) -> bool:
    """Whether ``n`` of a request asks for more than one answer: each is paid for, and one is shown.

    Example:
        >>> is_several(2), is_several("3"), is_several(1), is_several(None)
        (True, True, False, False)
    """
    return (count(n) or 1) > 1


def _usable(name: str, own: str, value: Any) -> Any:
    code, types = _TYPES.get(own, ("", (object,)))
    if value is not None and code and (isinstance(value, bool) or not isinstance(value, types)):
        raise ParameterProblem(f"param.{code}", name=name, value=one_line(repr(value), 120))
    if found := secret_in(value if own == "extra_body" else {name: value}, "" if own == "extra_body" else name):
        raise ParameterProblem("param.secret", name=found)
    several = value.get("n") if own == "extra_body" and value else None
    if is_several(several):
        raise ParameterProblem("param.several", value=one_line(str(several), 40))
    if value is None or code not in {"number", "whole", "texts"}:
        return value
    if code == "texts":
        return (value,) if isinstance(value, str) else tuple(value)
    return value if isinstance(value, (int, float)) else int(value) if code == "whole" else float(value)


def _unknown(name: str, names: Sequence[str]) -> ParameterProblem:
    if name in _OF_CHAT:
        return ParameterProblem("param.chat", name=name)
    close = difflib.get_close_matches(name, names, 1, 0.6)
    if close:
        return ParameterProblem("param.close", name=name, close=close[0])
    return ParameterProblem("param.unknown", name=name)
