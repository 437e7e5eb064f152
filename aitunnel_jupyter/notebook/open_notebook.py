"""The file of the notebook that is open: nothing of ours writes over it, however its path is spelt."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.messages import say

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics


def refuse_the_notebook(magics: AIMagics, path: Path) -> None:
    """Make sure that ``path`` is another file.

    Raises:
        UsageError: It is the open notebook: the front end would write over the file, or lose what is in its cells.
    """
    if magics.desk.is_named and is_same(path, Path(magics.desk.notebook)):
        raise UsageError(say("file.notebook", magics.person_language, path=path))


def is_same(path: Path, notebook: Path) -> bool:
    """Whether both are one file: by what the system says, else by their names, in which the case does not count.

    Args:
        path: Where something is to be written.
        notebook: As the front end tells it; an old server tells it from its own folder, so its name here counts too.
    """
    for other in (notebook, Path(notebook.name)):
        try:
            if path.samefile(other):
                return True
        except OSError:
            pass
        if _spelt(path) == _spelt(other):
            return True
    return False


def _spelt(path: Path) -> str:
    return os.path.realpath(path).casefold()
