"""``%ai`` lines in code: taken for what they are, worth their answer, shown once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from byte_server import ByteServer, stream
from kernels import Kernel

from aitunnel_jupyter.notebook.first_line import own_first_line
from aitunnel_jupyter.notebook.question_mark import keep_question_marks

ASKED = [
    ("%ai ask Is it so?", "", "ask Is it so?"),
    ("r = %ai ask Is it so?", "r = ", "ask Is it so?"),
    ("r=%ai ask so??", "r=", "ask so??"),
    ("a, b = %ai compare x,y so?", "a, b = ", "compare x,y so?"),
    ("d['k'].f = %ai ask so ?", "d['k'].f = ", "ask so ?"),
    ("r: str = %ai ask so? \t", "r: str = ", "ask so?"),
    ("    %ai history --search hi?", "    ", "history --search hi?"),
    ("%ai fork what?", "", "fork what?"),
    ("%ai What is 2+2?", "", "What is 2+2?"),
    ("%ai ask What's up?", "", "ask What's up?"),
    ("%ai ask one # two?", "", "ask one # two?"),
    ("x = 1; %ai ask so?", "x = 1; ", "ask so?"),
    ("x = 1; %ai ask so", "x = 1; ", "ask so"),
    ("if x: %ai ask so?", "if x: ", "ask so?"),
    ("    return %ai ask so?", "    return ", "ask so?"),
    ("x == %ai ask so?", "x == ", "ask so?"),
    ("%ai ?", "", "?"),
    ("%ai\task so", "", "ask so"),
    ("%ai\xa0ask so", "", "\xa0ask so"),
]
LEFT_ALONE = [
    "%ai?", "%ai??", "%%ai?", "?%ai", "??%%ai", "%ai ask so", "r = %ai ask so", "r = %ai?", "# see: %ai ask so?",
    "s = '%ai ask so?'", 's = "; %ai ask so?"', "s = f'''\n%ai ask so?\n'''", 'r = """\nr = %ai ask so?\n"""',
    "f(x,\n%ai ask so?)", "x = 5 \\\n%ai ask so?", "x %ai (so)", "x % ai", "%aim ask so?", "%timeit ai?", "!ai ask so?",
    "%%bash\n%ai ask so?", "%timeit x '\\\n%ai ask so?", "%time x?", "%who ai?", "%time %aim so?", "aix?", "ai is so?", "",
]  # fmt: skip


@pytest.mark.parametrize(("line", "before", "text"), ASKED)
@pytest.mark.parametrize("name", ["ai", "aitunnel"])
def test_a_question_is_a_call_of_the_magic(line: str, before: str, text: str, name: str) -> None:
    line = line.replace("%ai", f"%{name}", 1)
    call = f"{before}get_ipython().run_line_magic({name!r}, {text!r})\n"
    assert keep_question_marks([f"{line}\n"]) == [call]
    assert keep_question_marks(["for x in y:\n", f"  {line}\n", "z?\n"]) == ["for x in y:\n", f"  {call}", "z?\n"]
    for other in ("%timeit it's\n", '!echo "\n', "s = '''a'''\n", "d = {'a':\n", "# it's\n"):
        lines = [other, *(["}\n"] if "{" in other else []), f"{line}\n"]
        assert keep_question_marks(lines) == [*lines[:-1], call]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_help_text_and_code_are_left_alone(text: str) -> None:
    lines = [f"{line}\n" for line in text.split("\n")]
    assert keep_question_marks(lines) == lines


@pytest.mark.parametrize(
    ("line", "name", "text"),
    [
        ("%time r = %ai ask so?", "time", "r = %ai ask so?"),
        ("  %time %ai ask so?", "time", "%ai ask so?"),
        ("%timeit -n1 -r1 %aitunnel ask it's so?", "timeit", "-n1 -r1 %aitunnel ask it's so?"),
    ],
)
def test_a_question_that_another_magic_runs(line: str, name: str, text: str) -> None:
    indent = line[: len(line) - len(line.lstrip())]
    assert keep_question_marks([f"{line}\n"]) == [f"{indent}get_ipython().run_line_magic({name!r}, {text!r})\n"]


def test_a_continued_question_is_joined_as_ipython_joins_it() -> None:
    (call,) = keep_question_marks(["r = %ai ask Is \\\n", "it so?\n"])
    assert call == "r = get_ipython().run_line_magic('ai', 'ask Is  it so?')\n"


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["%%ai gpt\n"], ["%%ai gpt\n", "\n"]),
        (["%%ai\n", "Hi\n"], ["%%ai\n", "Hi\n"]),
        (["%%ai\tgpt\n", "Hi\n"], ["%%ai \tgpt\n", "Hi\n"]),
        (["%%aitunnel\xa0gpt\n", "Hi\n"], ["%%aitunnel \xa0gpt\n", "Hi\n"]),
        (["#@title Cats\n", "\n", "%%ai gpt\n", "Hi\n"], ["%%ai gpt\n", "Hi\n"]),
        (["%%ai?\n"], ["%%ai?\n"]),
        (["%%aim\n"], ["%%aim\n"]),
        (["# %%ai\n", "x\n"], ["# %%ai\n", "x\n"]),
        ([], []),
    ],
)
def test_the_first_line_of_a_cell_reaches_us(lines: list[str], kept: list[str]) -> None:
    assert own_first_line(lines) == kept


@pytest.fixture
def asking(start_kernel: Callable[..., Kernel], server: ByteServer) -> tuple[Kernel, ByteServer]:
    return start_kernel(AITUNNEL_BASE_URL=server.on("v", *stream("Forty", "-two"))), server


def asked(server: ByteServer) -> list[Any]:
    return [seen.json["messages"][-1]["content"] for seen in server.requests("v")]


def test_the_answer_is_the_value_of_the_line_and_is_shown_once(asking: tuple[Kernel, ByteServer]) -> None:
    kernel, server = asking
    run = kernel.run("r = %ai ask Is it so?\nprint(repr(r.text), r is _ai)")
    assert (run.status, run.text(), len(run.displays), run.result) == ("ok", "'Forty-two' True\n", 1, "")
    run = kernel.run("for n in range(2):\n    %ai ask What is it?\n    x = n; %ai ask And {n} so?")
    assert (run.status, len(run.displays)) == ("ok", 4)
    assert asked(server) == ["Is it so?", "What is it?", "And 0 so?", "What is it?", "And 1 so?"]
    for line in ("%ai ask hi", "%ai ask hi?", "ai ask hi?", "%ai retry", "%ai compare a,b hi", "%ai ask -b hi"):
        run = kernel.run(line)
        assert (run.status, run.result, len(run.displays)) == ("ok", "", 1), line
    run = kernel.run("%time r = %ai ask Is it so?\nprint(r)")
    assert "Forty-two\n" in run.text()
    assert "Wall time" in run.text()
    assert kernel.run("_ is Out[max(Out)]").result == "True"
    assert kernel.run("r = %ai compare a,b hi").status == "ok"
    assert kernel.run("sorted(r), r is _ai").result == "(['a', 'b'], True)"
    kernel.run("r = %ai ask -b hi")
    assert kernel.run("r.result().text").result == "'Forty-two'"
    assert kernel.run("r = %ai version").status == "ok"
    assert kernel.run("r is None").result == "True"
    run = kernel.run("r = %ai ask hi\nr")
    assert (run.result, len(run.displays)) == ("", 1), "it stands in this cell already"
    assert kernel.run("r").result, "and here it does not"


def test_an_empty_cell_is_told_in_our_words(asking: tuple[Kernel, ByteServer]) -> None:
    kernel, _ = asking
    for cell in ("%%ai gpt-5.2", "%%ai gpt-5.2\n", "%%ai\n \n", "%ai ask"):
        run = kernel.run(cell)
        assert "the prompt is empty" in run.error + run.text("stderr"), cell


CAPTURED = """\
import warnings
from IPython.utils.capture import capture_output
with capture_output() as kept:
    {line}
[sorted(one.data) for one in kept.outputs], sum(len(str(one.data)) for one in kept.outputs)"""


def test_a_record_of_outputs_keeps_the_last_frame_only(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    texts = [f"Word {n} of a long answer.\n\n" for n in range(60)]
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("v", *stream(*texts, pause=0.02)))
    for line in ("%ai ask hi", "get_ipython().run_cell_magic('ai', '', 'hi')", "%ai compare a,b hi", "%ai ask -b hi"):
        kinds, size = eval(kernel.run(CAPTURED.format(line=line)).result)
        assert kinds in ([["text/html", "text/plain"]], [] if "-b" in line else None), line
        assert size < 40_000
    assert kernel.run("%%capture kept\n%ai ask hi").outputs == []
    assert kernel.run("len(kept.outputs), kept.outputs[0].data['text/plain'] == _ai.text").result == "(1, True)"
    assert kernel.run("%%capture kept\nprint('a')\nr = %ai ask hi?\nprint('b')").outputs == []
    assert kernel.run("len(kept.outputs), kept.stdout, r is _ai").result == "(1, 'a\\nb\\n', True)"


def test_an_output_widget_gets_the_whole_answer_once(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("v", *stream("Forty", "-two", pause=0.3)))
    run = kernel.run("import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    %ai ask hi?")
    shown = [message["content"]["data"] for message in run.messages if "data" in message["content"]]
    assert [one["text/plain"] for one in shown if "text/html" in one] == ["Forty-two"]
    assert not [message for message in run.messages if message["msg_type"] == "update_display_data"]
    run = kernel.run("%ai ask hi?")
    assert [message for message in run.messages if message["msg_type"] == "update_display_data"], "live as ever"


def test_a_kernel_that_imported_widgets_and_made_none_is_asked_without_a_warning() -> None:
    import ipywidgets

    from aitunnel_jupyter.notebook.captured import is_captured

    ipywidgets.Widget.close_all()
    publisher = SimpleNamespace(parent_header={"msg_id": "a"})
    assert not is_captured(SimpleNamespace(display_pub=publisher))
