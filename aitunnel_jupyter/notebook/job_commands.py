"""Commands about answers in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.jobs import stop_jobs
from aitunnel_jupyter.notebook.words import parsed

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


def jobs(magics: AIMagics, words: list[str]) -> None:
    """One line for each job, the newest last."""
    parsed(magics, "jobs", words)
    lines = [job.state for job in magics.desk.jobs]
    print("\n".join(lines) or say("job.none", magics.person_language))


def stop(magics: AIMagics, words: list[str]) -> None:
    """Stop the running jobs of that name, or all of them; a job that is over says how it ended."""
    name = parsed(magics, "stop", words, word="").word
    known = [job for job in magics.desk.jobs if name in ("", job.name)]
    if name and not known:
        raise UsageError(say("job.unknown", magics.person_language, name=name))
    told = stop_jobs(known, name) or (known[-1:] if name else [])
    print("\n".join(job.state for job in told) or say("job.none_running", magics.person_language))
