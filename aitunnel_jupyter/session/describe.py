"""Variables describe themselves for a model.

Asked in this order: the value's own ``__llm__()`` or ``_repr_llm_()``, what was registered with
:func:`describer`, what is built in, and ``repr`` for everything else.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from aitunnel_jupyter.session.describers import BUILT_IN, CONTAINERS, load
from aitunnel_jupyter.session.description import Description, cut, heading, tokens_in, without_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Description", "describe", "describer", "is_describable", "tokens_in"]

OWN_METHODS = ("__llm__", "_repr_llm_")
"""A class that has one of these speaks for itself; it may return a text or a :class:`Description`."""
_NOTE_CHARACTERS = 200

Function = TypeVar("Function", bound="Callable[[Any, str, int], str | Description | None]")
if TYPE_CHECKING:
    from typing import Any

    Describer = Callable[[Any, str, int], str | Description | None]

_registered: dict[type | str, Describer] = {}


class _Candidate(NamedTuple):
    """One way to describe a value."""

    source: str
    run: Describer


def describe(value: object, name: str = "", *, tokens: int = 2000) -> Description:
    """``value`` as a model reads it; never raises, whatever the value does.

    Args:
        value: Anything.
        name: How the notebook calls it; stands in the first line.
        tokens: Most tokens of the text, by :func:`tokens_in`.

    Example:
        >>> describe([1, 2, 3], "numbers").text
        'numbers: list, 3 items (int)\\n- 1\\n- 2\\n- 3'
    """
    notes: list[str] = []
    for candidate in _candidates(value):
        try:
            with warnings.catch_warnings():  # a missing glyph or an empty mean is no news for the cell
                warnings.simplefilter("ignore")
                found = candidate.run(value, name, tokens)
            if found is None:
                continue
            description = found if isinstance(found, Description) else Description(_text(found))
            return _fitted(description, notes, tokens)
        except Exception as error:  # noqa: BLE001  the user's own objects raise what they like
            notes.append(_note(name or type(value).__name__, candidate.source, error))
    return _fitted(Description(heading(name, type(value).__qualname__)), notes, tokens)


def is_describable(value: object) -> bool:
    """Whether a description says more than ``str(value)``: something but ``repr`` knows this kind of value.

    Not for texts, numbers, ``None`` and plain containers, and not for dates, paths and other objects that
    nothing is registered for: those go out as ``str()``.

    Example:
        >>> is_describable("text"), is_describable([1]), is_describable(ValueError("no"))
        (False, False, True)
    """
    return any(_own(value)) or any(_of_user(value)) or any(_built_in(value, without=CONTAINERS))


def describer(kind: type | str) -> Callable[[Function], Function]:
    """Register how values of a class describe themselves; the later registration wins.

    A subclass's describer wins over its base's. ``None`` from a describer means: ask the next one.

    Args:
        kind: A class, or ``"package.Class"`` so that nothing need be imported (``"pandas.DataFrame"`` also
            finds ``pandas.core.frame.DataFrame``).

    Example:
        >>> class Reading:
        ...     celsius = 21.5
        >>> @describer(Reading)
        ... def reading(value, name, tokens):
        ...     return f"{name}: {value.celsius} °C, measured in the shade"
        >>> describe(Reading(), "now").text
        'now: 21.5 °C, measured in the shade'
    """

    def register(function: Function) -> Function:
        _registered.pop(kind, None)  # a dict keeps the first place; the later registration must come last
        _registered[kind] = function
        return function

    return register


# --- who describes it ---------------------------------------------------------------------------------------


def _candidates(value: object) -> Iterator[_Candidate]:
    yield from _own(value)
    yield from _of_user(value)
    yield from _built_in(value)
    yield _Candidate("repr()", _by_repr)


def _own(value: object) -> Iterator[_Candidate]:
    """Looked up on the class: a class itself is not called, and a proxy's ``__getattr__`` is not asked."""
    if isinstance(value, type):
        return
    for method in OWN_METHODS:
        if callable(getattr(type(value), method, None)):
            yield _Candidate(f"{method}()", _caller(method))


def _caller(method: str) -> Describer:
    return lambda value, _name, _tokens: getattr(value, method)()


def _of_user(value: object) -> Iterator[_Candidate]:
    for base in type(value).__mro__:
        for kind, function in reversed(_registered.items()):
            if kind is base or (isinstance(kind, str) and is_called(base, kind)):
                yield _Candidate("its describer", function)


def _built_in(value: object, without: frozenset[str] = frozenset()) -> Iterator[_Candidate]:
    for base in type(value).__mro__:
        for kind, place in BUILT_IN.get(base.__name__, {}).items():
            if kind not in without and is_called(base, kind):
                yield _Candidate("the describer", load(place))


def is_called(kind: type, name: str) -> bool:
    package, _, own = name.rpartition(".")
    return kind.__qualname__ == own and f"{kind.__module__}.".startswith(f"{package}.")


def _by_repr(value: object, name: str, _tokens: int) -> str:
    if isinstance(value, bytes | bytearray):
        value = value[:1000]
    return heading(name, without_addresses(repr(value)))


# --- what they said -----------------------------------------------------------------------------------------


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(f"returned {type(found).__name__}, not str or Description")
    return found


def _note(name: str, source: str, error: Exception) -> str:
    try:
        why = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  an error that cannot say what it is
        why = type(error).__name__
    return f"({name}: {source} raised {without_addresses(why)[:_NOTE_CHARACTERS]})"


def _fitted(description: Description, notes: list[str], tokens: int) -> Description:
    """Notes first: they are short, and what follows may be cut."""
    text = "\n".join([*notes, str(description.text)])
    # A lone surrogate cannot be sent as UTF-8.
    return Description(cut(text.encode("utf-8", "replace").decode(), tokens), description.picture)
