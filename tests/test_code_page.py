"""Consoles that cannot write every sign."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from byte_server import ByteServer, reply, stream

from aitunnel_jupyter.code_page import encodable, writing_anything
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.messages import table
from aitunnel_jupyter.notebook.help_page import help_page
from aitunnel_jupyter.notebook.terminal_view import TerminalView

ANSWER = "Да → 你好 🐱 é «ok» \ud83d"


def narrow(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding, errors="strict")


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "cp1252", "ascii", "koi8-r", "cp932", "utf-8"])
def test_whatever_we_say_can_be_written(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [text for both in table().values() for text in both] + [help_page("en"), help_page("ru"), ANSWER]
    out = narrow(encoding)
    for text in told:
        out.write(encodable(text, out))
    monkeypatch.setattr(sys, "stdout", narrow(encoding))
    with writing_anything():
        for text in told:
            print(text)
    assert sys.stdout.errors == "strict", "the person's own prints are as before"
    with pytest.raises(UnicodeEncodeError):
        print("\ud83d")
    (line,) = AITunnelError("key.missing", host="→")._render_traceback_()
    assert line.encode(encoding)


def test_stand_ins_can_be_read() -> None:
    assert encodable("1 240 → 310 · 0.51 ₽ ≈ “a” — é ы 你", narrow("ascii")) == '1 240 -> 310 | 0.51 RUB ~ "a" - e ? ?'
    assert encodable("0.51 ₽ — «да» …", narrow("cp1251")) == "0.51 RUB — «да» …"
    assert encodable(ANSWER, io.StringIO()) == ANSWER
    odd = narrow("utf-8")
    odd_name = type("Odd", (), {"encoding": "no-such"})()
    assert (encodable("→", odd), encodable("→", odd_name)) == ("→", "→")


def test_nothing_to_set_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream_without in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stdout", stream_without)
        with writing_anything():
            pass
        assert sys.stdout is stream_without


def test_a_terminals_view_writes_with_stand_ins() -> None:
    out = narrow("ascii")
    TerminalView("en", out)._write(ANSWER)
    out.flush()
    assert out.buffer.getvalue() == b'?? -> ?? ? e "ok" ?'  # type: ignore[attr-defined]


CELLS = """\
%load_ext aitunnel_jupyter
%ai ask hi
print("before", _ai.complete)
_ai
both = get_ipython().run_line_magic("ai", "compare a,b hi")
both
%ai ask -m refused hi
%ai history
%ai help
%ai modles
%ai?
%unload_ext aitunnel_jupyter
"""


@pytest.mark.parametrize("encoding", ["cp1251", "ascii", "cp866"])
def test_a_whole_session_on_such_a_console(encoding: str, server: ByteServer, tmp_path: Path) -> None:
    base_url = server.on("n", *stream("Да → ", "你好 🐱"))
    for _ in range(2):
        server.on("n", *stream("Да → ", "你好 🐱"))
    server.on("n", reply(404, {"error": {"message": "нет → такой"}}))
    environment = {
        **os.environ, "PYTHONIOENCODING": encoding, "AITUNNEL_BASE_URL": base_url, "IPYTHONDIR": str(tmp_path),
        "LC_ALL": "ru_RU.UTF-8",
    }  # fmt: skip
    argv = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor"]
    shown = subprocess.run(argv, input=CELLS.encode(), env=environment, capture_output=True, cwd=tmp_path, check=False)
    text = shown.stdout.decode(encoding) + shown.stderr.decode(encoding)
    assert "Traceback" not in text
    assert "Error" not in text.replace("UsageError", "")
    assert "before True" in text
    assert text.count("-> ") >= 3


def test_the_local_models_own_command_too(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "ru_RU.UTF-8"}
    for arguments in (["--help"], ["--model", str(tmp_path / "нет.gguf")]):
        argv = [sys.executable, "-m", "aitunnel_jupyter.local", *arguments]
        shown = subprocess.run(argv, env=environment, capture_output=True, check=False, cwd=tmp_path)
        assert b"Traceback" not in shown.stdout + shown.stderr
        assert shown.stdout + shown.stderr
