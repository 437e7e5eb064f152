"""Cells made from answers: inserted once, replaced on request, never run by us."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import JournalProblem
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import printable, without_keys
from aitunnel_jupyter.session.cell_id import kernel_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.code_block import CodeBlock
    from aitunnel_jupyter.notebook.desk import Desk
    from aitunnel_jupyter.notebook.magics import AIMagics

_PYTHON = frozenset({"", "python", "py", "python3", "ipython", "pycon"})
_MAGICS = {
    "bash": "%%bash", "sh": "%%bash", "shell": "%%bash", "zsh": "%%bash", "console": "%%bash",
    "html": "%%html", "javascript": "%%javascript", "js": "%%javascript", "latex": "%%latex", "svg": "%%svg",
    "perl": "%%perl", "ruby": "%%ruby", "sql": "%%sql", "markdown": "%%markdown",
}  # fmt: skip
"""Languages that IPython (or a common extension, for SQL) runs in a cell of their own."""


def cell_text(answer: Answer) -> str:
    """The code of an answer as one cell, without prose.

    Python wins: its blocks are joined. Without any, the first block of a language that has a cell magic;
    without blocks, the answer as it is, because a model asked for code alone often leaves the fences out.
    """
    blocks = answer.code
    python = [block for block in blocks if block.language.lower() in _PYTHON]
    if python:
        return printable("\n\n".join(block.strip("\n") for block in python))
    return block_text(blocks[0]) if blocks else printable(answer.text.strip("\n"))


def block_text(block: CodeBlock) -> str:
    """One block as a cell; other languages than Python begin with their cell magic."""
    magic = _MAGICS.get(block.language.lower())
    body = printable(block.strip("\n"))
    return f"{magic}\n{body}" if magic and not body.startswith("%%") else body


def offer_code(magics: AIMagics, answer: Answer, cell: str, prompt: str, *, replace: bool) -> None:
    """Put the code of an answer into the next cell, but only the first time its cell runs.

    A second insertion on Run All is what people complain about elsewhere (colabtools#5176).

    Args:
        magics: Shell, journal, language.
        answer: Whose code.
        cell: Who asked.
        prompt: What it asked.
        replace: Put it into the cell itself, each time.
    """
    text = cell_text(answer)
    if not text or not answer.complete:
        return
    if not replace and cell and not _is_first_time(magics.desk, cell, prompt):
        print(say("code.again", magics.person_language))
        return
    put_cell(magics.shell, text, replace=replace)


def put_cell(shell: Any, text: str, *, replace: bool = False) -> None:
    """A new cell below with ``text``, or this cell's own content; the person runs it."""
    shell.set_next_input(without_keys(text), replace=replace)


def _is_first_time(desk: Desk, cell: str, prompt: str) -> bool:
    """Whether nothing was put below this cell before, in this kernel or an earlier one.

    A cell whose name holds in this kernel only is known by its prompt to later ones.
    """
    kernel, notebook = kernel_of(cell), desk.notebook
    asked = f"prompt {hashlib.sha256(prompt.encode('utf-8', 'surrogatepass')).hexdigest()[:32]} "
    put = "INSERT OR IGNORE INTO insertions VALUES (?, ?)"
    try:
        with desk.journal.database.write() as connection:
            is_new = connection.execute(put, (notebook, cell)).rowcount == 1
            if not kernel:
                return is_new
            earlier = "SELECT 1 FROM insertions WHERE notebook = ? AND instr(cell, ?) = 1 AND cell != ?"
            was_put = connection.execute(earlier, (notebook, asked, asked + kernel)).fetchone()
            connection.execute(put, (notebook, asked + kernel))
            return is_new and was_put is None
    except JournalProblem:
        return True


def numbered(blocks: Sequence[CodeBlock], number: int) -> CodeBlock | None:
    """Block ``number``, 1 is the first, -1 the last."""
    at = number - 1 if number > 0 else number
    return blocks[at] if number and -len(blocks) <= at < len(blocks) else None
