"""Signs that look like others: a dash, quotes or blanks that a word processor or a web page has put into a line.

They are named with their code and the cure, because nobody sees the difference.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from aitunnel_jupyter.messages import say

DASHES = "‐‑‒–—―−﹘﹣－"
OPENING = "“„‟«‘‚‛‹＂＇"
QUOTES = OPENING + "”»’›″′`´"
CLOSING = {"“": "”", "„": "“”", "‟": "”", "«": "»", "‘": "’", "‚": "‘’", "‛": "’", "‹": "›", "＂": "＂", "＇": "＇"}
_ALIKE = "аеорсухкмтвнАВЕКМНОРСТУХіјѕԁɡαοερυνκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_LATIN_FOR_IT = "aeopcyxkmtbhABEKMHOPCTYXijsdgaoepyvkABEZHIKMNOPTYX"
LOOK_ALIKES = dict(zip(_ALIKE, _LATIN_FOR_IT, strict=True))
"""Cyrillic and Greek letters that look like Latin ones."""
_LATIN = re.compile(r"[A-Za-z]")
_OPTION = re.compile(rf"[-{DASHES}]*[{DASHES}][-{DASHES}]*(?P<name>\w[\w-]*)")


class Sign(NamedTuple):
    """An odd sign in a word."""

    kind: str
    """``dash``, ``quote``, ``space``, ``invisible`` or ``letter``."""
    sign: str


def odd_sign(word: str) -> Sign | None:
    """The first sign in ``word`` that is probably not what was meant.

    Example:
        >>> odd_sign("–o"), odd_sign("-o")
        (Sign(kind='dash', sign='–'), None)
    """
    has_latin = bool(_LATIN.search(word)) or word.startswith("-")
    return next((Sign(kind, sign) for sign in word if (kind := _kind(sign, has_latin=has_latin))), None)


def _kind(sign: str, *, has_latin: bool) -> str:
    if sign in DASHES:
        return "dash"
    if sign in QUOTES:
        return "quote"
    category = unicodedata.category(sign)
    if sign != " " and (category in {"Zs", "Zl", "Zp"} or sign in "\t\x0b\x0c\x85"):
        return "space"
    if category in {"Cf", "Cc", "Cs", "Co"}:
        return "invisible"
    return "letter" if has_latin and sign in LOOK_ALIKES else ""


def odd_sign_told(word: str, language: str, close: str = "") -> str:
    """What to say of the odd sign in ``word``; empty if there is none.

    Args:
        word: As it was typed.
        language: ``en`` or ``ru``.
        close: The option that was probably meant.
    """
    found = odd_sign(word)
    if found is None:
        return ""
    code = f"sign.{found.kind}"
    if found.kind == "dash" and close:
        code = "sign.dash.option"
    elif found.sign == "\xa0":
        code = "sign.space.fixed"
    values = {
        "text": quoted(word),
        "sign": found.sign if found.sign.isprintable() and not found.sign.isspace() else "",
        "number": f"U+{ord(found.sign):04X}",
        "plain": "".join(LOOK_ALIKES.get(sign, sign) for sign in word),
        "close": close,
    }
    return say(code, language, **values)


def as_option(word: str) -> str:
    """A word with typographic dashes or look-alike letters as the option it may stand for; empty if it is none.

    Example:
        >>> as_option("—out"), as_option("–o"), as_option("-о"), as_option("– a list")
        ('--out', '-o', '-o', '')
    """
    plain = "".join(LOOK_ALIKES.get(sign, sign) for sign in word.partition("=")[0])
    if plain != word and plain.startswith("-") and plain.isascii():
        return plain
    match = _OPTION.fullmatch(plain)
    if match is None:
        return ""
    return f"{'-' if len(match['name']) == 1 else '--'}{match['name']}"


def is_in_odd_quotes(text: str) -> bool:
    """Whether all of it stands between typographic quotes, which were probably meant to quote.

    Example:
        >>> is_in_odd_quotes("“my trip”"), is_in_odd_quotes("a «b»")
        (True, False)
    """
    return len(text) > 1 and text[-1] in CLOSING.get(text[0], "")


def quoted(text: object, most: int = 60) -> str:
    """What was typed, for a message: in quotes, short, on one line, without keys.

    Example:
        >>> quoted("a\\xa0b")
        "'a\\\\xa0b'"
    """
    from aitunnel_jupyter.redaction import scrub

    plain = str(text)
    plain = plain if len(plain) <= most else f"{plain[: most - 1]}…"
    return repr(scrub(plain))
