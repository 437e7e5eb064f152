"""The ``%ai`` commands: one function each."""

from __future__ import annotations

import os
import shlex
from getpass import getpass
from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError, UsageError

from aitunnel_jupyter import __version__
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.address import Address, base_url_from
from aitunnel_jupyter.gateway.key import KEY_VARIABLE, KEYRING_SERVICE, Key, find_key
from aitunnel_jupyter.gateway.request import MODEL_NAME
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.ask import ask
from aitunnel_jupyter.notebook.compose import DEFAULT_MODEL, MODEL_VARIABLE
from aitunnel_jupyter.notebook.help_page import HELP
from aitunnel_jupyter.notebook.options import parse_ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.notebook.magics import AIMagics


def run_command(magics: AIMagics, line: str) -> None:
    """Run ``%ai NAME …``; ``%ai`` alone tells the state.

    Raises:
        UsageError: One line that says what is wrong.
        AITunnelError: The command failed.
    """
    name, _, rest = line.strip().partition(" ")
    command = COMMANDS.get(name)
    if command is None:
        raise UsageError(say("command.unknown", magics.person_language, name=name, rest="…"))
    command(magics, rest.strip())


def _status(magics: AIMagics, _rest: str) -> None:
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
            model=_model_name(magics),
            base_url=base_url_from(setting=magics.base_url),
            key=source,
            local=running.name if running else none,
        )
    )


def _help(magics: AIMagics, _rest: str) -> None:
    print(HELP[magics.person_language])


def _version(_magics: AIMagics, _rest: str) -> None:
    print(f"aitunnel_jupyter {__version__}")


def _ask(magics: AIMagics, rest: str) -> None:
    options, prompt = parse_ask(rest, magics.person_language)
    ask(magics, options, prompt, whole_cell=False)


def _model(magics: AIMagics, rest: str) -> None:
    if rest and not MODEL_NAME.fullmatch(rest):
        raise UsageError(say("command.too_much", magics.person_language, name="model", word=repr(rest)))
    if rest:
        magics.model = rest
    print(say("command.model", magics.person_language, model=_model_name(magics)))


def _model_name(magics: AIMagics) -> str:
    return magics.model or os.environ.get(MODEL_VARIABLE, "").strip() or DEFAULT_MODEL


def _key(magics: AIMagics, rest: str) -> None:
    language = magics.person_language
    words = _words(rest)
    if words == ["--forget"]:
        magics.entered_key = None
        _forget_stored()
        print(say("key.forgotten", language))
        return
    if any(not word.startswith("--") for word in words):
        raise UsageError(say("key.in_line", language))
    if words not in ([], ["--save"]):
        raise UsageError(say("command.too_much", language, name="key", word=words[0]))
    address = Address(base_url_from(setting=magics.base_url))
    key = _typed_key(address, language)
    told = _checked(Address(address.base_url, key), language)
    magics.entered_key = key
    print(told, _saved(key, language) if words else "")


def _typed_key(address: Address, language: str) -> Key:
    try:
        return Key(getpass(say("key.prompt", language, host=address.host)), "%ai key")
    except (StdinNotImplementedError, EOFError):
        raise UsageError(say("key.no_input", language)) from None


def _checked(address: Address, language: str) -> str:
    """Ask the gateway for the balance: free, and it warms the connection for the first cell."""
    if not address.is_gateway:
        return say("key.taken", language, why=address.host)
    from aitunnel_jupyter.errors import ConnectFailed
    from aitunnel_jupyter.gateway.engine import engine

    try:
        balance = engine().balance(address).get("balance")
    except ConnectFailed as error:
        return say("key.taken", language, why=error.line(language))
    return say("key.accepted", language, balance=balance if isinstance(balance, (int, float)) else "?")


def _saved(key: Key, language: str) -> str:
    try:
        import keyring

        keyring.set_password(KEYRING_SERVICE, KEY_VARIABLE, key.reveal())
    except Exception:  # noqa: BLE001  every backend raises its own kinds
        raise UsageError(say("key.no_keyring", language)) from None
    return say("key.saved", language)


def _forget_stored() -> None:
    try:
        import keyring

        keyring.delete_password(KEYRING_SERVICE, KEY_VARIABLE)
    except Exception:  # noqa: BLE001, S110  nothing stored, or no keyring: forgotten either way
        pass


def _local(magics: AIMagics, rest: str) -> None:
    language = magics.person_language
    words = _words(rest)
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


def _models(magics: AIMagics, rest: str) -> None:
    from aitunnel_jupyter.notebook.models_command import show_models

    show_models(magics, _words(rest))


def _words(rest: str) -> list[str]:
    try:
        return shlex.split(rest)
    except ValueError:
        return rest.split()


COMMANDS: dict[str, Callable[[AIMagics, str], None]] = {
    "": _status,
    "ask": _ask,
    "help": _help,
    "key": _key,
    "local": _local,
    "model": _model,
    "models": _models,
    "version": _version,
}

COMMAND_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "key": {"--save": (), "--forget": ()},
    "local": {"stop": (), "--if-no-key": ()},
    "models": {"--sort": ("price", "context", "name"), "--refresh": ()},
}
"""What completion offers after a command: each word, and the words that may follow it."""
