"""Hooks Tab into IPython; what there is to offer is found by :mod:`aitunnel_jupyter.notebook.completion`.

IPython 8.6 and later have matchers that may take a line for themselves. Before, every hook comes beside Jedi, which
takes a prompt for Python and offers ``and, if, in`` (7.34, seen 2026-11-22); there the completer's entry is wrapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core import completer as ipython

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aitunnel_jupyter.notebook.completion import Found

NAME = "aitunnel_jupyter"
"""How our matcher is called in ``%config IPCompleter.disable_matchers``."""
_FIRST = 1000.0
"""Priority: before Jedi, which takes its time."""


def hook(shell: Any) -> None:
    """Take Tab in ``%ai`` and ``%%ai``; hooking twice is hooking once."""
    unhook(shell)
    completer = shell.Completer
    if completer is None:
        return
    if hasattr(ipython, "context_matcher"):
        completer.custom_matchers.append(_matcher(shell))
    else:
        completer.completions = _wrapped(shell, completer.completions)


def unhook(shell: Any) -> None:
    """Leave Tab as it was."""
    completer = shell.Completer
    if completer is None:
        return
    matchers = completer.custom_matchers
    matchers[:] = [each for each in matchers if getattr(each, "matcher_identifier", "") != NAME]
    ours = vars(completer).get("completions")
    if getattr(ours, "__name__", "") == NAME:
        del completer.completions


def _matcher(shell: Any) -> Callable[..., Any]:
    def match(context: ipython.CompletionContext) -> Any:
        lines = context.full_text.split("\n")[: context.cursor_line]
        offset = sum(map(len, lines)) + len(lines) + context.cursor_position
        found = _find(shell, context.full_text, offset)
        if found is None:
            return {"completions": [], "suppress": False}
        completions = [ipython.SimpleCompletion(text, type=found.kind) for text in found.texts]
        return {
            "completions": completions or _Nothing(),
            "matched_fragment": context.full_text[found.start : offset],
            "suppress": True,
            "ordered": True,
        }

    marked: Callable[..., Any] = ipython.context_matcher(identifier=NAME, priority=_FIRST)(match)
    return marked


class _Nothing:
    """No completion at all: IPython lets a matcher suppress the others only if it seems to have any itself."""

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def _wrapped(shell: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    def completions(text: str, offset: int) -> Iterator[Any]:
        found = _find(shell, text, offset)
        if found is None:
            yield from original(text, offset)
            return
        for each in found.texts:
            yield ipython.Completion(found.start, offset, each, type=found.kind, _origin=NAME, signature="")

    completions.__name__ = NAME
    return completions


def _find(shell: Any, text: str, offset: int) -> Found | None:
    if "%ai" not in text:
        return None
    try:
        from aitunnel_jupyter.notebook.completion import find
        from aitunnel_jupyter.notebook.magic_names import registered

        magics = registered(shell)
        return find(magics, text, offset) if magics is not None else None
    except Exception:  # noqa: BLE001  a failed Tab is no reason for a traceback in the middle of typing
        return None
