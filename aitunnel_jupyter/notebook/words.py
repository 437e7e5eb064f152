"""The words after a command: parsed as options are, so that errors read the same."""

from __future__ import annotations

import difflib
import shlex
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.odd_signs import as_option, is_in_odd_quotes, odd_sign_told, quoted
from aitunnel_jupyter.notebook.option_table import HelpWanted, LineParser
from aitunnel_jupyter.notebook.option_values import OptionValues

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.rendering.table import Table


def parsed(magics: AIMagics, name: str, words: Sequence[str], *options: str, **defaults: Any) -> argparse.Namespace:
    """Words as options and one optional plain word.

    Args:
        magics: Whose language.
        name: The command.
        words: What follows it.
        *options: Their names; a trailing ``=`` marks one that takes a value; ``-c=`` and ``-m=`` have long names too.
        **defaults: ``word`` allows a plain word, and is what it is where there is none.

    Raises:
        UsageError: One line that says what is wrong.
        HelpWanted: ``--help`` stands among them.
    """
    language = magics.person_language
    parser = LineParser(prog=f"%ai {name}", add_help=False, allow_abbrev=False)
    parser.language = language
    checks = {"-m=": OptionValues(language).models}
    for option in options:
        names = {"-c=": ("-c", "--conversation", "--chat"), "-m=": ("-m", "--model")}.get(
            option, (option.removesuffix("="),)
        )
        if option.endswith("="):
            parser.add_argument(*names, type=checks.get(option, str))
        else:
            parser.add_argument(*names, action="store_true")
    if "word" in defaults:
        parser.add_argument("word", nargs="?", default=defaults["word"])
    _check_signs(name, words, list(parser._option_string_actions), language)  # noqa: SLF001  no public way to ask
    known, left = parser.parse_known_args(list(words))
    if {"-h", "--help"} & set(left):
        raise HelpWanted
    if left:
        raise UsageError(unexpected(name, left[0], list(parser._option_string_actions), language))  # noqa: SLF001
    return known


def _check_signs(name: str, words: Sequence[str], known: Sequence[str], language: str) -> None:
    """A dash or quotes that only look so; what follows an option may be any text."""
    for before, word in zip(["", *words], words, strict=False):
        if not before.startswith("-") and (as_option(word) or is_in_odd_quotes(word)):
            close = as_option(word) if as_option(word) in known else ""
            raise UsageError(f"%ai {name}: {odd_sign_told(word, language, close)}")


def unexpected(name: str, word: str, known: list[str], language: str) -> str:
    """The message for a word that a command does not know."""
    if told := odd_sign_told(word, language, as_option(word) if as_option(word) in known else ""):
        return f"%ai {name}: {told}"
    if word.startswith("-") and (close := difflib.get_close_matches(word.partition("=")[0], known, n=1)):
        return f"%ai {name}: {say('option.close', language, name=quoted(word), close=close[0])}"
    return too_much(name, word, language)


def too_much(name: str, word: str, language: str) -> str:
    """The message for a word that is too much, with how the command is written."""
    from aitunnel_jupyter.notebook.commands import usage_of

    return say("command.too_much", language, word=quoted(word), usage=usage_of(name))


def command_words(rest: str) -> list[str]:
    """What follows a command, as words; a ``#`` after a blank begins a remark.

    Example:
        >>> command_words("10 -c 'my trip' # the last ones"), command_words("--search it's #")
        (['10', '-c', 'my trip'], ['--search', "it's", '#'])
    """
    lexer = shlex.shlex(rest, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        while (word := lexer.get_token()) is not None:
            if word.startswith("#") and not (words and words[-1].startswith("-")):
                return words
            words.append(word)
    except ValueError:  # an apostrophe: the words of a search, or a remark
        return rest.split()
    return words


def number(magics: AIMagics, name: str, text: str) -> int:
    """A whole number.

    Raises:
        UsageError: It is none.
    """
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"%ai {name}: {say('option.whole', magics.person_language, text=quoted(text))}") from None


def show_table(magics: AIMagics, table: Table, before: str = "") -> None:
    """Put a table into the cell."""
    magics.shell.display_pub.publish(table.bundle(before))
