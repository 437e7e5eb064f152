"""Commands about what was asked last: again, on, back into a cell, and what it weighs."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.keys import address_with_key
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.ask import Keeper, ask_prompt, run
from aitunnel_jupyter.notebook.cells import put_cell
from aitunnel_jupyter.notebook.compose import compose, conversation_name, earlier, question_for, target
from aitunnel_jupyter.notebook.desk import Prompt
from aitunnel_jupyter.notebook.line_values import persons_variables
from aitunnel_jupyter.notebook.option_values import OptionValues
from aitunnel_jupyter.notebook.options import parse_ask
from aitunnel_jupyter.notebook.preview import budget_words, seen_before
from aitunnel_jupyter.notebook.prompt_values import Weight
from aitunnel_jupyter.notebook.words import parsed, show_table
from aitunnel_jupyter.rendering.table import Table, grouped, money
from aitunnel_jupyter.session.continuation import continuation_of
from aitunnel_jupyter.session.conversation import estimate_content
from aitunnel_jupyter.session.question import Question
from aitunnel_jupyter.session.record import Place, prompt_text

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.desk import Asked
    from aitunnel_jupyter.notebook.magics import AIMagics


def retry(magics: AIMagics, words: list[str]) -> object:
    """Ask the last prompt again; in a conversation the new answer takes the old one's place."""
    told = parsed(magics, "retry", words, "-m=")
    asked = _asked(magics)
    typed = asked.prompt.options
    options = replace(typed, model=told.model or typed.model, keep=False, new=False)
    return ask_prompt(magics, asked.prompt._replace(options=options), whole_cell=False, cell=asked.cell)


def go_on(magics: AIMagics, words: list[str]) -> object:
    """Ask for the rest of the last answer; both halves become one."""
    limit = parsed(magics, "continue", words, "--max-tokens=").max_tokens
    asked = _asked(magics)
    answer, options = asked.answer, asked.prompt.options
    if not answer:
        raise UsageError(say("again.empty", magics.person_language))
    if answer.complete and answer.finish_reason != "length":
        raise UsageError(say("again.whole", magics.person_language))
    if (
        magics.local_is_running()
        and (local := magics.local_model(start=False))
        and local.base_url == answer.facts.base_url
    ):
        _, address = target(magics, options, model="local")
    else:
        address = address_with_key(answer.facts.base_url, magics.key_file)
    name = conversation_name(magics, options)
    request = continuation_of(answer)
    question = Question(
        replace(request, max_tokens=_positive(magics, limit)) if limit else request,
        address,
        Place(magics.desk.notebook, asked.cell, options.out or "", name),
        form=options.format,
        language=magics.person_language,
        before=answer.text,
        is_limit_inherited=not limit,
    )
    return run(
        magics,
        question,
        Keeper(magics, asked.prompt, asked.message, asked.cell),
        whole_cell=False,
    )


def _positive(magics: AIMagics, text: str) -> int:
    try:
        return OptionValues(magics.person_language).positive(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"%ai continue --max-tokens: {error}") from None


def edit(magics: AIMagics, words: list[str]) -> None:
    """The last prompt, as it was typed, in a new cell."""
    parsed(magics, "edit", words)
    put_cell(magics.shell, _asked(magics).prompt.source.rstrip("\n"))


def context(magics: AIMagics, rest: str) -> None:
    """What would be sent, and what each part weighs; nothing is sent."""
    options, text = parse_ask(rest, magics.person_language, persons_variables(magics.shell))
    prompt = Prompt(text, options) if text else _asked(magics).prompt
    options = replace(prompt.options, dry_run=True)
    composed = compose(magics, options, prompt.text, literal=prompt.literal)
    model, address = target(magics, options, model=options.models[0], send=False)
    cell = magics.desk.next_cell()
    options = replace(options, system=composed.system)
    sent = earlier(magics, options, cell, prompt_text(composed.message), (model, address))
    weights = [
        Weight(*_named(message, magics.person_language), estimate_content(message["content"]))
        for message in sent.messages
    ]
    own, *others = composed.weights
    weights += [own._replace(name=say("context.prompt", magics.person_language)), *others]
    question = question_for(magics, options, composed, model, address, cell)
    seen = seen_before(magics, question)
    limits = seen.limits
    language = magics.person_language
    rows = [(weight.name, say(f"context.{weight.kind}", language), grouped(weight.tokens)) for weight in weights]
    rows.append((say("context.total", language), "", grouped(sum(weight.tokens for weight in weights))))
    told = say(
        "context.note" if limits.ceiling is not None else "context.note.unpriced",
        language,
        model=model,
        max_tokens=grouped(limits.max_tokens),
        ceiling=money(limits.ceiling, language),
    )
    values = [say(f"notice.{one.code}", language, value=one.value) for one in composed.notices if one.code != "along"]
    note = " · ".join(filter(None, [told, budget_words(seen, address.host, language), *values]))
    head = [say(f"context.{name}", language) for name in ("part", "kind", "tokens")]
    show_table(magics, Table(head, rows, frozenset({2}), note))


def _named(message: object, language: str) -> tuple[str, str]:
    role = dict(message)["role"]  # type: ignore[call-overload]  # a mapping, as every message
    return say(f"context.{role}", language), "earlier" if role != "system" else "text"


def _asked(magics: AIMagics) -> Asked:
    asked = magics.desk.asked
    if asked is None:
        raise UsageError(say("again.nothing", magics.person_language))
    return asked
