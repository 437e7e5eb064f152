"""What the README shows works, and its table of options is the parser's."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from byte_server import ByteServer, stream
from kernels import Kernel

from aitunnel_jupyter.notebook.option_table import parser

ROOT = Path(__file__).parents[1]
OPTIONS = re.compile(r"(?<=from the parser -->\n).*?(?=<!-- /options -->)", re.DOTALL)


def options_table() -> str:
    rows = ["| option | |", "|---|---|"]
    for action in parser()._actions:
        value = f" {action.metavar}" if action.metavar else ""
        names = ", ".join(f"`{name}`" for name in action.option_strings[:-1])
        last = f"`{action.option_strings[-1]}{value}`"
        rows.append(f"| {', '.join(filter(None, [names, last]))} | {action.help} |")
    return "\n".join(rows) + "\n"


def test_the_table_of_options_is_the_parsers() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = OPTIONS.search(text)
    assert found, "the markers are gone"
    assert found[0] == options_table(), "run: python tests/test_readme.py"


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_the_cells_of_the_readme_run(name: str, server: ByteServer, tmp_path: Path) -> None:
    cells = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert len(cells) >= 5
    base_url = server.on("readme", *stream("Once ", "upon a time."))
    kernel = Kernel(sys.executable, {**os.environ, "AITUNNEL_BASE_URL": base_url}, tmp_path)
    for cell in cells:
        run = kernel.run(cell)
        assert (run.status, run.error) == ("ok", ""), cell
    assert kernel.run("story").outputs[0]["data"]["text/plain"] == "Once upon a time."
    kernel.close()
    assert len(server.requests("readme")) == 2
    assert all("{city}" not in str(seen.json) for seen in server.requests("readme"))


@pytest.mark.parametrize("name", ["README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_file_a_page_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = [
        f"aitunnel_jupyter/{path}"
        for path in re.findall(r"`((?:gateway|notebook|session|rendering|local)/\w+\.py)`", text)
    ]
    assert [path for path in linked + named if not (ROOT / path).exists()] == []


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(OPTIONS.sub(lambda _: options_table(), readme.read_text(encoding="utf-8")), encoding="utf-8")
