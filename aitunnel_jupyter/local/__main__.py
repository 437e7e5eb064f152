"""``python -m aitunnel_jupyter.local``: the model without Jupyter, for curl or any OpenAI client.

Two more forms are for our own use and say nothing to people: ``serve FILE NAME`` is the child that holds the
server (its key comes as the first line of stdin), ``download …`` the child that fetches the file.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from aitunnel_jupyter.code_page import write_anything
from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local import lifeline
from aitunnel_jupyter.messages import preferred_language, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.local.child import LocalModel
    from aitunnel_jupyter.local.model_file import Progress, Report

    Work = tuple[dict[str, Any], object]
    """What a child answers with, and what has to stay alive meanwhile."""


def main(arguments: list[str]) -> int:
    """Do what ``arguments`` ask for; returns the exit status."""
    children: dict[str, Callable[..., Work]] = {"serve": _serve, "download": _download}
    if arguments and arguments[0] in children:
        _as_child(children[arguments[0]], arguments[1:])
    write_anything()
    return _by_hand(_parser().parse_args(arguments).model)


def _as_child(work: Callable[..., Work], arguments: list[str]) -> NoReturn:
    """One JSON line on the real stdout; whatever libraries print goes to the log."""
    answer = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    server: object = None
    try:
        facts, server = work(*arguments)
    except BaseException as error:  # noqa: BLE001 - the parent shows it
        facts = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
    with contextlib.suppress(OSError):  # the parent is gone: nobody is interested any more
        answer.write(json.dumps(facts) + "\n")
        answer.close()
    if server is not None:
        threading.Event().wait()  # llama.cpp answers from threads of its own until the lifeline breaks
    os._exit(int("error" in facts))  # huggingface_hub's own threads might keep us for half a minute


def _serve(path: str, name: str) -> Work:
    from aitunnel_jupyter.local import server

    key = lifeline.read_line()
    lifeline.hold(lambda: os._exit(0))
    return server.launch(path, name, key)


def _download(*arguments: str) -> Work:
    from aitunnel_jupyter.local import hub

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the hub removes its half of a file
    lifeline.hold(lambda: os.kill(os.getpid(), signal.SIGTERM))  # reaches the main thread
    return {"path": hub.download_here(*arguments)}, None


def _by_hand(path: Path | None) -> int:
    from aitunnel_jupyter.local.child import start

    language = preferred_language()
    try:
        _until_ctrl_c(start(_painter(language), path=path), language)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except LocalModelFailed as error:
        print(error.line(language), file=sys.stderr)
        return 1
    return 0


def _introduce(model: LocalModel, language: str) -> None:
    curl = (
        f"curl {model.base_url}/chat/completions -H 'Authorization: Bearer {model.key}'"
        """ -H 'Content-Type: application/json' -d '{"messages": [{"role": "user", "content": "Hi!"}]}'"""
    )
    facts = {"name": model.name, "context": model.context, "threads": model.threads, "url": model.base_url}
    told = say("local.cli.ready", language, **facts, key="{key}", curl="{curl}")  # here the key is meant to be seen
    print(told.replace("{key}", model.key).replace("{curl}", curl), flush=True)


def _until_ctrl_c(model: LocalModel, language: str) -> None:
    try:
        _introduce(model, language)
        while model.alive:
            time.sleep(0.2)
        raise LocalModelFailed("local.ended")
    finally:
        model.stop()


def _painter(language: str) -> Report:
    """One line on the terminal, painted over; a new line per stage where stderr is a file."""
    shown = ""

    def paint(progress: Progress) -> None:
        nonlocal shown
        line = say(f"local.{progress.stage}", language)
        if progress.total and sys.stderr.isatty():
            line += f" {progress.done * 100 // progress.total} %"
        if line != shown:
            print(f"\r\x1b[K{line}" if sys.stderr.isatty() else f"{line}\n", end="", file=sys.stderr, flush=True)
        shown = line

    return paint


def _parser() -> argparse.ArgumentParser:
    language = preferred_language()
    parser = argparse.ArgumentParser(
        prog="python -m aitunnel_jupyter.local",
        description=say("local.cli.about", language),
        epilog=say("local.cli.source", language),
    )
    parser.add_argument("--model", type=Path, metavar="GGUF", help=say("local.cli.model", language))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
