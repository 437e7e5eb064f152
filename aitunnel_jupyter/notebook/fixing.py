"""What a model is told of an error or a cell: the source, the traceback, the variables that stand in it."""

from __future__ import annotations

import ast
import linecache
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.error import UsageError

from aitunnel_jupyter.session.describe import describe

if TYPE_CHECKING:
    from types import TracebackType

ERROR_TOKENS = 1_500
VARIABLE_TOKENS = 300
MOST_VARIABLES = 8

FIX = """\
A cell of a Jupyter notebook failed. Say in one or two sentences what went wrong{language}, then give the whole \
corrected cell in one ```python block: change only what must change, keep names, comments and style.

The cell:
```python
{source}
```

The error:
```
{error}
```
{variables}"""

EXPLAIN = """\
Explain this cell of a Jupyter notebook{language}: first in one sentence what it is for, then step by step what \
matters, and what may go wrong.

```python
{source}
```
{output}{variables}"""

_RUSSIAN = ", in Russian"


class Failure(NamedTuple):
    """The last error of the notebook."""

    error: BaseException
    source: str
    """The cell it happened in, as typed."""


def is_of_the_person(error: BaseException | None) -> bool:
    """Whether a cell of theirs failed: not a mistyped magic, not an answer that did not come."""
    if error is None or isinstance(error, UsageError):
        return False
    return type(error).__module__.partition(".")[0] != "aitunnel_jupyter"


def last_failure(shell: Any, before: BaseException | None = None) -> Failure | None:
    """The last exception that a cell of the person ended with.

    Args:
        shell: Whose cells.
        before: The one before the last, for when the last is no failure of theirs.
    """
    last = getattr(sys, "last_value", None)
    error = last if is_of_the_person(last) else before
    if error is None:
        return None
    name = error.filename if isinstance(error, SyntaxError) and error.filename else _cell_file(error.__traceback__)
    source = _typed(shell, "".join(linecache.getlines(name))) if name else ""
    return Failure(error, source or _previous(shell))


def fix_prompt(failure: Failure, shell: Any, language: str) -> str:
    """The question for ``%ai fix``."""
    told = describe(failure.error, "error", tokens=ERROR_TOKENS).text
    variables = _variables(shell, failure.source)
    return FIX.format(
        source=failure.source, error=told, variables=variables, language=_RUSSIAN if language == "ru" else ""
    )


def explain_prompt(source: str, output: object, shell: Any, language: str) -> str:
    """The question for ``%ai explain``."""
    shown = "" if output is None else f"\nIts value:\n{describe(output, 'Out', tokens=VARIABLE_TOKENS).text}\n"
    return EXPLAIN.format(
        source=source, output=shown, variables=_variables(shell, source), language=_RUSSIAN if language == "ru" else ""
    )


def cell_source(shell: Any, number: int) -> str:
    """Cell ``number`` as it was typed, or ``""``."""
    typed = shell.history_manager.input_hist_raw
    return str(typed[number]) if 0 < number < len(typed) else ""


def _cell_file(traceback: TracebackType | None) -> str:
    """The innermost frame that is a notebook's cell: a library's own lines are not what a person can correct."""
    found = ""
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if "ipykernel_" in name or name.startswith("<ipython-input"):
            found = name
        traceback = traceback.tb_next
    return found


def _typed(shell: Any, transformed: str) -> str:
    """The cell as typed; Python's own line cache has it with the magics already turned into calls."""
    history = shell.history_manager
    for number in range(len(history.input_hist_parsed) - 1, 0, -1):
        if history.input_hist_parsed[number].strip() == transformed.strip():
            return cell_source(shell, number)
    return transformed


def _previous(shell: Any) -> str:
    return cell_source(shell, len(shell.history_manager.input_hist_raw) - 2)


def _variables(shell: Any, source: str) -> str:
    """Descriptions of the notebook's variables that stand in the source."""
    namespace, hidden, none = shell.user_ns, shell.user_ns_hidden, object()
    told = []
    for name in _names(source):
        value = namespace.get(name, none)
        if value is none or name.startswith("_") or hidden.get(name, none) is value:
            continue
        if isinstance(value, ModuleType):
            continue
        told.append(describe(value, name, tokens=VARIABLE_TOKENS).text)
    return "\nThe variables in it:\n" + "\n\n".join(told[:MOST_VARIABLES]) + "\n" if told else ""


def _names(source: str) -> list[str]:
    """Names in the order they appear; by words where it does not parse, as in a cell with a syntax error."""
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    except (SyntaxError, ValueError):
        return list(dict.fromkeys(re.findall(r"[^\W\d]\w*", source)))
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in nodes))
