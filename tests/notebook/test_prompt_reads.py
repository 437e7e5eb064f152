"""A prompt only reads, wherever it is typed: cells, lines, ``--dry-run``, ``%ai context``, ``-a``; asking again begins with what was typed."""

from __future__ import annotations

import json
from pathlib import Path

from byte_server import ByteServer, stream
from kernels import Kernel, Run

ACTS = (
    "{exit._ip.system('touch ran')}",
    "{exit} {open} {quit} {get_ipython} {display} {_} {__} {In} {Out} {_oh} {_ih} {_dh} {_i1}",
    "{path.unlink()} {items.pop()} {df.to_csv('ran')} {df.eval(\"@os.system('touch ran')\")} {Path.home()}",
    "{'{0.__func__.__globals__[sys].modules[os].environ[HOME]}'.format(get_ipython)} {sum(forever)} {next(forever)}",
    "{_ai.continue_()} {chat.ask('x')} {shell.user_ns} {shell.system('touch ran')} {magics.desk} {panel.ask('x')}",
)
MADE = """
import os, pandas
from pathlib import Path
from aitunnel_jupyter import Chat, ChatPanel
path = Path('kept.txt'); path.write_text('x'); items = [1, 2, 3]; df = pandas.DataFrame({'a': [1]})
forever = iter(int, 1); shell = get_ipython(); magics = shell.magics_manager.registry['AIMagics']; chat = Chat('m')
panel = ChatPanel(); city = 'Kazan'; sales = pandas.DataFrame({'price': [1.5]}); pick = '{city}'
"""


def sent(server: ByteServer, at: int = -1) -> list[dict[str, str]]:
    return [dict(message) for message in server.requests("m")[at].json["messages"]]


def footer(run: Run) -> str:
    return str(run.displays[-1]["data"]["text/html"])


def test_nothing_in_a_prompt_acts(kernel: Kernel, server: ByteServer, tmp_path: Path) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('Hi'))}'")
    kernel.run(MADE)
    kernel.run("%%ai\nHi")
    for prompt in ACTS:
        run = kernel.run(f"%%ai\n{prompt}")
        assert run.status == "ok", run.error
        assert sent(server)[-1]["content"] == prompt
        asked = len(server.requests("m"))
        shown = kernel.run(f"%%ai --dry-run\n{prompt}").text()
        assert json.loads(shown.partition("\n\n")[2])["messages"][-1]["content"] == prompt
        assert kernel.run(f"%ai context {prompt}").status == "ok"
        assert len(server.requests("m")) == asked
    assert "{path.unlink()}" in footer(kernel.run("%%ai\nx {path.unlink()} {city}"))
    for spec in ("path.unlink()", "items.pop()", "shell", "exit", "In", "chat", "df.to_csv('ran')"):
        refused = kernel.run(f'%%ai -a "{spec}"\nHi')
        assert (refused.status, refused.error.count("\n")) == ("error", 0), (spec, refused.error)
    assert kernel.run("(items, df.shape)").result == "([1, 2, 3], (1, 1))"
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "kept.txt").exists()


def test_what_went_in_is_told_in_each_place(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('Hi'))}'")
    kernel.run(MADE)
    run = kernel.run("%%ai\nCompare {sales} with {city} please.")
    text = sent(server)[-1]["content"]
    assert text.startswith("Compare \nsales: pandas DataFrame")
    assert text.endswith("\n```\n with Kazan please.")
    assert "put in: {sales}, {city}" in footer(run)
    assert "# put in: {city}" in kernel.run("%%ai --dry-run\n{city}").text()
    table = kernel.run("%ai context {city} {items.pop()}").displays[0]["data"]["text/plain"]
    assert ("put in: {city}" in table, "{items.pop()}" in table) == (True, True)
    run = kernel.run("%%ai one,two\nIn {city}")
    assert footer(run).count("put in: {city}") == 2
    run = kernel.run("%%ai -s 'You live in {city}, {{x}}, {pick}'\nHi")
    assert [message["content"] for message in sent(server)] == ["You live in Kazan, {{x}}, {city}", "Hi"]
    assert "put in: {city}, {pick}" in footer(run)
    kernel.run("%config AIMagics.calls = 'any'")
    run = kernel.run("%%ai\n{items.pop()}")
    assert (sent(server)[-1]["content"], "put in: {items.pop()}" in footer(run)) == ("3", True)
    assert "'some' is not one of reading, any" in kernel.run("%config AIMagics.calls = 'some'").text()
    kernel.run("%config AIMagics.calls = 'reading'")
    kernel.run(
        "from aitunnel_jupyter import reader\nclass Model:\n    def summary(self): return 'fine'\n"
        "reader(Model, 'summary'); model = Model()"
    )
    kernel.run("%%ai\nIt is {model.summary()}")
    assert sent(server)[-1]["content"] == "It is fine"


def test_asking_again_begins_with_what_was_typed(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('Hi'))}'")
    kernel.run(MADE)
    kernel.run("secret = 's3cret'\nnote = 'see {secret}'")
    kernel.run("template = '{secret}'; 1 / 0 if note else None")
    kernel.run("%ai fix")
    fixed = sent(server)[-1]["content"]
    assert "template = '{secret}'" in fixed
    assert "%ai fix" in kernel.run("%ai edit").next_inputs[0][0]
    for line in ("%ai retry", "%ai retry"):
        kernel.run(line)
        assert sent(server)[-1]["content"] == fixed, "values are never put in a second time"
    kernel.run("%ai context")
    kernel.run("%%ai -o story\nTell {note}")
    assert sent(server)[-1]["content"] == "Tell see {secret}"
    kernel.run("%ai retry")
    assert sent(server)[-1]["content"] == "Tell see {secret}"
    assert kernel.run("%ai edit").next_inputs == [("%%ai -o story\nTell {note}", False)]
    asked = len(server.requests("m"))
    kernel.run("%%ai one,two\nBoth {city}")
    kernel.run("%ai retry")
    assert len(server.requests("m")) == asked + 4, "after a comparison both are asked again"
    assert sent(server)[-1]["content"] == "Both Kazan"
    assert kernel.run("%ai edit").next_inputs == [("%%ai one,two\nBoth {city}", False)]
