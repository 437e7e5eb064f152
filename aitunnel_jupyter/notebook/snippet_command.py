"""``%ai snippet``: the call behind an answer as a program, shown, put into a cell, or written into files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import SnippetProblem
from aitunnel_jupyter.export.snippet import cell_of, language_named, program_of
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.cells import put_cell
from aitunnel_jupyter.notebook.open_notebook import refuse_the_notebook
from aitunnel_jupyter.notebook.words import parsed
from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.whole_file import write_whole

if TYPE_CHECKING:
    import argparse

    from aitunnel_jupyter.export.snippet import Program
    from aitunnel_jupyter.notebook.magics import AIMagics

MOST_SHOWN = 100_000
"""Characters of a program that are put into an output; the notebook saves them all."""


def snippet(magics: AIMagics, words: list[str]) -> None:
    """The last request, or the one behind ``-n NAME``, as a program.

    Raises:
        UsageError: No answer to take it from.
        AITunnelError: No such language, or the program cannot be written.
    """
    told = parsed(magics, "snippet", words, "-n=", "--insert", "--save=", "--force", word="")
    try:
        language_named(told.word)
        answer = _answer(magics, told)
        if told.save:
            _save(magics, answer, told)
        if told.insert or not told.save:
            _give(magics, program_of(answer, told.word), told)
    except SnippetProblem as problem:
        problem.language = magics.person_language
        raise


def _answer(magics: AIMagics, told: argparse.Namespace) -> Answer:
    if told.n is None:
        if magics.desk.asked is None:
            raise UsageError(say("again.nothing", magics.person_language))
        return magics.desk.asked.answer
    answer = magics.shell.user_ns.get(told.n)
    if not isinstance(answer, Answer):
        raise UsageError(say("snippet.no_answer", magics.person_language, name=told.n, into=told.word))
    return answer


def _give(magics: AIMagics, program: Program, told: argparse.Namespace) -> None:
    if told.insert:
        put_cell(magics.shell, cell_of(program.text, told.word).rstrip("\n"))
    elif len(program.text) > MOST_SHOWN:
        size = len(program.text.encode()) // 1000
        print(say("snippet.long", magics.person_language, size=size, into=told.word))
    else:
        magics.shell.display_pub.publish(program_bundle(program.text, language_named(told.word).lexer))


def program_bundle(text: str, lexer: str) -> dict[str, str]:
    """The MIME bundle of a program in colour.

    Args:
        text: The program.
        lexer: What Pygments calls its language.
    """
    from aitunnel_jupyter.rendering.highlight import code_html
    from aitunnel_jupyter.rendering.page import page
    from aitunnel_jupyter.rendering.style import style_for

    inner = code_html(text, lexer)
    return {"text/html": page(inner, style=style_for(inner)), "text/plain": printable(text)}


def _save(magics: AIMagics, answer: Answer, told: argparse.Namespace) -> None:
    path = Path(told.save).expanduser()
    program = program_of(answer, told.word, path.name)
    files = {path: program.text.encode()} | {path.with_name(name): made for name, made in program.files.items()}
    for one in files:
        refuse_the_notebook(magics, one)
        if not told.force and os.path.lexists(one):
            raise SnippetProblem("file.exists", path=one)
    try:
        for one, content in files.items():
            write_whole(one, content, replace=told.force)
    except FileExistsError as error:
        raise SnippetProblem("file.exists", path=error.filename) from None
    except OSError as error:
        raise SnippetProblem("snippet.file", path=path, why=error.strerror or error) from None
    code = "snippet.beside" if program.files else "snippet.saved"
    print(say(code, magics.person_language, path=path, names=", ".join(program.files)))
