"""A magic line → :class:`Options`. The parser is also what help and completion are made from."""

from __future__ import annotations

import argparse
import difflib
import functools
import io
import json
import keyword
import math
import shlex
from dataclasses import dataclass, field
from typing import Any, NoReturn

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT, MODEL_NAME

FORMATS = ("markdown", "text", "code", "json", "html", "math")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Options:
    """What a ``%%ai`` line says; ``None`` and empty mean not said."""

    model: str = ""
    out: str | None = None
    system: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning: str | None = None
    format: str = "markdown"
    stream: bool = True
    timeout: float = DEFAULT_TIMEOUT
    base_url: str = ""
    param: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(_plain(message))


@functools.cache
def parser() -> argparse.ArgumentParser:
    """The parser of ``%%ai`` lines; built on first use."""
    built = _Parser(prog="%%ai", add_help=False, allow_abbrev=False)
    add = built.add_argument
    add("-m", "--model", type=_model, metavar="MODEL", help="the model, if it is not the first word")
    add("-o", "--out", type=_name, metavar="NAME", help="the answer lands in this variable")
    add("-s", "--system", metavar="TEXT", help="instructions that come before the prompt")
    add("-t", "--temperature", type=_number, metavar="T", help="0 is sober, 2 is wild")
    add("--top-p", type=_number, metavar="P", help="0 to 1: sample from the likeliest P only")
    add("--max-tokens", type=_positive, metavar="N", help="longest answer; the price is reserved from it")
    add("--seed", type=_whole, metavar="N", help="the same seed, the same answer, where the model can")
    add(
        "--stop",
        action="append",
        default=[],
        metavar="TEXT",
        help="the answer ends before this text; repeatable",
    )
    add("--reasoning", choices=EFFORTS, metavar="LEVEL", help=f"effort: {', '.join(EFFORTS)}")
    add("-f", "--format", choices=FORMATS, default="markdown", metavar="FORMAT", help=f"{', '.join(FORMATS)}")
    add("--no-stream", dest="stream", action="store_false", help="the whole answer at once")
    add(
        "--timeout",
        type=_seconds,
        default=DEFAULT_TIMEOUT,
        metavar="SECONDS",
        help="give up after this silence",
    )
    add("--base-url", default="", metavar="URL", help="another OpenAI-compatible server")
    add(
        "-p",
        "--param",
        action="append",
        default=[],
        type=_param,
        metavar="KEY=JSON",
        help="any field; repeatable",
    )
    add("--dry-run", action="store_true", help="show the request, send nothing")
    return built


def parse_cell(line: str) -> Options:
    """The line of a ``%%ai`` cell: ``[MODEL] [options]``.

    Raises:
        UsageError: One line that says what is wrong.

    Example:
        >>> parse_cell("gpt-5.2  -o story -t 0.2").out
        'story'
    """
    return _options(_tokens(line), takes_words=False)


def parse_ask(line: str) -> tuple[Options, str]:
    """The rest of ``%ai ask``: ``[-m MODEL] [options] TEXT``; the text is taken as it stands, quotes and all.

    Raises:
        UsageError: One line that says what is wrong.

    Example:
        >>> parse_ask("-t 0 What's up?")[1]
        "What's up?"
    """
    options, text = _split_options(line)
    return _options(options, takes_words=True), text


def _options(tokens: list[str], *, takes_words: bool) -> Options:
    known, rest = parser().parse_known_args(_guarded(tokens))
    model = known.model or ""
    for word in rest:
        if word.startswith("-") and len(word) > 1:
            raise UsageError(_unknown(word))
        if takes_words or model:
            raise UsageError(f"{word!r} is one word too many: the prompt goes on the lines below")
        model = _model_or_usage_error(word)
    values = vars(known) | {"model": model, "stop": tuple(known.stop), "param": dict(known.param)}
    return Options(**values)


def _guarded(tokens: list[str]) -> list[str]:
    """For argparse, which takes ``-1`` for an option after ``--seed``; joined with ``=`` it is a value."""
    joined: list[str] = []
    for token in tokens:
        negative = token.startswith("-") and token[1:2].isdigit()
        if negative and joined and joined[-1].startswith("--"):
            joined[-1] += f"={token}"
        else:
            joined.append(token)
    return joined


def _tokens(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageError(f"a quote is not closed: {line.strip()}") from None


def _split_options(line: str) -> tuple[list[str], str]:
    """Options at the beginning, then text that is not split. The lexer reads no further than it must."""
    source = io.StringIO(line.lstrip())
    lexer = shlex.shlex(source, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    tokens: list[str] = []
    wanted = 0
    while True:
        before = source.tell()
        rest = source.getvalue()[before:].lstrip()
        if not wanted and not (rest.startswith("-") and rest[1:2].strip()):
            return tokens, rest
        try:
            token = lexer.get_token()
        except ValueError:
            raise UsageError(f"a quote is not closed: {line.strip()}") from None
        if token is None:
            return tokens, ""
        tokens.append(token)
        wanted = wanted - 1 if wanted else _values_of(token)


def _values_of(token: str) -> int:
    action = parser()._option_string_actions.get(token)  # noqa: SLF001  argparse has no public way to ask
    return 0 if action is None or action.nargs == 0 else 1


def _unknown(word: str) -> str:
    name = word.partition("=")[0]
    known = [option for option in parser()._option_string_actions if option.startswith("--")]  # noqa: SLF001
    close = difflib.get_close_matches(name, known, n=1)
    return f"unknown option {name}: " + (f"did you mean {close[0]}?" if close else "%ai help lists them")


def _plain(message: str) -> str:
    # "argument -t/--temperature: expected one argument" → "-t/--temperature: a value is missing"
    message = message.removeprefix("argument ")
    message = message.replace("expected one argument", "a value is missing")
    return message if message.endswith("?") else f"{message} (%ai help)"


def _model(text: str) -> str:
    if not MODEL_NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no model name: letters, digits and . _ - / : ~")
    return text


def _model_or_usage_error(word: str) -> str:
    try:
        return _model(word)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from None


def _name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise argparse.ArgumentTypeError(f"{text!r} cannot name a variable")
    return text


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be at least 1")
    return number


def _seconds(text: str) -> float:
    seconds = _number(text)
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be more than 0 seconds")
    return seconds


def _param(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=JSON")
    try:
        return key.strip(), json.loads(value)
    except ValueError:
        if value.lstrip()[:1] in ("{", "["):
            message = f"{value!r} is not JSON; put single quotes around it: -p '{key}={{\"…\": …}}'"
            raise argparse.ArgumentTypeError(message) from None
        return key.strip(), value
