"""``%ai key``: a key typed without being seen, checked, and kept where the person wants."""

from __future__ import annotations

from getpass import getpass
from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError, UsageError

from aitunnel_jupyter.gateway.address import Address, base_url_from
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.keys import KEYRING_SERVICE, address_with_key, entered, entry_of, host_of
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.option_table import HelpWanted
from aitunnel_jupyter.notebook.words import unexpected

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


def key(magics: AIMagics, words: list[str]) -> None:
    """Take a key for the server in use; ``--save`` puts it into the system's keyring, ``--forget`` removes it.

    Raises:
        UsageError: It cannot be asked for here, or it stands in the line.
        AITunnelError: The server does not accept it.
    """
    language = magics.person_language
    if words == ["--forget"]:
        host = host_of(base_url_from(setting=magics.base_url))
        entered.pop(host, None)
        _forget_stored(host)
        print(say("key.forgotten", language))
        return
    if {"-h", "--help"} & set(words):
        raise HelpWanted
    if any(not word.startswith("-") for word in words):
        raise UsageError(say("key.in_line", language))
    if words not in ([], ["--save"]):
        raise UsageError(unexpected("key", words[0], ["--save", "--forget"], language))
    address = Address(base_url_from(setting=magics.base_url))
    typed = _typed_key(address, language)
    told = _checked(address_with_key(address.base_url, given=typed), language)
    host = host_of(address.base_url)
    entered[host] = typed
    print(f"{told}. {_saved(typed, host, language)}" if words else told)


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
        balance = engine().account(address).get("balance")
    except ConnectFailed as error:
        return say("key.taken", language, why=error.line(language))
    return say("key.accepted", language, balance=balance if isinstance(balance, (int, float)) else "?")


def _saved(key: Key, host: str, language: str) -> str:
    try:
        import keyring

        keyring.set_password(KEYRING_SERVICE, entry_of(host), key.reveal())
    except Exception:  # noqa: BLE001  every backend raises its own kinds
        raise UsageError(say("key.no_keyring", language)) from None
    return say("key.saved", language)


def _forget_stored(host: str) -> None:
    try:
        import keyring

        keyring.delete_password(KEYRING_SERVICE, entry_of(host))
    except Exception:  # noqa: BLE001, S110  nothing stored, or no keyring: forgotten either way
        pass
