"""Run a notebook in a real kernel, printing prompts and answers as they stream.

    python notebooks/run.py notebooks/01_quickstart.ipynb --out out

Writes the executed notebook and an HTML page. Used by ``make demo`` and by the tests.
"""

from __future__ import annotations

import argparse
import html
import itertools
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

DIM, BOLD, PLAIN = ("\x1b[2m", "\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "", "")


class Narrator(NotebookClient):
    """Executes a notebook and tells in the terminal what its cells show, while they show it."""

    def __init__(self, notebook: nbformat.NotebookNode, **named: Any) -> None:
        super().__init__(notebook, **named)
        self.on_cell_execute = self._tell_cell
        self._outputs: dict[str, str] = {}
        self._printed = ""

    def _tell_cell(self, cell: Any, cell_index: int) -> None:  # noqa: ARG002  nbclient calls by name
        self._outputs, self._printed = {}, ""
        if cell["cell_type"] == "code":
            source = "\n".join(f"{BOLD}│{PLAIN} {line}" for line in cell["source"].splitlines())
            print(f"\n{source}\n", flush=True)

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Tell text as it comes; nbclient goes on to keep it."""
        kind, content = msg["msg_type"], msg["content"]
        if kind == "stream":
            self._say(content["text"])
        elif kind == "execute_result":
            self._say(content["data"].get("text/plain", "") + "\n")
        elif kind == "error":  # in a cell whose tag says that it may fail
            self._say("\n".join(content["traceback"]) + "\n")
        elif kind in {"display_data", "update_display_data"}:
            self._tell_display(content)
        return super().process_message(msg, cell, cell_index)

    def _tell_display(self, content: dict[str, Any]) -> None:
        text = content["data"].get("text/plain", "")
        page = content["data"].get("text/html", "")
        if "aitunnel" in content["metadata"]:  # the whole answer: what is not told yet, then its facts
            self._tell_growing("answer", page)
            notes = re.findall(r'<p class="aitunnel-note">(.*?)</p>', page)
            self._say(f"\n{DIM}{html.unescape(notes[-1]) if notes else ''}{PLAIN}\n")
            self._outputs, self._printed = {}, ""
        elif 'class="aitunnel-note"' in page or "display_id" not in content["transient"]:  # these do not grow
            self._say(("\n" if self._printed else "") + f"{text}\n")
        elif page and 'class="aitunnel-wait"' not in page and "<progress" not in page:
            self._tell_growing(content["transient"]["display_id"], page)

    def _tell_growing(self, display_id: str, page: str) -> None:
        """Say what is new in a view whose outputs grow; what changed its look is not said again."""
        if display_id == "answer":
            self._outputs = {}
        self._outputs[display_id] = _words(page)
        whole = "\n".join(filter(None, self._outputs.values()))
        if display_id != "answer":
            whole = whole.rstrip("`*_~$|")  # the beginning of something that will look different once it is whole
        if display_id == "answer" and self._printed.startswith("```"):  # -f code: as it came, then without the fence
            self._printed = self._printed.partition("\n")[2].removesuffix("\n```")
        if whole.startswith(self._printed):
            self._say(whole[len(self._printed) :])
            self._printed = whole
        elif display_id == "answer":
            same = (one == other for one, other in zip(whole, self._printed, strict=False))
            self._say(whole[sum(itertools.takewhile(bool, same)) :])

    @staticmethod
    def _say(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _words(page: str) -> str:
    """The text of a page of ours, without style, reasoning and facts."""
    page = re.sub(
        r'<style>.*?</style>|<details.*?</details>|<p class="aitunnel-note">.*?</p>', "", page, flags=re.DOTALL
    )
    page = re.sub(r"</(?:p|h[1-6]|li|tr|pre|div)>\n?", "\n", page)
    return html.unescape(re.sub(r"<[^>]*>", "", page)).strip()


def run(path: Path, out: Path) -> int:
    """Execute ``path``; write the notebook and its page into ``out``. Returns an exit status."""
    notebook = nbformat.read(path, as_version=4)
    out.mkdir(parents=True, exist_ok=True)
    client = Narrator(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],  # the kernel's remarks about TCP are not for readers of a demo
    )
    status = 0
    try:
        client.execute()
    except CellExecutionError as error:
        print(f"\n{error.ename}: {error.evalue}", file=sys.stderr)
        status = 1
    executed = out / path.name
    nbformat.write(notebook, executed)
    page = executed.with_suffix(".html")
    page.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    print(f"\n{executed}\n{page}\nOpen the page in a browser, or the notebooks with: make lab")
    return status


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results (default: out)")
    arguments = parser.parse_args()
    sys.exit(run(arguments.notebook, arguments.out))
