"""Commands about the journal: look, restore, forget, switch off."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.talk_commands import when
from aitunnel_jupyter.notebook.words import number, parsed
from aitunnel_jupyter.redaction import one_line, printable, scrub
from aitunnel_jupyter.rendering.page import answer_bundle, answer_metadata, page
from aitunnel_jupyter.session.budget import NOTHING, budgets, set_budget

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.record import Record


def show(magics: AIMagics, words: list[str]) -> None:
    """An answer from the journal, under its prompt."""
    record = _record(magics, "show", parsed(magics, "show", words, word="").word)
    answer = record.answer.replace_facts(language=magics.person_language)
    told = say(
        "journal.asked",
        magics.person_language,
        when=when(record.started),
        notebook=one_line(record.place.notebook, 120),
    )
    prompt = printable(scrub(record.prompt))
    bundle = answer_bundle(answer)
    head = page(f'<p class="aitunnel-note">{html.escape(told)}</p><p><b>{html.escape(one_line(prompt, 600))}</b></p>')
    data = {"text/html": head + bundle["text/html"], "text/plain": f"{told}\n{prompt}\n\n{bundle['text/plain']}"}
    magics.shell.display_pub.publish(data, answer_metadata(answer))
    magics.shell.push({"_ai": answer}, interactive=False)


def restore(magics: AIMagics, words: list[str]) -> None:
    """Put the newest answers of this notebook back into their variables; nothing is asked."""
    parsed(magics, "restore", words)
    desk, language = magics.desk, magics.person_language
    if not desk.is_named:
        raise UsageError(say("journal.unnamed", language))
    found = desk.journal.named(desk.notebook)
    if not found:
        print(say("journal.nothing", language))
        return
    magics.shell.push({name: answer.replace_facts(language=language) for name, answer in found.items()})
    print(say("journal.restored", language, names=", ".join(found)))


def forget(magics: AIMagics, words: list[str]) -> None:
    """Remove the words of one turn, or of all, from the file; what they cost stays in the sums."""
    told = parsed(magics, "forget", words, "--all", word="")
    language = magics.person_language
    if told.all == bool(told.word):
        raise UsageError(f"%ai forget ID|--all: {say('journal.which', language)}")
    turn = None if told.all else number(magics, "forget", told.word)
    count = magics.desk.journal.forget(turn)
    if turn is not None and not count:
        raise UsageError(say("journal.no_id", language, id=turn))
    magics.desk.forget_conversations()
    print(say("journal.forgotten", language, count=count))


def journal(magics: AIMagics, words: list[str]) -> None:
    """Where it is and how much is in it; ``off`` keeps this kernel's turns in memory only."""
    word = parsed(magics, "journal", words, word="").word
    desk, language = magics.desk, magics.person_language
    if word not in {"", "on", "off"}:
        raise UsageError(f"%ai journal: {say('option.choice', language, text=repr(word), choices='on, off')}")
    if word:
        _switch(magics, on=word == "on")
    path = desk.journal.path
    if path is None:
        print(say("journal.off", language))
        return
    (row,) = desk.journal.database.rows("SELECT count(*) AS turns FROM turns WHERE state != 'forgotten'")
    size = f"{path.stat().st_size / 1_000_000:.1f}"
    print(say("journal.on", language, path=path, turns=row["turns"], size=size))


def _switch(magics: AIMagics, *, on: bool) -> None:
    """Switch the file on or off; what is left of the budgets goes along into memory."""
    desk = magics.desk
    if magics.journal and not on:
        held, _ = desk.journal_or_none()
        left = budgets(held.database, desk.notebook) if held else []
        magics.journal = False
        for one in left:
            set_budget(desk.journal.database, one.scope, max(one.left, NOTHING), afresh=True)
    magics.journal = on


def _record(magics: AIMagics, command: str, word: str) -> Record:
    language = magics.person_language
    if not word:
        raise UsageError(f"%ai {command} ID: {say('journal.which', language)}")
    turn = number(magics, command, word)
    record = magics.desk.journal.get(turn)
    if record is None:
        raise UsageError(say("journal.no_id", language, id=turn))
    return record
