"""What the README shows works, and its tables are the parser's and the commands'."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from byte_server import ByteServer, stream
from kernels import Kernel

from aitunnel_jupyter.notebook.commands import COMMANDS
from aitunnel_jupyter.notebook.option_table import parser

ROOT = Path(__file__).parents[1]
LANGUAGES = {"README.md": "en", "README.ru.md": "ru"}


def options_table(language: str) -> str:
    rows = ["| параметр | |" if language == "ru" else "| option | |", "|---|---|"]
    for action in parser(language)._actions:
        value = f" {action.metavar}" if action.metavar else ""
        names = ", ".join(f"`{name}`" for name in action.option_strings[:-1])
        last = f"`{action.option_strings[-1]}{value}`"
        rows.append(f"| {', '.join(filter(None, [names, last]))} | {action.help} |")
    return "\n".join(rows) + "\n"


def commands_table(language: str) -> str:
    rows = ["| команда | |" if language == "ru" else "| command | |", "|---|---|"]
    for name, command in COMMANDS.items():
        line = f"%ai {name} {command.usage}".strip().replace("|", r"\|")  # else it would begin a column
        rows.append(f"| `{line}` | {command.ru if language == 'ru' else command.en} |")
    return "\n".join(rows) + "\n"


def with_tables(text: str, language: str) -> str:
    """The page with its tables made anew; what is between the markers goes."""
    for name, table in (("options", options_table(language)), ("commands", commands_table(language))):
        place = re.compile(
            rf"(?<=<!-- {name}: written by tests/test_readme.py -->\n).*?(?=<!-- /{name} -->)", re.DOTALL
        )
        assert len(place.findall(text)) == 1, f"the markers of {name} are gone"
        text = place.sub(lambda _, table=table: table, text)
    return text


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_tables_are_the_parsers_and_the_commands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == with_tables(text, LANGUAGES[name]), "run: python tests/test_readme.py"


def test_both_languages_tell_the_same() -> None:
    """Section by section: as many cells, tables' rows, pictures, list items, and the same names in backticks."""
    english, russian = ((ROOT / name).read_text(encoding="utf-8").split("\n## ") for name in LANGUAGES)
    assert len(english) == len(russian)
    for one, other in zip(english, russian, strict=True):
        for what in (r"^```\w", r"^\|", r"^!\[", r"^- ", r"^### "):
            assert len(re.findall(what, one, re.MULTILINE)) == len(re.findall(what, other, re.MULTILINE)), (
                one.split("\n")[0],
                what,
            )
        settings = [
            set(re.findall(r"AITUNNEL_\w+|AIMagics\.\w+|ipython_config|`\[\w+\]`", part)) for part in (one, other)
        ]
        assert settings[0] <= settings[1], one.split("\n")[0]


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_the_cells_of_the_readme_run(name: str, server: ByteServer, tmp_path: Path) -> None:
    cells = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert len(cells) >= 5
    base_url = server.on("readme", *stream("Once ", "upon a time."))
    (tmp_path / "sales.csv").write_text("city,price\nOmsk,95.5\nPerm,120\n")
    (tmp_path / "rules.md").write_text("Prices above 100 need a signature.\n")
    kernel = Kernel(sys.executable, {**os.environ, "AITUNNEL_BASE_URL": base_url}, tmp_path)
    for cell in cells:
        run = kernel.run(cell)
        assert (run.status, run.error) == ("ok", ""), cell
    assert kernel.run("story").outputs[0]["data"]["text/plain"] == "Once upon a time."
    kernel.close()
    asked = [seen.json for seen in server.requests("readme") if seen.path.endswith("/chat/completions")]
    assert len(asked) == 14
    assert all("{city}" not in str(body) and "{sales" not in str(body) for body in asked)
    files, frame = asked[5]["messages"][0]["content"], "sales: pandas DataFrame, 2 rows × 2 columns"
    assert all(sent in files for sent in ("need a signature", frame, "Omsk,95.5", "107.75"))
    assert len(asked[2]["messages"]) == 3, "--chat goes on where the panel was"
    assert len(asked[4]["messages"]) == 4, "-c goes on"


@pytest.mark.parametrize("name", ["README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_file_a_page_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = [
        f"aitunnel_jupyter/{path}"
        for path in re.findall(r"`((?:gateway|notebook|session|rendering|local|export)/\w+\.py)`", text)
    ]
    assert [path for path in linked + named if not (ROOT / path).exists()] == []


if __name__ == "__main__":
    for name, language in LANGUAGES.items():
        page = ROOT / name
        page.write_text(with_tables(page.read_text(encoding="utf-8"), language), encoding="utf-8")
