"""The libraries the panel's bundle is made of, and axe, which looks for what keeps people out."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path
from typing import Any

FRONT = Path(__file__).parents[1] / "aitunnel_jupyter" / "panel" / "front"
"""In the repository: the wheel has the bundle only."""


@functools.cache
def modules() -> Path:
    """The libraries as the lock file names them."""
    folder = FRONT / "node_modules"
    if not (folder / "esbuild").is_dir():
        npm = shutil.which("npm")
        assert npm, "npm is missing: the bundle cannot be built"
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=FRONT, check=True, capture_output=True)
    return folder


def axe(page: Any, within: str = "html") -> list[Any]:
    """What axe finds wrong inside of ``within``."""
    # Not as a script of the page: JupyterLab has a loader of modules, which would take it for one.
    page.evaluate(f"() => {{ const define = undefined; {(modules() / 'axe-core' / 'axe.min.js').read_text()} }}")
    found: list[Any] = page.evaluate("async (within) => (await axe.run(within)).violations", within)
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
