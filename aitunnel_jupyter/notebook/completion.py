"""What Tab offers: where the cursor stands in a cell, and what may come there.

In ``%%ai`` and ``%ai`` lines: models, options and their values, commands. In a prompt: variables after an open brace,
else nothing, because prose is not Python. Never the network.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.notebook.commands import COMMAND_WORDS, COMMANDS
from aitunnel_jupyter.notebook.completion_values import Candidates, model_names, value_names, variable_names
from aitunnel_jupyter.notebook.option_table import parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from aitunnel_jupyter.notebook.magics import AIMagics

_CELL = re.compile(r"\s*%%ai(?:tunnel)?(?=\s|\Z)")
_LINE = re.compile(r"[ \t]*(?:[\w., \t]+=[ \t]*)?%ai(?:tunnel)?[ \t]+")
_WORD = re.compile(r"(?:\\.|[^\s\\])*\\?\Z")
_OPEN_BRACE = re.compile(r"(\{+)[ \t]*(\w*)\Z")
_LATEX = re.compile(r"\\[\w^]+\Z")
"""``\\alpha`` and Tab is α in every cell: that is IPython's."""


class Found(NamedTuple):
    """What may replace the text between ``start`` and the cursor."""

    start: int
    texts: list[str]
    kind: str


def find(magics: AIMagics, text: str, offset: int) -> Found | None:
    """The completions at ``offset``.

    Args:
        magics: Settings and shell.
        text: The whole cell.
        offset: Where the cursor is.

    Returns:
        ``None`` where the cell is not ours to complete; an empty list where nothing should be offered.
    """
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if cell := _CELL.match(text):
        if offset <= cell.end():
            return None
        if "\n" in text[cell.end() : offset]:
            return _at(offset, _in_prompt(magics, line))
        return _at(offset, _in_options(magics, text[cell.end() : offset], is_ask=False))
    command = None if text.lstrip().startswith("%%") else _LINE.match(line)
    return _at(offset, _in_command(magics, line[command.end() :])) if command else None


def _at(offset: int, candidates: Candidates | None) -> Found | None:
    if candidates is None:
        return None
    return Found(offset - len(candidates.fragment), candidates.matching(), candidates.kind)


# --- a prompt -----------------------------------------------------------------------------------------------


def _in_prompt(magics: AIMagics, line: str) -> Candidates | None:
    if _LATEX.search(line):
        return None
    brace = _OPEN_BRACE.search(line)
    if brace is None or len(brace[1]) % 2 == 0:  # {{ is how a brace is written
        return Candidates("", [])
    return Candidates(brace[2], variable_names(magics.shell), "instance")


# --- %ai ----------------------------------------------------------------------------------------------------


def _in_command(magics: AIMagics, line: str) -> Candidates | None:
    name, blank, rest = line.partition(" ")
    if not blank:
        return Candidates(name, [command for command in COMMANDS if command], "function")
    if name == "ask":
        return _in_options(magics, rest, is_ask=True)
    words, fragment = _words(rest) or ([], "")
    if name == "model" and not words:
        return Candidates(fragment, model_names(magics), "model")
    return _in_words(COMMAND_WORDS.get(name, {}), words, fragment)


def _in_words(known: Mapping[str, tuple[str, ...]], words: Sequence[str], fragment: str) -> Candidates:
    option, equals, value = fragment.partition("=")
    if equals and known.get(option):
        return Candidates(value, known[option], "keyword")
    if words and known.get(words[-1]):
        return Candidates(fragment, known[words[-1]], "keyword")
    return Candidates(fragment, [word for word in known if word not in words], "keyword")


# --- %%ai and %ai ask ---------------------------------------------------------------------------------------


class _Read(NamedTuple):
    """What the words before the cursor mean."""

    awaiting: argparse.Action | None = None
    """The option whose value comes next."""
    used: frozenset[str] = frozenset()
    """Options that were given."""
    has_word: bool = False
    base_url: str = ""


def _in_options(magics: AIMagics, line: str, *, is_ask: bool) -> Candidates | None:
    split = _words(line)
    if split is None:  # inside quotes
        return _in_prompt(magics, line) if is_ask else Candidates("", [])
    words, fragment = split
    read = _read(words)
    if is_ask and read.has_word and read.awaiting is None:
        return _in_prompt(magics, line)
    return _in_option(magics, read, fragment, takes_model=not is_ask) or (
        _in_prompt(magics, line) if is_ask else Candidates("", [])
    )


def _in_option(magics: AIMagics, read: _Read, fragment: str, *, takes_model: bool) -> Candidates | None:
    option, equals, value = fragment.partition("=")
    if read.awaiting is not None:
        return value_names(magics, read.awaiting, fragment, read.base_url)
    if equals and option in _actions():
        return value_names(magics, _actions()[option], value, read.base_url)
    options = _options(read.used)
    if fragment.startswith("-"):
        return Candidates(fragment, options, "keyword")
    if takes_model and not read.has_word and "model" not in read.used:
        found = value_names(magics, _actions()["--model"], fragment, read.base_url)
        return found._replace(texts=[*found.texts, *options]) if not fragment else found
    return None if fragment else Candidates("", options, "keyword")


def _read(words: Iterable[str]) -> _Read:
    read = _Read()
    for word in words:
        option, equals, value = word.partition("=")
        action = read.awaiting or _actions().get(option)
        if action is None:
            read = read._replace(has_word=True)
        elif read.awaiting is None and not equals and action.nargs != 0:
            read = read._replace(awaiting=action, used=read.used | {action.dest})
        else:
            given = word if read.awaiting else value
            base_url = given if action.dest == "base_url" else read.base_url
            read = read._replace(awaiting=None, used=read.used | {action.dest}, base_url=base_url)
    return read


def _options(used: frozenset[str]) -> list[str]:
    """Options that may still be given; those that collect a list may always."""
    again = {action.dest for action in _actions().values() if isinstance(action.default, list)}
    return [name for name, action in _actions().items() if action.dest not in used or action.dest in again]


def _actions() -> dict[str, argparse.Action]:
    return parser()._option_string_actions  # noqa: SLF001  argparse has no public way to ask


def _words(line: str) -> tuple[Sequence[str], str] | None:
    """The whole words, and the one under the cursor as typed; ``None`` inside quotes."""
    found = _WORD.search(line)
    fragment = found[0] if found else ""
    try:
        return shlex.split(line[: len(line) - len(fragment)]), fragment
    except ValueError:
        return None
