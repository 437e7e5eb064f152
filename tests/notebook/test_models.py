"""``%ai models``: what a person sees, on every stack."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from byte_server import ByteServer, reply
from catalogues import catalogue_of, facts
from IPython.core.error import UsageError
from kernels import Kernel

from aitunnel_jupyter.gateway.catalogue_store import store_catalogue
from aitunnel_jupyter.gateway.model_parsing import models_of_catalogue
from aitunnel_jupyter.gateway.models import Catalogue, Model
from aitunnel_jupyter.notebook.commands import COMMAND_WORDS
from aitunnel_jupyter.notebook.models_command import ORDERS, _wanted
from aitunnel_jupyter.notebook.models_table import table_of

THREE = {
    "gpt-5.2": facts(),
    "claude-sonnet-4.6": facts(provider="anthropic", prompt_cost=441, completion_cost=2205, context_size=1000000),
    "flux": facts(provider="bfl", prompt_cost=None, completion_cost=None, context_size=None,
                  modalities={"input": ["text"], "output": ["image"]}),
}  # fmt: skip


def names(text: str) -> list[str]:
    """The first column of a plain table."""
    return [line.split()[0] for line in text.split("\n\n", maxsplit=1)[0].splitlines()[1:]]


def test_the_table(kernel: Kernel, server: ByteServer) -> None:
    server.on("public", reply(200, THREE))
    kernel.run(f"%config AIMagics.base_url = '{server.base_url('g')}'")
    run = kernel.run("%ai models")
    assert (run.status, run.error) == ("ok", "")
    (output,) = run.displays
    text, html = output["data"]["text/plain"], output["data"]["text/html"]
    assert names(text) == ["claude-sonnet-4.6", "flux", "gpt-5.2"]
    assert re.search(r"gpt-5\.2 +openai +400\u202f000 +147\.50 +1\u202f176\.00 +text image\n", text)
    assert re.search(r"flux +bfl +– +– +– +text → image\n", text)
    assert re.search(rf"\n\nmodels: 3 · 127.0.0.1:{server.port} · as of {time.strftime('%Y-%m-%d')} \d\d:\d\d$", text)
    assert "<td>gpt-5.2</td><td>openai</td><td>400\u202f000</td><td>147.50</td><td>1\u202f176.00</td>" in html
    assert names(kernel.run("%ai models --sort price").displays[0]["data"]["text/plain"])[0] == "gpt-5.2"
    assert names(kernel.run("%ai models --sort=context").displays[0]["data"]["text/plain"])[0] == "claude-sonnet-4.6"
    some = kernel.run("%ai models IMAGE open").displays[0]["data"]["text/plain"]
    assert names(some) == ["gpt-5.2"]
    assert "1 of 3 models · " in some
    assert len(server.seen) == 1
    kernel.run("%ai models --refresh")
    assert len(server.seen) == 2
    none = kernel.run("%ai models nothing like it")
    assert "no model matches 'nothing like it'" in none.text()
    assert (none.status, none.displays) == ("ok", [])


def test_in_russian(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    server.on("public", reply(200, THREE))
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("g"), LC_ALL="ru_RU.UTF-8")
    text = kernel.run("%ai models image").displays[0]["data"]["text/plain"]
    assert re.search(r"147,50 +1\u202f176,00", text)
    assert f"моделей: 3 · 127.0.0.1:{server.port} · данные от {time.strftime('%d.%m.%Y')}" in text
    assert "среди" in kernel.run("%ai models --sort size").text("stderr") + kernel.run("%ai models --sort size").error


def test_offline_an_old_list_serves_and_says_so(kernel: Kernel, server: ByteServer) -> None:
    server.on("public", reply(200, THREE))
    kernel.run(f"%config AIMagics.base_url = '{server.base_url('g')}'")
    assert "could be fetched" not in str(kernel.run("%ai models").displays)
    server.on("public", reply(500, {}))
    server.on("public", reply(500, {}))
    server._scripts["public"].pop(0)
    server.on("g", reply(500, {}))
    run = kernel.run("%ai models --refresh")
    assert "no newer list could be fetched" in run.displays[0]["data"]["text/plain"]
    assert "could be fetched" not in str(kernel.run("%ai models").displays), "it is young all the same"


def test_without_network_or_list_it_is_one_line(kernel: Kernel) -> None:
    kernel.run("%config AIMagics.base_url = 'http://127.0.0.1:9/v1'")
    run = kernel.run("%ai models")
    assert run.status == "error"
    assert run.error.startswith("\x1b[31m✗\x1b[0m no connection to 127.0.0.1:9")
    assert "\n" not in run.error


def test_a_server_that_names_no_prices_has_no_columns_for_them(kernel: Kernel, server: ByteServer) -> None:
    server.on("public", reply(404, {}))
    base_url = server.on("l", reply(200, {"data": [{"id": "qwen", "owned_by": "me", "pricing": {"prompt": "0.1"}}]}))
    kernel.run(f"%config AIMagics.base_url = '{base_url}'")
    text = kernel.run("%ai models").displays[0]["data"]["text/plain"]
    assert re.match(r"model +provider\nqwen +me\n\nmodels: 1 · ", text)


def test_400_models_weigh_little_and_nothing_in_them_is_markup() -> None:
    models = models_of_catalogue(catalogue_of(400))
    made = table_of(Catalogue("", models, 0).sorted_by("name"), "note", "ru").bundle()
    assert len(made["text/html"].encode()) < 60_000
    evil = Model("m", provider="<script>alert(1)</script>", prompt_cost=Decimal("0.004"), inputs=("a&b",))
    table = table_of([evil], "<b>note</b>", "en")
    assert "<script" not in table.as_html()
    assert "<b>" not in table.as_html()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</td><td>0.0040</td>" in table.as_html()
    assert table.as_text().endswith("\n\n<b>note</b>")


@pytest.mark.parametrize("line", ["--sort", "--sort=", "--sort size", "--fresh", "-x", "--refresh=1"])
def test_a_typo_is_told(line: str) -> None:
    with pytest.raises(UsageError):
        _wanted(line.split(), "en")


def test_completion_offers_the_orders_there_are() -> None:
    assert COMMAND_WORDS["models"]["--sort"] == ORDERS


def test_in_a_terminal_it_is_plain_text(tmp_path: Path) -> None:
    import os

    import pexpect

    base_url = "http://127.0.0.1:9/v1"
    store_catalogue(Catalogue(base_url, models_of_catalogue(THREE), time.time() - 200000))
    child = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor"],
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "TERM": "xterm", "AITUNNEL_BASE_URL": base_url},
        encoding="utf-8", timeout=60, use_poll=True, cwd=str(tmp_path), dimensions=(50, 200),
    )  # fmt: skip
    child.expect(r"In \[1\]:")
    child.sendline("%load_ext aitunnel_jupyter")
    child.expect(r"In \[2\]:")
    child.sendline("%ai models gpt")
    child.expect(r"In \[3\]:")
    assert re.search(r"gpt-5\.2 +openai +400\u202f000", child.before)
    assert "1 of 3 models · 127.0.0.1:9 · as of " in child.before
    assert "no newer list could be fetched" in child.before
    assert "<td>" not in child.before
    child.close(force=True)
