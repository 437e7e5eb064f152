"""A magic line → :class:`Options`. The parser is also what help and completion are made from."""

from __future__ import annotations

import argparse
import difflib
import functools
import io
import shlex
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.option_values import OptionValues

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
    attach: tuple[str, ...] = ()
    allow_private: bool = False
    conversation: str | None = None
    new: bool = False
    keep: bool | None = None
    background: bool = False
    replace: bool = False
    dry_run: bool = False
    line: str = ""
    """The line as it was typed."""

    @property
    def models(self) -> tuple[str, ...]:
        """The models to compare: those between the commas."""
        return tuple(self.model.split(","))


class LineParser(argparse.ArgumentParser):
    """A parser whose errors are one line in the person's language."""

    language = "en"

    def error(self, message: str) -> NoReturn:
        """Say it in the person's language; argparse's own words are only ever about a missing value."""
        option, _, told = message.removeprefix("argument ").partition(": ")
        if told.startswith("expected"):
            told = say("option.missing", self.language)
        elif told.startswith("ignored explicit argument"):
            told = say("option.none", self.language)
        raise UsageError(f"{option}: {told}" if told else message)


@functools.lru_cache(maxsize=4)
def parser(language: str = "en") -> argparse.ArgumentParser:
    """The parser of ``%%ai`` lines; built on first use. Its help texts are the README's table."""
    built = LineParser(prog="%%ai", add_help=False, allow_abbrev=False)
    built.language = language
    values = OptionValues(language)
    add = built.add_argument
    add("-m", "--model", type=values.models, metavar="MODEL", help="the model, if it is not the first word")
    add("-o", "--out", type=values.name, metavar="NAME", help="the answer lands in this variable")
    add("-a", "--attach", action="append", default=[], metavar="WHAT", help="a file, glob, URL or variable; repeatable")
    add("-c", "--conversation", metavar="NAME", help="go on with the conversation of this name; none: stand alone")
    add("--new", action="store_true", help="begin the conversation anew")
    add("-b", "--background", action="store_true", help="return at once; the cell goes on updating")
    add("-s", "--system", metavar="TEXT", help="instructions that come before the prompt")
    add("-t", "--temperature", type=values.number, metavar="T", help="0 is sober, 2 is wild")
    add("--top-p", type=values.number, metavar="P", help="0 to 1: sample from the likeliest P only")
    add("--max-tokens", type=values.positive, metavar="N", help="longest answer; the price is reserved from it")
    add("--seed", type=values.whole, metavar="N", help="the same seed, the same answer, where the model can")
    add("--stop", action="append", default=[], metavar="TEXT", help="the answer ends before this text; repeatable")
    add("--reasoning", type=values.one_of(EFFORTS), metavar="LEVEL", help=f"effort: {', '.join(EFFORTS)}")
    add("-f", "--format", type=values.one_of(FORMATS), default="markdown", metavar="FORMAT", help=", ".join(FORMATS))
    add("--replace", action="store_true", help="with -f code: the code takes the place of this cell")
    add("--keep", action="store_true", default=None, help="if the journal has this answer already, take it: 0 ₽")
    add("--fresh", dest="keep", action="store_false", help="ask anew, whatever AIMagics.keep says")
    add("--no-stream", dest="stream", action="store_false", help="the whole answer at once")
    add("--timeout", type=values.seconds, default=DEFAULT_TIMEOUT, metavar="SECONDS", help="give up after this silence")
    add("--base-url", default="", metavar="URL", help="another OpenAI-compatible server")
    add(
        "-p",
        "--param",
        action="append",
        default=[],
        type=values.param,
        metavar="KEY=JSON",
        help="any field; repeatable",
    )
    add("--allow-private", action="store_true", help="-a may fetch from addresses of this machine and network")
    add("--dry-run", action="store_true", help="show the request, send nothing")
    return built


def options_text(language: str = "en") -> str:
    """The options as a help page shows them."""
    rows = []
    for action in parser(language)._actions:  # noqa: SLF001  argparse has no public way to ask
        names = ", ".join(action.option_strings)
        names = names if names.startswith("--") is False else f"    {names}"
        told = action.help if language == "en" else say(f"option.help.{action.dest}.{action.const}", language)
        rows.append(f"    {names} {action.metavar or ''}".ljust(32) + f" {told}")
    return "\n".join(rows) + "\n"


def parse_cell(line: str, language: str = "en") -> Options:
    """The line of a ``%%ai`` cell: ``[MODEL] [options]``.

    Raises:
        UsageError: One line that says what is wrong, in ``language``.

    Example:
        >>> parse_cell("gpt-5.2  -o story -t 0.2").out
        'story'
    """
    try:
        tokens = shlex.split(line)
    except ValueError:
        raise UsageError(say("option.quote", language, line=line.strip())) from None
    return replace(_options(tokens, language, takes_words=False), line=line.strip())


def parse_ask(line: str, language: str = "en") -> tuple[Options, str]:
    """The rest of ``%ai ask``: ``[-m MODEL] [options] TEXT``; the text is taken as it stands, quotes and all.

    Raises:
        UsageError: One line that says what is wrong, in ``language``.

    Example:
        >>> parse_ask("-t 0 What's up?")[1]
        "What's up?"
    """
    tokens, text = _split_options(line, language)
    return replace(_options(tokens, language, takes_words=True), line=line.strip()), text


def _options(tokens: list[str], language: str, *, takes_words: bool) -> Options:
    known, rest = parser(language).parse_known_args(_guarded(tokens))
    model = known.model or ""
    for word in rest:
        if word.startswith("-") and len(word) > 1:
            raise UsageError(_unknown(word, language))
        if takes_words or model:
            raise UsageError(say("option.word", language, text=repr(word)))
        model = _model(word, language)
    values = vars(known) | {
        "model": model, "stop": tuple(known.stop), "param": dict(known.param), "attach": tuple(known.attach),
    }  # fmt: skip
    if known.replace and known.format != "code":
        raise UsageError(say("option.replace", language))
    if "," in model:
        _check_comparison(known, language)
    return Options(**values)


def _check_comparison(known: argparse.Namespace, language: str) -> None:
    """Several models at once stand alone: each of them would answer the conversation differently."""
    for name in ("background", "conversation", "replace"):
        if getattr(known, name):
            raise UsageError(say("option.compare", language, name=f"--{name}"))


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


def _split_options(line: str, language: str) -> tuple[list[str], str]:
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
            raise UsageError(say("option.quote", language, line=line.strip())) from None
        if token is None:
            return tokens, ""
        tokens.append(token)
        wanted = wanted - 1 if wanted else _values_of(token)


def _values_of(token: str) -> int:
    action = parser()._option_string_actions.get(token)  # noqa: SLF001  argparse has no public way to ask
    return 0 if action is None or action.nargs == 0 else 1


def _unknown(word: str, language: str) -> str:
    name = word.partition("=")[0]
    if name in {"-h", "--help"}:
        return say("option.help", language)
    known = [option for option in parser()._option_string_actions if option.startswith("--")]  # noqa: SLF001
    close = difflib.get_close_matches(name, known, n=1)
    code = "option.close" if close else "option.unknown"
    return say(code, language, name=name, close="".join(close))


def _model(word: str, language: str) -> str:
    try:
        return OptionValues(language).models(word)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from None
