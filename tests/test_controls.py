"""What nobody sees is not shown, what scripts need stays, and cells and panel agree on it."""

from __future__ import annotations

import json
import subprocess

import pytest
from front import FRONT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aitunnel_jupyter.controls import decided, printable

TAGS = {letter: chr(0xE0000 + ord(letter)) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"}
END = "\U000e007f"
SCOTLAND = "🏴" + "".join(TAGS[letter] for letter in "gbsct") + END

NEEDED = [
    "می\u200cخواهم",  # Persian: "I want"; without the mark it is another word
    "HTML\u200cها",
    "क्\u200dष and क्\u200cष",
    "ශ්\u200dරී",
    "👨\u200d👩\u200d👧\u200d👦 🏃🏽\u200d♀️ ❤️\u200d🔥 👁️\u200d🗨️ 🏴\u200d☠️ 1️⃣ ☕️",
    SCOTLAND,
    "葛\U000e0100飾",
    "naïve café ёлка 数学 ไทย עִבְרִית",
]
HIDDEN = {
    "pass\u200bword": "password",
    "a\u200c\u200d\u2060b": "ab",
    "x\u200e y\u200f z\u061c": "x y z",
    "\ufeffbegin": "begin",
    "soft\u00adware": "software",
    "a\u202eb\u2066c": "abc",
    "a\x9bb\x85c\x7fd": "abcd",
    "say" + "".join(TAGS[letter] for letter in "ignore") + END: "say",
    "🏴" + "".join(TAGS[letter] for letter in "ignorethis") + END: "🏴",
    "a\ufe0f\ufe0fb": "ab",
    "a\U000e0100\U000e0101": "a",
    "❤️\ufe0f\ufe0f": "❤️",
    "\u3164\uffa0x": "x",
    "lone \ud83d half": "lone \ufffd half",
    "👍\u200dx": "👍x",
}
ALPHABET = [
    *"ab \n\t1#\x1b[]m0;\\\x07\x9c\x85\u00ad\u061c\u200b\u200c\u200d\u200e\u202e\u2060\ufe0f\ufeffمख葛é👍❤🏴☠",
    TAGS["g"], TAGS["b"], END, "\U000e0100", SCOTLAND,
]  # fmt: skip
texts = st.lists(st.sampled_from(ALPHABET), max_size=14).map("".join)


@pytest.mark.parametrize("text", NEEDED)
def test_what_scripts_and_pictures_need_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("text", HIDDEN)
def test_what_nobody_sees_is_left_out(text: str) -> None:
    assert printable(text) == HIDDEN[text]


@settings(derandomize=True)  # marks of nothing, as in "\ufe0f\u200d", are not yet cleaned at once
@example("\xad\ufe0f")
@given(texts)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@settings(derandomize=True)
@given(texts, st.lists(st.integers(0, 40), max_size=5))
def test_parts_are_shown_as_the_whole_is(text: str, cuts: list[int]) -> None:
    shown, held = "", ""
    edges = [0, *sorted(cuts), len(text)]
    for start, stop in zip(edges, edges[1:], strict=False):
        held += text[start:stop]
        now = decided(held)
        shown, held = shown + printable(held[:now], shown), held[now:]
    assert shown + printable(held, shown) == printable(text)


def in_the_panel(cases: list[tuple[str, str]]) -> list[tuple[str, int]]:
    """What the panel's own code makes of them."""
    program = (
        f"import {{ decided, printable }} from {json.dumps((FRONT / 'prose' / 'controls.js').as_uri())};"
        "let text = ''; for await (const part of process.stdin.setEncoding('utf8')) text += part;"
        "const found = JSON.parse(text).map(([text, before]) => [printable(text, before), [...text.slice(0, decided(text))].length]);"
        "console.log(JSON.stringify(found));"
    )
    command = ["node", "--input-type=module", "--eval", program]
    ran = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
    return [(shown, count) for shown, count in json.loads(ran.stdout)]


def test_the_panel_agrees_on_every_character_and_on_mixtures() -> None:
    points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    rows = ["".join(f"a{point}b" for point in points[at : at + 4096]) for at in range(0, len(points), 4096)]
    pairs = [
        (one + other + another, before)
        for one in ALPHABET
        for other in ALPHABET
        for another in "a\u200dخ👍"
        for before in ("", "❤")
    ]
    whole = [(text, "") for text in [*NEEDED, *(text for text in HIDDEN if text.isascii() or "\ud83d" not in text)]]
    cases = [*((row, "") for row in rows), *pairs, *whole]
    assert in_the_panel(cases) == [(printable(text, before), decided(text)) for text, before in cases]
