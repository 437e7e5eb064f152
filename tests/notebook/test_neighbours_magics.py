"""Other people's ``%ai`` and ``%%ai`` in the same notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from byte_server import ByteServer, stream
from kernels import Kernel

THEIRS = """\
from IPython.core.magic import Magics, magics_class, line_magic, cell_magic, line_cell_magic
@magics_class
class {name}(Magics):
    @{kind}_magic
    def ai(self, line, cell=None):
        return f"theirs: {{line}}"
def load_ipython_extension(shell):
    shell.register_magics({name})
def unload_ipython_extension(shell):
    pass
"""
WHERE = "{k: getattr(v.get('ai'), '__module__', None) for k, v in get_ipython().magics_manager.magics.items()}"


@pytest.fixture
def beside(start_kernel: Callable[..., Kernel], server: ByteServer, tmp_path: Path) -> Callable[..., Kernel]:
    def start(name: str = "AiMagics", kind: str = "line_cell") -> Kernel:
        (tmp_path / "their_ai.py").write_text(THEIRS.format(name=name, kind=kind))
        return start_kernel(load=False, AITUNNEL_BASE_URL=server.on("v", *stream("Forty-two")))

    return start


@pytest.mark.parametrize("name", ["AiMagics", "AIMagics"])
def test_names_are_taken_over_with_a_word_and_given_back(beside: Callable[..., Kernel], name: str) -> None:
    kernel = beside(name)
    kernel.run("%load_ext their_ai")
    told = kernel.run("%load_ext aitunnel_jupyter").text()
    assert told.startswith("taken over: %ai, %%ai (their_ai); %unload_ext aitunnel_jupyter gives them back")
    assert len(told.strip().splitlines()) == 1
    assert "base_url" not in kernel.run("%ai").error
    assert kernel.run("%ai").text().startswith("model gpt-5.2")
    for cell in ("%%ai\nhi", "%%aitunnel\nhi", "%aitunnel ask hi?", "%aitunnel ask hi"):
        assert kernel.run(cell).displays[0]["data"]["text/plain"] == "Forty-two", cell
    assert "taken over" in kernel.run("%reload_ext aitunnel_jupyter").text()
    assert kernel.run("%unload_ext aitunnel_jupyter").status == "ok"
    assert kernel.run("%ai hi").result == kernel.run("%%ai hi\nyou").result == "'theirs: hi'"
    assert kernel.run(f"type(get_ipython().magics_manager.registry[{name!r}]).__module__").result == "'their_ai'"
    assert "not found" in kernel.run("%aitunnel version").text("stderr")


def test_one_kind_only_and_names_that_go_later(beside: Callable[..., Kernel]) -> None:
    kernel = beside(kind="cell")
    assert kernel.run("%load_ext aitunnel_jupyter").outputs == []
    assert "no longer" not in kernel.run("%ai").text()
    assert kernel.run("%load_ext their_ai").outputs == []
    assert "no longer ours: %%ai (their_ai); use %aitunnel and %%aitunnel" in kernel.run("%ai").text()
    assert kernel.run("%%ai x\nhi").result == "'theirs: x'"
    assert kernel.run("%%aitunnel\nhi").displays[0]["data"]["text/plain"] == "Forty-two"
    assert kernel.run("%unload_ext aitunnel_jupyter").outputs == []
    assert kernel.run(WHERE).result == "{'line': None, 'cell': 'their_ai'}", "theirs stays, ours goes"
    assert "taken over: %%ai (their_ai)" in kernel.run("%load_ext aitunnel_jupyter").text()
    assert kernel.run("%%ai\nhi").displays[0]["data"]["text/plain"] == "Forty-two"


def test_autoload_and_reload_say_nothing(beside: Callable[..., Kernel]) -> None:
    kernel = beside()
    kernel.run("get_ipython().magics_manager.lazy_magics['ai'] = 'aitunnel_jupyter'")
    run = kernel.run("%ai version")
    assert (run.status, run.text().split()[0]) == ("ok", "aitunnel_jupyter")
    assert kernel.run("%reload_ext aitunnel_jupyter").outputs == []
    assert kernel.run("%%ai\nhi").displays[0]["data"]["text/plain"] == "Forty-two"
    kernel.run("%unload_ext aitunnel_jupyter")
    assert "AIMagics" not in kernel.run("get_ipython().configurables").result
    assert kernel.run("get_ipython().input_transformers_cleanup[-1].__module__").result.startswith("'IPython")
