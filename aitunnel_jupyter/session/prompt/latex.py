"""Braces of LaTeX: formulas, arguments of commands, indices and powers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = re.compile(r"\\\(|\\\[|\$\$|\$(?=[^\s$])|\\begin\{")
_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "\\begin{": "\\end{"}
_MATHS = re.compile(r"[\\^_]")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:\[[^\]\n]{0,40}\])?[_^]?\Z")
_INDEX = re.compile(r"(?:(?<![\w])\w|(?<!\w)(?P<word>[A-Za-z]+)|[)\]}|])_\Z")
_WORDS = frozenset({
    "sum", "prod", "int", "iint", "oint", "lim", "limsup", "liminf", "max", "min", "argmax", "argmin", "sup",
    "inf", "log", "ln", "exp", "det", "gcd", "bigcup", "bigcap", "coprod", "alpha", "beta", "gamma", "delta",
    "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau",
    "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi",
    "Psi", "Omega",
})  # fmt: skip
"""What has an index in mathematics."""
_LOOK = 60
_LONGEST_GROUP = 200
_LONGEST_CHAIN = 20


def formulas(text: str) -> Iterator[tuple[int, int]]:
    r"""Where formulas stand: ``\(…\)``, ``\[…\]``, ``$$…$$``, ``\begin{…}…\end{…}``, and ``$…$`` with maths in it.

    Example:
        >>> list(formulas(r"a \(x_{i}\) costs $5 or $6, $x_{n}$"))
        [(2, 11), (28, 35)]
    """
    missing: set[str] = set()
    at = 0
    while (found := _OPENING.search(text, at)) is not None:
        opening, at = found[0], found.end()
        end = _inline(text, at) if opening == "$" else -1
        if opening != "$" and opening not in missing:
            closing = _CLOSING[opening]
            end = text.find(closing, at)
            end = end + len(closing) if end >= 0 else -1
            if end < 0:
                missing.add(opening)
        if end >= 0:
            yield found.start(), end
            at = end


def _inline(text: str, at: int) -> int:
    """Where ``$…$`` ends; -1 if the dollars are money."""
    end = text.find("$", at, at + _LONGEST_GROUP)
    inside = text[at:end] if end >= 0 else ""
    if not inside or "\n" in inside or inside[-1].isspace() or text[end + 1 : end + 2].isdigit():
        return -1
    return end + 1 if _MATHS.search(inside) else -1


def is_latex_group(text: str, start: int, known: dict[int, bool]) -> bool:
    r"""Whether the brace at ``start`` is an argument, an index or a power: ``\frac{a}{b}``, ``x^{n}``, ``sum_{i}``.

    ``file_{n}.txt`` is none: longer words have indices only if mathematics knows them.

    Args:
        text: The whole prompt.
        start: The opening brace.
        known: Answers given before, for the groups that stand right before this one.
    """
    chain = [start]
    while chain[-1] > 0 and text[chain[-1] - 1] == "}" and chain[-1] not in known and len(chain) < _LONGEST_CHAIN:
        opening = _opening(text, chain[-1] - 1)
        if opening < 0:
            break
        chain.append(opening)
    is_latex = known.get(chain[-1], False) or any(_is_prefixed(text, group) for group in chain)
    known.update(dict.fromkeys(chain, is_latex))
    return is_latex


def _opening(text: str, closing: int) -> int:
    """Where the group opens that the brace at ``closing`` closes, if that is near."""
    depth = 0
    for at in range(closing, max(-1, closing - _LONGEST_GROUP), -1):
        depth += (text[at] == "}") - (text[at] == "{")
        if depth == 0:
            return at
    return -1


def _is_prefixed(text: str, start: int) -> bool:
    before = text[max(0, start - _LOOK) : start]
    if before.endswith("^") or _COMMAND.search(before):
        return True
    index = _INDEX.search(before) if before.endswith("_") else None
    return index is not None and (index["word"] is None or len(index["word"]) == 1 or index["word"] in _WORDS)
