"""The promises of the design that a reader of the code relies on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aitunnel_jupyter

ROOT = Path(aitunnel_jupyter.__file__).parent
FLOORS = {
    "texts": 1, "messages": 1, "redaction": 1, "controls": 1, "code_page": 1, "whole_file": 1, "errors": 1,
    "answer": 1, "code_block": 1, "interrupts": 1, "usage": 1, "rendering": 1,
    "gateway": 2, "local": 2, "session": 3, "export": 4, "notebook": 4, "panel": 4,
}  # fmt: skip
ONLY_HERE = {
    "httpx": {"gateway"}, "IPython": {"notebook", "panel"}, "traitlets": {"notebook", "panel"}, "anywidget": {"panel"},
    "xllamacpp": {"local"},
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    """Every module that ``path`` imports while it runs; those for the type checker alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_nothing_imports_upward() -> None:
    for path in ROOT.rglob("*.py"):
        if room(path) == "__init__":
            continue
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "aitunnel_jupyter" and len(parts) > 1 and parts[1] in FLOORS:
                assert FLOORS[parts[1]] <= FLOORS[room(path)], f"{path.relative_to(ROOT)} imports {name}"


def test_each_foreign_library_has_one_room() -> None:
    for path in ROOT.rglob("*.py"):
        for name in imports(path):
            homes = ONLY_HERE.get(name.split(".")[0])
            assert homes is None or room(path) in homes, f"{path.relative_to(ROOT)} imports {name}"


def test_httpx_is_imported_by_the_gateways_client_alone() -> None:
    importers = {
        path.name for path in ROOT.rglob("*.py") if any(name.split(".")[0] == "httpx" for name in imports(path))
    }
    assert importers == {"body.py", "client.py", "download.py", "exchange.py", "reading.py", "shards.py"}


def test_the_wire_is_pure() -> None:
    """Bytes → facts without sockets, loops or threads, and without the rest of the gateway."""
    for path in (ROOT / "gateway" / "wire").rglob("*.py"):
        for name in imports(path):
            assert name.split(".")[0] not in {"asyncio", "threading", "socket", "httpx", "os", "time"}, path.name
            assert not name.startswith("aitunnel_jupyter.gateway") or ".gateway.wire" in name, f"{path.name}: {name}"


def test_the_table_of_contents_is_true() -> None:
    names = aitunnel_jupyter.__all__
    assert names == sorted(names)
    assert all(hasattr(aitunnel_jupyter, name) for name in names)


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, aitunnel_jupyter; print({'httpx', 'IPython', 'asyncio', 'markdown_it'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


def test_no_drawers() -> None:
    drawers = {"utils", "helpers", "common", "misc"}
    assert not [path for path in ROOT.rglob("*.py") if path.stem.strip("_") in drawers]


def test_the_examples_in_docstrings_run() -> None:
    import doctest
    import importlib

    tried = 0
    for path in sorted(ROOT.rglob("*.py")):
        if path.stem == "__main__":
            continue
        module = importlib.import_module(
            ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
        )
        outcome = doctest.testmod(module)
        assert outcome.failed == 0, path
        tried += outcome.attempted
    assert tried > 40


PROJECT = Path(__file__).parents[1]
"""The checkout: what is installed has neither the map nor the page's sources."""
SOURCES = PROJECT / "aitunnel_jupyter"
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def named_paths() -> Iterator[tuple[str, list[Path]]]:
    """Each name in the table "Where do I change …", and the places it may stand for: beside the last one is one."""
    for cell in (cell for row in CONTRIBUTING.splitlines() if row.startswith("| ") for cell in row.split("|")[2:4]):
        beside = SOURCES
        for name in re.findall(r"`([\w/.*]+)`", cell):
            folders = [SOURCES, PROJECT, beside]
            found = [path for folder in folders for path in folder.glob(name)]
            yield name, found
            if found:
                beside = found[0] if found[0].is_dir() else found[0].parent


def test_the_map_names_files_that_exist() -> None:
    names = dict(named_paths())
    assert len(names) > 80
    assert [name for name, found in names.items() if not found] == []


def test_the_drawing_of_rooms_has_every_room() -> None:
    drawing = CONTRIBUTING.split("```")[1]
    for package in SOURCES.rglob("__init__.py"):
        assert package.parent == SOURCES or f"{package.parent.name}/ " in drawing, package.parent.name
    for path in SOURCES.glob("*.py"):
        assert path.stem == "__init__" or re.search(rf"\b{path.stem}\b", drawing), path.name
    for name, floor in FLOORS.items():
        lines = [line for line in drawing.splitlines() if re.search(rf"\b{name}\b", line)]
        assert any(f"floor {floor}" in line for line in lines), name


def test_the_map_can_be_read_as_it_is() -> None:
    assert max(map(len, CONTRIBUTING.splitlines())) <= 180
