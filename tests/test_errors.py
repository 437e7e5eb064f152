"""One line to a person, in their language, without secrets."""

from __future__ import annotations

import string

import pytest

from aitunnel_jupyter.errors import AITunnelError, GatewayRefused
from aitunnel_jupyter.messages import LANGUAGES, LINE_BYTES, preferred_language, say, table
from aitunnel_jupyter.redaction import one_line, printable, scrub

KEY = "sk-aitunnel-0123456789abcdef0123456789abcdef"


def test_every_message_has_the_same_fields_in_both_languages() -> None:
    for code, texts in table().items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
        assert len(texts) == len(LANGUAGES)
        assert fields[0] == fields[1], code
        assert all(text.strip() for text in texts), code


@pytest.mark.parametrize(
    "code", [code for code in table() if code.split(".")[0] in {"attach", "key", "http", "stream", "connect"}]
)
def test_every_error_is_one_line_below_the_limit(code: str) -> None:
    fields = {name for text in table()[code] for _, name, _, _ in string.Formatter().parse(text) if name}
    values = dict.fromkeys(fields - {"status"}, f"длинно\n\x1b[31m{KEY} " * 400)
    for language in LANGUAGES:
        line = GatewayRefused(code, status=402, **values).line(language)
        assert len(line.encode()) <= LINE_BYTES
        assert "\n" not in line
        assert KEY not in line
        assert "\x1b" not in line


WORDED = {
    "param.number": "temperature must be a number, not 'hot'",
    "param.whole": "temperature must be a whole number, not 'hot'",
    "notice.left": "left as written, because it does more than read or takes too much: 'hot'. "
    'Put its value into a variable, or %config AIMagics.calls = "any"',
    "notice.left_in_code": "left as written, because it stands in code: 'hot'. "
    "Alone on its line it is replaced by its value",
}


@pytest.mark.parametrize("code", WORDED)
def test_a_message_says_what_happened_the_value_and_the_next_step(code: str) -> None:
    assert say(code, name="temperature", value="'hot'") == WORDED[code]
    assert "'hot'" in say(code, "ru", name="temperature", value="'hot'")


def test_the_language_comes_from_the_setting_or_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert (preferred_language(), preferred_language("en"), preferred_language("xx")) == ("ru", "en", "ru")
    monkeypatch.delenv("LC_ALL")
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert preferred_language() == "en"


def test_an_error_shows_itself_in_its_persons_language() -> None:
    error = AITunnelError("stopped")
    error.language = "ru"
    assert str(error) == say("stopped", "ru")
    assert len(error._render_traceback_()) == 1


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"Bearer {KEY}",
        "Authorization: Bearer abcdefgh12345678",
        "https://user:password99@host/x",
        f"'{KEY}'",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    shown = scrub(text)
    for secret in ("0123456789abcdef", "abcdefgh12345678", "password99"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x1b]8;;http://evil\x07link\x1b]8;;\x07", "alink"),
        ("a\x1b]52;c;aGk=\x1b\\b", "ab"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x9b31mb\x90x\x9c", "a31mbx"),
        ("a\x1b]0;title and text after it", "a0;title and text after it"),
        ("a\rb\x08c\x00\x7f", "abc"),
        ("ab\u202ecd\u2066", "abcd"),
        ("tab\tline\n", "tab\tline\n"),
    ],
)
def test_terminal_escapes_do_nothing(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_line_is_cut_between_characters() -> None:
    assert one_line("я" * 100, 21) == "я" * 9 + "…"


def test_of_a_message_of_megabytes_only_the_beginning_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(
        "aitunnel_jupyter.redaction.printing.scrub", lambda text: looked.append(len(text)) or scrub(text)
    )
    for unit in ("x", "a://", "bearer ", "\x1b]", "\u200b", " ", "word "):
        line = one_line(unit * (5_000_000 // len(unit)), LINE_BYTES)
        assert len(line.encode()) <= LINE_BYTES
    assert max(looked) < 20_000


def test_a_key_at_the_cut_of_a_long_message_is_not_shown_in_part() -> None:
    for size in range(13_600, 13_750):
        assert "0123" not in one_line(" " * size + f"my {KEY} is", LINE_BYTES)
