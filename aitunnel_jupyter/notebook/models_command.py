"""``%ai models [FILTER…] [--sort price|context|name] [--refresh]``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.address import Address, base_url_from
from aitunnel_jupyter.gateway.catalogue import DAY, catalogue, fetch_catalogue
from aitunnel_jupyter.gateway.keys import address_if_any_key
from aitunnel_jupyter.gateway.models import Catalogue, Order
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.models_table import table_of
from aitunnel_jupyter.notebook.odd_signs import as_option
from aitunnel_jupyter.notebook.option_table import HelpWanted
from aitunnel_jupyter.notebook.option_values import choice_told
from aitunnel_jupyter.notebook.words import unexpected
from aitunnel_jupyter.redaction import one_line

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics

SORT, REFRESH = "--sort", "--refresh"
ORDERS: tuple[str, ...] = get_args(Order)
_DATES = {"en": "%Y-%m-%d %H:%M", "ru": "%d.%m.%Y %H:%M"}


class _Wanted(NamedTuple):
    words: list[str]
    order: Order = "name"
    refresh: bool = False


def show_models(magics: AIMagics, words: list[str]) -> None:
    """Show the models of the server in use; asks it at most once a day, or when told to.

    Args:
        magics: Settings and shell.
        words: What follows ``%ai models``.

    Raises:
        UsageError: One line that says what is wrong.
        AITunnelError: The server cannot be asked and nothing is stored.
    """
    language = magics.person_language
    wanted = _wanted(words, language)
    address = address_if_any_key(base_url_from(setting=magics.base_url), magics.key_file)
    whole, is_old = _catalogue(address, refresh=wanted.refresh)
    found = whole.filtered(wanted.words)
    note = _note(found, whole, is_old, language)
    if not found.models:
        told = repr(one_line(" ".join(wanted.words), 100))
        print(say("models.no_match", language, words=told), note, sep="\n")
        return
    data = table_of(found.sorted_by(wanted.order), note, language).bundle()
    magics.shell.display_pub.publish(data)


def _wanted(words: list[str], language: str) -> _Wanted:
    wanted = _Wanted([])
    left = iter(words)
    for word in left:
        option, equals, value = word.partition("=")
        if option == SORT:
            wanted = wanted._replace(order=_order(value if equals else next(left, ""), language))
        elif word == REFRESH:
            wanted = wanted._replace(refresh=True)
        elif word in {"-h", "--help"}:
            raise HelpWanted
        elif word.startswith("-") or as_option(word):
            raise UsageError(unexpected("models", word, [SORT, REFRESH], language))
        else:
            wanted.words.append(word)
    return wanted


def _order(text: str, language: str) -> Order:
    if text not in ORDERS:
        raise UsageError(f"{SORT}: {choice_told(text, ORDERS, language)}")
    return cast("Order", text)


def _catalogue(address: Address, *, refresh: bool) -> tuple[Catalogue, bool]:
    """The catalogue, and whether a newer one was wanted and could not be had."""
    began = time.time()
    found = fetch_catalogue(address) if refresh else catalogue(address)
    is_wanted_newer = refresh or not found.is_fresh(began, DAY)
    return found, is_wanted_newer and found.fetched_at < began


def _note(found: Catalogue, whole: Catalogue, is_old: bool, language: str) -> str:
    host = Address(whole.base_url).host
    code = "models.footer" if len(found.models) < len(whole.models) else "models.footer.all"
    date = time.strftime(_DATES[language], time.localtime(whole.fetched_at))
    note = say(code, language, shown=len(found.models), all=len(whole.models), host=host, date=date)
    return f"{note} · {say('models.offline', language)}" if is_old else note
