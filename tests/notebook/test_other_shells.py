"""The same cells in a plain terminal, in nbclient and papermill, and on the way to HTML."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
import pexpect
import pytest
from byte_server import HANG, HEAD, ByteServer, delta, piece, reply, stream
from nbclient import NotebookClient
from nbconvert import HTMLExporter

ANSWER = "# Cats\n\nA **cat** \x1b[31m\x1b]0;owned\x07lives.\n"


def terminal(tmp_path: Path) -> pexpect.spawn:
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path), "TERM": "xterm"}
    argv = ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor"]
    child = pexpect.spawn(
        sys.executable, argv, env=environment, encoding="utf-8", timeout=60, use_poll=True, cwd=str(tmp_path)
    )
    child.expect(r"In \[1\]:")
    child.sendline("%load_ext aitunnel_jupyter")
    child.expect(r"In \[2\]:")
    return child


def test_a_terminal_gets_streamed_text_once_and_no_escapes(tmp_path: Path, server: ByteServer) -> None:
    base_url = server.on("t", *stream(*[ANSWER[at : at + 4] for at in range(0, len(ANSWER), 4)], pause=0.05))
    child = terminal(tmp_path)
    child.sendline(f"%ai ask --base-url {base_url} Hello")
    child.expect(r"In \[3\]:")
    shown = child.before
    assert shown.count("A **cat** lives.") == 1
    assert "\x1b]0" not in shown
    assert "\x1b[31m" not in shown
    assert "1\u202f240 → 310 tokens · 0.51 ₽" in shown
    child.sendline("_ai.finish_reason, _ai.complete")
    child.expect(r"\('stop', True\)")
    child.close(force=True)


def test_ctrl_c_in_a_terminal_says_stopped(tmp_path: Path, server: ByteServer) -> None:
    base_url = server.on("t", HEAD, piece(delta("Hello ")), HANG)
    child = terminal(tmp_path)
    child.sendline(f"%ai ask --base-url {base_url} Hello")
    child.expect("Hello (?!\r)")  # the echo of the line ends with CR LF; this is the answer
    server.wait_for(lambda: server.requests("t"))
    child.sendintr()
    child.expect(r"In \[3\]:")
    assert "stopped" in child.before
    assert "Traceback" not in child.before
    server.wait_for(lambda: server.requests("t")[0].closed_at)
    child.close(force=True)


def notebook(base_url: str) -> nbformat.NotebookNode:
    cells = ["%load_ext aitunnel_jupyter", f"%%ai -o a --base-url {base_url}\nHello", "a.complete"]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])


def check(executed: nbformat.NotebookNode) -> None:
    (output,) = executed.cells[-2].outputs
    assert output.output_type == "display_data"
    assert output.data["text/plain"].startswith("# Cats")
    assert "<strong>cat</strong>" in output.data["text/html"]
    assert output.metadata["aitunnel"]["cost_rub"] == "0.51"


def test_nbclient_and_nbconvert_get_the_same_final_output(server: ByteServer, tmp_path: Path) -> None:
    base_url = server.on("n", *stream(*[ANSWER[at : at + 4] for at in range(0, len(ANSWER), 4)], pause=0.05))
    executed = NotebookClient(notebook(base_url), kernel_name="python3", timeout=120).execute()
    check(executed)
    page, _ = HTMLExporter().from_notebook_node(executed)
    assert "<strong>cat</strong>" in page
    assert not re.search(r"aitunnel-wait.?>\w", page)


def test_papermill(server: ByteServer, tmp_path: Path) -> None:
    import papermill

    base_url = server.on("p", *stream(*[ANSWER[at : at + 4] for at in range(0, len(ANSWER), 4)], pause=0.05))
    nbformat.write(notebook(base_url), tmp_path / "in.ipynb")
    papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", kernel_name="python3", progress_bar=False)
    check(nbformat.read(tmp_path / "out.ipynb", as_version=4))


def background(base_url: str, *after: str) -> nbformat.NotebookNode:
    cells = ["%load_ext aitunnel_jupyter", f"%%ai -b -o s --base-url {base_url}\nHello", *after]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])


AWAITED = {
    "awaited": "x = await s",
    "its result": "x = s.result()",
    "looked at later": "import time\nwhile not s.done(): time.sleep(0.02)",
    "in a cell that fails": "s.result()\n1 / 0",
}


@pytest.mark.parametrize("cell", AWAITED.values(), ids=AWAITED)
def test_an_answer_in_the_background_is_in_the_saved_notebook(server: ByteServer, cell: str) -> None:
    """To nbclient an update of an older cell's output has never come."""
    base_url = server.on("b", *stream("A **cat** ", "lives.", pause=0.3))
    client = NotebookClient(background(base_url, "'other'", cell), kernel_name="python3", timeout=120)
    executed = client.execute() if "/" not in cell else client_that_goes_on(client)
    (output,) = executed.cells[1].outputs
    assert output.data["text/plain"] == "A **cat** lives."
    assert "<strong>cat</strong>" in output.data["text/html"]
    assert output.metadata["aitunnel"]["cost_rub"] == "0.51"
    assert [output.output_type for output in executed.cells[3].outputs] == (["error"] if "/" in cell else [])


def client_that_goes_on(client: NotebookClient) -> nbformat.NotebookNode:
    client.allow_errors = True
    return client.execute()


def test_what_became_of_answers_in_the_background_is_in_papermills_notebook_too(
    server: ByteServer, tmp_path: Path
) -> None:
    import papermill

    half = server.on("half", HEAD, piece(delta("So far")), HANG)
    refused = server.on("refused", reply(402, {"error": {"message": "no money"}}))
    notebook = background(
        half,
        "import time\nwhile 'answers' not in s.state: time.sleep(0.02)",
        f"%%ai -b -o t --base-url {refused}\nHello",
        "while not t.done(): time.sleep(0.02)",
        "%ai stop s",
        "%ai stop",
    )
    nbformat.write(notebook, tmp_path / "in.ipynb")
    papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", kernel_name="python3", progress_bar=False)
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    stopped, failed = cells[1].outputs[0].data, cells[3].outputs[0].data
    assert stopped["text/plain"].startswith("So far")
    assert "stopped" in stopped["text/html"]
    assert "✗" in failed["text/plain"]
    assert "402" in failed["text/plain"]
    assert re.fullmatch(r"s: gpt-5\.2 was stopped after \d+ s\n", cells[5].outputs[0].text)
    assert "nothing runs" in cells[6].outputs[0].text


def test_a_panel_makes_a_saved_notebook_by_less_than_50_kb_larger(tmp_path: Path) -> None:
    """nbclient saves the state of widgets, and the panel's page is half a megabyte of code."""
    panel = "from aitunnel_jupyter import ChatPanel\nChatPanel('echo')"
    for name, cells in {"class": panel, "command": "%ai chat"}.items():
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("%load_ext aitunnel_jupyter"), nbformat.v4.new_code_cell(cells)]
        )
        executed = NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
        size = len(nbformat.writes(executed).encode())
        assert "application/vnd.jupyter.widget-view+json" in executed.cells[1].outputs[0].data, name
        state = executed.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
        assert any("_esm" in one["state"] for one in state.values()), "the page can be made again where a kernel runs"
        assert size < 20_000, f"{name}: {size}"
