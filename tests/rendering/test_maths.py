"""Formulas are marked for the typesetter; money is not a formula."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape

import pytest
from front import FRONT, modules

from aitunnel_jupyter.rendering.markdown import to_html
from aitunnel_jupyter.rendering.maths import typeset

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


HEAVY = [
    r"\rule{100000em}{100000em}", r"\Rule{1em}{99999pt}{0pt}", r"a\hspace{100000em}b", r"a\hspace*{ 9999 cm }b", r"a\kern100000em b",
    r"a\mkern99999mu b", r"a\mskip 99999mu b", r"\raisebox{1000em}{x}", r"\raise1000em{x}", r"\genfrac(){1000em}{0}{a}{b}",
    r"a\above{1000em}b", r"\begin{matrix}a\\[1000em]b\end{matrix}", r"\rule{9em}{9em}" * 12, r"\begin{array}{*{1000}{c}}a\end{array}",
    "x" + "^{x" * 60 + "}" * 60, "{" * 60 + "x" + "}" * 60, "\\left(" * 60 + "x" + "\\right)" * 60, "\\sqrt" * 60 + " x",
]  # fmt: skip
LIGHT = [
    r"\frac{a}{b}", r"V = 1500 cm^3", r"\text{5000 mm}", r"\hspace{1em}", r"a\\[2pt]b", r"\rule{2em}{1pt}", r"\begin{array}{*{3}{c}}a\end{array}",
    "x" + "^{x" * 9 + "}" * 9, r"\alpha\beta\gamma\delta\epsilon\zeta\eta\theta", r"\left(\left(x\right)\right)", r"\{ x \}" * 50,
]  # fmt: skip


def test_a_formula_that_would_fill_the_page_is_code_in_cells_and_panel():
    assert [tex for tex in HEAVY if typeset(tex, display=True) is not None] == []
    assert [tex for tex in LIGHT if typeset(tex, display=True) is None] == []
    program = (
        f"import {{ isHeavy }} from {json.dumps((FRONT / 'prose' / 'maths.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps([*HEAVY, *LIGHT])}.map(isHeavy)));"
    )
    modules()
    ran = subprocess.run(["node", "--input-type=module", "--eval", program], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [True] * len(HEAVY) + [False] * len(LIGHT)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("$ x^2$ and $x^2 $", []),
        ("$\tx_1$", []),
        ("$x^2`$ and `$y^2$`", [r"\(y^2\)"]),
        ("$x_1`a`$", []),
        ("$x^2\\$ + y^2$", [r"\(x^2\$ + y^2\)"]),
        (r"a\$x^2$b", []),
        ("[$x^2$](https://a.test)", [r"\(x^2\)"]),
        ("![$x^2$](https://a.test/i.png)", []),
        ("*$x^2$*", [r"\(x^2\)"]),
    ],
)
def test_where_a_dollar_opens_and_closes(source, found):
    assert formulas(source) == found


def test_a_formula_cannot_close_its_element(safe):
    html = to_html(r"\(a</span><script>b\)")
    assert safe(html) == r"\(a</span><script>b\)"


def test_many_openers_cost_no_more_than_their_length():
    assert formulas("\\[x\n" * 20_000) == []
    assert formulas("\\( " * 20_000) == []
