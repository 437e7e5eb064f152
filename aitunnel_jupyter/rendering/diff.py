"""What changed between two cells, in colour."""

from __future__ import annotations

import difflib
import html

from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.rendering.page import page
from aitunnel_jupyter.rendering.style import style_for

_LINE = ".aitunnel.aitunnel.aitunnel pre "
"""One element more than the style of code has, which takes backgrounds away."""
_STYLE = (
    f"<style>{_LINE}del,{_LINE}ins{{display:block;width:max-content;min-width:100%;color:inherit}}"
    f"{_LINE}del{{background:#f553}}{_LINE}ins{{background:#2b53}}</style>"
)


def diff_bundle(before: str, after: str) -> dict[str, str]:
    """The MIME bundle of a line diff; ``-`` and ``+`` stand before the lines, so that colour is not needed.

    Example:
        >>> print(diff_bundle("a\\nb", "a\\nc")["text/plain"])
          a
        - b
        + c
    """
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if not line.startswith("?")]
    inner = f"<pre>{''.join(map(_line, lines))}</pre>"
    return {
        "text/html": page(inner, style=style_for(inner) + _STYLE),
        "text/plain": printable("\n".join(lines).rstrip()),
    }


def _line(line: str) -> str:
    text = html.escape(printable(line), quote=False) + "\n"
    return {"-": f"<del>{text}</del>", "+": f"<ins>{text}</ins>"}.get(line[:1], text)
