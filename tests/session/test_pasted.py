"""Texts as people paste them, in a notebook whose variables have the very names that stand in their braces."""

from __future__ import annotations

import math
import os
import re
import sys
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from aitunnel_jupyter.session.prompt import ExpressionFailed, expand
from aitunnel_jupyter.session.prompt.block import Block

VARIABLES: dict[str, Any] = {
    "city": "Perm", "n": 3, "a": 1, "b": 2, "i": 7, "id": 5, "x": 2.5, "name": "Ann", "type_": "t",
    "d": {"k": "{city}", "{a}": "odd"}, "rows": [3, 1, 2], "src": "s", "props": {}, "color": "red",
    "obj": SimpleNamespace(field="f", method=lambda k=1: k * 2, _private=1),
    "In": ["", "a"], "Out": {1: 2}, "_": 1, "__": 2, "_i1": "x", "_private": "p", "math": math, "os": os,
}  # fmt: skip

SENTENCES = {
    'He said "{city}" and she didn\'t': 'He said "Perm" and she didn\'t',
    "R's frames of {city}, plan B's {n}, the students' {n}": "R's frames of Perm, plan B's 3, the students' 3",
    '"""{city}""" and \'{n}\'': '"""Perm""" and \'3\'',
    '"""\n{city}\n"""\n\n"""\n{n}\n"""': '"""\nPerm\n"""\n\n"""\n3\n"""',
    "<doc>{city}</doc> <n>{n}</n>": "<doc>Perm</doc> <n>3</n>",
    "a <b and {n} more": "a <b and 3 more",
    "costs ${n}, $5 for {n} and $6": "costs ${n}, $5 for 3 and $6",
    "Item #{n}, @{name}": "Item #3, @Ann",
    "  ```\n  {city}  \n  ```": "  ```\n  Perm  \n  ```",
    "~~~\n{city}\n~~~\n{n}": "~~~\nPerm\n~~~\n3",
    "> ```\n> {city}\n> ```": "> ```\n> Perm\n> ```",
    "`{city}` {d['{a}']}": "`Perm` odd",
    "let {n} be a number; f({n})": "let 3 be a number; f(3)",
    "city = {city}, n={n}": "city = Perm, n=3",
    "{city}: {n}; ({city}), [{n}]": "Perm: 3; (Perm), [3]",
    '(see {city}, "{n}")': '(see Perm, "3")',
    '["{city}", "{n}"]': '["Perm", "3"]',
    "file_{n}.txt, model_{i}": "file_3.txt, model_7",
    "Visit https://example.com/{city}?n={n}": "Visit https://example.com/Perm?n=3",
    "Read /data/{city}.csv": "Read /data/Perm.csv",
    "Ещё «{city}» и „{n}“": "Ещё «Perm» и „3“",
}

CODE = [
    "'{name} is {x}'.format(name=name, x=x)",
    '"{name} is {x}"\n    .format(name=name, x=x)',
    "'{name}' % (n,) and '{name}'.join(rows)",
    "@app.get('/users/{n}/{name}')",
    '"/users/{id}", GET /users/{n}, POST users/{name}/{x}',
    "<b className={name}> <img {name} src={city} /> <p title='{name}'>",
    '<a href="{name}">x</a>',
    '$"{name}" $@"{name}" @$"a\\{name}" @"{n}"',
    'println!("{name}"); format!("{name} {n}")',
    't"{name}" rt\'{n}\' b"{n}" u"{x}"',
    'logger.info("user {name} in {city}", extra={})',
    "message = '{name}' + \"{n}\"",
    'f"""\n{name}\n{n}\n"""',
    "f'''{name}\n\n{n}'''",
    'x = (f"Hello {name} "\n     "you are {x}")',
    'f"{\n  name\n} {n}"',
    "f'{d[\"k\"]} {n}'",
    'raise ValueError("{name}")',
    "{{ name }} {{ n | upper }} {%- for n in rows %}{{ n }}{%- endfor %}",
    "${{ name }} #{{ n }}",
    "sum_{i} x_{i} alpha_{n} \\alpha_{n} \\sum_{i}^{n} lim_{x}",
    r"\frac{2}{b} \frac{\alpha}{n} \sqrt[3]{n}{x} x^{n}_{i}",
    r"\(a {n} b\) \[{x}\] $$ {n} $$ \begin{align} {n} \end{align} $x_{n} + {a}$",
    'puts "Hello #{name}"',
    "{name:>{n}} {x:{n}.{i}f} {name:*^{n}}",
    "{x:1000000000} {x:.100000f} {name:>99999}",
    "```\nprint(f'{name}', {n})\nd = {name}\n```",
    '```python\nf"""\n{name}\n"""\n```',
    "~~~~\n```\nx {name}\n```\nx {n}\n~~~~",
    "text\n```js\nconst a = {n} // never closed\n{{n}}",
    "1. Do\n   ```\n   x {name}\n   ```",
    "   ~~~ python\n   x{n}\n   ~~~",
    "import {name} from 'react'; const {name} = props; export {n};",
    "function App({...props}) { return <p {...props}/> }",
    ".a { color: red } p {color: x} a{color:red}",
    "{In} {Out} {In[1:3]} {Out['x']} {len(In)} {_} {__} {_i1} {_private}",
    "{name.__class__} {name._x} {obj._private} {obj.method.__func__}",
    "%{name} \\{n}",
    "{n!r:{i}} {rows[0]!x}",
]

TOLD = {
    "{city} {n + 1} {city}": ("put_in", ("{city}", "{n + 1}")),
    "{{city}} {{ n }}": ("put_in", ("{{city}}",)),
    "{rows.pop()} {math.pi} {obj.method(1)}": ("left", ("{rows.pop()}", "{math.pi}", "{obj.method(1)}")),
    "```\nx {n}\n```\nlog('{city}') f'{x}' x^{n}": ("left_in_code", ("{n}", "{city}", "{x}")),
}


@pytest.mark.parametrize("prompt", SENTENCES)
def test_in_sentences_values_go_in(prompt: str) -> None:
    assert expand(prompt, VARIABLES).text == SENTENCES[prompt]


@pytest.mark.parametrize("prompt", CODE)
def test_code_goes_out_as_it_was_pasted(prompt: str) -> None:
    assert expand(prompt, VARIABLES).text == prompt


@pytest.mark.parametrize("prompt", TOLD)
def test_what_went_in_and_what_did_not_is_told(prompt: str) -> None:
    what, names = TOLD[prompt]
    assert getattr(expand(prompt, VARIABLES), what) == names


def test_a_cell_that_there_is_not_is_named() -> None:
    for prompt in ("{Out[20]}", "{In[20]}"):
        with pytest.raises(ExpressionFailed, match=f"there is no {re.escape(prompt[1:-1])}"):
            expand(prompt, VARIABLES)


def test_one_cell_and_answers_go_in_as_they_are_written() -> None:
    names = {
        "In": ["", "a", "b", "c"],
        "Out": {3: "d", -1: "e"},
        "_ai": "f",
        "_ai12": "g",
        "k": 3,
        "every": slice(None),
    }
    assert expand("{Out[k]} {In[-k]} {In[every]}", names).text == "d a {In[every]}"
    assert expand("{In[3]} {Out[3]} {Out[-1]} {In[1].upper()} {_ai} {_ai12.upper()}", names).text == "c d e A f G"


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        ("Compare {sales} with {city} please.", "Compare \n{B}\n with Perm please."),
        ("{sales}{sales}", "{B}\n{B}"),
        ("{sales}", "{B}"),
        ("a\n{sales}\nb", "a\n{B}\nb"),
        ("```\n{sales}\n```\n{n}", "```\nsales: 1 row\n~~~csv\n1\n~~~\n```\n3"),
    ],
)
def test_a_description_is_a_block_of_its_own(prompt: str, sent: str) -> None:
    block = "sales: 1 row\n```csv\n1\n```"
    variables = VARIABLES | {"sales": object()}
    expanded = expand(prompt, variables, lambda value, name: Block(block) if name == "sales" else str(value))
    assert expanded.text == sent.replace("{B}", block)


def test_a_description_with_an_open_fence_is_framed() -> None:
    expanded = expand("{x} after", {"x": 1}, lambda *_: Block("note\n````\nnever closed"))
    assert expanded.text == "`````\nnote\n````\nnever closed\n`````\n after"


UNITS = [
    "{", "{{", "}", "{}", "{a", "{(", "\\frac{a}{b}", "f'{", "{a}", "{a.b()}", '{"', "{'a", "{city}", "f'{city}' ", "{x1}",
    "```\n{city}\n", "\\({city}", "$x_{city}", "<a b={city} ", "f(", "{city:{city}", "{{city}}", '"""{city}', "'a' ", '("',
    "{city.pop()}", "('{city}'", "GET {city}", "\n~~~", "'''", "{city!r:>9}", "f'{\n", "\\begin{", "$a ", "R's {city}",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_a_paste_twice_as_long_takes_twice_the_steps(unit: str) -> None:
    """Lines run, not seconds; what the regular expressions look at is bounded, or never looked at again."""
    short, long = (steps(unit * (size // len(unit))) for size in (3_000, 6_000))
    assert long <= 2.2 * short + 200, (short, long)


def steps(prompt: str) -> int:
    counted = 0

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal counted
        counted += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        expand(prompt, {"city": 1})
    finally:
        sys.settrace(before)
    return counted
