"""Code out of answers: into cells once, never run; errors and cells explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from byte_server import ByteServer, stream
from kernels import Kernel

Start = Callable[..., Kernel]
PYTHON = "Sure:\n\n```python\nx = 1\n```\n\nand then\n\n```python\ny = x + 1\n```\n\nThat is all."
SHELL = "Run\n\n```bash\nls -l\n```\n"


def prompt(server: ByteServer, name: str = "m") -> str:
    return str(server.requests(name)[-1].json["messages"][-1]["content"])


def test_code_goes_into_the_next_cell_without_prose_and_only_once(
    start_kernel: Start, server: ByteServer, tmp_path: Path
) -> None:
    base_url = server.on("m", *stream(PYTHON))
    name = str(tmp_path / "n.ipynb")
    kernel = start_kernel(AITUNNEL_BASE_URL=base_url, JPY_SESSION_NAME=name)
    first = kernel.run("%%ai -f code\nTwo lines", cell="c1")
    assert first.next_inputs == [("x = 1\n\ny = x + 1", False)]
    assert kernel.run("'x' in globals()").result == "False", "nothing is run"
    again = kernel.run("%%ai -f code\nTwo lines", cell="c1")
    assert again.next_inputs == []
    assert "%ai code" in again.text()
    assert kernel.run("%%ai -f code\nTwo lines", cell="c2").next_inputs != [], "another cell is another place"
    kernel.close()
    restarted = start_kernel(AITUNNEL_BASE_URL=base_url, JPY_SESSION_NAME=name)
    assert restarted.run("%%ai -f code\nTwo lines", cell="c1").next_inputs == [], "also after Restart & Run All"
    assert restarted.run("%%ai -f code --replace\nTwo lines", cell="c1").next_inputs == [("x = 1\n\ny = x + 1", True)]
    assert "--replace goes with -f code" in restarted.run("%%ai --replace\nHi").text("stderr")


def test_what_is_no_python_gets_its_cell_magic_and_bare_code_goes_as_it_is(kernel: Kernel, server: ByteServer) -> None:
    for at, (answer, cell) in enumerate(
        {SHELL: "%%bash\nls -l", "x = 1\n": "x = 1", "```sql\nselect 1\n```": "%%sql\nselect 1"}.items()
    ):
        base_url = server.on(f"m{at}", *stream(answer))
        assert kernel.run(f"%%ai -f code --base-url {base_url}\nGo", cell=f"c{at}").next_inputs == [(cell, False)]
    stopped = server.on("cut", *stream("```python\nx ="), b"")
    server._scripts["cut"] = [tuple(stream("```python\nx =")[:-4])]
    run = kernel.run(f"%%ai -f code --base-url {stopped} --timeout 1\nGo", cell="c9")
    assert (run.status, run.next_inputs) == ("error", []), "half a program is not put anywhere"


def test_a_block_of_the_last_answer_by_number(kernel: Kernel, server: ByteServer) -> None:
    assert "no code blocks" in kernel.run("%ai code").text("stderr")
    kernel.run(f"%%ai --base-url {server.on('m', *stream(PYTHON))}\nGo")
    assert kernel.run("%ai code").next_inputs == [("x = 1\n\ny = x + 1", False)]
    assert kernel.run("%ai code 2").next_inputs == [("y = x + 1", False)]
    assert kernel.run("%ai code -1 --replace").next_inputs == [("y = x + 1", True)]
    assert "no block 3, the answer has 2" in kernel.run("%ai code 3").text("stderr")
    assert "not a whole number" in kernel.run("%ai code two").text("stderr")


def test_fix_explains_the_last_error_and_offers_the_corrected_cell(start_kernel: Start, server: ByteServer) -> None:
    fixed = "The key is missing.\n\n```python\nprices = {'tea': 3}\nprint(prices.get('milk', 0))\n```"
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("m", *stream(fixed)))
    assert "no cell has failed" in kernel.run("%ai fix").text("stderr")
    kernel.run("unrelated = 'secret of another cell'\nbrought = [1, 2]")
    kernel.run("prices = {'tea': 3}\nprint(brought, prices['milk'])")
    run = kernel.run("%ai fix")
    sent = prompt(server)
    for part in ("print(brought, prices['milk'])", "KeyError: 'milk'", "brought", "prices: dict"):
        assert part in sent, sent
    assert "secret of another" not in sent
    assert run.next_inputs == [("prices = {'tea': 3}\nprint(prices.get('milk', 0))", False)]
    diff = run.displays[-1]["data"]
    assert "- print(brought, prices['milk'])" in diff["text/plain"]
    assert "<ins>+ print(prices.get(" in diff["text/html"]
    kernel.run("%config AIMagics.language = 'ru'")
    kernel.run("%ai error -m other")
    assert "in Russian" in prompt(server)
    assert server.requests("m")[-1].json["model"] == "other"
    told = kernel.run("%ai history").displays[0]["data"]["text/plain"]
    assert "%ai fix · KeyError" in told
    assert "A cell of a Jupyter notebook" not in told


def test_fix_takes_the_cell_and_not_the_library_a_syntax_error_and_a_magic(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream(PYTHON))}'")
    kernel.run("import json\nvalue = '{'\njson.loads(value)")
    kernel.run("%ai fix")
    assert "json.loads(value)" in prompt(server)
    assert "JSONDecodeError" in prompt(server)
    kernel.run("for x in range(3)\n    print(x)")
    kernel.run("%ai fix")
    assert "for x in range(3)\n    print(x)" in prompt(server)
    kernel.run("def broken(a):\n    return a + {n}\n%timeit -n1 -r1 1 + 1\nbroken(1)")
    kernel.run("%ai fix")
    assert "%timeit -n1" in prompt(server), "as typed, not as IPython runs it"
    assert "{n}" in prompt(server), "braces of the code mean nothing"


def test_fix_without_code_says_so_and_our_own_errors_are_not_the_ones_to_fix(
    kernel: Kernel, server: ByteServer
) -> None:
    base_url = server.on("m", *stream("No idea."))
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    kernel.run("1 / 0")
    run = kernel.run("%ai fix")
    assert run.next_inputs == []
    assert "no code" in run.text()
    kernel.run("%%ai --base-url http://127.0.0.1:9/v1\nHello", 60)
    kernel.run("%ai fixx")
    kernel.run("%ai fix")
    assert "1 / 0" in prompt(server)
    assert "ZeroDivisionError" in prompt(server)


def test_only_our_own_errors_are_nothing_to_fix(kernel: Kernel) -> None:
    kernel.run("%%ai --base-url http://127.0.0.1:9/v1\nHello", 60)
    kernel.run("%ai fixx")
    assert "no cell has failed" in kernel.run("%ai fix").text("stderr")


def test_explain_takes_the_cell_before_or_one_by_number(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('It adds.'))}'")
    count = kernel.run("first = 'of all'").reply["content"]["execution_count"]
    kernel.run("rows = [1, 2]\nsum(rows)")
    kernel.run("%ai explain")
    assert "sum(rows)" in prompt(server)
    assert "3" in prompt(server).partition("Its value")[2]
    kernel.run(f"%ai explain {count}")
    assert "first = 'of all'" in prompt(server)
    assert "there is no cell 999" in kernel.run("%ai explain 999").text("stderr")


def test_loading_replaces_no_exception_handler(start_kernel: Start) -> None:
    kernel = start_kernel(load=False)
    before = (
        "import sys; ip = get_ipython(); kept = (sys.excepthook, ip.showtraceback, ip.CustomTB, ip.custom_exceptions)"
    )
    kernel.run(before)
    kernel.run("%load_ext aitunnel_jupyter")
    kernel.run("%ai fix")
    assert kernel.run("kept == (sys.excepthook, ip.showtraceback, ip.CustomTB, ip.custom_exceptions)").result == "True"
