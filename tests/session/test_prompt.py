"""Braces in prompts: ours are replaced once, everyone else's go out byte for byte."""

from __future__ import annotations

import math
import os
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.session.prompt import ExpressionFailed, expand

VARIABLES: dict[str, Any] = {
    "city": "Perm",
    "n": 3,
    "a": 1,
    "b": 2,
    "i": 7,
    "x": 2.5,
    "name": "Ann",
    "d": {"k": "{city}", "two words": 1},
    "rows": [3, 1, 2],
    "obj": SimpleNamespace(field="f", method=lambda k=1: k * 2),
    "os": os,
    "math": math,
}

REPLACED = {
    "{city}": "Perm",
    "{ city }": "Perm",
    "in {city}, {n} times": "in Perm, 3 times",
    "{city!r} {city:>6} {x:.2f} {n:03d}": "'Perm'   Perm 2.50 003",
    "{d['k']} {d['two words']}": "{city} 1",
    "{rows[0]} {rows[1:]} {rows[-1]}": "3 [1, 2] 2",
    "{obj.field} {d.get('k')} {city.replace('P', 'T')} {rows.count(3)}": "f {city} Term 1",
    "{n + 1} {-n} {n * x} {n ** 2} {n % 2}": "4 -3 7.5 9 1",
    "{len(city)} {sorted(rows)} {max(rows)} {round(x)} {sum(rows)} {str(n)} {repr(city)}": "4 [1, 2, 3] 3 2 6 3 'Perm'",
    "{city.upper().lower()}": "perm",
    "{{city}}": "{city}",
    "{{{city}}}": "{{Perm}}",
    "file_{n}.txt and v{n}": "file_3.txt and v3",
    "```\n{city}\n```": "```\nPerm\n```",
    '{"name": "{city}"}': '{"name": "Perm"}',
    "{city}{n}": "Perm3",
    "(x) {n}": "(x) 3",
}

UNTOUCHED = [
    "{}",
    "{ }",
    '{"a": 1, "b": {"c": []}}',
    "{'a': n}",
    "{1, 2}",
    "{city, n}",
    "{x: 1}",
    "{name: value}",
    "p {color: red; n: 1}",
    "/users/{id}/{type}",
    "{os}",
    "{os.environ}",
    "{math.pi}",
    "{city.__class__}",
    "{__import__('os')}",
    "{eval('1')}",
    "{open(city)}",
    "{print(city)}",
    "{lambda: n}",
    "{[r for r in rows]}",
    "{n if a else b}",
    "{n := 1}",
    "{n > 1}",
    "{'text'}",
    "{1}",
    "{city!x}",
    "{city:}",
    "{city",
    "city}",
    "{\ncity\n}",
    r"\frac{a}{b} x^{n} x_{i} \sum_{i=1}^{n} \text{city} \begin{a}{b} \sqrt[n]{x} \mathbb{x}_{n} (a)^{n}",
    "${name} and `${n}`",
    """f"Hello {name}" rf'{n}' F"{x} {city}" """,
    "for (const x of y) { return x }",
    "fn main() { let n = 1; }",
    "{{unknown}} {{ }} {{",
    "{% if city %}",
    "{#city}",
]


@pytest.mark.parametrize("prompt", REPLACED)
def test_expressions_on_variables_are_replaced(prompt: str) -> None:
    assert expand(prompt, VARIABLES).text == REPLACED[prompt]


@pytest.mark.parametrize("prompt", UNTOUCHED)
def test_everything_else_goes_out_as_written(prompt: str) -> None:
    assert expand(prompt, VARIABLES).text == prompt


def test_values_are_never_expanded_again() -> None:
    assert expand("{one}", {"one": "{two}", "two": "secret"}).text == "{two}"


def test_a_bare_name_that_does_not_exist_is_reported_once() -> None:
    assert expand("{town} {town} {len} {os} {a.b} \\frac{q}{r}", {"os": os}).unknown == ("town",)


def test_a_failing_expression_is_named() -> None:
    with pytest.raises(ExpressionFailed, match=r"\{d\['q'\]\}: KeyError"):
        expand("{d['q']}", VARIABLES)


@given(st.text(alphabet="{}ab \\^_$\"'f:![]()1,\n", max_size=60))
def test_without_variables_any_text_goes_out_as_written(prompt: str) -> None:
    assert expand(prompt, {}).text == prompt
