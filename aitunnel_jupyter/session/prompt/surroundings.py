"""What a brace stands in: text, a fence, code of another language, LaTeX.

Spans that need the whole text are found once, in one pass; what stands right before a brace is looked at where it is
asked for.
"""

from __future__ import annotations

import bisect
import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.session.prompt.fences import Fence, fences
from aitunnel_jupyter.session.prompt.latex import formulas, is_latex_group
from aitunnel_jupyter.session.prompt.strings import literals

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOOK = 300
"""Characters around a brace that are looked at."""
_TAG = re.compile(r"<[A-Za-z][\w.:-]*\s[^<>]*\Z")
_TAG_END = re.compile(r"[^<>\n]*>")
_ROUTE = re.compile(r"(?<!\w)(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]+/?\S*\Z")
_FIELD = re.compile(r"\{([^{}\n]*):(?:[^{}\n ]|\{[^{}\n]*\})*\Z")
_IMPORTED_BEFORE = re.compile(r"(?<!\w)(?:import|export|const|let|var)[ \t]+\Z")
_IMPORTED_BEHIND = re.compile(r"\s*(?:from\s*[\"']|=(?!=)|;)")
_QUOTED_BY = re.compile(r"[ \t>]*\Z")


class Surrounding(enum.Enum):
    """What a brace means where it stands."""

    TEXT = "text"
    """Ours, if there is a variable in it."""
    LINE_IN_FENCE = "line"
    """Alone on its line in a fence: ours too."""
    CODE = "code"
    """Looks like ours, and is code."""
    FOREIGN = "foreign"
    """Another language's own braces: f-strings, LaTeX, ``${x}``."""


class _Span(NamedTuple):
    start: int
    end: int


class _Spans:
    """Sorted stretches of the text; which one a place is in."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = [_Span(*span) for span in spans]
        self._starts = [span.start for span in self._spans]

    def around(self, place: int) -> int:
        """The number of the stretch that ``place`` is in, or -1."""
        at = bisect.bisect_right(self._starts, place) - 1
        return at if at >= 0 and place < self._spans[at].end else -1


class Surroundings:
    """The whole text, looked at once.

    Args:
        text: A prompt.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._fences = list(fences(text))
        self._in_fence = _Spans((fence.start, fence.end) for fence in self._fences)
        found = list(literals(text))
        self._code = _Spans((one.start, one.end) for one in found if one.is_code)
        self._quoted = _Spans((one.start, one.end) for one in found if not one.is_code)
        self._formulas = _Spans(formulas(text))
        self._latex: dict[int, bool] = {}

    def fence(self, place: int) -> Fence | None:
        """The fence that ``place`` is in."""
        at = self._in_fence.around(place)
        return self._fences[at] if at >= 0 else None

    def of(self, start: int, end: int) -> Surrounding:
        """What the braces around ``text[start:end]`` stand in.

        Args:
            start: Of the opening brace.
            end: After the closing one.
        """
        before = self._text[max(0, start - _LOOK) : start]
        if self._is_foreign(start, before):
            return Surrounding.FOREIGN
        if self.fence(start) is not None:
            return Surrounding.LINE_IN_FENCE if self._is_alone(start, end) else Surrounding.CODE
        if self._code.around(start) >= 0 or self._is_code(end, before):
            return Surrounding.CODE
        return Surrounding.TEXT

    def _is_foreign(self, start: int, before: str) -> bool:
        if before[-1:] in ("$", "\\", "%") and before:
            return True
        if before[-1:] == "#" and self._quoted.around(start) >= 0:
            return True
        return self._formulas.around(start) >= 0 or is_latex_group(self._text, start, self._latex)

    def _is_code(self, end: int, before: str) -> bool:
        behind = self._text[end : end + _LOOK]
        return bool(
            (_TAG.search(before) and _TAG_END.match(behind))
            or _ROUTE.search(before)
            or (_IMPORTED_BEFORE.search(before) and _IMPORTED_BEHIND.match(behind))
        )

    def _is_alone(self, start: int, end: int) -> bool:
        begin = self._text.rfind("\n", max(0, start - _LOOK), start) + 1
        stop = self._text.find("\n", end, end + _LOOK)
        behind = self._text[end : stop if stop >= 0 else end + _LOOK]
        return (
            bool(_QUOTED_BY.fullmatch(self._text, begin, start))
            and not behind.strip()
            and (self._code.around(start) < 0)
        )

    def outer_field(self, start: int) -> str:
        """For ``{w}`` in ``{x:>{w}}``: the outer expression, ``x``; else empty."""
        found = _FIELD.search(self._text, max(0, start - _LOOK), start)
        return found[1] if found else ""
