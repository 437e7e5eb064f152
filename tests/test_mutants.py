"""`make mutants` itself: which faults it makes, and that it tells noticed ones from others without touching the tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from mutations import mutations

TOOL = Path(__file__).parent / "mutants.py"
FAULTS = {
    "x = a == b": {"(a != b)"},
    "x = a < b": {"(a <= b)"},
    "x = a not in b": {"(a in b)"},
    "x = a and b or c": {"((a and b) and c)", "(a or b)"},
    "x = not a": {"(a)"},
    "x = a + 1": {"(a - 1)", "2"},
    "x = 'é' + a": {"('é' - a)", "''"},
    "x = True": {"False"},
    "x = 2.5": {"3.5"},
    "x = ''": {"'XX'"},
    "x = a if b else c": {"(c if b else a)"},
    "def f():\n    return a": {"return None"},
    "f(a)": {"pass"},
    "for x in y:\n    break": {"continue"},
    "while a:\n    continue": {"break"},
    # these are left alone
    '"""Docstring."""\nx = a': set(),
    "class A:\n    'Docstring.'\n    x: int\n    'Of x.'": set(),
    "def f(a: 'A' = b) -> 'B': ...": set(),
    "@d('x')\ndef f():\n    return": set(),
    "if TYPE_CHECKING:\n    import a\n    x = 1": set(),
    "x = f'{a + 1} b'": set(),
    f"x = '{'sentence ' * 5}'": set(),
    "x = a < b < c": set(),
    "x = None": set(),
}


@pytest.mark.parametrize(("source", "after"), FAULTS.items(), ids=FAULTS)
def test_the_faults_of_a_line(source: str, after: set[str]) -> None:
    found = mutations(source)
    assert {one.after for one in found} == after
    for one in found:
        assert one.apply(source) != source
        compile(one.apply(source), "<fault>", "exec")


def test_each_fault_of_a_file_changes_one_place() -> None:
    source = TOOL.with_name("mutations.py").read_text(encoding="utf-8")
    found = mutations(source)
    assert len(found) > 40
    for one in found:
        changed = one.apply(source)
        compile(changed, "<fault>", "exec")
        lines, others = source.splitlines(), changed.splitlines()
        assert lines[: one.start[0] - 1] == others[: one.start[0] - 1]
        assert lines[one.end[0] :] == others[len(others) - (len(lines) - one.end[0]) :]


def test_it_reports_what_the_tests_let_through(tmp_path: Path) -> None:
    room, tests = tmp_path / "aitunnel_jupyter" / "toy", tmp_path / "tests" / "toy"
    for folder in (room, tests):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\nfilterwarnings = ['error']\n")
    (room.parent / "__init__.py").touch()
    (room / "sums.py").write_text(
        "def total(a, b):\n    return a + b\n\n\ndef larger(a, b):\n    if a == 7:\n        a = b + 1\n    return a > b\n\n\n"
        "def never():\n    return True\n"
    )
    (tests / "test_sums.py").write_text(
        "from aitunnel_jupyter.toy.sums import larger, total\n\n\ndef test_total():\n    assert total(2, 1) == 3\n\n\n"
        "def test_larger():\n    assert larger(2, 1)\n    assert larger(7, 9)\n\n\ndef test_red():\n    assert total(1, 1) == 3\n"
    )
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    run = subprocess.run(
        [sys.executable, str(TOOL), "toy", "--tree", str(tmp_path)], capture_output=True, text=True, check=True
    )
    told = run.stdout.splitlines()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before
    assert told[0] == "10 of 10 faults, seed 7"
    assert "left out, it fails without a fault: tests/toy/test_sums.py::test_red" in told
    missed = {" ".join(line.split()) for line in told if "→" in line}
    assert missed == {
        "survived aitunnel_jupyter/toy/sums.py:8 a > b → (a >= b)",
        "survived aitunnel_jupyter/toy/sums.py:7 1 → 2",
        "not reached aitunnel_jupyter/toy/sums.py:12 return True → return None",
        "not reached aitunnel_jupyter/toy/sums.py:12 True → False",
    }, run.stdout
    assert told[-1].startswith("toy: 60% of 10 noticed (")
