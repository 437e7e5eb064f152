"""A real JupyterLab, or Notebook 7, in a real Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_CLASSES = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}
_SETTINGS = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "docmanager-extension/plugin": {"autosave": False},
}


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise AssertionError("Chromium is missing: `make test` installs it, or: apt-get install chromium")


class Lab:
    """A server of its own folder; ``notebook`` opens one in a fresh page."""

    def __init__(
        self,
        folder: Path,
        *,
        theme: str = "JupyterLab Light",
        application: str = "lab",
        subshells: bool = True,
        **environment: str,
    ) -> None:
        self.folder = folder
        self.application = application
        settings = folder / "settings"
        chosen = {
            "apputils-extension/themes": {"theme": theme},
            "apputils-extension/kernels-settings": {"commsOverSubshells": "perCommTarget" if subshells else "disabled"},
        }
        for name, value in (_SETTINGS | chosen).items():
            file = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value))
        self._log = (folder / "lab.log").open("w")
        self._server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter", application, "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
                "--ServerApp.port=0", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
                f"--{_CLASSES[application]}.expose_app_in_browser=True", f"--ServerApp.root_dir={folder}",
            ],
            cwd=folder, stdout=self._log, stderr=self._log,
            env={
                **os.environ, **environment,
                "JUPYTERLAB_SETTINGS_DIR": str(settings),
                "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
                "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                "IPYTHONDIR": str(folder / "ipython"),
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            },
        )  # fmt: skip
        self.url = self._wait_for_url()

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for file in (self.folder / "runtime").glob("jpserver-*.json"):
                with contextlib.suppress(ValueError):
                    return str(json.loads(file.read_text())["url"]).rstrip("/")
            assert self._server.poll() is None, (self.folder / "lab.log").read_text()[-2000:]
            time.sleep(0.1)
        raise AssertionError("JupyterLab did not start: " + (self.folder / "lab.log").read_text()[-2000:])

    def write(self, name: str, *cells: str) -> Path:
        path = self.folder / name
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells], metadata=kernel),
            path,
        )
        return path

    def address(self, name: str) -> str:
        """Where the notebook ``name`` opens."""
        return f"{self.url}/lab/tree/{name}?reset" if self.application == "lab" else f"{self.url}/notebooks/{name}"

    def end_kernels(self) -> None:
        """End what notebooks left running, busy cells too."""
        with urllib.request.urlopen(f"{self.url}/api/kernels", timeout=60) as found:
            kernels = json.load(found)
        for kernel in kernels:
            request = urllib.request.Request(f"{self.url}/api/kernels/{kernel['id']}", method="DELETE")
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=60):
                pass

    def close(self) -> None:
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()


class Notebook:
    """A notebook open in the browser."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page = page
        page.goto(lab.address(name))
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
        page.wait_for_function("() => window.jupyterapp && window.jupyterapp.shell.currentWidget", timeout=120_000)

    def wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status === 'idle'",
            timeout=120_000,
        )

    def command(self, name: str) -> None:
        """Start a command of the front end and do not wait for its end."""
        self.page.evaluate("(name) => { window.jupyterapp.commands.execute(name); }", name)

    def run_all(self) -> None:
        self.wait_for_kernel()
        self.command("notebook:run-all-cells")

    def wait_for_idle(self, seconds: float = 120) -> None:
        """Until no cell waits or runs any more."""
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))"
            " && window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'",
            timeout=seconds * 1000,
        )

    def run_cell(self, cell: int) -> None:
        """Start one cell, as Ctrl+Enter does, and do not wait for its end."""
        self.page.evaluate(
            "(at) => { const notebook = window.jupyterapp.shell.currentWidget.content; notebook.activeCellIndex = at;"
            " notebook.deselectAll(); window.jupyterapp.commands.execute('notebook:run-cell'); }",
            cell,
        )

    def run(self, cell: int, seconds: float = 120) -> str:
        """Run one cell to its end; returns what it shows."""
        self.run_cell(cell)
        self.wait_for_idle(seconds)
        self.page.wait_for_timeout(200)  # what a reply asks for, such as a new cell, comes right after it
        return self.text(cell)

    def restart(self) -> None:
        """A new kernel process, as the toolbar's button starts it; the outputs stay."""
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()"
        )
        self.wait_for_kernel()

    def sources(self) -> list[str]:
        """What is typed in the cells."""
        found = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(cell => cell.source)"
        )
        return [str(source) for source in found]

    def append(self, source: str) -> int:
        """A new cell at the end; returns its number."""
        self.page.evaluate(
            "(source) => { const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel;"
            " cells.insertCell(cells.cells.length, {cell_type: 'code', source}); }",
            source,
        )
        return len(self.sources()) - 1

    def make_narrow(self) -> None:
        """As on a telephone, or in a split view."""
        self.page.set_viewport_size({"width": 420, "height": 900})
        self.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        self.page.wait_for_timeout(1000)

    def fits(self) -> bool:
        """Whether each output of ours fits into its cell; a table or code may scroll inside itself."""
        return bool(
            self.page.evaluate(
                "() => document.documentElement.scrollWidth <= window.innerWidth && [...document.querySelectorAll("
                "'.aitunnel')].every(ours => ours.scrollWidth <= ours.clientWidth + 1)"
            )
        )

    def output(self, cell: int) -> Any:
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")

    def text(self, cell: int) -> str:
        return "\n".join(self.output(cell).all_inner_texts())

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()
