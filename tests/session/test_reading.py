"""Expressions of a prompt read, and nothing else: nobody's code runs, nothing is used up, nothing gets too large."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import datetime as dt
import enum
import functools
import io
import itertools
import os
import pathlib
import types
import typing
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aitunnel_jupyter import Answer, Usage, reader
from aitunnel_jupyter.session.prompt import ExpressionFailed, expand
from aitunnel_jupyter.session.prompt.methods import _registered
from aitunnel_jupyter.session.prompt.roots import person_variables

EXAMPLES = int(os.environ.get("AITUNNEL_TEST_EXAMPLES", "150"))
ran: list[str] = []
"""What ran although nothing may."""


def runs(name: str, value: Any = 1) -> Any:
    def run(*_: Any, **__: Any) -> Any:
        ran.append(name)
        return value

    return run


OPERATORS = [
    f"__{sign}{name}__"
    for name in [
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "lshift",
        "rshift",
        "or",
        "and",
        "xor",
        "matmul",
    ]
    for sign in ("", "r", "i")
]
NOISY = {
    name: runs(name)
    for name in (*OPERATORS, *["__getattr__", "__getitem__", "__setitem__", "__delitem__", "__len__", "__iter__", "__next__", "__contains__", "__hash__", "__eq__", "__lt__", "__gt__", "__le__", "__ge__", "__call__", "__format__", "__bool__", "__index__", "__int__", "__float__", "__round__", "__neg__", "__pos__", "__invert__", "__abs__", "__missing__", "__reversed__", "__enter__", "__exit__", "__await__", "__get__", "__set__", "__array__", "__length_hint__", "upper", "get", "keys", "pop", "append", "head", "mean", "text", "name"])
}  # fmt: skip
Noisy = type(
    "Noisy", (), {**NOISY, "value": property(runs("property")), "lazy": functools.cached_property(runs("lazy"))}
)


def noisy(base: type, *names: str) -> type:
    """A subclass of ``base`` with methods of its own."""
    return type(f"Noisy{base.__name__}", (base,), {name: runs(f"{base.__name__}.{name}") for name in names})


class Proxy:
    """Looks like whatever it stands for."""

    def __getattribute__(self, name: str) -> Any:
        if name not in {"__class__", "__llm__", "_repr_llm_"}:
            ran.append(f"__getattribute__ {name}")
        return str if name == "__class__" else "x"


class Slotted:
    __slots__ = ("filled", "side")

    def __init__(self) -> None:
        self.filled = 4

    area = property(runs("Slotted.area"))


@dataclasses.dataclass
class Record:
    width: int = 3
    tags: list[str] = dataclasses.field(default_factory=lambda: ["x"])

    @property
    def area(self) -> int:
        ran.append("Record.area")
        return 9

    def grow(self) -> None:
        ran.append("Record.grow")


class Colour(enum.Enum):
    RED = 1

    def paint(self) -> None:
        ran.append("paint")


class Level(enum.IntEnum):
    LOW = 1


class Meta(type):
    __hash__ = runs("Meta.__hash__")  # type: ignore[assignment]
    __eq__ = runs("Meta.__eq__")  # type: ignore[assignment]
    __getattribute__ = runs("Meta.__getattribute__")  # type: ignore[assignment]


WithMeta = Meta("WithMeta", (), {})


class Point(typing.NamedTuple):
    x: int
    y: int

    def move(self) -> None:
        ran.append("move")


class OddFrame(pd.DataFrame):
    head = runs("OddFrame.head")
    shape = property(runs("OddFrame.shape"))  # type: ignore[assignment]


class OddName(str):
    __slots__ = ()
    upper = runs("OddName.upper")
    __str__ = str.__str__


def objects(*values: Any) -> Any:
    """An array of objects, made without asking them whether they are arrays."""
    array = np.empty(len(values), dtype=object)
    for at, value in enumerate(values):
        array[at] = value
    return array


FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"], "size": [7, 8, 9]})
ODD_CELLS = pd.DataFrame({"o": objects(object.__new__(Noisy), object.__new__(Noisy))})
SHADOWED = FRAME.copy()
object.__setattr__(SHADOWED, "head", runs("shadowed head"))
POLAR = pl.DataFrame({"a": [1, 2]})
LAZY_POLAR = pl.LazyFrame({"a": [1]}).map_batches(runs("map_batches"))
ODD_FRAME = OddFrame({"a": [1]})
LAZY = mock.MagicMock()


class Zone(dt.tzinfo):
    utcoffset = runs("utcoffset", dt.timedelta(0))
    tzname = runs("tzname", "x")
    dst = runs("dst", None)


class Descriptors:
    """A descriptor that can be set comes before what is in ``__dict__``."""

    dd = type("Descriptor", (), {"__get__": runs("__get__"), "__set__": runs("__set__")})()

    def __init__(self) -> None:
        self.__dict__["dd"] = 5


class Sly(enum.Enum):
    ONE = 1
    value = property(runs("Sly.value"))  # type: ignore[assignment]


class Noisy2:
    """As a key: hashed once, and then compared with whatever is looked up."""

    __eq__ = runs("Noisy2.__eq__")  # type: ignore[assignment]

    def __hash__(self) -> int:
        return hash("a")


Fake = type("DataFrame", (), {"head": runs("Fake.head"), "shape": property(runs("Fake.shape")), "__module__": "pandas"})
ODD_INDEX = pd.DataFrame(
    {"a": [1, 2]}, index=pd.Index(objects(object.__new__(Noisy), object.__new__(Noisy)), dtype=object)
)
ODD_COLUMNS = pd.DataFrame([[1, 2]])
ODD_COLUMNS.columns = pd.Index(objects(object.__new__(Noisy), object.__new__(Noisy)), dtype=object)
ARRAY_OF_OWN = np.arange(3).view(type("Own", (np.ndarray,), {"sum": runs("Own.sum")}))
OWN_GET = type("Plain", (dict,), {})(a=1)
OWN_GET.get = OWN_GET.keys = runs("own get")  # type: ignore[attr-defined]
SHADOWED_TEXT = type("PlainText", (str,), {})("hey")
SHADOWED_TEXT.upper = runs("own upper")  # type: ignore[method-assign]


def things() -> dict[str, Any]:
    """A namespace full of side effects, and of values that may be read."""
    namespace = types.SimpleNamespace(field="f", method=runs("namespace method"), inner=types.SimpleNamespace(x=5))
    return {
        "city": "Perm", "n": 3, "x": 2.5, "d": {"k": "v", "f": runs("in a dict"), "o": object.__new__(Noisy)},
        "rows": [3, 1, 2], "words": ["a", "b"], "deep": [[1, [2]], {"k": (1,)}], "pair": (1, 2),
        "noisy": object.__new__(Noisy), "noisies": [object.__new__(Noisy)], "proxy": Proxy(),
        "text": noisy(str, "upper", "__len__", "__getitem__", "__add__", "format")("Perm"), "name": OddName("Ann"),
        "numbers": noisy(list, "__iter__", "__len__", "__getitem__", "count")([1]),
        "mapping": noisy(dict, "__getitem__", "get", "keys", "__missing__")({"k": 1}),
        "default": collections.defaultdict(runs("default factory"), k=1), "counter": collections.Counter("aab"),
        "slotted": Slotted(), "record": Record(), "colour": Colour.RED, "level": Level.LOW, "point": Point(1, 2),
        "meta": object.__new__(WithMeta),
        "lazy": LAZY, "namespace": namespace, "partial": functools.partial(runs("partial")),
        "iterator": iter([1, 2]), "generator": (one for one in (1, 2)), "endless": itertools.count(),
        "forever": iter(int, 1), "file": io.StringIO("line"), "path": pathlib.Path("no/such.txt"), "million": range(10**12),
        "big": 10**300, "exponent": Decimal("1e1000000000"), "third": Fraction(1, 3), "price": Decimal("1.50"),
        "day": dt.datetime(2026, 11, 26, 13, 5, tzinfo=dt.UTC), "span": dt.timedelta(days=2),
        "frame": FRAME, "odd_cells": ODD_CELLS, "odd_frame": ODD_FRAME, "shadowed": SHADOWED,
        "series": FRAME["a"], "odd_series": ODD_CELLS["o"], "polar": POLAR,
        "lazy_polar": LAZY_POLAR, "expr": pl.col("a"),
        "array": np.arange(6).reshape(2, 3), "objects": objects(object.__new__(Noisy)),
        "answer": Answer("Hi", model="m", usage=Usage(prompt_tokens=4)), "function": runs("function"), "klass": Record,
        "module": os, "method": [].append, "builtin": print, "In": ["", "secret"], "Out": {1: 2}, "exit": runs("exit"),
        "zoned": dt.datetime(2020, 1, 1, tzinfo=Zone()), "odd_index": ODD_INDEX, "odd_columns": ODD_COLUMNS, "own": OWN_GET,
        "slyly": Sly.ONE, "descriptor": Descriptors(), "fake": Fake(), "odd_int": noisy(int, "__add__", "__radd__")(3),
        "array_of_own": ARRAY_OF_OWN, "plain_text": SHADOWED_TEXT, "keyed": {object.__new__(Noisy2): 1},
        "_": 1, "_private": 2, "_ai": Answer("last"),
    }  # fmt: skip


READ = {
    "{city.upper()} {city[0]} {city[1:]} {city!r:>8} {city.replace('P', 'T')}": "PERM P erm   'Perm' Term",
    "{d['k']} {d.get('k')} {d.get('q', 1)} {len(d)}": "v v 1 3",
    "{sorted(rows)} {max(rows)} {min(rows)} {sum(rows)} {rows[-1]} {rows.count(1)} {rows.index(2)}": "[1, 2, 3] 3 1 6 2 1 2",
    "{', '.join(words)}, {sorted(rows, reverse=True)}, {max(n, 7)}, {round(x)} {round(x, 1)}": "a, b, [3, 2, 1], 7, 2 2.5",
    "{n + 1} {n * x} {city + '!'} {rows + [4]} {'-' * n} {2 ** n} {-n} {~n}": "4 7.5 Perm! [3, 1, 2, 4] --- 8 -3 -4",
    "{path.name} {path.stem} {path.parent} {path / 'x'} {path.with_suffix('.md')}": "such.txt such no no/such.txt/x no/such.md",
    "{day:%Y-%m} {day.year} {day.isoformat()} {(day + span).day} {span.days}": "2026-11 2026 2026-11-26T13:05:00+00:00 28 2",
    "{price * 2} {third + 1} {price:.3f} {third.numerator}": "3.00 4/3 1.500 1",
    "{frame.shape} {frame.a.sum()} {frame['a'].max()} {frame.size} {len(frame)} {frame.a[0]}": "(3, 3) 6 3 9 3 1",
    "{list(frame.columns)}{frame.columns.tolist()} {frame.iloc[0, 1]} {frame.loc[1, 'a']}": "{list(frame.columns)}['a', 'b', 'size'] x 2",
    "{frame.head(1).a.sum()} {frame[frame_mask].a.sum()} {frame[['a', 'b']].shape} {(series + 1).sum()}": "1 3 (3, 2) 9",
    "{million_numbers} {sum(numbers_list)} {max(numbers_list)}": "{million_numbers} 79999800000 399999",
    "{lists.shape} {lists.b.max()} {lists.a.describe()['max']}": "(2, 2) [2] 2.0",
    "{frame.to_csv(index=False)}": "a,b,size\n1,x,7\n2,y,8\n3,z,9\n",
    "{polar.shape} {polar['a'].sum()} {polar.head(1).height}": "(2, 1) 3 1",
    "{array.T.shape} {array[1, 2]} {array.sum()} {array.mean(axis=0)} {(array * 2).max()}": "(3, 2) 5 15 [1.5 2.5 3.5] 10",
    "{slotted.filled} {record.width} {record.tags[0]} {namespace.inner.x} {point.x} {point[1]}": "4 3 x 5 1 2",
    "{colour.name} {colour.value} {level.name} {level + 1} {counter['a']} {counter.most_common(1)}": "RED 1 LOW 2 2 [('a', 2)]",
    "{answer} {answer.model} {answer.usage.prompt_tokens} {answer.upper()} {_ai} {Out[1]}": "Hi m 4 HI last 2",
    "{type(n)} {str(n)[0]} {repr(city)} {len(str(big))}": "<class 'int'> 3 'Perm' 301",
}

NOT_READ = [
    "zoned.isoformat()",
    "zoned.utcoffset()",
    "zoned-zoned",
    "zoned:%H",
    "sorted([zoned, zoned])",
    "odd_index.loc[0]",
    "odd_index.sort_index()",
    "odd_index.a[0]",
    "odd_columns['a']",
    "odd_columns.a",
    "odd_columns.sum()",
    "own.get('a')",
    "own.keys()",
    "slyly.value",
    "slyly.name2",
    "descriptor.dd",
    "fake.head()",
    "fake.shape",
    "fake['a']",
    "n%'%s'",
    "odd_int+1",
    "1+odd_int",
    "array_of_own.sum()",
    "array_of_own.T",
    "plain_text.upper()",
    "keyed['a']",
    "keyed.get('a')",
    "noisy.value",
    "noisy.lazy",
    "noisy.head()",
    "noisy.text",
    "noisy()",
    "noisy[0]",
    "noisy+1",
    "1+noisy",
    "-noisy",
    "len(noisy)",
    "sum(noisies)",
    "max(noisies)",
    "sorted(noisies)",
    "noisy*2",
    "round(noisy)",
    "noisy:>9",
    "d['o'].value",
    "d[noisy]",
    "d['f']()",
    "proxy.x",
    "proxy.upper()",
    "proxy[0]",
    "len(proxy)",
    "text.upper()",
    "len(text)",
    "text[0]",
    "text+'x'",
    "text.format(1)",
    "name.upper()",
    "numbers[0]",
    "len(numbers)",
    "sum(numbers)",
    "numbers.count(1)",
    "mapping['k']",
    "mapping.get('k')",
    "mapping.keys()",
    "slotted.area",
    "slotted.side",
    "slotted.nothing",
    "record.area",
    "record.grow()",
    "colour.paint()",
    "point.move()",
    "meta.x",
    "lazy.x",
    "lazy.a.b()",
    "lazy()",
    "len(lazy)",
    "lazy[0]",
    "namespace.method()",
    "namespace.method",
    "partial()",
    "partial.func",
    "sum(iterator)",
    "sorted(iterator)",
    "max(iterator)",
    "len(iterator)",
    "sum(generator)",
    "sorted(generator)",
    "generator.gi_frame",
    "generator.gi_frame.f_globals",
    "sum(endless)",
    "max(forever)",
    "sum(forever)",
    "sum(million)",
    "sorted(million)",
    "file.read()",
    "file.close()",
    "file.name",
    "path.unlink()",
    "path.exists()",
    "path.read_text()",
    "path.resolve()",
    "path.touch()",
    "city.format(n)",
    "city.format_map(d)",
    "city.__class__",
    "city.encode().hex(n)",
    "city.center(10000000)",
    "city.zfill(10**9)",
    "city*10**9",
    "rows*10**9",
    "2**10**10",
    "n<<10**9",
    "n**n**n**n",
    "big**big",
    "city%n",
    "'%1000000000d'%n",
    "exponent:f",
    "round(exponent)",
    "rows.pop()",
    "rows.sort()",
    "rows.append(1)",
    "rows.clear()",
    "rows.extend(rows)",
    "d.pop('k')",
    "d.update(d)",
    "d.setdefault('a',1)",
    "default.pop('k')",
    "frame.eval('a')",
    "frame.query('a>1')",
    "frame.apply(len)",
    "frame.pipe(len)",
    "frame.to_csv('x')",
    "frame.to_pickle('x')",
    "frame.to_csv(path_or_buf='x')",
    "frame.to_sql('x',n)",
    "frame.sort_values('a',inplace=True)",
    "frame.pop('a')",
    "frame.insert(0,'q',1)",
    "frame.agg('sum')",
    "frame.transform('abs')",
    "frame.map(str)",
    "frame.attrs",
    "frame.plot()",
    "frame.style",
    "frame.sample(1)",
    "frame.b.str",
    "frame.groupby('a')",
    "frame.to_clipboard()",
    "frame.info()",
    "frame.flags",
    "frame.a.str.upper()",
    "frame.isetitem(0,1)",
    "frame.describe(include=noisies)",
    "odd_frame.head()",
    "odd_frame.shape",
    "odd_frame.a",
    "shadowed.head()",
    "odd_cells.sum()",
    "odd_cells.describe()",
    "odd_cells.o.max()",
    "sorted(odd_series)",
    "odd_series.unique()",
    "odd_cells+1",
    "objects.sum()",
    "objects+1",
    "max(objects)",
    "sum(objects)",
    "lazy_polar.collect()",
    "lazy_polar.describe()",
    "lazy_polar.schema",
    "polar.write_csv('x')",
    "polar.map_rows(len)",
    "polar.sql('select')",
    "expr.sum()",
    "array.tofile('x')",
    "array.dump('x')",
    "array.sort()",
    "array.fill(1)",
    "array.sum(out=array)",
    "array.repeat(10**9)",
    "array.astype('U1000000')",
    "array.setflags(1)",
    "array.view()",
    "array.base",
    "array.ctypes",
    "array.data",
    "function",
    "function()",
    "klass",
    "klass()",
    "module",
    "module.environ",
    "module.getcwd()",
    "method",
    "builtin",
    "answer.continue_()",
    "answer.result()",
    "answer.stop()",
    "answer.snippet()",
    "answer.facts",
    "len(In)",
    "exit",
    "exit()",
    "level.to_bytes(10**9)",
    "str(city,n)",
    "type(n,(),d)",
    "min(rows,key=len)",
    "sorted(rows,key=function)",
    "round(n,-10**9)",
    "day.strftime('%999999d')",
    "n.to_bytes(10**9,'big')",
    "city.translate(d)",
    "city.maketrans(d)",
    "rows.__len__()",
    "city.join(noisies)",
    "city.split(noisy)",
    "city.replace('','x'*10**6)*10**6",
    "span*noisy",
    "day+noisy",
    "price+noisy",
    "frame+noisy",
    "frame+frame.head(1)",
    "array+noisy",
    "array@array",
    "series@series",
    "frame[noisy]",
    "frame.loc[noisy]",
    "array[noisy]",
    "max(noisy,noisy)",
    "min(n,noisy)",
    "str(noisies).format(1)",
    "rows[noisy]",
    "city[noisy]",
    "pair+noisies*10**9",
    "counter+counter",
    "{*rows}",
    "[*rows]",
    "city.x",
]


@pytest.fixture(autouse=True)
def _nothing_ran() -> typing.Iterator[None]:
    ran.clear()
    yield
    assert ran == []


@pytest.mark.parametrize("prompt", READ)
def test_what_only_reads_is_put_in(prompt: str) -> None:
    variables = things()
    variables["frame_mask"] = variables["frame"].a > 2
    variables["numbers_list"] = list(range(400_000))
    variables["lists"] = pd.DataFrame({"a": [1, 2], "b": [[1], [2]]})
    assert expand(prompt, variables).text == READ[prompt]


@pytest.mark.parametrize("inside", NOT_READ)
def test_what_may_do_more_goes_out_as_written(inside: str) -> None:
    variables = things()
    ran.clear()  # making them may compare
    before = len(variables["rows"]), dict(variables["d"]), variables["frame"].shape
    assert expand(f"x {{{inside}}} y", variables).text == f"x {{{inside}}} y"
    assert (len(variables["rows"]), dict(variables["d"]), variables["frame"].shape) == before
    assert (next(variables["iterator"]), next(variables["generator"])) == (1, 1), "nothing is used up"


def test_only_what_the_person_made_is_a_variable() -> None:
    shell = {"exit": 1, "open": 2, "_": 3, "In": ["", "x"], "Out": {}, "_ai": "a", "city": "Perm", "_oh": {}, "quit": 5}
    hidden = {name: value for name, value in shell.items() if name != "city"}
    assert set(person_variables(shell, hidden)) == {"city", "In", "Out", "_ai"}
    assert set(person_variables({**shell, "open": "mine"}, hidden)) == {"city", "In", "Out", "_ai", "open"}


def test_a_missing_key_makes_no_entry() -> None:
    default = collections.defaultdict(list, k=1)
    with pytest.raises(Exception, match="KeyError"):
        expand("{default['q']}", {"default": default})
    assert dict(default) == {"k": 1}


def test_how_a_value_describes_itself_is_asked_once() -> None:
    class Odd:
        def __repr__(self) -> str:
            asked.append(1)
            return "odd"

    asked: list[int] = []
    assert expand("{odd}", {"odd": Odd()}).text == "odd"
    assert asked == [1]


def test_what_is_small_in_memory_and_endless_in_print_is_left() -> None:
    bomb: Any = ["lol"]
    for _ in range(60):
        bomb = [bomb, bomb]
    itself: list[Any] = []
    itself.append(itself)
    prompt = "{bomb} {bomb!r} {str(bomb)}"
    assert expand(f"{prompt} {{n}}", {"bomb": bomb, "n": 1}).text == f"{prompt} 1"
    assert expand("{itself!s}", {"itself": itself}).left == ("{itself!s}",)


def test_all_values_together_have_a_limit() -> None:
    expanded = expand("{text * 900}" * 40_000, {"text": "x" * 1000})
    assert len(expanded.text) < 60_000_000
    assert expanded.left == ("{text * 900}",)


def test_people_say_which_of_their_methods_read() -> None:
    class Model:
        def summary(self, digits: int = 2) -> str:
            return f"R² {0.5:.{digits}f}"

        @property
        def score(self) -> float:
            return 0.5

        def fit(self) -> None:
            ran.append("fit")

    class Better(Model):
        pass

    try:
        reader(Model, "summary", "score")
        variables = {"model": Better(), "noisies": [Model()]}
        assert expand("{model.summary(digits=3)} {model.score}", variables).text == "R² 0.500 0.5"
        assert expand("{model.fit()} {model.summary(noisies)}", variables).left == (
            "{model.fit()}",
            "{model.summary(noisies)}",
        )
    finally:
        _registered.clear()
    for kind, name in ((3, "x"), (Model, "_x"), (Model, "a b")):
        with pytest.raises((TypeError, ValueError), match=r"reader\(\)"):
            reader(kind, name)  # type: ignore[arg-type]


def test_any_gives_full_expressions_back() -> None:
    rows = [1, 2]
    assert expand("{rows.pop()} {'{}'.format(rows)}", {"rows": rows}, calls="any").text == "2 [1]"
    assert expand("{os.getcwd()} {f()}", {"os": os, "f": print}, calls="any").text == "{os.getcwd()} {f()}"


# --- any text, any of them ----------------------------------------------------------------------------------

NAMES = st.sampled_from(sorted(things()))
ATTRIBUTES = st.sampled_from(
    [
        "value",
        "lazy",
        "head",
        "upper",
        "pop",
        "append",
        "name",
        "x",
        "a",
        "o",
        "shape",
        "columns",
        "field",
        "method",
        "__class__",
        "__init__",
        "format",
        "get",
        "keys",
        "read",
        "unlink",
        "collect",
        "sum",
        "T",
        "iloc",
        "loc",
        "real",
        "args",
        "gi_frame",
        "f_globals",
        "func",
        "close",
        "eval",
        "query",
        "apply",
        "text",
        "model",
        "continue_",
        "str",
        "dt",
        "values",
    ]
)
LITERALS = st.sampled_from(["1", "-1", "'k'", "'a'", "0.5", "None", "10**9", "[1]", "1:2", "'%s'", "'{0.__class__}'"])
EXPRESSIONS = st.recursive(
    NAMES | LITERALS,
    lambda inner: st.one_of(
        st.builds("{}.{}".format, inner, ATTRIBUTES),
        st.builds("{}.{}()".format, inner, ATTRIBUTES),
        st.builds("{}.{}({})".format, inner, ATTRIBUTES, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds(
            "({} {} {})".format,
            inner,
            st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<<", "|", "&", "@"]),
            inner,
        ),
        st.builds(
            "{}({})".format,
            st.sampled_from(["len", "str", "repr", "round", "min", "max", "sum", "sorted", "type"]),
            inner,
        ),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "round", "sum", "type", "sorted"]), inner, inner),
        st.builds("-{}".format, inner),
    ),
    max_leaves=6,
)
FIELDS = st.builds(
    "{{{}{}}}".format, EXPRESSIONS, st.sampled_from(["", "", "", "!r", "!s", ":>9", ":.2f", ":{n}", "!a:5"])
)
AROUND = st.text(alphabet="{}ab \\^_$\"'f:![]()1,\n`~<>=", max_size=8)
DESCRIBING = {"utcoffset", "tzname", "__hash__"}
"""What ``str()`` of a date, or of a frame with labels of the person's own class, runs: how a value describes itself is
its own."""
PROMPTS = st.lists(FIELDS | AROUND, max_size=5).map("".join)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES < 1000, suppress_health_check=list(HealthCheck))
@given(PROMPTS)
def test_whatever_is_pasted_runs_nothing(prompt: str) -> None:
    variables = things()
    ran.clear()
    shown: list[object] = []
    with contextlib.suppress(ExpressionFailed):
        expanded = expand(prompt, variables, lambda value, _: shown.append(value) or "\0")  # type: ignore[func-returns-value]
        assert expanded.put_in or expanded.text == prompt
        assert all(name.strip("{}") in prompt for name in (*expanded.put_in, *expanded.left, *expanded.left_in_code))
    assert set(ran) <= DESCRIBING
    ran.clear()
    assert (next(variables["iterator"]), next(variables["generator"]), variables["rows"]) == (1, 1, [3, 1, 2])
    assert (variables["file"].tell(), dict(variables["default"]), len(variables["d"])) == (0, {"k": 1}, 3)
    assert variables["frame"].shape == (3, 3)
