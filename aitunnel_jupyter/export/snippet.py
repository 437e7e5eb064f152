"""An answer's call as a program: the text, and the files that lie beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.errors import SnippetProblem
from aitunnel_jupyter.export.call import Call, call_of
from aitunnel_jupyter.export.languages import LANGUAGES, Language
from aitunnel_jupyter.gateway.address import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aitunnel_jupyter.answer import Answer

_TEMPLATES = Path(__file__).with_name("templates")
_HERE = "A server on the machine this was asked on; a key that %ai local made ends with its kernel."


class Program(NamedTuple):
    """A program that streams an answer."""

    text: str
    files: Mapping[str, bytes]
    """What it loads from its own folder: name → content."""


def snippet_of(answer: Answer, language: str) -> str:
    """The call behind ``answer`` as one self-contained program.

    Args:
        answer: Whole or not, from a server or from the journal.
        language: A key of :data:`LANGUAGES`.

    Raises:
        SnippetProblem: No such language, or the answer does not know its request.
    """
    return program_of(answer, language).text


def program_of(answer: Answer, language: str, file: str = "") -> Program:
    """The call behind ``answer`` as a program.

    Args:
        answer: Whole or not.
        language: A key of :data:`LANGUAGES`.
        file: What it will be saved as; large attachments then become files beside it.

    Raises:
        SnippetProblem: No such language, or the answer does not know its request.
    """
    known = language_named(language)
    name = file if re.fullmatch(r"[\w.-]+", file, re.ASCII) else f"ask{known.ending}"
    call = call_of(answer, name, with_files=bool(file) and known.takes_files)
    return Program(_filled(_template(language), known.fill(call) | _facts(call, known)), call.files)


def language_named(name: str) -> Language:
    """The language of that name.

    Raises:
        SnippetProblem: There is none.
    """
    if name not in LANGUAGES:
        code = "snippet.language" if name else "snippet.choose"
        raise SnippetProblem(code, name=repr(name), names=", ".join(LANGUAGES))
    return LANGUAGES[name]


def cell_of(text: str, language: str) -> str:
    """A program as a cell: under the magic that runs it, or writes it into a file where none does."""
    magic = LANGUAGES[language].magic
    return f"{magic}\n{text}" if magic else text


def _facts(call: Call, language: Language) -> dict[str, str]:
    told = f"{language.comment} {_HERE}\n" if is_loopback(call.base_url) else ""
    return {"FILE": call.file, "LOCAL": told}


def _template(language: str) -> str:
    return (_TEMPLATES / f"{language}.txt").read_text(encoding="utf-8")


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its places filled, each as far to the right as its line; what is put in is not read again."""
    return "\n".join(_line(line, values) for line in template.split("\n"))


def _line(line: str, values: Mapping[str, str]) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return re.sub(r"@@(\w+)@@", lambda place: values[place[1]].replace("\n", f"\n{indent}"), line)
