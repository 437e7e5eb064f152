"""Commands about code: out of an answer, into a cell; errors and cells explained. Nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.ask import ask
from aitunnel_jupyter.notebook.cells import block_text, cell_text, numbered, put_cell
from aitunnel_jupyter.notebook.desk import ALONE
from aitunnel_jupyter.notebook.fixing import cell_source, explain_prompt, fix_prompt, last_failure
from aitunnel_jupyter.notebook.jobs import last_answer
from aitunnel_jupyter.notebook.namespace import cell_number
from aitunnel_jupyter.notebook.options import Options
from aitunnel_jupyter.notebook.words import number, parsed
from aitunnel_jupyter.rendering.diff import diff_bundle

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


def code(magics: AIMagics, words: list[str]) -> None:
    """The code of the last answer, or one block of it, in a new cell."""
    told = parsed(magics, "code", words, "--replace", word="")
    language = magics.person_language
    answer = last_answer(magics.shell)
    if not isinstance(answer, Answer) or not answer.code:
        raise UsageError(say("code.none", language))
    if not told.word:
        put_cell(magics.shell, cell_text(answer), replace=told.replace)
        return
    block = numbered(answer.code, number(magics, "code", told.word))
    if block is None:
        raise UsageError(say("code.no_block", language, number=told.word, count=len(answer.code)))
    put_cell(magics.shell, block_text(block), replace=told.replace)


def fix(magics: AIMagics, words: list[str]) -> object:
    """Explain the last error; the corrected cell below, the difference in colour. A plain word is the model too."""
    words = ["-m", *words] if len(words) == 1 and not words[0].startswith("-") else words
    told = parsed(magics, "fix", words, "-m=")
    language = magics.person_language
    failure = last_failure(magics.shell, magics.failure)
    if failure is None:
        raise UsageError(say("fix.nothing", language))
    answer = _ask(
        magics, fix_prompt(failure, magics.shell, language), told.model, f"%ai fix · {type(failure.error).__name__}"
    )
    corrected = cell_text(answer) if answer is not None and answer.code else ""
    if not corrected:
        print(say("fix.no_code", language))
        return answer
    magics.shell.display_pub.publish(diff_bundle(failure.source.rstrip("\n"), corrected))
    put_cell(magics.shell, corrected)
    return answer


def explain(magics: AIMagics, words: list[str]) -> object:
    """Explain a cell: the one before, or the one with a number."""
    told = parsed(magics, "explain", words, "-m=", word="")
    shell, language = magics.shell, magics.person_language
    count = number(magics, "explain", told.word) if told.word else cell_number(shell) - 1
    source = cell_source(shell, count)
    if not source.strip():
        raise UsageError(say("explain.nothing", language, number=count))
    return _ask(
        magics,
        explain_prompt(source, shell.user_ns.get("Out", {}).get(count), shell, language),
        told.model,
        f"%ai explain {count}",
    )


def _ask(magics: AIMagics, prompt: str, model: str | None, title: str) -> Answer | None:
    """Ask beside other outputs; the prompt's braces are code, not expressions."""
    options = Options(model=model or "", conversation=ALONE)
    answer = ask(magics, options, prompt, whole_cell=False, title=title)
    return answer if isinstance(answer, Answer) else None
