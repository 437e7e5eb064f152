"""Code keeps every character, in colours where the language is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.rendering.highlight import LONGEST, code_html


def test_words_of_one_kind_share_one_tag():
    assert code_html("x is not None", "python") == "<pre><code>x <b>is not None</b></code></pre>"


def test_each_kind_has_its_tag():
    html = code_html("@a\ndef f():\n    return len('s') + 1  # c\n", "python")
    for part in (
        "<dfn>@a</dfn>",
        "<b>def</b> <dfn>f</dfn>",
        "<dfn>len</dfn>",
        "<tt>'s'</tt>",
        "<var>1</var>",
        "<i># c</i>",
    ):
        assert part in html


def test_a_diff_is_coloured():
    html = code_html("-a\n+b\n", "diff")
    assert html == "<pre><code><del>-a</del>&#10;<ins>+b</ins></code></pre>"


@pytest.mark.parametrize(
    "language", ["", "nonsense", "../x", "python\n", "<b>", "a" * 99, "{.python}", "py onclick=x", "  "]
)
def test_any_language_is_harmless(language, safe):
    assert safe(code_html("if 1 < 2: 'x'", language)) == "if 1 < 2: 'x'"


@pytest.mark.parametrize("language", ["python", "json", "bash", "html", "diff", "pycon", "yaml", "c++", "none"])
@given(code=st.text(alphabet="abx =\"'#<>&\n\t+-@{}():1é", max_size=80))
def test_no_character_of_the_code_is_lost(language, code, safe):
    assert safe(code_html(code + "\n", language)) == code


def test_very_large_code_and_very_long_lines_are_plain():
    assert "<b>" not in code_html("if x: pass\n" * LONGEST, "python")
    assert "<b>" not in code_html("if x: pass;" * 1_000, "python")


@pytest.mark.fallback
def test_a_lexer_that_fails_costs_only_the_colours(monkeypatch):
    monkeypatch.setattr("aitunnel_jupyter.rendering.highlight._lexer", lambda _: object())
    assert code_html("a < b", "python") == "<pre><code>a &lt; b</code></pre>"


def test_code_stays_small():
    code = Path(code_html.__code__.co_filename).read_text(encoding="utf-8")
    assert len(code_html(code, "python")) < 1.6 * len(code)
