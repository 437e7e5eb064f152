"""Code keeps every character, in colours where the language is known."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Token

from aitunnel_jupyter.rendering import highlight
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


@pytest.mark.parametrize("language", ["actionscript", "amdgpu", "nonsense", "mips"])
def test_a_language_whose_lexer_was_not_measured_is_plain(language):
    assert code_html("if x: 'y'", language) == "<pre><code>if x: 'y'</code></pre>"


@pytest.mark.parametrize(
    "language", ["py", "js", "ts", "c++", "c#", "golang", "yml", "sh", "ipython3", "rs", "rb", "r", "objc", "tex", "md"]
)
def test_other_names_of_measured_lexers_count(language):
    assert highlight._lexer(highlight._name(language)) is not None


def test_a_lexer_that_does_not_end_is_left_when_its_time_is_over(monkeypatch):
    now = itertools.count()
    monkeypatch.setattr(highlight, "thread_time", lambda: next(now) / 1000)
    taken = []

    class Endless:
        def get_tokens(self, _text):
            while True:
                taken.append(1)
                yield Token.Text, "x"

    monkeypatch.setattr(highlight, "_lexer", lambda _: Endless())
    assert code_html("a < b", "python") == "<pre><code>a &lt; b</code></pre>"
    assert len(taken) < 1000 * (highlight.LEAST_SECONDS + 6 * highlight.SECONDS_EACH) + 2


def test_code_stays_small():
    code = Path(code_html.__code__.co_filename).read_text(encoding="utf-8")
    assert len(code_html(code, "python")) < 1.6 * len(code)
