"""No key leaves, in whatever form it stands in a text, and no other word is lost to that."""

from __future__ import annotations

import base64
import html
import json
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from aitunnel_jupyter import Answer, Usage
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import MASK, Growing, end_of, holds_key, one_line, remember, scrub, without_keys
from aitunnel_jupyter.redaction import decoding as decoding_room
from aitunnel_jupyter.redaction.known import _known

ODD = "Zq7/w+x.Y=_9-k&l%p\\q\"r'"
PLAIN = "tok3n_ABCDEFGHijkl"


@pytest.fixture(autouse=True)
def _the_keys_of_this_test_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in list(_known):
        monkeypatch.delitem(_known, key)
    remember(ODD)
    remember(PLAIN)


def forms(key: str) -> Iterator[str]:
    """How servers repeat a key."""
    in_json = json.dumps(key)[1:-1]
    yield from (key, in_json, in_json.replace("/", "\\/"), json.dumps(in_json)[1:-1], repr(key)[1:-1])
    yield "".join(f"\\u{ord(sign):04x}" for sign in key)
    yield "".join(f"\\u{ord(sign):04X}" if at % 2 else json.dumps(sign)[1:-1] for at, sign in enumerate(key))
    yield "".join(f"\\\\u{ord(sign):04X}" for sign in key)
    yield "".join(f"\\u{{{ord(sign):x}}}" if at % 3 else f"\\x{ord(sign):02x}" for at, sign in enumerate(key))
    yield from (quote(key, safe=""), quote(quote(key, safe=""), safe=""), "".join(f"%{ord(sign):02x}" for sign in key))
    yield from (html.escape(key), html.escape(html.escape(key)))
    yield "".join(f"&#{ord(sign)};" if at % 2 else f"&#x0{ord(sign):X};" for at, sign in enumerate(key))
    yield quote("".join(f"\\u{ord(sign):04x}" for sign in key))
    yield from ("\u200b".join(key), "\x00".join(key), f"{key[:5]}\x1b[31m{key[5:]}")
    for before in ("", "a", "ab"):
        yield base64.b64encode(f"{before}{key}zz".encode()).decode()
        yield base64.urlsafe_b64encode(f"{before}{key}".encode()).decode()
    yield key.encode().hex()


AROUND = [("a ", " b"), ("", ""), ("xy", "zz"), ('"', '"'), ("\\n", "\\n"), ("%20", "%20"), ("<b>", "</b>")]


def pieces_of(key: str, shown: str) -> list[str]:
    return [key[at : at + 6] for at in range(len(key) - 5) if key[at : at + 6] in shown]


@pytest.mark.parametrize("key", [ODD, PLAIN])
def test_a_known_key_is_masked_in_every_form(key: str) -> None:
    tried = 0
    for form in forms(key):
        for before, after in AROUND:
            text = before + form + after
            shown = scrub(text)
            assert MASK in shown, text
            assert form not in shown
            assert not pieces_of(key, shown), text
            assert without_keys({"a": [text]})["a"][0] != text
            tried += 1
    assert tried > 100


@pytest.mark.parametrize("key", [ODD, PLAIN])
def test_a_key_that_deltas_cut_is_never_shown_in_pieces(key: str) -> None:
    for form in forms(key):
        text = f"so {form} it is"
        cuts = [(text[:at], text[at:]) for at in range(len(text))]
        for deltas in (*cuts, tuple(text)):
            growing = Growing()
            shown = "".join([*map(growing.feed, deltas), growing.flush()])
            assert MASK in shown, deltas
            assert not pieces_of(key, shown), deltas
            assert shown.endswith(" it is")


def test_a_terminal_and_a_growing_page_show_no_piece_of_a_key() -> None:
    from aitunnel_jupyter.notebook.body import body_for
    from aitunnel_jupyter.rendering.terminal import TerminalText

    for at in range(1, len(PLAIN)):
        terminal, deltas = TerminalText(), (f"so {PLAIN[:at]}", f"{PLAIN[at:]} it is")
        assert not pieces_of(PLAIN, "".join([*map(terminal.feed, deltas), terminal.flush()]))
        for form in ("markdown", "text"):
            body, frames = body_for(form), []
            for delta in deltas:
                body.append(delta)
                frames += [body.tail_html(), *(piece.raw + piece.html for piece in body.finished())]
            frames += [piece.raw + piece.html for piece in body.close()]
            assert not pieces_of(PLAIN, "\n".join(frames))
            assert "it is" in frames[-1]


def test_what_looks_like_a_key_is_masked_and_words_are_not() -> None:
    for text in ("sk-aitunnel-0123456789abcdef", "key=sk-abcdefgh1", "xsk-aitunnel-0123456789abcdef", "-sk-abcdefgh1"):
        assert "sk-…" in scrub(text)
        assert "abcdef" not in scrub(text)
    for text in (
        "disk-encryption",
        "a task-oriented risk-management",
        "sk-learn",
        "Bearer of good news",
        "ask-me-anything",
    ):
        assert without_keys(text) == text
    program = 'create_engine("postgresql://user:password@localhost/db")  # Authorization: Bearer $AITUNNEL_API_KEY'
    assert without_keys(program) == program, "a program that a model wrote stays as it is"
    assert scrub("https://me:pass99@h/?api_key=abc123&page=2#k") == "https://…@h/?api_key=…&page=2#k"


def test_a_short_key_or_a_placeholder_shreds_nothing() -> None:
    for key in ("a", "EMPTY", "ollama", "lm-studio", "not-needed", ""):
        remember(key)
    text = "a model of ollama or lm-studio is not-needed: EMPTY"
    assert scrub(text) == text


def test_a_text_without_keys_streams_as_it_is() -> None:
    text = "50% of AT&T, \\alpha \\\\ s sk sk- tok to \x1b &amp; %"
    growing = Growing()
    assert "".join([*map(growing.feed, text), growing.flush()]) == text
    growing = Growing()
    assert growing.feed("The risk") == "The risk", "a word is not held back for what it might become"


def test_the_key_of_the_environment_counts_without_being_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AITUNNEL_API_KEY", " fr0m-the-environment ")
    assert scrub("fr0m-the-environment") == MASK
    monkeypatch.delenv("AITUNNEL_API_KEY")
    assert scrub("fr0m-the-environment") == MASK, "what was a key stays a secret"


def test_every_message_to_a_person_is_masked_after_decoding() -> None:
    echoed = PLAIN.replace("E", "\\u0045")
    for language in ("en", "ru"):
        assert pieces_of(PLAIN, say("http.401", language, status=401, host="h", detail=echoed)) == []
    assert one_line(f"{echoed} and {ODD}", 200) == f"{MASK} and {MASK}"
    assert holds_key(echoed)


def test_the_end_of_a_thought_shows_no_half_of_a_key() -> None:
    text = "x" * 9_000 + ODD + "y" * 1_195
    assert not pieces_of(ODD, end_of(text, 1_200))
    assert len(end_of(text, 1_200)) <= 1_200
    assert end_of(f"so {PLAIN[:9]}", 100) == "so "


def test_a_field_with_a_secrets_name_is_masked_whatever_it_holds() -> None:
    shown = without_keys(
        {"api_key": "abc", "headers": {"Authorization": "Basic eA"}, "max_tokens": 3, "key": "C major"}
    )
    assert shown == {"api_key": MASK, "headers": {"Authorization": MASK}, "max_tokens": 3, "key": "C major"}


def test_an_answer_shows_no_key_and_no_balance_and_keeps_its_value() -> None:
    from decimal import Decimal

    usage = Usage(prompt_tokens=1, balance=Decimal("4999.55"))
    answer = Answer(f"it is {PLAIN}", model=PLAIN, reasoning=f"hm {PLAIN}", error=PLAIN, usage=usage)
    assert (answer.text, answer == f"it is {PLAIN}") == (f"it is {PLAIN}", True)
    shown = [repr(answer), str(answer), f"{answer}", repr(answer.facts), repr(answer.usage), str(answer.without_keys())]
    shown += list(answer._repr_mimebundle_().values())
    assert not [text for text in shown if PLAIN in text or "4999" in text]
    assert answer.balance == Decimal("4999.55")


def test_a_picture_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    real = decoding_room.decoded
    monkeypatch.setattr(
        "aitunnel_jupyter.redaction.masking.decoded", lambda text: looked.append(len(text)) or real(text)
    )
    url = f"data:image/png;base64,{base64.b64encode(bytes(range(256)) * 40_000).decode()}"
    body = json.dumps({"content": [{"url": url}, {"text": f"mine is {PLAIN}"}]})
    assert PLAIN not in scrub(body)
    assert url in scrub(body)
    assert without_keys({"url": url}) == {"url": url}
    assert max(looked) < 1_000


@pytest.mark.parametrize(
    "unit",
    ["\\", "%25", "&amp;", "&", "\\u0067", "sk-", "\x1b[", "\x1b]", "tok3n_", "bearer ", "a://", ";base64,", "&#0"],
)
def test_the_work_grows_with_the_text(unit: str) -> None:
    def steps(size: int) -> int:
        text, count = unit * (size // len(unit)), 0

        def tick(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event in {"call", "c_call"}

        sys.setprofile(tick)
        try:
            scrub(text)
        finally:
            sys.setprofile(None)
        return count

    steps(1_000)
    assert steps(8_000) <= 4 * 2.2 * steps(2_000) + 2_000
