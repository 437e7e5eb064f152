"""``%ai`` and its commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from byte_server import ByteServer, reply, stream
from IPython.core.error import UsageError
from kernels import Kernel

from aitunnel_jupyter.notebook.commands import COMMANDS
from aitunnel_jupyter.notebook.help_page import help_page
from aitunnel_jupyter.notebook.option_table import parser
from aitunnel_jupyter.notebook.options import parse_ask, parse_cell

KEY = "sk-aitunnel-0123456789abcdef0123456789abcdef"


def test_status_version_help_and_model(start_kernel: Callable[..., Kernel]) -> None:
    kernel = start_kernel(AITUNNEL_API_KEY=KEY)
    state = kernel.run("%ai").text()
    assert "model gpt-5.2 · https://api.aitunnel.ru/v1 · key: AITUNNEL_API_KEY · local model: none" in state
    assert kernel.run("%ai version").text().startswith("aitunnel_jupyter 0.")
    assert kernel.run("%ai help").text() == help_page("en") + "\n"
    assert kernel.run("%ai model claude-sonnet-4.6").text() == "model: claude-sonnet-4.6\n"
    assert kernel.run("get_ipython().magics_manager.registry['AIMagics'].model").result == "'claude-sonnet-4.6'"
    kernel.run("%config AIMagics.language = 'ru'")
    assert kernel.run("%ai help").text() == help_page("ru") + "\n"


def test_question_mark_shows_the_help_page(shared_kernel: Kernel) -> None:
    for question in ("%%ai?", "%ai?"):
        (payload,) = shared_kernel.run(question).reply["content"]["payload"]
        assert "Ask a model; the answer streams into the cell" in payload["data"]["text/plain"]


def test_the_help_pages_name_every_option() -> None:
    for language in ("en", "ru"):
        page = help_page(language)
        for action in parser()._actions:
            assert all(option in page for option in action.option_strings)
        for name, command in COMMANDS.items():
            assert f"%ai {name} {command.usage}".strip() in page
        assert max(map(len, page.splitlines())) <= 120, "a terminal is not wider"


def test_a_key_is_typed_hidden_and_never_shown(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("k", *stream("Hi"))
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    run = kernel.run("%ai key", inputs=(f"  {KEY} ",))
    assert (run.status, KEY in str(run.messages)) == ("ok", False)
    kernel.run("%%ai\nHello")
    assert server.requests("k")[0].headers["authorization"] == f"Bearer {KEY}"
    bad = kernel.run("%ai key", inputs=("sk-ключ",))
    assert "non-ASCII" in bad.error
    assert "ключ" not in bad.error.replace("ключ is", "")
    assert kernel.run("%ai key --forget").text() == "key forgotten\n"
    kernel.run("%%ai\nHello")
    assert "authorization" not in server.requests("k")[1].headers


def test_without_an_input_line_the_way_out_is_told(kernel: Kernel) -> None:
    assert "set AITUNNEL_API_KEY" in kernel.run("%ai key").text("stderr") + kernel.run("%ai key").error


def test_key_from_a_file_and_order_of_sources(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    base_url = server.on("k", *stream("Hi"))
    kernel = start_kernel(AITUNNEL_BASE_URL=base_url)
    kernel.run("open('key.txt', 'w').write('sk-from-file-1234\\n')")
    kernel.run("%config AIMagics.key_file = 'key.txt'")
    kernel.run("%%ai\nHello")
    kernel.run("import os; os.environ['AITUNNEL_API_KEY'] = 'sk-from-env-1234'")
    kernel.run("%%ai\nHello")
    sent = [seen.headers["authorization"] for seen in server.requests("k")]
    assert sent == ["Bearer sk-from-file-1234", "Bearer sk-from-env-1234"]
    kernel.run("del os.environ['AITUNNEL_API_KEY']\n%config AIMagics.key_file = 'missing.txt'")
    run = kernel.run("%%ai\nHello")
    assert "missing.txt cannot be read" in run.error


def test_model_and_base_url_from_the_environment(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    kernel = start_kernel(
        AITUNNEL_BASE_URL=server.on("e", *stream("Hi")) + "/", AITUNNEL_MODEL="~author/family-latest:x"
    )
    kernel.run("%%ai\nHello")
    kernel.run("%ai model b\n")
    kernel.run("%%ai\nHello")
    kernel.run("%%ai c\nHello")
    assert [seen.json["model"] for seen in server.requests("e")] == ["~author/family-latest:x", "b", "c"]


def test_options_are_read_as_a_shell_would() -> None:
    options = parse_cell("gpt-5.2   -o story  -s 'Be  short' --stop END --stop '\\n' -t 0,5 --seed -1 --reasoning low")
    assert (options.model, options.out, options.system, options.stop) == (
        "gpt-5.2",
        "story",
        "Be  short",
        ("END", "\\n"),
    )
    assert (options.temperature, options.seed, options.reasoning) == (0.5, -1, "low")
    assert parse_cell("-p a=1 -p b=x -p 'c=[1]'").param == {"a": 1, "b": "x", "c": [1]}


@pytest.mark.parametrize(
    "line",
    [
        "--tempature 1",
        "-t x",
        "-o 1",
        "a b",
        "'",
        "-f x",
        "-o",
        "-p x",
        "-p 'x={'",
        "--seed x",
        "--timeout 0",
        "--zzz",
        "ы$",
    ],
)
def test_a_typo_is_told_in_the_persons_language(line: str) -> None:
    with pytest.raises(UsageError, match=r"[а-яА-Я]{3}"):
        parse_cell(line, "ru")


def test_the_text_of_ask_is_not_split() -> None:
    options, text = parse_ask('-m gpt-5.2 -t 0 Don\'t  "split" -t this')
    assert (options.model, options.temperature, text) == ("gpt-5.2", 0.0, 'Don\'t  "split" -t this')
    assert parse_ask("--no-stream - a dash")[1] == "- a dash"
    assert parse_ask("- a list item")[1] == "- a list item"


def test_balance_is_told_when_a_key_is_accepted(server: ByteServer) -> None:
    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.engine import close_engine
    from aitunnel_jupyter.gateway.key import Key
    from aitunnel_jupyter.notebook import key_command

    class Gateway(Address):
        __slots__ = ()
        is_gateway = property(lambda self: True)  # type: ignore[assignment]

    server.on("b", reply(200, {"balance": 4999.55}))
    told = key_command._checked(Gateway(server.base_url("b"), Key(KEY)), "en")
    close_engine()
    assert told == "key accepted, balance 4999.55 ₽"


def test_a_saved_key_is_there_for_the_next_kernel_until_it_is_forgotten(server: ByteServer, tmp_path: Path) -> None:
    base_url = server.on("k", *stream("Hi"))
    environment = {
        **os.environ,
        "AITUNNEL_BASE_URL": base_url,
        "FILE_KEYRING": str(tmp_path / "keyring.json"),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])),
    }
    kernels = []
    for step in ("%ai key --save", "", "%ai key --forget"):
        kernel = Kernel(sys.executable, environment, tmp_path)
        kernels.append(kernel)
        kernel.run("%load_ext aitunnel_jupyter")
        if step:
            shown = kernel.run(step, inputs=(KEY,)).text()
            assert KEY not in shown
            assert "Saved in the system keyring." in shown or "key forgotten" in shown
        assert kernel.run("%%ai\nHello").status == "ok"
    for kernel in kernels:
        kernel.close()
    sent = [seen.headers.get("authorization") for seen in server.requests("k")]
    assert sent == [f"Bearer {KEY}", f"Bearer {KEY}", None]
