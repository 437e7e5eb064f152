"""From a prompt to an answer in the cell and in the namespace."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from IPython.core.error import UsageError

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.gateway.address import DEFAULT_BASE_URL, Address, address_for, base_url_from
from aitunnel_jupyter.gateway.key import Key, find_key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.namespace import store
from aitunnel_jupyter.notebook.stopped import Stopped
from aitunnel_jupyter.notebook.waiting import Wait, blocking_wait, nested_wait
from aitunnel_jupyter.redaction import MASK, printable, scrub
from aitunnel_jupyter.session.prompt import ExpressionFailed, expand
from aitunnel_jupyter.session.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.errors import AITunnelError
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.notebook.options import Options

DEFAULT_MODEL = "gpt-5.2"
MODEL_VARIABLE = "AITUNNEL_MODEL"
LOCAL = "local"
"""The model name that means the model on this machine."""


class View(Protocol):
    """What shows a turn."""

    def show(self, turn: Turn) -> float:
        """Take what is new, paint if due; returns the seconds until it wants to paint again."""

    def finish(self, turn: Turn, answer: Answer) -> None:
        """Paint the last frame."""


def ask(magics: AIMagics, options: Options, prompt: str, *, whole_cell: bool) -> None:
    """Send a prompt; show the answer live, store it, and raise if it did not end well.

    Args:
        magics: Settings and shell.
        options: What the line said.
        prompt: The text as typed.
        whole_cell: True for ``%%ai``, whose cell holds nothing else.

    Raises:
        UsageError: The prompt is empty, or an expression in it failed.
        AITunnelError: One line of what went wrong; the partial answer is stored.
        Stopped: The person pressed ■; the partial answer is stored.
    """
    text, unknown = _expanded(magics, prompt)
    model, address = target(magics, options, send=not options.dry_run)
    request = request_for(options, model, text)
    if options.dry_run:
        print(dry_run(request, address))
        return
    wait = nested_wait() if magics.keep_loop_running else blocking_wait
    with _view(magics, options, whole_cell=whole_cell) as view:
        _run(magics, Turn(request, address), view, wait, _Keeper(magics, options, unknown))


def target(magics: AIMagics, options: Options, *, send: bool = True) -> tuple[str, Address]:
    """Which model to ask, where, with which key.

    Model: the line, ``AIMagics.model``, ``AITUNNEL_MODEL``, ``gpt-5.2``. ``local``, and everything for the
    gateway when there is no key but a local model runs, goes to this machine.
    """
    model = options.model or magics.model or os.environ.get(MODEL_VARIABLE, "").strip() or DEFAULT_MODEL
    if model == LOCAL and not options.base_url:
        return _local(magics, start=send)
    base_url = base_url_from(options.base_url, magics.base_url)
    key = find_key(magics.entered_key, magics.key_file)
    if key is None and base_url == DEFAULT_BASE_URL and magics.local_is_running():
        return _local(magics, start=False)
    return model, address_for(base_url, key) if send else Address(base_url, key)


def _local(magics: AIMagics, *, start: bool) -> tuple[str, Address]:
    running = magics.local_model(start=start)
    if running is None:  # a dry run starts nothing
        return LOCAL, Address("http://127.0.0.1/v1")
    return running.name, Address(running.base_url, Key(running.key, LOCAL))


def request_for(options: Options, model: str, prompt: str) -> Request:
    """The request that ``options`` describe."""
    messages: list[dict[str, Any]] = []
    if options.system:
        messages.append({"role": "system", "content": options.system})
    messages.append({"role": "user", "content": prompt})
    return Request(
        model,
        tuple(messages),
        temperature=options.temperature,
        top_p=options.top_p,
        max_tokens=options.max_tokens,
        seed=options.seed,
        stop=options.stop,
        reasoning=options.reasoning,
        response_format={"type": "json_object"} if options.format == "json" else None,
        extra=options.param,
        stream=options.stream,
        timeout=options.timeout,
    )


def dry_run(request: Request, address: Address) -> str:
    """The exact request as text, the key masked."""
    head = [f"POST {address.base_url}/chat/completions", "Content-Type: application/json"]
    if address.key is not None:
        head.append(f"Authorization: Bearer {MASK}")
    body = json.dumps(request.payload(), ensure_ascii=False, indent=2)
    return scrub("\n".join([*head, "", printable(body)]))


def _expanded(magics: AIMagics, prompt: str) -> tuple[str, tuple[Notice, ...]]:
    if not prompt.strip():
        raise UsageError(say("prompt.empty", magics.person_language))
    try:
        expanded = expand(prompt, magics.shell.user_ns)
    except ExpressionFailed as error:
        raise UsageError(printable(scrub(str(error)))) from None
    names = ", ".join(f"{{{name}}}" for name in expanded.unknown[:5])
    return expanded.text.removesuffix("\n"), (Notice("unknown", names),) if names else ()


@contextlib.contextmanager
def _view(magics: AIMagics, options: Options, *, whole_cell: bool) -> Iterator[View]:
    if not hasattr(magics.shell, "kernel"):
        from aitunnel_jupyter.notebook.terminal_view import TerminalView

        yield TerminalView(magics.person_language)
        return
    from aitunnel_jupyter.notebook.live import CellView, LineView
    from aitunnel_jupyter.notebook.outputs import Outputs

    kind = CellView if whole_cell and _is_cell_ours(magics.shell) else LineView
    with Outputs(magics.shell) as outputs:
        yield kind(outputs, options.format, magics.person_language)


def _is_cell_ours(shell: Any) -> bool:
    """Whether the cell is a ``%%ai`` cell, so that clearing it loses nothing; not so for ``run_cell_magic`` in code."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else getattr(shell, "parent_header", {})
    return str(parent.get("content", {}).get("code", "")).lstrip().startswith("%%ai")


class _Keeper(NamedTuple):
    """Puts an answer where later cells find it."""

    magics: AIMagics
    options: Options
    notices: tuple[Notice, ...]

    def keep(self, answer: Answer) -> Answer:
        answer = answer.replace_facts(
            format=self.options.format,
            language=self.magics.person_language,
            notices=(*self.notices, *answer.notices),
        )
        store(self.magics.shell, answer, self.options.out)
        return answer


def _run(magics: AIMagics, turn: Turn, view: View, wait: Wait, keeper: _Keeper) -> None:
    try:
        while not turn.over:
            wait(turn, view.show(turn))
        assert turn.answer is not None
        answer = keeper.keep(turn.answer)
        view.finish(turn, answer)
    except KeyboardInterrupt:
        # The text so far is kept before anything else: a second interrupt may land anywhere below.
        answer = keeper.keep(turn.stop())
        with contextlib.suppress(KeyboardInterrupt):
            view.finish(turn, answer)
        raise Stopped(magics.person_language) from None
    except BaseException:
        keeper.keep(turn.stop())
        raise
    if turn.error is not None:
        _raise_for(turn.error, magics.person_language)


def _raise_for(error: AITunnelError, language: str) -> None:
    error.language = language
    raise error.with_traceback(None) from None
