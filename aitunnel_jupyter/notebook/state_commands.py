"""Commands about this notebook's state: model, server, local model, help, and asking in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter import __version__
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.address import Address, base_url_from
from aitunnel_jupyter.gateway.key import find_key
from aitunnel_jupyter.gateway.request import MODEL_NAME
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.ask import ask
from aitunnel_jupyter.notebook.compose import default_model
from aitunnel_jupyter.notebook.help_page import help_page
from aitunnel_jupyter.notebook.magic_names import lost
from aitunnel_jupyter.notebook.options import parse_ask

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


def status(magics: AIMagics, _rest: str) -> None:
    """One line: what would be asked, where, with which key."""
    language = magics.person_language
    none = say("command.none", language)
    try:
        key = find_key(magics.entered_key, magics.key_file)
        source = (key.source if key else "") or none
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
    options, prompt = parse_ask(rest, magics.person_language)
    return ask(magics, options, prompt, whole_cell=False)


def compare_line(magics: AIMagics, rest: str) -> object:
    """``%ai compare MODEL,MODEL TEXT``: the line form of ``%%ai MODEL,MODEL``."""
    models, _, text = rest.partition(" ")
    if "," not in models:
        raise UsageError(say("compare.models", magics.person_language))
    return ask_line(magics, f"-m {models} {text}")


def model(magics: AIMagics, rest: str) -> None:
    """Show or set the model of lines that name none."""
    if rest and not MODEL_NAME.fullmatch(rest):
        raise UsageError(say("command.too_much", magics.person_language, name="model", word=repr(rest)))
    if rest:
        magics.model = rest
    print(say("command.model", magics.person_language, model=default_model(magics)))


def local(magics: AIMagics, words: list[str]) -> None:
    """Start or stop the model on this machine."""
    language = magics.person_language
    if words == ["stop"]:
        if magics.local_is_running() and (running := magics.local_model(start=False)):
            running.stop()
        print(say("local.stopped", language))
        return
    if words not in ([], ["--if-no-key"]):
        raise UsageError(say("command.too_much", language, name="local", word=words[0]))
    if words and find_key(magics.entered_key, magics.key_file) is not None:
        print(say("local.not_needed", language, host=Address(base_url_from(setting=magics.base_url)).host))
        return
    if magics.local_is_running() and (running := magics.local_model(start=False)):
        from aitunnel_jupyter.notebook.local_view import ready_text

        print(ready_text(running, language))
        return
    magics.local_model(start=True)
