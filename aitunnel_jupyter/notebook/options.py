"""A magic line → :class:`Options`. The parser is also what help and completion are made from."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from aitunnel_jupyter.gateway.request import DEFAULT_TIMEOUT
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.line_values import with_values
from aitunnel_jupyter.notebook.line_words import split_line, split_options, takes_value
from aitunnel_jupyter.notebook.odd_signs import CLOSING, as_option, odd_sign_told, quoted
from aitunnel_jupyter.notebook.option_table import HelpWanted, parser
from aitunnel_jupyter.notebook.option_values import OptionValues
from aitunnel_jupyter.notebook.unknown_words import option_told, slipped_dash, words_told

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


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


def parse_cell(line: str, language: str = "en", variables: Mapping[str, object] = MappingProxyType({})) -> Options:
    """The line of a ``%%ai`` cell: ``[MODEL] [options]``.

    Args:
        line: As typed.
        language: ``en`` or ``ru``.
        variables: What ``{name}`` may stand for.

    Raises:
        UsageError: One line that says what is wrong, in ``language``.
        HelpWanted: ``--help`` stands in it.

    Example:
        >>> parse_cell("gpt-5.2  -o story -t 0.2  # the cheap one").out
        'story'
    """
    words = with_values(split_line(line, language), variables, language)
    return replace(_options(words, language, takes_words=False), line=line.strip())


def parse_ask(
    line: str, language: str = "en", variables: Mapping[str, object] = MappingProxyType({})
) -> tuple[Options, str]:
    """The rest of ``%ai ask``: ``[-m MODEL] [options] TEXT``; the text is taken as it stands, quotes and all.

    Args:
        line: As typed.
        language: ``en`` or ``ru``.
        variables: What ``{name}`` may stand for.

    Raises:
        UsageError: One line that says what is wrong, in ``language``.
        HelpWanted: ``--help`` stands in it.

    Example:
        >>> parse_ask("-t 0 What's up?")[1]
        "What's up?"
    """
    words, text = split_options(line, language)
    _check_text(words, text, language)
    words = with_values(words, variables, language)
    return replace(_options(words, language, takes_words=True), line=line.strip()), text


def _options(words: list[str], language: str, *, takes_words: bool) -> Options:
    _check_dashes(words, language)
    known, rest = parser(language).parse_known_args(_guarded(words))
    plain: list[str] = []
    for at, word in enumerate(rest):
        if word in {"-h", "--help"}:
            raise HelpWanted
        if len(word) > 1 and (word.startswith("-") or as_option(word)):
            raise UsageError(option_told(word, _known(), language, value=" ".join(rest[at + 1 : at + 2])))
        plain.append(word)
    model = known.model or ""
    if len(given := _models_given(words)) > 1:
        raise UsageError(words_told(given, language))
    if len(named := [model] * bool(model) + plain) > 1 or (takes_words and plain):
        raise UsageError(words_told(named, language))
    model = model or (_model(plain[0], language) if plain else "")
    values = vars(known) | {
        "model": model, "stop": tuple(known.stop), "param": dict(known.param), "attach": tuple(known.attach),
    }  # fmt: skip
    if known.replace and known.format != "code":
        raise UsageError(say("option.replace", language))
    if "," in model:
        _check_comparison(known, language)
    return Options(**values)


def _check_dashes(words: list[str], language: str) -> None:
    for before, word in zip(["", *words], words, strict=False):
        if takes_value(before):
            if as_option(word) in _known():
                raise UsageError(option_told(word, _known(), language))
        elif meant := slipped_dash(word, _known()):
            if meant not in _known():
                raise UsageError(option_told(meant, _known(), language))
            raise UsageError(say("option.close", language, name=quoted(word), close=meant))


def _check_text(words: list[str], text: str, language: str) -> None:
    """What would go to a model as text although it was meant as an option: ``–o story``, ``-s “Be brief”``."""
    first = (text.split(maxsplit=1) or [""])[0]
    if (meant := as_option(first)) and meant in _known():
        raise UsageError(option_told(first, _known(), language))
    last = words[-1] if words else ""
    if last[:1] in CLOSING and last[-1] not in CLOSING[last[0]] and any(sign in text for sign in CLOSING[last[0]]):
        raise UsageError(odd_sign_told(last, language))


def _models_given(words: list[str]) -> list[str]:
    """What stands after ``-m``, however often."""
    after = [word for before, word in zip(["", *words], words, strict=False) if before in {"-m", "--model"}]
    joined = [word.partition("=")[2] for word in words if word.startswith(("--model=", "-m="))]
    return after + joined


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


def _model(word: str, language: str) -> str:
    try:
        return OptionValues(language).models(word)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from None


def _known() -> Collection[str]:
    return parser()._option_string_actions.keys()  # noqa: SLF001  argparse has no public way to ask
