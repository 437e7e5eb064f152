"""A magic line → :class:`Options`. The parser is also what help and completion are made from."""

from __future__ import annotations

import argparse
import difflib
import io
import shlex
from dataclasses import dataclass, field, replace
from typing import Any

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.option_table import parser
from aitunnel_jupyter.notebook.option_values import OptionValues


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
