"""``%ai`` and ``%%ai``: parse → call → return."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from traitlets import Bool, Dict, Enum, Int, Unicode

from aitunnel_jupyter.code_page import writing_anything
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.interrupts import listening
from aitunnel_jupyter.messages import LINE_BYTES, preferred_language
from aitunnel_jupyter.notebook.help_page import HELP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aitunnel_jupyter.local.child import LocalModel
    from aitunnel_jupyter.notebook.desk import Desk


def _help_page() -> str:
    import sys

    from IPython.core.getipython import get_ipython

    from aitunnel_jupyter.code_page import encodable
    from aitunnel_jupyter.notebook.help_page import help_page
    from aitunnel_jupyter.notebook.magic_names import registered

    magics = registered(get_ipython())
    return encodable(help_page(magics.person_language if magics else "en"), sys.stdout)


CALLS = ["reading", "any"]
"""What :attr:`AIMagics.calls` may be; ``"reading"`` is the rule of prompts."""


@magics_class
class AIMagics(Magics):
    """Ask models from cells; settings with ``%config AIMagics.NAME = VALUE``."""

    model = Unicode("", help="Model when a line names none; empty: AITUNNEL_MODEL, then gpt-5.2.").tag(config=True)
    aliases = Dict(help="Names of your own for models: {'fast': 'gpt-5.2-mini'}; also %ai alias.").tag(config=True)
    base_url = Unicode("", help="Server; empty: AITUNNEL_BASE_URL, then https://api.aitunnel.ru/v1.").tag(config=True)
    key_file = Unicode("", help="File whose first line is the API key, asked last.").tag(config=True)
    language = Unicode("", help="Messages in 'en' or 'ru'; empty: from the locale.").tag(config=True)
    conversation = Unicode("", help="Conversation of cells without -c; empty: each cell stands alone.").tag(config=True)
    window = Int(0, help="Most tokens of earlier turns that are sent along; 0: half of the model's context.").tag(
        config=True
    )
    calls = Enum(
        CALLS,
        default_value="reading",
        help="Calls in {…} of prompts: 'reading' runs methods that only read; 'any' runs what stands there.",
    ).tag(config=True)
    max_tokens = Int(0, help="Longest answer where a line does not say; 0: from the catalogue, at most 8192.").tag(
        config=True
    )
    journal = Bool(default_value=True, help="Write turns into the journal on disk; else they are in memory only.").tag(
        config=True
    )
    keep = Bool(default_value=False, help="Take answers from the journal where it has them: 0 ₽.").tag(config=True)
    afford = Bool(
        default_value=False,
        help="After a 402, ask once more with the longest answer that the balance allows.",
    ).tag(config=True)
    keep_loop_running = Bool(
        default_value=False,
        help="Let your asyncio tasks go on while %%ai waits. Patches the kernel's loop (nest_asyncio2) on first use.",
    ).tag(config=True)

    shell: Any
    """The ``InteractiveShell``; IPython types it as if it could be missing."""

    names_before: Mapping[tuple[str, str], Any] = MappingProxyType({})
    """Magics of others that stood under our names: kind and name → magic."""

    registry_before: Any = None
    """Magics of others whose class is called as ours."""

    failure: BaseException | None = None
    """The last failure of a cell of the person's, as far as a line of ours has seen it."""

    _desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """Journal, conversations and jobs of this notebook; made on first use."""
        if self._desk is None:
            from aitunnel_jupyter.notebook.desk import Desk

            self._desk = Desk(self.shell, lambda: self.journal, lambda: self.afford)
        return self._desk

    def update_config(self, config: Any) -> None:
        """New settings, by ``%config``; those under a name that only looks like ours are told."""
        from aitunnel_jupyter.notebook.foreign_settings import foreign_settings_told, refused_setting

        if refused := refused_setting(config, {"calls": CALLS}, self.person_language):
            print(refused)  # an exception here would be logged, where nobody looks
            return
        classes = {type(one).__name__ for one in self.shell.configurables}
        for told in foreign_settings_told(config, classes, self.trait_names(config=True), self.person_language):
            print(told)
        super().update_config(config)

    def stop_jobs(self) -> None:
        """Stop what runs in the background, and in panels."""
        for watcher in self._desk.watchers if self._desk else []:
            watcher.close()
        jobs = self._desk.jobs if self._desk else []
        for job in jobs:
            job.cancel()
        for job in jobs:
            job.stop()

    def conversation_names(self) -> list[str]:
        """For completion."""
        return self.desk.conversation_names()

    @property
    def person_language(self) -> str:
        """``en`` or ``ru``."""
        return preferred_language(self.language)

    @no_var_expand
    @line_cell_magic
    def ai(self, line: str, cell: str | None = None) -> object:  # noqa: D102  its docstring is the help page, below
        try:
            with listening(), writing_anything():
                self._remember_failure()
                return self._run(line, cell)
        except UsageError as error:
            from aitunnel_jupyter.redaction import one_line

            raise UsageError(one_line(str(error), LINE_BYTES)) from None
        except AITunnelError as error:
            error.language = self.person_language
            raise error.with_traceback(None) from None
        except KeyboardInterrupt:  # wherever it landed, also while a model loads
            from aitunnel_jupyter.notebook.stopped import Stopped

            raise Stopped(self.person_language) from None

    ai.__doc__ = HELP["en"]
    # IPython asks for this first: the whole page, made from the parser and in the person's language.
    vars(ai)["getdoc"] = _help_page

    def _run(self, line: str, cell: str | None) -> object:
        if cell is None:
            from aitunnel_jupyter.notebook.commands import run_command

            return run_command(self, line)
        from aitunnel_jupyter.notebook.ask import ask
        from aitunnel_jupyter.notebook.line_values import persons_variables
        from aitunnel_jupyter.notebook.option_table import HelpWanted
        from aitunnel_jupyter.notebook.options import parse_cell

        try:
            options = parse_cell(line, self.person_language, persons_variables(self.shell))
        except HelpWanted:
            print(_help_page())
        else:
            ask(self, options, cell, whole_cell=True)
        return None

    def _remember_failure(self) -> None:
        """Keep the failure that ``%ai fix`` is about: an error of ours in this cell would take its place."""
        import sys

        last = getattr(sys, "last_value", None)
        if last is not None:
            from aitunnel_jupyter.notebook.fixing import is_of_the_person

            self.failure = last if is_of_the_person(last) else self.failure

    def local_is_running(self) -> bool:
        """Whether a model runs on this machine for this kernel; does not import anything for the answer."""
        import sys

        child = sys.modules.get("aitunnel_jupyter.local.child")
        return child is not None and child.running() is not None

    def local_model(self, *, start: bool) -> LocalModel | None:
        """The model on this machine, started with a progress line if ``start``."""
        from aitunnel_jupyter.local import child

        if child.running() is not None or not start:
            return child.running()
        from aitunnel_jupyter.notebook.local_view import start_local

        return start_local(self.shell, self.person_language)
