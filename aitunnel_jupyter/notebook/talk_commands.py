"""Commands about conversations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.errors import JournalProblem
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.open_notebook import refuse_the_notebook
from aitunnel_jupyter.notebook.words import number, parsed, show_table
from aitunnel_jupyter.redaction import one_line
from aitunnel_jupyter.rendering.table import Table, money
from aitunnel_jupyter.session import shelf, transcript
from aitunnel_jupyter.session.file_facts import FILE
from aitunnel_jupyter.session.record import Place, Record

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.conversation import Conversation, Said
    from aitunnel_jupyter.session.journal import Journal

DEFAULT_COUNT = "10"


def chats(magics: AIMagics, words: list[str]) -> None:
    """The conversations, the newest first."""
    told = parsed(magics, "chats", words, "--all")
    desk, language = magics.desk, magics.person_language
    found = shelf.spines(desk.journal, None if told.all else desk.notebook)
    if not found:
        print(say("talk.none", language))
        return
    rows = [
        (
            ("▸ " if spine.name == desk.current else "") + spine.name,
            str(spine.turns),
            when(spine.updated),
            spine.notebook,
        )
        for spine in found
    ]
    head = _head(language, "talk.name", "talk.turns", "talk.when", "talk.notebook")
    width = 4 if told.all else 3
    show_table(magics, Table(head[:width], [row[:width] for row in rows], frozenset({1})))


def history(magics: AIMagics, words: list[str]) -> None:
    """The last turns of a conversation, else of the notebook; or what a search finds."""
    told = parsed(magics, "history", words, "--search=", "-c=", "--all", word=DEFAULT_COUNT)
    desk, language = magics.desk, magics.person_language
    count = number(magics, "history", told.word)
    name = told.conversation or ("" if told.all or told.search else desk.current)
    if told.search is not None:
        _show_records(magics, desk.journal.search(told.search, count), is_search=True)
    elif name:
        _show_conversation(magics, desk.conversation(name), count)
    else:
        _show_records(magics, desk.journal.recent(count, None if told.all else desk.notebook))
    if name and not desk.conversation(name).turns:
        print(say("talk.empty", language, name=name))


def undo(magics: AIMagics, words: list[str]) -> None:
    """Take the last turn away."""
    conversation = _conversation(magics, parsed(magics, "undo", words, "-c="))
    said = conversation.undo()
    magics.desk.save(conversation)
    code = "talk.undone" if said else "talk.empty"
    print(say(code, magics.person_language, name=conversation.name, prompt=one_line(said.prompt, 80) if said else ""))


def hide(magics: AIMagics, words: list[str]) -> None:
    """Hide a turn from what is sent, or show it again."""
    told = parsed(magics, "hide", words, "-c=", word="")
    conversation = _conversation(magics, told)
    try:
        hidden = conversation.hide(number(magics, "hide", told.word))
    except IndexError:
        raise UsageError(
            say("talk.no_turn", magics.person_language, number=told.word, count=len(conversation.turns))
        ) from None
    magics.desk.save(conversation)
    print(say("talk.hidden" if hidden else "talk.shown", magics.person_language, number=told.word))


def fork(magics: AIMagics, words: list[str]) -> None:
    """A copy under another name, which becomes the one at hand."""
    told = parsed(magics, "fork", words, "-c=", word="")
    conversation = _conversation(magics, told)
    name = told.word or _free_name(magics, conversation.name)
    if name in magics.desk.conversation_names():
        raise UsageError(say("talk.taken", magics.person_language, name=name))
    magics.desk.save(conversation.fork(name))
    magics.desk.current = name
    print(say("talk.forked", magics.person_language, name=name, count=len(conversation.turns)))


def reset(magics: AIMagics, words: list[str]) -> None:
    """Begin a conversation anew; its turns stay in the journal."""
    told = parsed(magics, "reset", words, "-c=")
    if not (told.conversation or magics.desk.current or magics.conversation):
        print(say("talk.no_reset", magics.person_language))
        return
    conversation = _conversation(magics, told)
    magics.desk.begin_anew(conversation.name)
    print(say("talk.reset", magics.person_language, name=conversation.name))


def export(magics: AIMagics, words: list[str]) -> None:
    """Write a conversation into a file."""
    told = parsed(magics, "export", words, "-c=", "--force", word="")
    conversation = _conversation(magics, told)
    path = _file(magics, "export", told.word)
    refuse_the_notebook(magics, path)
    transcript.export(conversation, path, replace=told.force)
    print(say("talk.exported", magics.person_language, path=path, count=len(conversation.turns)))


def load(magics: AIMagics, words: list[str]) -> None:
    """Read a conversation from a file and go on with it."""
    told = parsed(magics, "load", words, "-c=", "--force", word="")
    path = _file(magics, "load", told.word)
    conversation = transcript.load(path, told.conversation or path.stem)
    if conversation.name in magics.desk.conversation_names() and not told.force:
        name = one_line(conversation.name, 200)
        raise UsageError(say("talk.exists", magics.person_language, name=name))
    journal, trouble = magics.desk.journal_or_none()
    for at, said in enumerate(conversation.turns):
        if journal is not None:
            conversation.turns[at], problem = _adopted(journal, said)
            trouble = trouble or problem
    magics.desk.save(conversation)
    magics.desk.current = conversation.name
    name = one_line(conversation.name, 200)
    print(say("talk.loaded", magics.person_language, name=name, count=len(conversation.turns)))
    if trouble is not None:
        print(say("notice.journal", magics.person_language, value=trouble.line(magics.person_language)))


def _adopted(journal: Journal, said: Said) -> tuple[Said, JournalProblem | None]:
    """A turn of a file with a row in the journal, so that the conversation is there after a restart too."""
    request = Request(said.answer.model or "–", (said.message,))
    try:
        entry = journal.begin(request, Address(FILE), Place(), is_asked=False)
    except JournalProblem as problem:
        return said, problem
    entry.end(said.answer, None)
    return replace(said, answer=said.answer.replace_facts(turn_id=entry.turn_id)), entry.trouble


def _conversation(magics: AIMagics, told: argparse.Namespace) -> Conversation:
    name = told.conversation or magics.desk.current or magics.conversation
    if not name or name not in magics.desk.conversation_names():
        raise UsageError(say("talk.none", magics.person_language))
    return magics.desk.conversation(name)


def _free_name(magics: AIMagics, name: str) -> str:
    taken = magics.desk.conversation_names()
    return next(made for count in range(2, 10_000) if (made := f"{name}-{count}") not in taken)


def _file(magics: AIMagics, command: str, word: str) -> Path:
    if not word:
        raise UsageError(say("talk.file", magics.person_language, command=command))
    return Path(word).expanduser()


def _show_conversation(magics: AIMagics, conversation: Conversation, count: int) -> None:
    numbered = list(enumerate(conversation.turns, 1))[-count:]
    if not numbered:
        return
    language = magics.person_language
    rows = [
        (f"{at}{' –' if said.hidden else ''}", one_line(said.prompt, 100), *_told(said.answer, language))
        for at, said in numbered
    ]
    head = [*_head(language, "talk.number", "talk.prompt", "talk.answer", "talk.model"), "₽"]
    show_table(magics, Table(head, rows, frozenset({4}), say("talk.note", language, name=conversation.name)))


def _show_records(magics: AIMagics, records: Sequence[Record], *, is_search: bool = False) -> None:
    language = magics.person_language
    if not records:
        print(say("journal.not_found" if is_search else "journal.nothing", language))
        return
    rows = [
        (str(record.id), when(record.started), one_line(record.prompt, 100), *_told(record.answer, language))
        for record in records
    ]
    head = [*_head(language, "talk.id", "talk.when", "talk.prompt", "talk.answer", "talk.model"), "₽"]
    show_table(magics, Table(head, rows, frozenset({0, 5}), say("journal.note", language)))


def _told(answer: Answer, language: str) -> tuple[str, str, str]:
    mark = "" if answer.complete else "… "
    return mark + one_line(answer.text, 140), one_line(answer.model, 60), money(answer.cost, language)


def _head(language: str, *codes: str) -> list[str]:
    return [say(code, language) for code in codes]


def when(moment: float) -> str:
    """Date and time for a table."""
    return f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d %H:%M}"
