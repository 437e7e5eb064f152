"""The words after a command: parsed as options are, so that errors read the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.option_table import LineParser

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
    """
    parser = LineParser(prog=f"%ai {name}", add_help=False, allow_abbrev=False)
    parser.language = magics.person_language
    for option in options:
        names = {"-c=": ("-c", "--conversation", "--chat"), "-m=": ("-m", "--model")}.get(
            option, (option.removesuffix("="),)
        )
        action = "store" if option.endswith("=") else "store_true"
        parser.add_argument(*names, action=action)
    if "word" in defaults:
        parser.add_argument("word", nargs="?", default=defaults["word"])
    known, left = parser.parse_known_args(list(words))
    if left:
        raise UsageError(say("command.too_much", magics.person_language, name=name, word=left[0]))
    return known


def number(magics: AIMagics, name: str, text: str) -> int:
    """A whole number.

    Raises:
        UsageError: It is none.
    """
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"%ai {name}: {say('option.whole', magics.person_language, text=repr(text))}") from None


def show_table(magics: AIMagics, table: Table, before: str = "") -> None:
    """Put a table into the cell."""
    magics.shell.display_pub.publish(table.bundle(before))
