"""The open notebook is recognised however its path is spelt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aitunnel_jupyter.notebook.open_notebook import is_same


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    path = tmp_path / "work" / "Day One.ipynb"
    path.write_text("{}")
    (tmp_path / "link.ipynb").symlink_to(path)
    (tmp_path / "folder").symlink_to(tmp_path / "work")
    os.link(path, tmp_path / "hard.ipynb")
    return path


@pytest.mark.parametrize(
    "spelt",
    ["Day One.ipynb", "./Day One.ipynb", "deep/../Day One.ipynb", "../work/Day One.ipynb", "../link.ipynb", "../folder/Day One.ipynb",
     "../hard.ipynb", "day one.IPYNB", "DAY ONE.ipynb"],
)  # fmt: skip
def test_it_is_the_same_file(notebook: Path, spelt: str) -> None:
    assert is_same(Path(spelt), notebook)
    assert is_same(notebook.parent / spelt, notebook)
    assert is_same(Path(spelt), Path("some/folder/of/the/server/Day One.ipynb")), "told from the server's own folder"


@pytest.mark.parametrize("spelt", ["Day Two.ipynb", "deep/Day One.ipynb", "../Day One.ipynb", "Day One.md", "."])
def test_another_file_is_another(notebook: Path, spelt: str) -> None:
    assert not is_same(Path(spelt), notebook)


def test_it_counts_before_the_notebook_was_saved_first(tmp_path: Path) -> None:
    assert is_same(tmp_path / "a.ipynb", tmp_path / "x" / ".." / "A.ipynb")
