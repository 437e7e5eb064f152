"""Formulas are marked for the typesetter; money is not a formula."""

from __future__ import annotations

import re
from html import unescape

import pytest

from aitunnel_jupyter.rendering.markdown import to_html

SPAN = re.compile(r'<span class="mathjax_process tex2jax_process">(.*?)</span>', re.DOTALL)


def formulas(source):
    return [unescape(found) for found in SPAN.findall(to_html(source))]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("$x^2$", [r"\(x^2\)"]),
        ("so $a$, $b$.", [r"\(a\)", r"\(b\)"]),
        (r"\(a < b\)", [r"\(a < b\)"]),
        (r"in text \[ x \] goes on", [r"\[x\]"]),
        ("in text $$x$$ goes on", [r"\[x\]"]),
        ("$$x$$", [r"\[x\]"]),
        ("$$\nx\n\ny\n$$", ["\\[x\n\ny\\]"]),
        ("\\[\nx \\\\[2pt]\ny\n\\]", ["\\[x \\\\[2pt]\ny\\]"]),
        ("text\n\\[\nx\n\\]\ntext", [r"\[x\]"]),
        ("1. a\n\n   \\[\n   x\n   \\]\n\n2. b", [r"\[x\]"]),
        ("- a $$x$$\n  $$\n  y\n  $$", [r"\[x\]", r"\[y\]"]),
        ("> $$\n> x\n> $$", [r"\[x\]"]),
        ("| a |\n|---|\n| $x_1$ |", [r"\(x_1\)"]),
        (r"$a_1 * b * c_1$ and *em*", [r"\(a_1 * b * c_1\)"]),
        (r"$5x + 3 = y$", [r"\(5x + 3 = y\)"]),
        (r"$\$5$", [r"\(\$5\)"]),
        (r"$x \in \text{set}$", [r"\(x \in \text{set}\)"]),
        (r"\[\begin{align*}a&=b\end{align*}\]", [r"\[\begin{aligned}a&=b\end{aligned}\]"]),
        (r"$$\begin{equation}a\label{e}\end{equation}$$", [r"\[a\]"]),
    ],
)
def test_a_formula_is_marked_once(source, found):
    assert formulas(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "$5 and $10",
        "costs $5, sells for $7.50",
        "US$5 or US$6",
        "from $100K to $200K",
        "$5-$10 and $5/$10",
        "It is $5. Then 10$ is",
        "$5 за штуку, всего 10$",
        "**$5**–**$10**",
        "$HOME/bin:$PATH",
        "a $ b $ c",
        "$ x$ and $x $",
        "only $$",
        "$$$$",
        "$$ $$",
        r"\$x\$ and \\(x\\)",
        "`$x$` and ``\\(x\\)``",
        "```\n$$\nx\n$$\n```",
        "    \\[ x \\]",
        "$a `b$ c`",
        r"\( not closed",
        "\\[\nnot closed\n\n- a",
        "\\(x\n\ny\\)",
    ],
)
def test_money_code_and_lone_delimiters_are_no_formulas(source):
    assert formulas(source) == []


@pytest.mark.parametrize(
    "macro",
    [r"\href{javascript:x}{y}", r"\url{x}", r"\style{a:b}{x}", r"\class{a}{x}", r"\cssId{a}{x}", r"\require{html}", r"\htmlData{a}{b}",
     r"\def\x{}", r"\newcommand{\x}{}", r"\unicode{65}", r"\bbox[red]{x}", r"a \) b", r"\[ b", "x\\"],
)  # fmt: skip
def test_a_formula_that_asks_for_more_than_typesetting_is_shown_as_code(macro):
    html = to_html(f"$$a {macro}$$")
    assert "<span" not in html
    assert "<code>" in html


def test_a_formula_cannot_close_its_element(safe):
    html = to_html(r"\(a</span><script>b\)")
    assert safe(html) == r"\(a</span><script>b\)"


def test_many_openers_cost_no_more_than_their_length():
    assert formulas("\\[x\n" * 20_000) == []
    assert formulas("\\( " * 20_000) == []
