"""Commands about answers in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """Stop the running jobs of that name, or all of them."""
    name = parsed(magics, "stop", words, word="").word
    stopped = stop_jobs(magics.desk.jobs, name)
    print("\n".join(job.state for job in stopped) or say("job.none_running", magics.person_language))
