"""Frames, arrays, images and figures as a model reads them."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import pytest
from PIL import Image

from aitunnel_jupyter.session.describe import describe, is_describable, tokens_in

mpl.use("Agg")
from matplotlib import pyplot as plt

ROWS = 10_000_000


def text(value: object, name: str = "x", **named: Any) -> str:
    assert is_describable(value)
    found = describe(value, name, **named)
    assert tokens_in(found.text) <= named.get("tokens", 2000)
    assert " raised " not in found.text.partition("\n")[0], found.text
    assert describe(value, name, **named) == found
    return found.text


@pytest.fixture
def sales() -> Any:
    return pd.DataFrame({
        "price": [1.5, None, 3.25],
        "city": ["Пермь", "Омск", "Пермь"],
        "day": pd.to_datetime(["2024-01-01", None, "2024-03-01"]),
        "size": pd.Categorical(["S", "L", "S"]),
        "sold": [True, False, True],
        "n": pd.array([1, None, 3], dtype="Int64"),
        "tags": [["a"], [], None],
        "🙂": [1, 2, 3],
    })  # fmt: skip


# --- pandas -------------------------------------------------------------------------------------------------


def test_a_frame_tells_size_types_nulls_ranges_and_rows(sales: Any) -> None:
    lines = text(sales, "sales").splitlines()
    assert lines[0] == "sales: pandas DataFrame, 3 rows × 8 columns, index RangeIndex 0 … 2"
    facts = {line.split(":")[0]: line for line in lines if line.startswith("- ")}
    assert facts["- price"] == "- price: float64; 1 null (33%); 1.5 … 3.25; mean 2.375"
    assert facts["- city"].endswith("no nulls; 2 distinct: Пермь, Омск")
    assert "2024-01-01 00:00:00 … 2024-03-01 00:00:00" in facts["- day"]
    assert facts["- size"] == "- size: category; no nulls; 2 categories: L, S"
    assert facts["- sold"] == "- sold: bool; no nulls; 2 true"
    assert facts["- n"] == "- n: Int64; 1 null (33%); 1 … 3; mean 2"
    assert "all 3 rows:" in lines
    assert "1.5,Пермь,2024-01-01 00:00:00,S,True,1,['a'],1" in lines


def test_a_series_shows_its_index() -> None:
    found = text(pd.Series([1, 2], index=["a", "b"], name="n"))
    assert found.splitlines()[0] == "x: pandas Series 'n', 2 rows, index Index a … b"
    assert "[index],value\na,1\nb,2" in found


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame(index=range(5)),
        pd.DataFrame([[1, "x"], [3, None]], columns=["a", "a"]),
        pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", None)])),
        pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_tuples([(1, "x"), (2, "y")], names=["k", None])),
        pd.DataFrame({0: [None, None], None: [np.nan, np.nan], "t": [pd.NaT, pd.NaT]}),
        pd.DataFrame({"mixed": [1, "a", None, 2.5, [1], {"k": 1}]}),
        pd.DataFrame({"d": [dt.date(2024, 1, 1), None], "delta": pd.to_timedelta([1, None], unit="s")}),
        pd.DataFrame({"p": pd.period_range("2024", periods=3, freq="M"), "c": [1j, 2j, 3j]}),
        pd.DataFrame({"i": pd.interval_range(0, 3), "z": pd.date_range("2024", periods=3, tz="Europe/Moscow")}),
        pd.DataFrame({"inf": [np.inf, -np.inf], "big": [10**30, 1], "bytes": [b"\xff", b""]}),
        pd.DataFrame({"sparse": pd.arrays.SparseArray([0, 0, 1]), "new\nline": ["a\nb,c", '"', "🙂"]}),
        pd.DataFrame({"cat": pd.Categorical([None, None], categories=[])}),
    ],
    ids=range(14),
)
def test_odd_frames_are_described_too(frame: Any) -> None:
    assert f"{frame.shape[0]:,} rows × {frame.shape[1]:,} columns" in text(frame)
    if frame.shape[1]:
        text(frame.iloc[:, 0])


def test_cells_that_cannot_be_shown_do_not_break_a_frame() -> None:
    class Mute:
        def __str__(self) -> str:
            raise RuntimeError

    assert "RuntimeError" in describe(pd.DataFrame({"a": [Mute()]}), "f").text


@pytest.mark.parametrize("tokens", [200, 1000, 2000])
def test_wide_frames_and_long_cells_stay_in_the_budget(tokens: int) -> None:
    frame = pd.DataFrame({f"column_{n}": ["я" * 10_000] * 4 for n in range(500)})
    found = text(frame, tokens=tokens)
    assert "4 rows × 500 columns" in found
    assert re.search(r"… \(\d+ of 500 columns shown with facts\)", found)
    assert "other columns: column_" in found
    assert re.search(r"… \(\d+ of 500 column names shown\)", found)


def test_rows_that_do_not_fit_are_told() -> None:
    found = text(pd.DataFrame({"a": ["word " * 11] * 20, "b": range(20)}), tokens=150)
    assert re.search(r"first \d of 20 rows", found)


def test_of_a_long_frame_a_sample_is_looked_at_and_it_says_so() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({
        "f": random.random(ROWS),
        "i": random.integers(0, 1000, ROWS),
        "t": pd.date_range("2000", periods=ROWS, freq="s"),
        "s": np.array(["aa", "bb", "cc"], dtype=object)[random.integers(0, 3, ROWS)],
    })  # fmt: skip
    found = describe(frame).text
    assert "0 … 999" in found
    assert "~3 distinct: " in found
    assert "(~ from a sample of about 100,000 evenly spaced rows)" in found


def test_subclasses_of_frames_are_frames() -> None:
    class GeoFrame(pd.DataFrame):  # type: ignore[misc]
        pass

    assert text(GeoFrame({"a": [1]})).startswith("x: pandas GeoFrame, 1 rows × 1 columns")


# --- polars -------------------------------------------------------------------------------------------------


def test_a_polars_frame_tells_the_same() -> None:
    frame = pl.DataFrame({
        "a": [1, 2, None],
        "b": ["x", None, "x"],
        "d": [dt.date(2024, 1, 1), dt.date(2024, 2, 1), None],
        "f": [1.0, float("nan"), None],
        "l": [[1], [], None],
        "s": [{"k": 1}] * 3,
    })  # fmt: skip
    found = text(frame, "p")
    assert found.startswith("p: polars DataFrame, 3 rows × 6 columns\n- a: Int64; 1 null (33%); 1 … 2; mean 1.5\n")
    assert "- b: String; 1 null (33%); 1 distinct: x" in found
    assert "2024-01-01 … 2024-02-01" in found
    assert "- f: Float64; 1 null (33%); 1 … 1; mean 1; 1 NaN" in found
    assert "null,x,null,null,null" in found
    assert text(frame["b"]).startswith("x: polars Series, 3 rows\n- b: String")


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(),
        pl.DataFrame({"a": []}),
        pl.DataFrame({"n": [None, None]}),
        pl.DataFrame({"o": [object()]}, schema={"o": pl.Object}),
        pl.DataFrame({"c": ["a", "b"]}, schema={"c": pl.Categorical}),
        pl.DataFrame({"nan": [float("nan")], "t": [dt.timedelta(1)], "h": [dt.time(1)], "b": [b"\xff"], "ok": [True]}),
    ],
    ids=range(6),
)
def test_odd_polars_frames_are_described_too(frame: Any) -> None:
    assert text(frame).startswith(f"x: polars DataFrame, {frame.height} rows × {frame.width} columns")


def test_a_lazy_frame_is_never_computed() -> None:
    def computed(_: Any) -> Any:
        pytest.fail("it was computed")

    lazy = pl.LazyFrame({"a": [1]}).map_batches(computed, schema={"a": pl.Int64}).select("a")
    found = text(lazy)
    assert "- a: Int64" in found
    assert "not computed" in found


def test_of_a_long_polars_frame_a_sample_is_looked_at() -> None:
    frame = pl.select(pl.int_range(ROWS).alias("i")).with_columns(s=pl.col("i").cast(pl.String), f=pl.col("i") / 3)
    found = describe(frame).text
    assert "0 … 9999999" in found
    assert "(~ from a sample" in found


# --- arrays -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("array", "parts"),
    [
        (np.arange(12.0).reshape(3, 4), ["3 × 4, dtype float64", "0 … 11; mean 5.5", "values:"]),
        (np.array([1.0, np.nan, 3.0]), ["1 … 3; mean 2; 1 NaN (33%)"]),
        (np.full(3, np.nan), ["3 NaN (100%)"]),
        (np.array(5), ["0-d, dtype int64", "5"]),
        (np.zeros((0, 3)), ["0 × 3", "empty"]),
        (np.zeros((1000, 1000)), ["1,000 × 1,000", "corners:"]),
        (np.array([1, None, "a"], dtype=object), ["values of type NoneType, int, str"]),
        (np.array([(1, 2.0)], dtype=[("a", "i8"), ("b", "f4")]), ["structured (a: int64, b: float32)"]),
        (np.array(["2024-01-01", "NaT"], dtype="M8[D]"), ["2024-01-01 … 2024-01-01; 1 NaT (50%)"]),
        (np.array(["b", "a", "b"]), ["2 distinct: b, a"]),
        (np.array([True, False]), ["1 of 2 true"]),
        (np.array([1 + 2j]), ["complex128", "1.+2.j"]),
        (np.zeros((2,) * 20, "i1"), ["2 × 2", "corners:"]),
        (np.array([255, 1], "u1"), ["1 … 255; mean 128"]),
        (np.ma.masked_array([1, 2, 3], [False, True, False]), ["MaskedArray", "1 of 3 masked", "1 … 3"]),
        (np.ma.masked_all(3), ["3 of 3 masked"]),
    ],
    ids=range(16),
)
def test_arrays_tell_shape_type_range_and_corners(array: Any, parts: list[str]) -> None:
    found = text(array)
    for part in parts:
        assert part in found


def test_numbers_of_numpy_are_numbers() -> None:
    assert not is_describable(np.float64(1.5))
    assert not is_describable(np.int32(1))


# --- pictures -----------------------------------------------------------------------------------------------


def opened(url: str | None) -> Any:
    assert url is not None
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16"])
def test_images_of_every_mode_become_png(mode: str) -> None:
    found = describe(Image.new(mode, (30, 20)), "logo")
    assert found.text == f"logo: image, 30 × 20 pixels, mode {mode}"
    assert opened(found.picture).size == (30, 20)


def test_large_images_are_scaled_down_and_left_alone() -> None:
    image = Image.new("RGB", (4000, 1000))
    assert opened(describe(image).picture).size == (1568, 392)
    assert image.size == (4000, 1000)


def test_figures_are_pictures_with_their_titles() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(40, 10), dpi=200)
    figure.suptitle("Обзор 🙂")
    left.plot([1, 2], label="рост")
    left.set(title="Продажи", xlabel="день", ylabel="₽")
    left.legend()
    for value in (figure, left, right):
        found = describe(value, "fig")
        assert max(opened(found.picture).size) == 1568
        assert "title “Обзор 🙂”" in found.text
        assert "- axes: title “Продажи”, x “день”, y “₽”, 1 line, legend “рост”" in found.text
        assert "- axes: empty" in found.text
    assert figure.dpi == 200
    plt.close(figure)


def test_subfigures_show_the_whole_figure_and_lost_axes_their_name() -> None:
    figure = plt.figure()
    part = figure.subfigures(1, 2)[0]
    axes = part.subplots()
    assert describe(part).picture
    assert describe(axes).picture
    axes.remove()
    assert describe(axes, "a").text
    plt.close(figure)
