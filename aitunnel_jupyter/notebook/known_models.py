"""Names of models against the stored list of the server in use; never the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.address import Address, base_url_from
from aitunnel_jupyter.gateway.catalogue_store import stored_catalogue
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.unknown_words import provider_told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aitunnel_jupyter.notebook.magics import AIMagics


def refuse_foreign_names(magics: AIMagics, names: Iterable[str], base_url: str = "") -> None:
    """Refuse ``openai-chat:gpt-4``, which jupyter-ai reads, unless the server lists such a name.

    Raises:
        UsageError: With the name as it is here.
    """
    for name in names:
        if name in magics.aliases:
            continue
        told = provider_told(name, magics.person_language)
        if told:
            stored = stored_catalogue(base_url_from(base_url, magics.base_url))
            if stored is None or stored.get(name) is None:
                raise UsageError(told)


def model_line(magics: AIMagics, name: str, *, is_special: bool) -> str:
    """What ``%ai model`` says: the name, and whether the server lists it or others like it.

    Args:
        magics: Language and server.
        name: The model's name.
        is_special: No server lists it.
    """
    language = magics.person_language
    if name in magics.aliases:
        return say("command.model", language, model=f"{name} → {magics.aliases[name]}")
    stored = stored_catalogue(base_url_from(setting=magics.base_url))
    if stored is None or is_special or stored.get(name) is not None:
        return say("command.model", language, model=name)
    close = stored.close_to(name)
    code = "command.model.close" if close else "command.model.unknown"
    return say(code, language, model=name, host=Address(stored.base_url).host, close=", ".join(close))
