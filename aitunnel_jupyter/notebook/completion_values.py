"""What may stand as a value: models, variables, files, one of a few words."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from aitunnel_jupyter.errors import AddressProblem
from aitunnel_jupyter.gateway.address import base_url_from
from aitunnel_jupyter.gateway.catalogue_store import stored_catalogue
from aitunnel_jupyter.notebook.compose import DEFAULT_MODEL, LOCAL

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aitunnel_jupyter.notebook.magics import AIMagics

MOST_FILES = 300


class Candidates(NamedTuple):
    """What was typed of a word, and what the word might become."""

    fragment: str
    texts: Sequence[str]
    kind: str = ""
    """What a front end shows beside it."""

    def matching(self) -> list[str]:
        """Those that begin with the fragment, in any case; if none does, those that contain it.

        Example:
            >>> Candidates("SON", ["claude-sonnet", "gpt"]).matching()
            ['claude-sonnet']
        """
        typed = self.fragment.casefold()
        begin = [text for text in self.texts if text.casefold().startswith(typed)]
        return begin or [text for text in self.texts if typed in text.casefold()]


def value_names(magics: AIMagics, action: argparse.Action, fragment: str, base_url: str = "") -> Candidates:
    """What may follow an option.

    Args:
        magics: Settings and shell.
        action: The option, of the parser of ``%%ai`` lines.
        fragment: What is typed of the value.
        base_url: What the line says, if it does.
    """
    if action.dest == "model":
        chosen, _, last = fragment.rpartition(",")
        names = [name for name in model_names(magics, base_url) if name not in chosen.split(",")]
        return Candidates(last, names, "model")
    if action.dest == "out":
        return Candidates(fragment, variable_names(magics.shell), "instance")
    if action.dest == "conversation":
        return Candidates(fragment, _conversation_names(magics), "conversation")
    if action.dest == "attach":
        return Candidates(fragment, [*variable_names(magics.shell), *file_names(fragment)], "path")
    return Candidates(fragment, getattr(action.type, "choices", None) or action.choices or (), "keyword")  # type: ignore[arg-type]


def model_names(magics: AIMagics, base_url: str = "") -> list[str]:
    """Names of models in the stored catalogue of the server in use, in order, then ``local``. Never the network."""
    try:
        stored = stored_catalogue(base_url_from(base_url, magics.base_url))
    except AddressProblem:
        stored = None
    names = [model.name for model in stored.sorted_by("name")] if stored else [magics.model or DEFAULT_MODEL]
    return list(dict.fromkeys([*names, *getattr(magics, "aliases", ()), LOCAL]))


def variable_names(shell: Any) -> list[str]:
    """Names the person gave: neither modules nor what IPython put there; those with ``_`` in front are private."""
    hidden, none = shell.user_ns_hidden, object()
    return sorted(
        name
        for name, value in list(shell.user_ns.items())
        if not name.startswith("_") and hidden.get(name, none) is not value and not issubclass(type(value), ModuleType)
    )


def file_names(fragment: str) -> list[str]:
    """Paths that begin as typed, written as a shell would read them; folders end in ``/``."""
    folder, slash, begun = re.sub(r"\\(.)", r"\1", fragment).rpartition("/")
    try:
        with os.scandir(Path(folder + slash).expanduser()) as entries:
            found = sorted(
                entry.name + "/" * entry.is_dir()
                for entry in entries
                if entry.name.startswith(begun) and (begun.startswith(".") or not entry.name.startswith("."))
            )
    except (OSError, RuntimeError):  # no such folder, no such person's home
        return []
    return [re.sub(r"([\s'\"\\])", r"\\\1", folder + slash + name) for name in found[:MOST_FILES]]


def _conversation_names(magics: AIMagics) -> list[str]:
    names = getattr(magics, "conversation_names", None)
    return sorted(map(str, names())) if callable(names) else []
