"""From a prompt to an answer in the cell and in the namespace."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from aitunnel_jupyter.interrupts import check, held
from aitunnel_jupyter.notebook.compose import compose, conversation_name, question_for, target
from aitunnel_jupyter.notebook.desk import Asked, Prompt
from aitunnel_jupyter.notebook.known_models import refuse_foreign_names
from aitunnel_jupyter.notebook.namespace import cell_number, store
from aitunnel_jupyter.notebook.preview import dry_run
from aitunnel_jupyter.notebook.stopped import Stopped
from aitunnel_jupyter.notebook.waiting import blocking_wait, nested_wait
from aitunnel_jupyter.session.conversation import Said
from aitunnel_jupyter.session.record import prompt_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aitunnel_jupyter.answer import Answer, Message
    from aitunnel_jupyter.errors import AITunnelError
    from aitunnel_jupyter.notebook.compare import Comparison
    from aitunnel_jupyter.notebook.jobs import Job
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.notebook.options import Options
    from aitunnel_jupyter.notebook.waiting import Wait
    from aitunnel_jupyter.session.question import Question
    from aitunnel_jupyter.session.turn import Turn


class View(Protocol):
    """What shows a turn."""

    def show(self, turn: Turn) -> float:
        """Take what is new, paint if due; returns the seconds until it wants to paint again."""

    def finish(self, turn: Turn, answer: Answer) -> None:
        """Paint the last frame."""


def ask(
    magics: AIMagics, options: Options, prompt: str, *, whole_cell: bool, title: str = ""
) -> Answer | Comparison | Job | None:
    """Send what a cell or a line says; see :func:`ask_prompt`.

    Args:
        magics: Settings and shell.
        options: What the line said.
        prompt: The text as typed.
        whole_cell: True for ``%%ai``, whose cell holds nothing else.
        title: For a prompt of our own making, whose braces mean nothing: what the journal shows instead.
    """
    head = title.partition(" · ")[0] or f"{'%%ai' if whole_cell else '%ai ask'} {options.line}".rstrip()
    source = f"{head}\n{prompt}" if whole_cell else head
    return ask_prompt(magics, Prompt(prompt, options, bool(title), title, source), whole_cell=whole_cell)


def ask_prompt(
    magics: AIMagics, prompt: Prompt, *, whole_cell: bool, cell: str = ""
) -> Answer | Comparison | Job | None:
    """Send a prompt; show the answer live, store it, and raise if it did not end well.

    Args:
        magics: Settings and shell.
        prompt: What is asked, before values are put in.
        whole_cell: True for ``%%ai``, whose cell holds nothing else.
        cell: In the name of which cell, if not of the running one.

    Returns:
        The answer; of several models their comparison, in the background its job, of a dry run ``None``.

    Raises:
        UsageError: The prompt is empty, or an expression in it failed.
        AITunnelError: One line of what went wrong; the partial answer is stored.
        Stopped: The person pressed ■; the partial answer is stored.
    """
    options = prompt.options
    refuse_foreign_names(magics, options.models, options.base_url)
    composed = compose(magics, options, prompt.text, literal=prompt.literal)
    if len(options.models) > 1 and not options.dry_run:
        from aitunnel_jupyter.notebook.compare import compare

        return compare(magics, prompt, composed, cell)
    model, address = target(magics, options, model=options.models[0], send=not options.dry_run)
    cell = cell or magics.desk.next_cell()
    question = replace(question_for(magics, options, composed, model, address, cell), title=prompt.title)
    if options.dry_run:
        print(dry_run(magics, question))
        return None
    keeper = Keeper(magics, prompt, composed.message, cell)
    if options.background:
        from aitunnel_jupyter.notebook.jobs import begin_job

        with held():
            return begin_job(magics, question, keeper)
    return run(magics, question, keeper, whole_cell=whole_cell)


def run(magics: AIMagics, question: Question, keeper: Keeper, *, whole_cell: bool) -> Answer:
    """Ask a question in this cell and wait for the answer.

    Raises:
        AITunnelError: One line of what went wrong; the partial answer is stored.
        Stopped: The person pressed ■; the partial answer is stored.
    """
    wait = nested_wait() if magics.keep_loop_running else blocking_wait
    with held(), _view(magics, keeper.options, whole_cell=whole_cell) as view:
        turn = magics.desk.begin(question)
        _follow(magics, turn, view, wait, keeper)
    if turn.error is not None:
        raise_for(turn.error, magics.person_language)
    assert keeper.answer is not None
    if keeper.options.format == "code":
        from aitunnel_jupyter.notebook.cells import offer_code

        offer_code(magics, keeper.answer, keeper.cell, keeper.asked, replace=keeper.options.replace)
    return keeper.answer


@contextlib.contextmanager
def _view(magics: AIMagics, options: Options, *, whole_cell: bool) -> Iterator[View]:
    if not hasattr(magics.shell, "kernel"):
        from aitunnel_jupyter.notebook.terminal_view import TerminalView

        yield TerminalView(magics.person_language)
        return
    from aitunnel_jupyter.notebook.captured import FinalView, is_captured
    from aitunnel_jupyter.notebook.first_line import is_ours
    from aitunnel_jupyter.notebook.live import CellView, LineView
    from aitunnel_jupyter.notebook.outputs import Outputs

    if is_captured(magics.shell):
        yield FinalView(Outputs(magics.shell))
        return
    # For run_cell_magic in code the cell is not ours, and clearing it would lose something.
    is_alone = whole_cell and is_ours(magics.desk.source)
    with Outputs(magics.shell) as outputs:
        yield (CellView if is_alone else LineView)(outputs, options.format, magics.person_language)


class Keeper:
    """Puts an answer where later cells find it: the namespace, the conversation, ``%ai retry``.

    Args:
        magics: Settings and shell.
        prompt: What was asked.
        message: As it was sent.
        cell: The cell that asked.
    """

    def __init__(self, magics: AIMagics, prompt: Prompt, message: Message, cell: str) -> None:
        self.magics = magics
        self.options = prompt.options
        self.cell = cell
        self.answer: Answer | None = None
        self._prompt = prompt
        self._message = message
        self._count = cell_number(magics.shell)
        self._conversation = conversation_name(magics, prompt.options)

    @property
    def asked(self) -> str:
        """The words of the prompt as they were sent."""
        return prompt_text(self._message)

    def keep(self, answer: Answer, *, over: Any = None) -> Answer:
        """Store the answer. The namespace first: an interrupt may land anywhere below.

        Args:
            answer: Whole or not.
            over: If given, the variable is only replaced while it still holds this.
        """
        self.answer = answer
        shell = self.magics.shell
        name = self.options.out
        if over is not None and name is not None and shell.user_ns.get(name) is not over:
            name = None  # the person has put something else there meanwhile
        store(shell, answer, name, self._count)
        if over is not None and shell.user_ns.get("_ai") is over:  # a failure without words: back to what was last
            shell.push({"_ai": answer if over.before is None else over.before}, interactive=False)
        desk = self.magics.desk
        desk.asked = Asked(self._prompt, self._message, answer, self.cell)
        if self._conversation and (answer or answer.complete):
            desk.put(self._conversation, Said(self._message, answer, self.cell))
        return answer


def _follow(magics: AIMagics, turn: Turn, view: View, wait: Wait, keeper: Keeper) -> None:
    try:
        while not turn.over:
            wait(turn, view.show(turn))
            check()
        assert turn.answer is not None
        view.finish(turn, keeper.keep(turn.answer))
    except KeyboardInterrupt:
        # The text so far is kept before anything else: a third press may land anywhere below.
        answer = keeper.keep(turn.stop())
        with contextlib.suppress(KeyboardInterrupt):
            view.finish(turn, answer)
        raise Stopped(magics.person_language) from None
    except BaseException:
        keeper.keep(turn.stop())
        raise


def raise_for(error: AITunnelError, language: str) -> NoReturn:
    """Raise ``error`` in the person's language, without a traceback."""
    error.language = language
    raise error.with_traceback(None) from None
