"""Tab, in real kernels of every stack and in JupyterLab."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from byte_server import ByteServer
from catalogues import catalogue_of
from kernels import Kernel
from lab import Lab, Notebook, browser

from aitunnel_jupyter.gateway.catalogue_store import store_catalogue
from aitunnel_jupyter.gateway.model_parsing import models_of_catalogue
from aitunnel_jupyter.gateway.models import Catalogue
from aitunnel_jupyter.notebook.commands import COMMANDS
from aitunnel_jupyter.notebook.completion import find
from aitunnel_jupyter.notebook.option_table import EFFORTS, FORMATS, parser

GATEWAY = "https://api.aitunnel.ru/v1"
NAMES = ["claude-opus-4.6", "claude-sonnet-4.6", "deepseek/v3.2:free", "gpt-5.2", "gpt-5.2-mini", "~x/gpt-latest"]


@pytest.fixture
def stored() -> None:
    """A catalogue of the gateway on disk; there is no network in these tests."""
    store_catalogue(Catalogue(GATEWAY, models_of_catalogue({name: {} for name in NAMES}), time.time()))


@pytest.fixture
def magics(stored: None) -> Any:
    """As much of the magics as completion looks at."""
    hidden = {"exit": print}
    variables = {"names": [], "number": 1, "_private": 1, "time": time, "exit": print, "story": "x"}
    return SimpleNamespace(
        shell=SimpleNamespace(user_ns=variables, user_ns_hidden=hidden), model="", base_url="", aliases={},
        conversation_names=lambda: ["cats", "dogs"],
    )  # fmt: skip


def texts(magics: Any, code: str) -> list[str] | None:
    """What is offered at ``|``, put together with what stands before it."""
    offset = code.index("|")
    found = find(magics, code.replace("|", ""), offset)
    return None if found is None else [code[: found.start] + text for text in found.texts]


def offered(magics: Any, code: str) -> list[str]:
    offset = code.index("|")
    found = find(magics, code.replace("|", ""), offset)
    assert found is not None
    return found.texts


# --- in kernels ---------------------------------------------------------------------------------------------


def test_tab_in_a_kernel(stored: None, start_kernel: Callable[..., Kernel]) -> None:
    kernel = start_kernel()
    kernel.run("names = [1]; number = 2; import json")

    def at(code: str, offset: int | None = None) -> list[str]:
        reply = kernel.complete(code, offset)
        end = len(code) if offset is None else offset
        assert reply["cursor_end"] == end
        return [code[: reply["cursor_start"]] + match for match in reply["matches"]]

    assert at("%%ai gpt") == ["%%ai gpt-5.2", "%%ai gpt-5.2-mini"]
    assert at("%%ai deep") == ["%%ai deepseek/v3.2:free"]
    assert at("%%ai deepseek/v3.2:f") == ["%%ai deepseek/v3.2:free"]
    assert at("%%ai ~x/") == ["%%ai ~x/gpt-latest"]
    assert at("%%ai gpt-5.2,cla") == ["%%ai gpt-5.2,claude-opus-4.6", "%%ai gpt-5.2,claude-sonnet-4.6"]
    assert at("%%ai gpt-5.2 --max") == ["%%ai gpt-5.2 --max-tokens"]
    assert at("%%ai gpt-5.2 -f ma") == ["%%ai gpt-5.2 -f markdown", "%%ai gpt-5.2 -f math"]
    assert at("%%ai -o nu\nPrompt", 10) == ["%%ai -o number"]
    assert at("%%ai m\nWrite about {na") == ["%%ai m\nWrite about {names"]
    assert at("%%ai m\nWrite about {") == ["%%ai m\nWrite about {names", "%%ai m\nWrite about {number"]
    assert at("%%ai m\nWrite about na") == []
    assert at("%%ai m\nWrite in ") == []
    assert at("%ai mod") == ["%ai model", "%ai models"]
    assert at("x = 1\n%ai model gpt-5.2-") == ["x = 1\n%ai model gpt-5.2-mini"]
    assert at("%ai models --sort ") == [
        "%ai models --sort price",
        "%ai models --sort context",
        "%ai models --sort name",
    ]
    assert set(at("%ai ask ")) >= {"%ai ask -m", "%ai ask --format"}
    assert "numbers.append" not in str(at("numbe"))
    assert "number" in at("numbe")
    assert "names.append" in [match.rpartition("\n")[2] for match in at("%%time\nnames.app")]
    assert kernel.run("%unload_ext aitunnel_jupyter").status == "ok"
    assert "%%ai gpt-5.2" not in at("%%ai gpt")
    assert kernel.run("%load_ext aitunnel_jupyter\n%reload_ext aitunnel_jupyter").status == "ok"
    assert at("%%ai gpt") == ["%%ai gpt-5.2", "%%ai gpt-5.2-mini"]


def test_unloading_leaves_the_completer_as_it_was(kernel: Kernel) -> None:
    kernel.run(
        "ip = get_ipython(); completer = ip.Completer\n%reload_ext aitunnel_jupyter\n%unload_ext aitunnel_jupyter"
    )
    state = kernel.run("len(completer.custom_matchers), 'completions' in vars(completer)")
    assert state.result == "(0, False)"


def test_another_server_has_other_models(stored: None, start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    base_url = server.base_url("other")
    store_catalogue(Catalogue(base_url, models_of_catalogue({"qwen": {}}), time.time()))
    kernel = start_kernel()
    assert kernel.complete(f"%%ai --base-url {base_url} -m ")["matches"] == ["qwen", "local"]
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    assert kernel.complete("%%ai q")["matches"] == ["qwen"]
    assert server.seen == [], "Tab never asks a server"


def calls_of(work: Callable[[], Any]) -> int:
    """How many functions ``work`` calls, Python's and C's: its time, on a machine that does nothing else."""
    calls = []
    sys.setprofile(lambda _frame, event, _function: calls.append(event) if event in {"call", "c_call"} else None)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(calls)


def test_many_models_take_no_more_work_than_their_number(magics: Any) -> None:
    calls = {}
    for count in (40, 400):
        store_catalogue(Catalogue(GATEWAY, models_of_catalogue(catalogue_of(count)), time.time()))
        assert len(offered(magics, "%%ai |")) > count  # the file is read once, here
        calls[count] = calls_of(lambda: offered(magics, "%%ai |"))
    assert calls[400] < 12 * calls[40]
    assert calls[400] < 10 * 400, "a few for each model: nothing is read or parsed again"


# --- where the cursor stands --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "gpt|",
        "%%ai|",
        "%%a|i gpt",
        "%ai|",
        "%%time\n%ai mod|",
        "print('%%ai') ; x.|",
        "%%aide gpt|",
        "%%ai m\n\\alpha|",
    ],
)
def test_not_ours(magics: Any, code: str) -> None:
    assert texts(magics, code) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%%ai gpt-5.2-|", ["gpt-5.2-mini"]),
        ("\n  %%ai gpt-5.2-|\nprompt", ["gpt-5.2-mini"]),
        ("%%ai GPT-5.2-|", ["gpt-5.2-mini"]),
        ("%%ai sonnet|", ["claude-sonnet-4.6"]),
        ("%%ai lo|", ["local"]),
        ("%%ai gpt-5.2,gpt|", ["gpt-5.2-mini"]),
        ("%%ai -m gpt-5.2-|", ["gpt-5.2-mini"]),
        ("%%ai --model=gpt-5.2-|", ["gpt-5.2-mini"]),
        ("%%ai -t 0 gpt-5.2-|", ["gpt-5.2-mini"]),
        ("%%ai -s 'Be brief' gpt-5.2-|", ["gpt-5.2-mini"]),
        ("%%ai gpt-5.2 clau|", []),
        ("%%ai -m gpt-5.2 clau|", []),
        ("%%ai -s 'gpt|", []),
        ("%%ai -s gpt|", []),
        ("%%ai -t |", []),
        ("%%ai gpt-5.2 --rea|", ["--reasoning"]),
        ("%%ai --reasoning |", list(EFFORTS)),
        ("%%ai --format=|", list(FORMATS)),
        ("%%ai --format=ma|", ["markdown", "math"]),
        ("%%ai -f json --for|", []),
        ("%%ai --stop a --sto|", ["--stop"]),
        ("%%ai -o |", ["names", "number", "story"]),
        ("%%ai m\n{na|", ["names"]),
        ("%%ai m\n{{na|", []),
        ("%%ai m\n{{{na|", ["names"]),
        ("%%ai m\n{names} na|", []),
        ("%%ai m\n{names.app|", []),
        ("%%ai m\n%ai mod|", []),
        ("%%ai m\n--sto|", []),
        ("%ai ver|", ["version"]),
        ("y = %ai ver|", ["version"]),
        ("  %ai  loc|", ["local"]),
        ("%ai model son|", ["claude-sonnet-4.6"]),
        ("%ai model gpt-5.2 |", []),
        ("%ai key |", ["--save", "--forget"]),
        ("%ai key --save |", ["--forget"]),
        ("%ai local st|", ["stop"]),
        ("%ai models --sort=c|", ["context"]),
        ("%ai models --sort price --r|", ["--refresh"]),
        ("%ai help |", []),
        ("%ai nonsense |", []),
        ("%ai ask -m gpt-5.2-|", ["gpt-5.2-mini"]),
        ("%ai ask -m gpt-5.2 What is {nu|", ["number"]),
        ("%ai ask Don't ask about {nu|", ["number"]),
        ("%ai ask What gpt|", []),
        ("%ai ask gpt|", []),
    ],
)
def test_offered(magics: Any, code: str, expected: list[str]) -> None:
    assert offered(magics, code) == expected


def test_all_options_and_commands_are_offered(magics: Any) -> None:
    known = [name for action in parser()._actions for name in action.option_strings]
    assert offered(magics, "%%ai -|") == known
    assert offered(magics, "%%ai gpt-5.2 |") == known
    assert offered(magics, "%%ai --|") == [name for name in known if name.startswith("--")]
    assert offered(magics, "%ai |") == [name for name in COMMANDS if name]
    assert offered(magics, "%%ai |") == [*NAMES, "local", *known]


def test_without_a_catalogue_there_is_the_default_model(magics: Any) -> None:
    magics.base_url = "http://127.0.0.1:9/v1"
    assert offered(magics, "%%ai -m |") == ["gpt-5.2", "local"]
    magics.model = "mine"
    assert offered(magics, "%%ai -m |") == ["mine", "local"]
    magics.base_url = "nonsense"
    assert offered(magics, "%%ai -m |") == ["mine", "local"]


def test_conversations_variables_and_files(magics: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("note.txt", "two words.txt", ".hidden", "it's"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner.png").touch()
    monkeypatch.chdir(tmp_path)
    assert offered(magics, "%%ai -c |") == ["cats", "dogs"]
    assert offered(magics, "%%ai -c d|") == ["dogs"]
    assert offered(magics, "%%ai -a |") == [
        "names", "number", "story", "folder/", "it\\'s", "note.txt", "two\\ words.txt",
    ]  # fmt: skip
    assert offered(magics, "%%ai -a n|") == ["names", "number", "note.txt"]
    assert offered(magics, "%%ai -a folder/|") == ["folder/inner.png"]
    assert offered(magics, "%%ai -a two\\ w|") == ["two\\ words.txt"]
    assert offered(magics, "%%ai -a two\\ words.txt -a .h|") == [".hidden"]
    assert offered(magics, f"%%ai -a {tmp_path}/no|") == [f"{tmp_path}/note.txt"]
    assert offered(magics, "%%ai -a ~nobody-of-that-name/|") == []
    del magics.conversation_names
    assert offered(magics, "%%ai -c |") == []


def test_long_lines_take_no_time(magics: Any) -> None:
    for line in ("\\" * 5000, "{" * 5000, "x " * 5000, "'" * 4999, "-p a=1 " * 1000):
        for code in (f"%%ai {line}|", f"%%ai m\n{line}|", f"%ai ask {line}|"):
            assert len(texts(magics, code) or ()) < 1_000, "what is more than linear here does not end"


# --- in JupyterLab ------------------------------------------------------------------------------------------


def test_in_jupyterlab_the_names_drop_down(stored: None, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("tab.ipynb", "%load_ext aitunnel_jupyter", "", "%%ai gpt-5.2\nWrite ")
    try:
        with browser() as chromium:
            page = chromium.new_page()
            notebook = Notebook(page, lab, "tab.ipynb")
            notebook.run_all()
            notebook.wait_for_idle()
            page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(1).click()
            page.keyboard.type("%%ai gpt")
            page.keyboard.press("Tab")
            page.wait_for_selector(".jp-Completer-item", timeout=30_000)
            assert page.locator(".jp-Completer-match").all_inner_texts() == ["gpt-5.2", "gpt-5.2-mini"]
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_function(
                "() => document.querySelectorAll('.jp-Notebook .cm-content')[1].textContent === '%%ai gpt-5.2-mini'",
                timeout=30_000,
            )
    finally:
        lab.close()
