"""What the values of options must be, and what to say if they are not."""

from __future__ import annotations

import argparse
import json
import math
from typing import Any

from aitunnel_jupyter.gateway.request import MODEL_NAME
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.namespace import is_name


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
        if not MODEL_NAME.fullmatch(text):
            raise self._wrong("option.model", text)
        return text

    def models(self, text: str) -> str:
        """One model's name, or several between commas; they are asked side by side."""
        names = [name for name in text.split(",") if name] or [text]
        return ",".join(dict.fromkeys(map(self.model, names)))

    def name(self, text: str) -> str:
        """A name that a variable may have."""
        if not is_name(text):
            raise self._wrong("option.name", text)
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

    def one_of(self, choices: tuple[str, ...]) -> OneOf:
        """One of ``choices``."""
        return OneOf(choices, self._language)

    def param(self, text: str) -> tuple[str, Any]:
        """``KEY=JSON``; what is not JSON is a string, unless it meant to be an object or a list."""
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise self._wrong("option.param", text)
        try:
            return key.strip(), json.loads(value)
        except ValueError:
            if value.lstrip()[:1] in ("{", "["):
                raise self._wrong("option.json", value, key=key) from None
            return key.strip(), value

    def _wrong(self, code: str, text: str, **values: str) -> argparse.ArgumentTypeError:
        return argparse.ArgumentTypeError(say(code, self._language, text=repr(text), **values))


class OneOf:
    """A value that is one of a few words.

    Args:
        choices: The words; completion reads them here.
        language: ``en`` or ``ru``.

    Example:
        >>> OneOf(("low", "high"), "en")("low")
        'low'
    """

    def __init__(self, choices: tuple[str, ...], language: str) -> None:
        self.choices = choices
        self._language = language

    def __call__(self, text: str) -> str:
        """The word, if it is one of them."""
        if text not in self.choices:
            values = {"text": repr(text), "choices": ", ".join(self.choices)}
            raise argparse.ArgumentTypeError(say("option.choice", self._language, **values))
        return text
