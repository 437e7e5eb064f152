"""How single values and ranges of them are written, the same for every library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.session.describers.table import EXAMPLES, FEW
from aitunnel_jupyter.session.description import flat

if TYPE_CHECKING:
    from collections.abc import Sequence


def number(value: Any) -> str:
    """A number with six digits that matter; integers whole; anything else as it is.

    Example:
        >>> number(3.14159265), number(12345678), number(2.0)
        ('3.14159', '12345678', '2')
    """
    is_float = isinstance(value, float) or getattr(getattr(value, "dtype", None), "kind", "") == "f"
    return f"{value:.6g}" if is_float else flat(value)


def span(low: Any, high: Any) -> str:
    """The ends of a range.

    Example:
        >>> span(0.5, 99)
        '0.5 … 99'
    """
    return f"{number(low)} … {number(high)}"


def distinct(count: int, values: Sequence[str], word: str = "distinct") -> str:
    """A count of distinct values: all of them if they are few, else some.

    Example:
        >>> distinct(2, ["a", "b"]), distinct(900, list("abcdefgh"))
        ('2 distinct: a, b', '900 distinct, e.g. a, b, c, d, e')
    """
    if count <= FEW:
        return f"{count:,} {word}: {', '.join(values)}"
    return f"{count:,} {word}, e.g. {', '.join(values[:EXAMPLES])}"
