"""Commands about this notebook's state: model, server, local model, help, and asking in one line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter import __version__
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.address import Address, base_url_from
from aitunnel_jupyter.gateway.keys import find_key, has_any_key
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.ask import ask
from aitunnel_jupyter.notebook.compose import LOCAL, default_model
from aitunnel_jupyter.notebook.help_page import help_page
from aitunnel_jupyter.notebook.known_models import model_line, refuse_foreign_names
from aitunnel_jupyter.notebook.line_values import persons_variables, with_values
from aitunnel_jupyter.notebook.magic_names import lost
from aitunnel_jupyter.notebook.option_table import HelpWanted
from aitunnel_jupyter.notebook.option_values import OptionValues
from aitunnel_jupyter.notebook.options import parse_ask
from aitunnel_jupyter.notebook.words import parsed, too_much

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


def status(magics: AIMagics, _rest: str) -> None:
    """One line: what would be asked, where, with which key."""
    language = magics.person_language
    none = say("command.none", language)
    try:
        key = find_key(base_url_from(setting=magics.base_url), magics.key_file)
        withheld = key is None and has_any_key(magics.key_file)
        source = say("command.withheld", language) if withheld else (key.source if key else "") or none
    except AITunnelError as error:
        source = error.line(language)
    running = magics.local_model(start=False) if magics.local_is_running() else None
    print(
        say(
            "command.status",
            language,
            model=default_model(magics),
            base_url=base_url_from(setting=magics.base_url),
            key=source,
            local=running.name if running else none,
        )
    )
    if names := lost(magics):
        print(say("names.lost", language, names=names))


def help_(magics: AIMagics, _rest: str) -> None:
    """The help page in the person's language."""
    print(help_page(magics.person_language))


def version(_magics: AIMagics, _rest: str) -> None:
    """The version."""
    print(f"aitunnel_jupyter {__version__}")


def ask_line(magics: AIMagics, rest: str) -> object:
    """``%ai ask [options] TEXT``; returns the answer."""
    options, prompt = parse_ask(rest, magics.person_language, persons_variables(magics.shell))
    return ask(magics, options, prompt, whole_cell=False)


def compare_line(magics: AIMagics, rest: str) -> object:
    """``%ai compare MODEL,MODEL TEXT``: the line form of ``%%ai MODEL,MODEL``."""
    models, _, text = rest.partition(" ")
    if {models} & {"-h", "--help"}:
        raise HelpWanted
    if len([name for name in models.split(",") if name]) < 2:  # noqa: PLR2004  one is no comparison
        raise UsageError(say("compare.models", magics.person_language))
    return ask_line(magics, f"-m {models} {text}")


def model(magics: AIMagics, words: list[str]) -> None:
    """Show or set the model of lines that name none; ``""`` gives the default back."""
    language = magics.person_language
    words = [word.removeprefix("--model=") for word in with_values(words, persons_variables(magics.shell), language)]
    name = parsed(magics, "model", words, word=None).word
    if name:
        refuse_foreign_names(magics, [name])
        try:
            magics.model = OptionValues(language).model(name)
        except argparse.ArgumentTypeError as error:
            raise UsageError(f"%ai model: {error}") from None
    elif name is not None:
        magics.model = ""
    model = default_model(magics)
    print(model_line(magics, model, is_special=model == LOCAL))


def local(magics: AIMagics, words: list[str]) -> None:
    """Start or stop the model on this machine."""
    language = magics.person_language
    if words == ["stop"]:
        if magics.local_is_running() and (running := magics.local_model(start=False)):
            running.stop()
        print(say("local.stopped", language))
        return
    told = parsed(magics, "local", words, "--if-no-key", word="")
    if told.word:
        raise UsageError(too_much("local", told.word, language))
    if told.if_no_key and find_key(base_url_from(setting=magics.base_url), magics.key_file) is not None:
        print(say("local.not_needed", language, host=Address(base_url_from(setting=magics.base_url)).host))
        return
    if magics.local_is_running() and (running := magics.local_model(start=False)):
        from aitunnel_jupyter.notebook.local_view import ready_text

        print(ready_text(running, language))
        return
    magics.local_model(start=True)
