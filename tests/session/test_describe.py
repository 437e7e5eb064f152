"""Variables describe themselves: in a budget, the same each time, whatever they are."""

from __future__ import annotations

import dataclasses
import decimal
import functools
import linecache
import pathlib
import re
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from unittest.mock import MagicMock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aitunnel_jupyter
from aitunnel_jupyter.session import describe as describing
from aitunnel_jupyter.session.describe import Description, describe, describer, is_describable, tokens_in
from aitunnel_jupyter.session.description import cut


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(describing, "_registered", {})
    return


class Speaks:
    def __init__(self, said: Any = "I am 5 m long") -> None:
        self.said = said

    def __llm__(self) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no repr at 0x7f00ab")


# --- who speaks ---------------------------------------------------------------------------------------------


def test_a_value_speaks_for_itself_first() -> None:
    describer(Speaks)(lambda value, name, tokens: "registered")
    assert describe(Speaks(), "x").text == "I am 5 m long"
    picture = Description("text", "data:image/png;base64,AA==")
    assert describe(Speaks(picture)) == picture


def test_the_other_spelling_is_known_too() -> None:
    class Frame:
        def _repr_llm_(self) -> str:
            return "a frame"

    assert describe(Frame()).text == "a frame"
    assert is_describable(Frame())


def test_a_class_is_not_called() -> None:
    assert "class" in describe(Speaks, "Speaks").text.splitlines()[0]


def test_what_a_value_raises_is_a_short_note() -> None:
    found = describe(Speaks(ValueError("x" * 5000)), "it")
    assert found.text.startswith("(it: __llm__() raised ValueError: xxx")
    assert tokens_in(found.text) < 120
    assert "Speaks object" in found.text
    assert "0x" not in found.text


def test_what_is_no_text_is_a_note_and_none_is_silence() -> None:
    assert "returned int, not str" in describe(Speaks(5)).text
    assert "raised" not in describe(Speaks(None)).text


def test_a_repr_that_raises_is_a_note() -> None:
    assert describe(Broken(), "b").text == "(b: repr() raised RuntimeError: no repr)\nb: Broken"
    assert "RuntimeError" in describe([Broken()]).text or "Broken instance" in describe([Broken()]).text


def test_interrupts_are_not_swallowed() -> None:
    class Endless:
        def __llm__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        describe(Endless())


def test_the_later_registration_wins() -> None:
    class Thing: ...

    describer(Thing)(lambda value, name, tokens: "first")
    describer(f"{Thing.__module__}.{Thing.__qualname__}")(lambda value, name, tokens: "by name")
    assert describe(Thing()).text in {"first", "by name"}
    describer(Thing)(lambda value, name, tokens: "last")
    assert describe(Thing()).text == "last"


def test_a_name_registers_without_importing() -> None:
    describer("decimal.Decimal")(lambda value, name, tokens: f"{name} = {value} exactly")
    assert describe(decimal.Decimal("1.10"), "price").text == "price = 1.10 exactly"
    assert is_describable(decimal.Decimal(1))
    assert describe(pathlib.PurePosixPath("a"), "p").text == "p: PurePosixPath('a')"


def test_a_subclass_wins_over_its_base() -> None:
    class Base: ...

    class Child(Base): ...

    describer(Child)(lambda value, name, tokens: "child")
    describer(Base)(lambda value, name, tokens: "base")
    assert describe(Child()).text == "child"
    assert describe(Base()).text == "base"
    describer(Child)(lambda value, name, tokens: None)
    assert describe(Child()).text == "base"


def test_users_win_over_what_is_built_in() -> None:
    describer(dict)(lambda value, name, tokens: "mine")
    assert describe({}).text == "mine"
    assert describe(OrderedDict()).text == "mine"
    assert is_describable({})


def test_a_proxy_that_has_every_attribute_is_not_asked() -> None:
    class Proxy:
        def __getattr__(self, name: str) -> Any:
            return lambda: "from the proxy"

    assert "from the proxy" not in describe(Proxy()).text
    assert not is_describable(MagicMock())


@pytest.mark.parametrize(
    "value",
    ["text", 5, 2.5, True, None, 1j, b"x", [1], (1,), {"a": 1}, {1}, decimal.Decimal(1), datetime.now(UTC), object()],
)
def test_plain_values_go_out_as_they_are(value: object) -> None:
    assert not is_describable(value)
    assert describe(value, "x").text.startswith("x: ")


@pytest.mark.parametrize("value", [len, describe, Speaks, Speaks(), ValueError("x"), "".join, functools.cache(len)])
def test_code_and_exceptions_have_more_to_say_than_str(value: object) -> None:
    assert is_describable(value)


def test_the_decorator_is_part_of_the_package() -> None:
    assert aitunnel_jupyter.describer is describer


def test_no_library_is_imported_for_values_that_are_not_its_own() -> None:
    code = """
import sys
from aitunnel_jupyter.session.attach import attachments, content
from aitunnel_jupyter.session.describe import describe, is_describable
for value in (1, "x", [1], {"a": object()}, len, describe, ValueError("x"), object()):
    is_describable(value), describe(value)
attachments(["x"], {"x": [1]})
print({"pandas", "polars", "numpy", "PIL", "matplotlib", "httpx", "IPython"} & set(sys.modules))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


# --- budget -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [20, 100, 2000])
@pytest.mark.parametrize(
    "value",
    ["длинно " * 10_000, "1" * 10_000, list(range(10_000)), {str(n): "v" * 500 for n in range(1000)}, Speaks("x" * 10**6),
     ValueError("m" * 10**5), describe, dict, set(range(999)), b"x" * 10**6, OrderedDict.fromkeys("абв")],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_every_text_keeps_to_its_budget(value: object, tokens: int) -> None:
    assert tokens_in(describe(value, "x", tokens=tokens).text) <= tokens


@given(st.text(max_size=300), st.integers(0, 80))
def test_a_cut_text_keeps_to_the_budget_and_begins_like_the_whole(text: str, tokens: int) -> None:
    found = cut(text, tokens)
    assert tokens_in(found) <= tokens
    assert found == text or "… (" in found or text.startswith(found)


def test_a_cut_says_how_much_is_shown() -> None:
    found = describe("word " * 10_000, tokens=100).text
    assert re.search(r"… \(\d+ of 50,000 characters shown\)$", found)
    assert found.startswith("str, 50,000 characters\nword word")


def test_counting_tokens_is_quick_and_knows_scripts() -> None:
    assert tokens_in("hello world!") == 3
    assert tokens_in("привет") == 3
    assert tokens_in("привет " * 1_000_000) >= 1_000_000, "in one pass, or it would not end"


def test_a_lone_surrogate_can_be_sent() -> None:
    describe(["\ud800"]).text.encode()
    describe("\ud800").text.encode()


# --- containers ---------------------------------------------------------------------------------------------


def test_containers_tell_length_kinds_and_first_items() -> None:
    assert describe({"a": 1, "b": "x"}, "d").text == "d: dict, 2 items (int × 1, str × 1)\n- 'a': 1\n- 'b': 'x'"
    assert describe([], "l").text == "l: list, 0 items"
    assert describe({"b", "a"}).text == "set, 2 items (str)\n- 'a'\n- 'b'"


class Point(NamedTuple):
    x: int
    y: int


def test_named_tuples_tell_their_fields() -> None:
    assert describe(Point(1, 2)).text == "Point, 2 items (int)\n- x: 1\n- y: 2"


def test_long_containers_are_cut_and_say_so() -> None:
    found = describe(list(range(5000)), tokens=100).text
    assert re.search(r"… \(\d+ of 5,000 items shown\)$", found)


def test_recursion_ends() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    knot: dict[str, Any] = {}
    knot["self"] = knot
    assert "list, 2 items" in describe(loop).text
    assert "dict, 1 item" in describe(knot).text
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert "list, 1 item" in describe(deep).text


def test_items_that_can_are_described_on_one_line() -> None:
    found = describe([ValueError("no"), Speaks("first\nsecond")]).text
    assert found.splitlines()[1:] == ["- ValueError: no", "- first"]


def test_huge_containers_are_quick() -> None:
    looked = [0]

    class Counted(list[Any]):
        def __iter__(self) -> Any:
            for one in super().__iter__():
                looked[0] += 1
                yield one

    describe(Counted(range(300_000)))
    describe(Counted(["x" * 1000] * 100_000))
    assert looked[0] < 200_000
    assert len(describe(list(range(3_000_000))).text) < 10_000


# --- code ---------------------------------------------------------------------------------------------------

CELL = '''
@decorated
class Shop(Base):
    """Sells."""
    size: int = 1

    def sell(self, n: int) -> int:
        return n * 2

def free(a, b=1):
    """Add."""
    return a + b
'''


def run_cell(source: str) -> dict[str, Any]:
    """As IPython does: the source goes into linecache, the module has no file."""
    name = "<ipython-input-7-abc>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    scope: dict[str, Any] = {"__name__": "__main__", "Base": object, "decorated": dataclasses.dataclass}
    exec(compile(source, name, "exec"), scope)
    return scope


def test_functions_and_classes_of_cells_show_their_source() -> None:
    scope = run_cell(CELL)
    assert describe(scope["free"], "free").text == (
        'free: function free\n```python\ndef free(a, b=1):\n    """Add."""\n    return a + b\n```'
    )
    shop = describe(scope["Shop"], "Shop").text
    assert shop.startswith("Shop: class Shop\n```python\n@decorated\nclass Shop(Base):")
    assert shop.endswith("return n * 2\n```")
    assert describe(scope["Shop"]().sell).text.startswith("method Shop.sell\n```python\ndef sell(self, n: int)")


def test_without_source_signature_and_doc_are_left() -> None:
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec("class Gone:\n  'Was here.'\n  def stay(self): ...\n\ndef gone(a, *, b=2):\n  'Went.'", scope)
    assert describe(scope["gone"], "f").text == "f: function gone(a, *, b=2)\nWent."
    assert describe(scope["Gone"]).text == "class Gone()\nWas here.\nmethods: stay"
    assert "Return the number of items" in describe(len).text
    assert describe(dict.fromkeys, "f").text


def test_long_source_is_cut_between_lines() -> None:
    found = describe(subprocess.Popen, tokens=300).text
    assert re.search(r"\n… \(\d+ of [\d,]+ lines shown\)\n```$", found)
    assert tokens_in(found) <= 300


# --- exceptions ---------------------------------------------------------------------------------------------


def fail(depth: int) -> None:
    if depth:
        fail(depth - 1)
    raise KeyError("ключ")


def test_an_exception_comes_with_frames_notes_and_causes() -> None:
    try:
        try:
            fail(0)
        except KeyError as cause:
            error = ValueError("bad value")
            error.add_note("while reading row 7")
            raise error from cause
    except ValueError as caught:
        found = describe(caught, "e").text
    assert found.startswith("e: ValueError: bad value")
    for part in ("while reading row 7", "KeyError: 'ключ'", "direct cause", "in fail"):
        assert part in found


def test_deep_tracebacks_keep_their_last_frames() -> None:
    def odd(depth: int) -> None:
        even(depth - 1)

    def even(depth: int) -> None:
        if depth <= 0:
            raise KeyError("deep")
        odd(depth - 1)

    try:
        odd(200)
    except KeyError as caught:
        error = caught
    found = describe(error, tokens=400).text
    assert tokens_in(found) <= 400
    assert re.search(r"last \d+ of 2\d\d frames shown", found)
    assert found.endswith("KeyError: 'deep'")


def test_exceptions_that_misbehave_and_groups() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "Mute" in describe(Mute()).text
    assert "two" in describe(ExceptionGroup("both", [ValueError("one"), ValueError("two")])).text
    loop = ValueError("loop")
    loop.__context__ = KeyError()
    loop.__context__.__context__ = loop
    assert "loop" in describe(loop).text


def test_descriptions_are_the_same_each_time() -> None:
    class Plain: ...

    for value in (Plain(), [Plain()], {"f": lambda: 1}, ValueError(Plain()), Plain().__init__):
        assert "0x" not in describe(value, "v").text
