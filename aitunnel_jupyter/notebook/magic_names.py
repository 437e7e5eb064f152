"""``%ai`` and ``%%ai`` are names that other extensions want too (jupyter-ai registers both; seen 2026-11-26).

``%aitunnel`` and ``%%aitunnel`` are ours whatever the others do. Taking the short names over is said in one line,
and unloading gives back what was there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.magics import AIMagics

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {"line": "%", "cell": "%%"}
SURE_NAME = "aitunnel"
OURS = "aitunnel_jupyter"

Places = tuple[str, str]
"""Kind and name of a magic."""


def register(shell: Any, before: AIMagics | None = None) -> AIMagics:
    """Register the magics under both names, say whose names were taken, and return them.

    Args:
        shell: Where.
        before: Those that a reload took away: with their settings, key, conversations and jobs.
    """
    manager = shell.magics_manager
    if before is not None:
        shell.configurables.append(before)
    magics = before or AIMagics(shell)
    for kind in KINDS:
        magics.magics[kind][SURE_NAME] = magics.magics[kind]["ai"]
    found = {(kind, name): manager.magics[kind].get(name) for kind in KINDS for name in magics.magics[kind]}
    magics.names_before = {place: magic for place, magic in found.items() if magic is not None}
    magics.registry_before = manager.registry.get(AIMagics.__name__)
    shell.register_magics(magics)
    if taken := _by_owner(magics.names_before):
        print(say("names.taken", magics.person_language, names=taken))
    return magics


def give_back(shell: Any) -> AIMagics | None:
    """Take our magics away; what somebody has registered over them stays. Returns them, if they were registered."""
    magics = registered(shell)
    if magics is None:
        return None
    manager = shell.magics_manager
    for kind in KINDS:
        for name, magic in list(manager.magics[kind].items()):
            if _is_of(magics, magic):
                del manager.magics[kind][name]
                if (kind, name) in magics.names_before:
                    manager.magics[kind][name] = magics.names_before[kind, name]
    if manager.registry.get(AIMagics.__name__) is magics:
        del manager.registry[AIMagics.__name__]
        if magics.registry_before is not None:
            manager.registry[AIMagics.__name__] = magics.registry_before
    shell.configurables.remove(magics)
    return magics


def registered(shell: Any) -> AIMagics | None:
    """Our magics in a shell; not by their class's name, which is not ours alone either."""
    found = (one for one in reversed(shell.configurables) if isinstance(one, AIMagics))
    return next(found, None)


def lost(magics: AIMagics) -> str:
    """Which of our names somebody has taken since, and who: ``"%%ai (jupyter_ai_magics)"``; empty if none."""
    tables = magics.shell.magics_manager.magics
    now = {(kind, name): tables[kind].get(name) for kind in KINDS for name in magics.magics[kind]}
    return _by_owner({place: magic for place, magic in now.items() if not _is_of(magics, magic)})


def _is_of(magics: AIMagics, magic: object) -> bool:
    return getattr(magic, "__self__", None) is magics


def _by_owner(places: Mapping[Places, object]) -> str:
    """The places that are not ours, with whose they are."""
    told: dict[str, list[str]] = {}
    for (kind, name), magic in places.items():
        if (owner := _owner(magic)) != OURS:
            told.setdefault(owner, []).append(f"{KINDS[kind]}{name}")
    return ", ".join(f"{', '.join(names)} ({owner})" for owner, names in told.items())


def _owner(magic: Any) -> str:
    """The package that a magic comes from."""
    if magic is None:
        return "–"
    named = getattr(magic, "spec", None)  # a placeholder of IPython 9.17 and later: "package.module:Class"
    module = named if isinstance(named, str) else type(getattr(magic, "__self__", None)).__module__
    if module == "builtins":
        module = getattr(magic, "__module__", None) or "–"
    return str(module).partition(":")[0].partition(".")[0]
