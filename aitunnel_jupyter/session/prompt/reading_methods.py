"""The list of reading methods and attributes: ``name(values by position;names of values)``.

Not in it, whatever they return: what changes the value (``pop``, ``sort``), what takes a function, a path or code
(``apply``, ``map``, ``pipe``, ``agg``, ``to_csv(path)``, ``eval``, ``query``, ``format``), what touches files
(``exists``, ``read_text``), what draws random numbers, and regular expressions, which may never end.
"""

from __future__ import annotations

import datetime as dt
import enum
import pathlib
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

from aitunnel_jupyter.answer import Answer

_TEXT = """capitalize center(2) count(3) endswith(3) expandtabs(1;tabsize) find(3) index(3) isalnum isalpha isascii
        isdigit
    islower isspace istitle isupper join(1) ljust(2) lower lstrip(1) partition(1) removeprefix(1) removesuffix(1)
    replace(3) rfind(3) rindex(3) rjust(2) rpartition(1) rsplit(2;sep,maxsplit) rstrip(1) split(2;sep,maxsplit)
    splitlines(1;keepends) startswith(3) strip(1) swapcase title upper zfill(1)"""
_DATE = """isoformat(2;sep,timespec) strftime(1) ctime weekday isoweekday isocalendar timetuple toordinal
    replace(0;year,month,day,hour,minute,second,microsecond,tzinfo)"""
_PATH = """as_posix is_absolute is_relative_to(3) joinpath(9) relative_to(3) with_name(1) with_stem(1)
        with_suffix(1)"""
_DICT = "copy get(2) items keys values"
_SET = "copy difference(9) intersection(9) isdisjoint(1) issubset(1) issuperset(1) symmetric_difference(1) union(9)"

_REDUCED = "axis,skipna,numeric_only"
_PANDAS = f"""head(1;n) tail(1;n) sum(0;{_REDUCED},min_count) mean(0;{_REDUCED}) median(0;{_REDUCED})
        min(0;{_REDUCED})
    max(0;{_REDUCED}) std(0;{_REDUCED},ddof) var(0;{_REDUCED},ddof) sem(0;{_REDUCED},ddof) prod(0;{_REDUCED})
    skew(0;{_REDUCED}) kurt(0;{_REDUCED}) count(0;axis,numeric_only) any(0;axis,skipna) all(0;axis,skipna)
    quantile(1;q,axis,numeric_only,interpolation) describe(0;percentiles,include,exclude) nunique(0;axis,dropna)
    abs round(1;decimals) isna notna isnull notnull isin(1;values) duplicated(0;subset,keep)
    drop_duplicates(0;subset,keep,ignore_index) sort_index(0;axis,ascending) idxmax(0;axis,skipna)
        idxmin(0;axis,skipna)
    value_counts(0;normalize,sort,ascending,dropna,subset) cumsum cumprod cummax cummin diff(1;periods)
    shift(1;periods) pct_change(1;periods) rank(0;axis,ascending,pct) mode(0;dropna,numeric_only)
    dropna(0;axis,how,subset) fillna(1;value) drop(0;columns,index,labels) reset_index(0;drop,level,names) copy
        squeeze
    to_numpy to_dict(1;orient) first_valid_index last_valid_index keys memory_usage(0;index,deep)
    to_string(0;index,header,max_rows,max_cols,columns,na_rep) to_csv(0;index,header,sep,columns,na_rep)
    to_json(0;orient,lines) to_markdown(0;index)"""
_POLARS = """head(1;n) tail(1;n) limit(1;n) slice(2;offset,length) describe sum mean median min max std(1;ddof)
        var(1;ddof)
    quantile(1;quantile) product null_count n_unique is_empty reverse unique(0;subset,maintain_order) drop_nulls(1)
    fill_null(1) is_duplicated is_unique shift(1;n) clone item(2) to_numpy estimated_size(1;unit)"""

METHODS: dict[type | str, str] = {
    str: f"{_TEXT} casefold encode isdecimal isidentifier isnumeric isprintable",
    bytes: f"{_TEXT} decode hex".replace("capitalize", ""),
    bool: "bit_length",
    int: "as_integer_ratio bit_count bit_length conjugate",
    float: "as_integer_ratio conjugate hex is_integer",
    complex: "conjugate",
    Decimal: """adjusted as_integer_ratio as_tuple copy_abs copy_negate is_finite is_infinite is_nan is_signed is_zero
        normalize quantize(2;exp,rounding) sqrt to_eng_string to_integral_value""",
    Fraction: "as_integer_ratio limit_denominator(1)",
    dt.date: _DATE,
    dt.datetime: f"{_DATE} astimezone(1) date dst time timestamp timetz tzname utcoffset utctimetuple",
    dt.time: "isoformat(1;timespec) strftime(1) tzname utcoffset",
    dt.timedelta: "total_seconds",
    pathlib.PurePosixPath: _PATH, pathlib.PureWindowsPath: _PATH,
    pathlib.PosixPath: _PATH, pathlib.WindowsPath: _PATH,
    range: "count(1) index(1)",
    list: "copy count(1) index(3)",
    tuple: "count(1) index(3)",
    deque: "copy count(1) index(3)",
    dict: _DICT, OrderedDict: _DICT, defaultdict: _DICT,
    Counter: f"{_DICT} most_common(1;n) total",
    set: _SET, frozenset: _SET,
    Answer: "json",
    "numpy.ndarray": """all(1;axis,keepdims) any(1;axis,keepdims) argmax(1;axis) argmin(1;axis) argsort(1;axis)
        clip(2;min,max)
        copy cumprod(1;axis) cumsum(1;axis) diagonal(1;offset) flatten item(9) max(1;axis,keepdims)
        mean(1;axis,keepdims)
        min(1;axis,keepdims) nonzero prod(1;axis,keepdims) ravel reshape(9) round(1;decimals) squeeze(1;axis)
        std(1;axis,ddof,keepdims) sum(1;axis,keepdims) swapaxes(2) tolist trace(1;offset) transpose(9)
        var(1;axis,ddof,keepdims)""",
    "pandas.DataFrame": f"""{_PANDAS} corr(0;numeric_only) cov(0;numeric_only,ddof) filter(0;items,like,axis) get(2)
        nlargest(2;n,columns) nsmallest(2;n,columns) select_dtypes(2;include,exclude) set_index(1;keys,drop)
        sort_values(1;by,ascending,na_position,ignore_index) transpose""",
    "pandas.Series": f"""{_PANDAS} argmax argmin argsort between(2;left,right,inclusive) get(2) item nlargest(1;n)
        nsmallest(1;n)
        sort_values(0;ascending,na_position,ignore_index) to_frame(1;name) to_list tolist unique""",
    **dict.fromkeys(
        ("pandas.Index", "pandas.RangeIndex", "pandas.DatetimeIndex"),
        "argmax argmin isin(1) isna max min nunique to_list to_numpy tolist unique value_counts",
    ),
    "pandas.Timestamp": """isoformat(0;sep,timespec) strftime(1) day_name month_name date time timestamp weekday
        isoweekday""",
    "pandas.Timedelta": "total_seconds isoformat",
    "polars.DataFrame": f"""{_POLARS} bottom_k(1;by) drop(50) get_column(1) row(1) rows(0;named) select(50)
        sort(9;descending,nulls_last)
        to_dict(0;as_series) to_dicts to_series(1) top_k(1;by) transpose(0;include_header) corr""",
    "polars.Series": f"""{_POLARS} abs arg_max arg_min cum_sum first is_not_null is_null last len mode round(1)
        sort(0;descending)
        to_list top_k(1) bottom_k(1) value_counts(0;sort) any all""",
}  # fmt: skip

_PATH_DATA = "anchor drive name parent parents parts root stem suffix suffixes"
_FRAME = "dtypes empty iat iloc index loc at ndim shape size T values"

ATTRIBUTES: dict[type | str, str] = {
    bool: "real imag", int: "real imag numerator denominator", float: "real imag", complex: "real imag",
    Decimal: "real imag", Fraction: "numerator denominator",
    dt.date: "year month day",
    dt.datetime: "year month day hour minute second microsecond tzinfo fold",
    dt.time: "hour minute second microsecond tzinfo fold",
    dt.timedelta: "days seconds microseconds",
    pathlib.PurePosixPath: _PATH_DATA, pathlib.PureWindowsPath: _PATH_DATA,
    pathlib.PosixPath: _PATH_DATA, pathlib.WindowsPath: _PATH_DATA,
    range: "start stop step", slice: "start stop step",
    uuid.UUID: "hex int version urn",
    deque: "maxlen",
    enum.Enum: "name value",
    Answer: """text model usage cost balance finish_reason reasoning tool_calls citations images elapsed request_id
        complete
        error notices kept_at turn_id messages code""",
    "numpy.ndarray": "shape ndim size dtype nbytes itemsize T real imag",
    "pandas.DataFrame": f"{_FRAME} axes columns",
    "pandas.Series": f"{_FRAME} dtype name hasnans is_unique is_monotonic_increasing is_monotonic_decreasing nbytes",
    **dict.fromkeys(
        ("pandas.Index", "pandas.RangeIndex", "pandas.DatetimeIndex"),
        "dtype name names nlevels shape size values is_unique hasnans",
    ),
    "pandas.Timestamp": "year month day hour minute second dayofweek dayofyear quarter week tzinfo",
    "pandas.Timedelta": "days seconds microseconds",
    "polars.DataFrame": "columns dtypes height width shape schema",
    "polars.Series": "dtype name shape",
}  # fmt: skip

COMPARING = frozenset(
    {"count", "index", "most_common", "total", "get", *(word.partition("(")[0] for word in _SET.split())}
) - {"copy"}
"""Methods of containers that compare, hash or add what is in them: everything in them must be plain."""
SLOW = frozenset({
    "describe", "drop_duplicates", "duplicated", "mode", "n_unique", "nunique", "quantile", "rank", "sort_index",
    "sort_values", "to_csv", "to_dict", "to_dicts", "to_json", "to_list", "to_markdown", "to_string", "tolist",
        "unique",
    "value_counts", "rows", "sort", "select_dtypes", "argsort", "median",
})  # fmt: skip
"""Methods that look at cells one by one, or sort them."""
