"""``%ai snippet``: the last request, or that behind an answer, as a program: shown, in a cell, in files."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from byte_server import ByteServer, reply, stream
from kernels import Kernel

from aitunnel_jupyter.export.languages import LANGUAGES

Start = Callable[..., Kernel]
KEY = "sk-aitunnel-0123456789abcdef0123456789abcdef"
ASK = '%%ai gpt-5.2 -o story -s "Be \'brief\' & `true`" -t 0.2 -p \'provider={"sort": "price"}\'\nA cat in $HOME </b>?'


def test_the_last_request_as_a_program_in_every_language(start_kernel: Start, server: ByteServer) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("m", *stream("Hi there")), AITUNNEL_API_KEY=KEY)
    assert "nothing was asked here yet" in kernel.run("%ai snippet go").text("stderr")
    kernel.run(ASK)
    for language in LANGUAGES:
        run = kernel.run(f"%ai snippet {language}")
        (shown,) = run.displays
        assert server.base_url("m") in shown["data"]["text/plain"]
        assert "<pre><code>" in shown["data"]["text/html"]
        assert KEY not in str(run.messages)
        assert kernel.run(f"print(story.snippet({language!r}), end='')").text() == shown["data"]["text/plain"]
    assert "<i>// One question" in kernel.run("%ai snippet go").displays[0]["data"]["text/html"]


def test_n_takes_the_request_behind_a_variable(start_kernel: Start, server: ByteServer) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("m", *stream("Hi there")))
    kernel.run(ASK)
    kernel.run("%%ai -o other\nAnd a dog?")
    shown = [kernel.run(f"%ai snippet php{name}").displays[0]["data"]["text/plain"] for name in ("", " -n story")]
    assert ["dog" in text for text in shown] == [True, False]
    kernel.run("number = 3")
    assert "number is not an answer" in kernel.run("%ai snippet php -n number").text("stderr")
    assert "missing is not an answer" in kernel.run("%ai snippet php -n missing").text("stderr")
    bare = kernel.run("from aitunnel_jupyter import Answer\nbare = Answer('x')\n%ai snippet php -n bare")
    assert "does not know its request" in bare.error
    for line, told in (("cobol", "('cobol' is not one of python, python-httpx,"), ("", "(or python, python-httpx,")):
        assert f"choose a language, for example %ai snippet python {told}" in kernel.run(f"%ai snippet {line}").error
    kernel.run("%config AIMagics.language = 'ru'")
    assert "'cobol' нет среди python" in kernel.run("%ai snippet cobol").error


def test_a_request_that_was_refused_can_be_taken_elsewhere_too(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("m", reply(402, {"error": {"message": "no money"}}))
    kernel.run(f"%%ai --base-url {base_url}\nHello")
    assert '"content": "Hello"' in kernel.run("%ai snippet curl").displays[0]["data"]["text/plain"]


def test_inserted_cells_run(start_kernel: Start, server: ByteServer, stack: str, tmp_path: Path) -> None:
    modules = Path(__file__).parents[1] / "export" / "node_modules"
    (tmp_path / "node_modules").symlink_to(modules)
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("m", *stream("Hi ", "там")), AITUNNEL_API_KEY=KEY)
    kernel.run(ASK)
    for language in LANGUAGES:
        ((cell, replaces),) = kernel.run(f"%ai snippet {language} --insert").next_inputs
        assert not replaces
        if language == "python" and stack != sys.executable:
            continue  # the other stacks have no openai
        run = kernel.run(cell)
        assert (run.status, run.error) == ("ok", "")
        if language == "go":
            assert (tmp_path / "ask.go").read_text(encoding="utf-8").startswith("// One question")
            continue
        assert run.text() == "Hi там", language
        assert "stop · 1240 → 310 tokens · 0.51 ₽" in run.text("stderr")
        assert server.requests("m")[-1].json == server.requests("m")[0].json


def test_save_writes_the_program_and_its_pictures(start_kernel: Start, server: ByteServer, tmp_path: Path) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("m", *stream("A cat")))
    picture = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    (tmp_path / "cat.png").write_bytes(picture + os.urandom(9_000))
    kernel.run("%%ai -a cat.png\nWhat is it?")
    told = kernel.run("%ai snippet python-httpx --save look.py").text()
    assert told == "look.py: written, with look_picture_1.png beside it\n"
    assert (tmp_path / "look_picture_1.png").read_bytes() == (tmp_path / "cat.png").read_bytes()
    program = tmp_path / "look.py"
    assert len(program.read_text(encoding="utf-8")) < 4_000
    said = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        env=os.environ | {"AITUNNEL_API_KEY": KEY},
    )
    assert said.stdout == "A cat"
    assert server.requests("m")[1].json == server.requests("m")[0].json
    assert kernel.run("%ai snippet fetch --save look.js").text() == "look.js: written\n"
    program.unlink()
    (tmp_path / "look_picture_1.png").write_bytes(b"mine")
    assert "look_picture_1.png is there already" in kernel.run("%ai snippet python-httpx --save look.py").error
    assert not program.exists(), "all of it or nothing"
    assert (tmp_path / "look_picture_1.png").read_bytes() == b"mine"
    assert kernel.run("%ai snippet python-httpx --save look.py --force").status == "ok"
    assert program.exists()
    assert (tmp_path / "look_picture_1.png").read_bytes() == (tmp_path / "cat.png").read_bytes()
    assert "is too long" not in kernel.run("%ai snippet go").text()
    assert "cannot be written (No such file or directory)" in kernel.run("%ai snippet go --save no/such/x.go").error


def test_a_very_long_program_is_not_put_into_the_notebook(kernel: Kernel, server: ByteServer) -> None:
    kernel.run("words = 'cat ' * 50_000")
    kernel.run(f"%%ai --base-url {server.on('m', *stream('Hi'))}\n{{words}}")
    run = kernel.run("%ai snippet go")
    assert "a program of 203 kB is too long to show: %ai snippet go --save FILE" in run.text()
    assert run.displays == []
    assert len(kernel.run("%ai snippet go --insert").next_inputs[0][0]) > 200_000, "asked for, so given"


def test_an_answer_from_the_journal_knows_its_request(start_kernel: Start, server: ByteServer, tmp_path: Path) -> None:
    surroundings = {
        "AITUNNEL_BASE_URL": server.on("m", *stream("Hi there")),
        "JPY_SESSION_NAME": str(tmp_path / "n.ipynb"),
    }
    kernel = start_kernel(**surroundings)
    kernel.run(ASK)
    before = kernel.run("print(story.snippet('curl'))").text()
    kernel.close()
    restarted = start_kernel(**surroundings)
    restarted.run("%ai restore")
    assert restarted.run("print(story.snippet('curl'))").text() == before
    assert "A cat in $HOME" in before
