"""What the values of options must be, and what to say if they are not."""

from __future__ import annotations

import argparse
import difflib
import json
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.request import MODEL_NAME
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.namespace import is_name
from aitunnel_jupyter.notebook.odd_signs import is_in_odd_quotes, odd_sign, odd_sign_told, quoted
from aitunnel_jupyter.notebook.unknown_words import has_mixed_letters, model_told
from aitunnel_jupyter.redaction import secret_in
from aitunnel_jupyter.session.parameters import is_several

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class OptionValues:
    """Turns the text of a value into the value; what is wrong is said in one language.

    Args:
        language: ``en`` or ``ru``.

    Example:
        >>> OptionValues("en").number("0,5")
        0.5
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def model(self, text: str) -> str:
        """A model's name: letters, digits and ``. _ - / : ~``."""
        if not MODEL_NAME.fullmatch(text) or text.startswith("-") or has_mixed_letters(text):
            raise argparse.ArgumentTypeError(model_told(text, self._language) or self._said("option.model", text))
        return text

    def models(self, text: str) -> str:
        """One model's name, or several between commas; they are asked side by side."""
        if text.startswith("{"):
            return self.model(text)  # parameters, as jupyter-ai takes them: their commas are not ours
        names = [name for name in text.split(",") if name] or [text]
        return ",".join(dict.fromkeys(map(self.model, names)))

    def name(self, text: str) -> str:
        """A name that a variable may have."""
        if not is_name(text):
            raise self._wrong("option.name", text)
        return text

    def something(self, text: str) -> str:
        """Any text but none."""
        if not text.strip():
            raise self._wrong("option.empty", text)
        return self.plain(text)

    def plain(self, text: str) -> str:
        """Any text that does not stand in quotes which quote nothing."""
        if is_in_odd_quotes(text):
            raise argparse.ArgumentTypeError(odd_sign_told(text, self._language))
        return text

    def number(self, text: str) -> float:
        """A finite number; a decimal comma is fine."""
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self._wrong("option.number", text)
        return number

    def whole(self, text: str) -> int:
        """A whole number."""
        try:
            return int(text)
        except ValueError:
            raise self._wrong("option.whole", text) from None

    def positive(self, text: str) -> int:
        """A whole number of at least 1."""
        number = self.whole(text)
        if number < 1:
            raise self._wrong("option.positive", text)
        return number

    def seconds(self, text: str) -> float:
        """More than 0 seconds."""
        seconds = self.number(text)
        if seconds <= 0:
            raise self._wrong("option.seconds", text)
        return seconds

    def one_of(self, choices: tuple[str, ...], others: Mapping[str, str] = MappingProxyType({})) -> OneOf:
        """One of ``choices``, or a word of ``others`` that stands for one."""
        return OneOf(choices, self._language, others)

    def param(self, text: str) -> tuple[str, Any]:
        """``KEY=JSON``; what is not JSON is a string, unless it meant to be an object or a list."""
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise self._wrong("option.param", text)
        if odd_sign(key) is not None or is_in_odd_quotes(value.strip()):
            raise argparse.ArgumentTypeError(odd_sign_told(text, self._language))
        name = key.strip()
        try:
            return name, self._usable(name, json.loads(value))
        except (ValueError, RecursionError):
            if value.lstrip()[:1] in ("{", "["):
                raise self._wrong("option.json", value, key=quoted(key)[1:-1]) from None
            return name, self._usable(name, value)

    def _usable(self, name: str, value: Any) -> Any:
        if secret_in({name: value}):
            raise argparse.ArgumentTypeError(say("option.secret", self._language, name=quoted(name)))
        if name == "n" and is_several(value):
            raise argparse.ArgumentTypeError(say("param.several", self._language, value=value))
        return value

    def _wrong(self, code: str, text: str, **values: str) -> argparse.ArgumentTypeError:
        """An odd sign is the likelier cause of anything wrong, and nobody sees it."""
        is_text = code in {"option.json", "option.param"}
        told = "" if is_text else odd_sign_told(text, self._language)
        return argparse.ArgumentTypeError(told or self._said(code, text, **values))

    def _said(self, code: str, text: str, **values: str) -> str:
        return say(code, self._language, text=quoted(text), **values)


class OneOf:
    """A value that is one of a few words.

    Args:
        choices: The words; completion reads them here.
        language: ``en`` or ``ru``.
        others: Words of other tools → ours.

    Example:
        >>> OneOf(("low", "high"), "en")("low")
        'low'
    """

    def __init__(
        self, choices: tuple[str, ...], language: str, others: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.choices = choices
        self._language = language
        self._others = others

    def __call__(self, text: str) -> str:
        """The word, if it is one of them."""
        text = self._others.get(text, text)
        if text in self.choices:
            return text
        raise argparse.ArgumentTypeError(choice_told(text, self.choices, self._language))


def choice_told(text: str, choices: Sequence[str], language: str) -> str:
    """The message for a word that is none of a few.

    Example:
        >>> choice_told("hihg", ("low", "high"), "en")
        "'hihg' is not one of low, high; did you mean high?"
    """
    if told := odd_sign_told(text, language):
        return told
    if text in {"image", "picture", "img", "png"} and "markdown" in choices:
        return say("option.picture", language, text=quoted(text))
    told = say("option.choice", language, text=quoted(text), choices=", ".join(choices))
    close = difflib.get_close_matches(text.lower(), choices, n=1)
    return told + say("option.perhaps", language, close=close[0]) if close else told
