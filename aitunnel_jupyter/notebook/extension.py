"""Loading and unloading: what one does, the other undoes."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from IPython.core.extensions import ExtensionManager

from aitunnel_jupyter.interrupts import after_cell, before_cell
from aitunnel_jupyter.notebook.first_line import own_first_line
from aitunnel_jupyter.notebook.magic_names import give_back, register
from aitunnel_jupyter.notebook.question_mark import keep_question_marks
from aitunnel_jupyter.notebook.shown import unmark
from aitunnel_jupyter.notebook.tab import hook, unhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.notebook.magics import AIMagics

_ANSWER = ("aitunnel_jupyter.answer", "Answer")
_EVENTS: dict[str, Callable[..., Any]] = {"pre_run_cell": before_cell, "post_run_cell": after_cell}
_reloaded: WeakKeyDictionary[Any, AIMagics] = WeakKeyDictionary()
"""What ``%reload_ext`` has taken away and not brought back yet."""
_TRANSFORMERS = (own_first_line, keep_question_marks)


def load(shell: InteractiveShell) -> None:
    """Register the magics, how this shell shows an answer as text, Tab, and that questions may end in ``?``."""
    register(shell, _reloaded.pop(shell, None))
    for transformer in _TRANSFORMERS:
        if transformer not in shell.input_transformers_cleanup:
            shell.input_transformers_cleanup.append(transformer)
    hook(shell)
    for name, callback in _EVENTS.items():
        shell.events.register(name, callback)
    _plain_formatter(shell).for_type_by_name(*_ANSWER, _show_text)


def unload(shell: InteractiveShell) -> None:
    """Take the magics back, stop what runs in the background. Answers stay: they are the user's.

    Under ``%reload_ext`` nothing is stopped or closed, and the magics come back as they were.
    """
    magics = give_back(shell)
    for transformer in _TRANSFORMERS:
        if transformer in shell.input_transformers_cleanup:
            shell.input_transformers_cleanup.remove(transformer)
    unhook(shell)
    _unlisten(shell)
    _plain_formatter(shell).pop(".".join(_ANSWER), None)
    unmark(shell)
    if magics is not None and _is_reload():
        _reloaded[shell] = magics
        return
    if magics is not None:
        magics.stop_jobs()
    if child := sys.modules.get("aitunnel_jupyter.local.child"):
        running = child.running()
        if running is not None:
            running.stop()
    if keys := sys.modules.get("aitunnel_jupyter.gateway.keys"):
        keys.entered.clear()
    if engine := sys.modules.get("aitunnel_jupyter.gateway.engine"):
        engine.close_engine()
    if journal := sys.modules.get("aitunnel_jupyter.session.journal"):
        journal.close_journals()


def _is_reload() -> bool:
    """Whether ``ExtensionManager.reload_extension`` unloads; it tells nobody that it loads again right after."""
    frame = sys._getframe()  # noqa: SLF001  there is no other way to know (IPython 7.34 to 9.18)
    while frame is not None:
        if frame.f_code is ExtensionManager.reload_extension.__code__:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _unlisten(shell: InteractiveShell) -> None:
    for name, callback in _EVENTS.items():
        with contextlib.suppress(ValueError):  # it was taken away by others
            shell.events.unregister(name, callback)


def _plain_formatter(shell: InteractiveShell) -> Any:
    formatter: Any = shell.display_formatter
    return formatter.formatters["text/plain"]


def _show_text(answer: Answer, printer: Any, _cycle: bool) -> None:
    """IPython would show a ``str`` as its repr, whatever its MIME bundle says; in a list or tuple that is right."""
    from aitunnel_jupyter.code_page import encodable
    from aitunnel_jupyter.redaction import printable, without_keys

    inside_another = len(printer.stack) > 1
    printer.text(encodable(repr(answer) if inside_another else printable(without_keys(answer.text)), sys.stdout))
