"""Lines cut into words as a shell would, no further than they are ours to cut."""

from __future__ import annotations

import io
import shlex

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.odd_signs import odd_sign, odd_sign_told, quoted
from aitunnel_jupyter.notebook.option_table import parser

_BLANKS = " \t\r\n"
"""What divides words; any other blank is a sign to be named."""


def split_line(line: str, language: str) -> list[str]:
    """The words of a ``%%ai`` line; a ``#`` after a blank begins a remark, unless an option waits for its value.

    Raises:
        UsageError: A quote is not closed.

    Example:
        >>> split_line("gpt-5.2 -s 'a b' # it's cheap", "en")
        ['gpt-5.2', '-s', 'a b']
    """
    return _split(line, language, takes_text=False)[0]


def split_options(line: str, language: str) -> tuple[list[str], str]:
    """Options at the beginning of ``%ai ask``, then text that is not split.

    Raises:
        UsageError: A quote is not closed.

    Example:
        >>> split_options("-t 0 What's up? # no remark", "en")
        (['-t', '0'], "What's up? # no remark")
    """
    return _split(line, language, takes_text=True)


def _split(line: str, language: str, *, takes_text: bool) -> tuple[list[str], str]:
    source = io.StringIO(line.lstrip(_BLANKS))
    lexer = shlex.shlex(source, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    awaits_value = False
    while True:
        rest = source.getvalue()[source.tell() :].lstrip(_BLANKS)  # the lexer reads one blank past a word
        if not awaits_value and _ends(rest, takes_text=takes_text):
            return words, rest if takes_text else ""
        try:
            word = lexer.get_token()
        except ValueError:
            told = odd_sign_told(rest, language) if odd_sign(rest) else ""
            raise UsageError(told or say("option.quote", language, line=quoted(line.strip()))) from None
        if word is None:
            return words, ""
        words.append(word)
        awaits_value = not awaits_value and takes_value(word)


def _ends(rest: str, *, takes_text: bool) -> bool:
    if takes_text:
        return not (rest.startswith("-") and rest[1:2].strip())
    return rest.startswith("#")


def takes_value(word: str) -> bool:
    """Whether the next word is this option's value."""
    action = parser()._option_string_actions.get(word)  # noqa: SLF001  argparse has no public way to ask
    return action is not None and action.nargs != 0
