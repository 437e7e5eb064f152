"""From what a cell says to the question that goes out."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.error import UsageError

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.gateway.address import DEFAULT_BASE_URL, Address, base_url_from
from aitunnel_jupyter.gateway.catalogue import stored_catalogue
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.keys import address_if_any_key, address_with_key, find_key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.desk import ALONE
from aitunnel_jupyter.notebook.prompt_values import PromptValues, Weight, along
from aitunnel_jupyter.session.conversation import DEFAULT_WINDOW, Conversation, Sent
from aitunnel_jupyter.session.description import tokens_in
from aitunnel_jupyter.session.prompt.roots import person_variables
from aitunnel_jupyter.session.question import LOCAL_SOURCE, Question
from aitunnel_jupyter.session.record import Place, prompt_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.answer import Message
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.notebook.options import Options
    from aitunnel_jupyter.session.attach import Attachment

DEFAULT_MODEL = "gpt-5.2"
MODEL_VARIABLE = "AITUNNEL_MODEL"
LOCAL = "local"
"""The model name that means the model on this machine."""


class Composed(NamedTuple):
    """A prompt with everything that goes with it."""

    message: Message
    """The prompt's own message."""
    notices: tuple[Notice, ...]
    weights: tuple[Weight, ...]
    text: str
    """The prompt's words, values put in."""
    system: str | None = None
    """The system's words, values put in."""


def compose(
    magics: AIMagics,
    options: Options,
    prompt: str,
    *,
    literal: bool = False,
    attached: Sequence[Attachment] = (),
    edited: str = "",
) -> Composed:
    """Put values, pictures and files into the prompt.

    Args:
        magics: Settings and the notebook's variables.
        options: What the line said.
        prompt: As typed.
        literal: Braces mean nothing, in the prompt and in ``-s``.
        attached: What goes along besides what the options name; then the prompt may be empty.
        edited: A prompt with values in it that this one was made of; what stands in its braces is not evaluated.

    Raises:
        UsageError: The prompt is empty, or an expression in it failed.
        AttachmentRefused: Something cannot be attached.
    """
    if not prompt.strip() and not attached:
        raise UsageError(say("prompt.empty", magics.person_language))
    values = PromptValues(magics, edited)
    text = (prompt if literal else values.put_into(prompt)).removesuffix("\n")
    system = values.put_into(options.system) if options.system and not literal else options.system
    body, attached = _attached(magics, options, text, attached)
    message = {"role": "user", "content": _with_pictures(body, text, values.pictures)}
    weights = (*values.weights, *(Weight(part.name, part.kind, part.tokens) for part in attached))
    own = Weight("prompt", "text", max(tokens_in(text) - sum(weight.tokens for weight in values.weights), 0))
    return Composed(message, (*values.notices(), *along(weights)), (own, *weights), text, system)


def _attached(
    magics: AIMagics, options: Options, text: str, besides: Sequence[Attachment]
) -> tuple[Any, Sequence[Attachment]]:
    """The prompt's content with what ``-a`` names and what comes besides, and its parts."""
    if not options.attach and not besides:
        return text, ()
    from aitunnel_jupyter.session.attach import attachments, content

    variables = person_variables(magics.shell.user_ns, magics.shell.user_ns_hidden)
    found = attachments(options.attach, variables, allow_private=options.allow_private, calls=magics.calls)
    found += besides
    return content(text, found), found


def _with_pictures(body: Any, text: str, pictures: Sequence[str]) -> Any:
    if not pictures:
        return body
    parts = body if isinstance(body, list) else [{"type": "text", "text": body or text}]
    return [*parts, *({"type": "image_url", "image_url": {"url": url}} for url in pictures)]


def question_for(
    magics: AIMagics, options: Options, composed: Composed, model: str, address: Address, cell: str
) -> Question:
    """The question with the conversation before it and the settings around it."""
    options = replace(options, system=composed.system)
    name = conversation_name(magics, options)
    sent = earlier(magics, options, cell, prompt_text(composed.message), (model, address))
    place = Place(magics.desk.notebook, cell, options.out or "", name)
    return question_after(magics, options, sent, composed, (model, address), place)


def question_after(
    magics: AIMagics, options: Options, sent: Sent, composed: Composed, target: tuple[str, Address], place: Place
) -> Question:
    """The question with given messages before it.

    Args:
        magics: Settings.
        options: Parameters of the request.
        sent: What goes out before the prompt.
        composed: The prompt.
        target: Which model to ask, and where.
        place: Where the journal finds it.
    """
    model, address = target
    request = request_for(options, model, (*sent.messages, composed.message))
    left_out = (Notice("left_out", str(sent.left_out)),) if sent.left_out else ()
    return Question(
        request,
        address,
        place,
        form=options.format,
        language=magics.person_language,
        notices=(*composed.notices, *left_out),
        keep=magics.keep if options.keep is None else options.keep,
        max_tokens=magics.max_tokens,
    )


def conversation_name(magics: AIMagics, options: Options) -> str:
    """Which conversation a cell belongs to; ``""`` if it stands alone."""
    if "," in options.model:
        return ""
    name = magics.conversation if options.conversation is None else options.conversation
    return "" if name == ALONE else name


def earlier(magics: AIMagics, options: Options, cell: str, prompt: str, target: tuple[str, Address]) -> Sent:
    """What goes out before the prompt: the system's words, and the turns of the conversation.

    Args:
        magics: Settings.
        options: Which conversation.
        cell: Who asks.
        prompt: What it asks.
        target: Which model, and where.
    """
    name = conversation_name(magics, options)
    if not name:
        alone: tuple[Message, ...] = ({"role": "system", "content": options.system},) if options.system else ()
        return Sent(alone, 0)
    desk = magics.desk
    conversation = desk.conversation(name)
    if options.new:
        conversation = Conversation(name) if options.dry_run else desk.begin_anew(name)
    if options.system is not None:
        conversation.system = options.system
    desk.current = name
    return conversation.before(cell, window_for(magics, *target), prompt=prompt)


def window_for(magics: AIMagics, model: str, address: Address) -> int:
    """Most tokens of earlier turns: the setting, else half of the model's context; the other half is for this one."""
    if magics.window:
        return magics.window
    catalogue = stored_catalogue(address.base_url)
    known = catalogue.get(model) if catalogue else None
    return known.context_size // 2 if known and known.context_size else DEFAULT_WINDOW


def target(magics: AIMagics, options: Options, *, model: str = "", send: bool = True) -> tuple[str, Address]:
    """Which model to ask, where, with which key.

    Model: the line, ``AIMagics.model``, ``AITUNNEL_MODEL``, ``gpt-5.2``. ``local``, and everything for the
    gateway when there is no key but a local model runs, goes to this machine.
    """
    model = aliased(magics, model or options.model or default_model(magics))
    if model == LOCAL and not options.base_url:
        return _local(magics, start=send)
    base_url = base_url_from(options.base_url, magics.base_url)
    if base_url == DEFAULT_BASE_URL and magics.local_is_running() and find_key(base_url, magics.key_file) is None:
        return _local(magics, start=False)
    address = (address_with_key if send else address_if_any_key)(base_url, magics.key_file)
    return model, address


def aliased(magics: AIMagics | None, name: str) -> str:
    """The model that a name of the person's own stands for, else the name itself."""
    return str(magics.aliases.get(name, name)) if magics else name


def default_model(magics: AIMagics | None) -> str:
    """The model of a line that names none."""
    return (magics.model if magics else "") or os.environ.get(MODEL_VARIABLE, "").strip() or DEFAULT_MODEL


def _local(magics: AIMagics, *, start: bool) -> tuple[str, Address]:
    running = magics.local_model(start=start)
    if running is None:  # a dry run starts nothing
        return LOCAL, Address("http://127.0.0.1/v1")
    return running.name, Address(running.base_url, Key(running.key, LOCAL_SOURCE))


def request_for(options: Options, model: str, messages: tuple[Message, ...]) -> Request:
    """The request that ``options`` describe."""
    return Request(
        model,
        messages,
        temperature=options.temperature,
        top_p=options.top_p,
        max_tokens=options.max_tokens,
        seed=options.seed,
        stop=options.stop,
        reasoning=options.reasoning,
        response_format={"type": "json_object"} if options.format == "json" else None,
        extra=options.param,
        stream=options.stream,
        timeout=options.timeout,
    )
