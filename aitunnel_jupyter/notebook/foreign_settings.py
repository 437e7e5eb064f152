"""``%config AiMagics.… = …``, which IPython accepts in silence whatever the class is called."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.odd_signs import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

OURS = "AIMagics"
_INSTEAD = {
    "default_language_model": "model", "initial_language_model": "model", "model_id": "model", "default_model": "model",
    "max_history": "window", "api_base": "base_url", "api_key": "key_file",
}  # fmt: skip
"""Settings of jupyter-ai, and ours for the same."""


def refused_setting(config: Mapping[str, Any], choices: Mapping[str, Collection[str]], language: str) -> str:
    """What to say of a setting of ours with a value it cannot have: IPython only logs that; empty if all is fine.

    Args:
        config: What ``%config`` sets.
        choices: Setting → the values it may have.
        language: ``en`` or ``ru``.

    Example:
        >>> refused_setting({"AIMagics": {"calls": "all"}}, {"calls": ["reading", "any"]}, "en")
        "AIMagics.calls: 'all' is not one of reading, any"
    """
    for name, value in config.get(OURS, {}).items():
        if name in choices and value not in choices[name]:
            told = say("option.choice", language, text=repr(value), choices=", ".join(choices[name]))
            return f"{OURS}.{name}: {told}"
    return ""


def foreign_settings_told(
    config: Mapping[str, Any], classes: Collection[str], names: Collection[str], language: str
) -> list[str]:
    """What to say of settings that nobody reads.

    Args:
        config: What ``%config`` sets: class → setting → value.
        classes: Names of the classes that read theirs.
        names: Our settings.
        language: ``en`` or ``ru``.

    Example:
        >>> foreign_settings_told({"AiMagics": {"default_language_model": "x"}}, {"AIMagics"}, {"model"}, "en")
        ['nobody reads AiMagics.default_language_model here: use %config AIMagics.model = …']
    """
    told = []
    for name, settings in config.items():
        if name in classes or not difflib.get_close_matches(name.lower(), [OURS.lower()], cutoff=0.85):
            continue
        for setting in settings:
            close = difflib.get_close_matches(setting, names, n=1)
            meant = _INSTEAD.get(setting) or (close[0] if close else "…")
            given = quoted(f"{name}.{setting}")[1:-1]
            told.append(say("config.foreign", language, given=given, instead=f"{OURS}.{meant} = …"))
    return told
