"""Which models a server has: parsed from anything, kept on disk, asked for no more than needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from byte_server import HANG, HEAD, ByteServer, Gate, head, reply
from catalogues import catalogue_of, facts
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.errors import ConnectFailed, GatewayRefused
from aitunnel_jupyter.gateway import catalogue as catalogues
from aitunnel_jupyter.gateway import client as clients
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.catalogue import catalogue, fetch_catalogue, refresh_in_background, stored_catalogue
from aitunnel_jupyter.gateway.catalogue_store import catalogue_path, store_catalogue
from aitunnel_jupyter.gateway.engine import Engine, close_engine, engine
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.model_parsing import models_of_catalogue, models_of_list
from aitunnel_jupyter.gateway.models import Catalogue, Model
from aitunnel_jupyter.gateway.request import MODEL_NAME
from aitunnel_jupyter.redaction import printable

KEY = Key("sk-aitunnel-0123456789abcdef0123456789abcdef")
LIST = {"object": "list", "data": [{"id": "qwen", "owned_by": "llamacpp", "meta": {"n_ctx_train": 32768}}]}
NONE = reply(404, {"error": {"message": "Not Found"}})


@pytest.fixture(autouse=True)
def _end_of_engine() -> Iterator[None]:
    catalogues._tried.clear()
    yield
    close_engine()


def paths(server: ByteServer) -> list[str]:
    return [seen.path for seen in server.seen]


# --- parsing ------------------------------------------------------------------------------------------------


def test_a_model_of_the_gateway() -> None:
    model = models_of_catalogue({"gpt-5.2": facts()})["gpt-5.2"]
    assert model == Model(
        "gpt-5.2", "openai", Decimal("147.5"), Decimal(1176), 400000, 128000, "A model.",
        ("text", "image"), ("text",), 1765400000.0,
    )  # fmt: skip


def test_of_several_prices_the_highest_counts() -> None:
    tiers = [{"prompt_cost": 10, "up_to": 200000}, {"prompt_cost": "300.5", "completion_cost": None}, "odd", None]
    model = models_of_catalogue({"m": facts(price_tiers=tiers)})["m"]
    assert (model.prompt_cost, model.completion_cost) == (Decimal("300.5"), Decimal(1176))
    named = models_of_catalogue({"m": {"price_tiers": {"long": {"completion_cost": 5}}}})["m"]
    assert (named.prompt_cost, named.completion_cost) == (None, Decimal(5))


@pytest.mark.parametrize(
    "ugly",
    [
        {"prompt_cost": -1, "completion_cost": "free", "context_size": "big", "max_output": True},
        {"prompt_cost": float("nan"), "completion_cost": float("inf"), "context_size": float("nan")},
        {"prompt_cost": [], "completion_cost": {}, "context_size": 0.5, "modalities": "text", "description": 5},
        {"prompt_cost": 10**5000, "context_size": 10**5000, "created": float("inf"), "provider": None},
        {"price_tiers": "none", "modalities": {"input": "text", "output": [5, None, "<b>", "x" * 99]}},
        {},
    ],
)
def test_what_is_malformed_is_unknown(ugly: dict[str, Any]) -> None:
    assert models_of_catalogue({"m": ugly})["m"] == Model("m")


@pytest.mark.parametrize(
    "name", ["", "a b", "<b>x</b>", "x\n", "a\x1b[31m", "--base-url", "a" * 201, "a;b", "a'b", "\u202eabc", "{city}"]
)
def test_names_nobody_can_type_are_dropped(name: str) -> None:
    assert list(models_of_catalogue({name: {}, "fine": {}})) == ["fine"]
    assert list(models_of_list({"data": [{"id": name}, {"id": "fine"}, {"id": 5}, {}, None, "x"]})) == ["fine"]


def test_descriptions_are_one_printable_line() -> None:
    text = "Fast\r\n\x1b[31mred\x1b]0;t\x07 \u202etxet \ud800 sk-aitunnel-0123456789abcdef " + "long " * 9999
    model = models_of_catalogue({"m": {"description": text, "provider": text}})["m"]
    assert model.description.startswith("Fast red txet ? sk-… long")
    assert len(model.description.encode()) <= 2000
    assert len(model.provider.encode()) <= 60


def test_lists_of_other_servers() -> None:
    entries = [
        {"id": "a", "owned_by": "vllm", "max_model_len": 8192, "created": 5},
        {
            "id": "b",
            "context_length": 4096,
            "pricing": {"prompt": "0.01"},
            "architecture": {"input_modalities": ["text"]},
        },
        {"id": "a", "owned_by": "twice"},
    ]
    found = models_of_list({"data": entries})
    assert found["a"] == Model("a", "vllm", context_size=8192, created=5.0)
    assert found["b"] == Model("b", context_size=4096, inputs=("text",))
    assert models_of_list(entries) == found


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
fields = st.sampled_from(
    [
        "provider",
        "prompt_cost",
        "completion_cost",
        "context_size",
        "max_output",
        "description",
        "modalities",
        "created",
        "price_tiers",
        "id",
        "owned_by",
        "meta",
        "input",
        "output",
        "n_ctx_train",
        "architecture",
        "top_provider",
        "max_model_len",
    ]
)


@given(st.dictionaries(st.text(), json_values | st.dictionaries(fields, json_values)))
def test_no_list_breaks_the_parser(value: Any) -> None:
    entries = [entry | {"id": name} for name, entry in value.items() if isinstance(entry, dict)]
    for found in (models_of_catalogue(value), models_of_list(value), models_of_list({"data": entries})):
        for name, model in found.items():
            assert MODEL_NAME.fullmatch(name)
            assert model.price is None or 0 <= model.price < 10**10
            assert model.context_size is None or model.context_size > 0
            assert model.description == " ".join(printable(model.description).split())
        Catalogue("http://x/v1", found, 0).sorted_by("price")
        stored = Catalogue("http://127.0.0.1:9/v1", found, 5.0)
        store_catalogue(stored)
        assert stored_catalogue(stored.base_url) == (stored if found else None)


# --- the list -----------------------------------------------------------------------------------------------


def test_filter_and_order() -> None:
    found = models_of_catalogue(
        {
            "b": facts(prompt_cost=1, completion_cost=1, context_size=10),
            "C": facts(prompt_cost=None, completion_cost=None, context_size=None, provider="Anthropic"),
            "a": facts(prompt_cost=0, completion_cost=1, context_size=20, modalities={"output": ["audio"]}),
        }
    )
    whole = Catalogue("http://x/v1", found, 100.0)
    assert [model.name for model in whole.sorted_by("name")] == ["a", "b", "C"]
    assert [model.name for model in whole.sorted_by("price")] == ["a", "b", "C"]
    assert [model.name for model in whole.sorted_by("context")] == ["a", "b", "C"]
    assert list(whole.filtered(["ANTHROPIC"]).models) == ["C"]
    assert list(whole.filtered(["openai", "audio"]).models) == ["a"]
    assert list(whole.filtered(["openai", "video"]).models) == []
    assert (whole.is_priced, whole.filtered(["anthropic"]).is_priced) == (True, False)
    assert (whole.age(160.0), whole.is_fresh(160.0, 60), whole.is_fresh(161.0, 60), whole.is_fresh(99.0, 60)) == (
        60.0, True, False, False,
    )  # fmt: skip


# --- asking -------------------------------------------------------------------------------------------------


def test_the_gateways_catalogue_is_asked_without_the_key_and_once_a_day(server: ByteServer) -> None:
    server.on("public", reply(200, catalogue_of(400)))
    address = Address(server.base_url("g"))
    found = catalogue(address)
    assert len(found.models) == 400
    assert paths(server) == ["/public/aitunnel/models/chat"]
    assert found == catalogue(address) == stored_catalogue(address.base_url)
    assert len(server.seen) == 1
    assert catalogue(address, max_age=0).fetched_at > found.fetched_at
    assert len(server.seen) == 2


def test_presets_come_from_the_list_with_the_key(server: ByteServer) -> None:
    server.on("public", reply(200, {"gpt-5.2": facts()}))
    server.on("g", reply(200, {"data": [{"id": "my-style", "owned_by": "preset"}, {"id": "embedder"}]}))
    assert list(fetch_catalogue(Address(server.base_url("g"), KEY)).models) == ["gpt-5.2", "my-style"]
    first, second = server.seen
    assert "authorization" not in first.headers
    assert second.headers["authorization"] == f"Bearer {KEY.reveal()}"
    server.on("g2", reply(500, {}))
    assert list(fetch_catalogue(Address(server.base_url("g2"), KEY)).models) == ["gpt-5.2"]


@pytest.mark.parametrize(
    "public",
    [
        NONE,
        reply(200, b"<html><title>Sign in</title>"),
        reply(200, {"detail": "odd"}),
        reply(200, []),
        reply(200, b"not json"),
        reply(200, b"[" * 100000),
        reply(200, b'{"a": "' + b"x" * 5_000_001 + b'"}'),
        head(302, Location="http://127.0.0.1:9/", Content_Length="0"),
    ],
)
def test_a_server_without_a_catalogue_has_a_list(server: ByteServer, public: bytes) -> None:
    server.on("public", public)
    server.on("l", reply(200, LIST))
    found = fetch_catalogue(Address(server.base_url("l"), KEY))
    assert found.models == {"qwen": Model("qwen", "llamacpp", context_size=32768)}
    assert not found.is_priced
    assert "authorization" not in server.seen[0].headers
    assert server.seen[-1].path == "/l/v1/models"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(401, {"error": {"message": "no key"}}), "http.401"),
        (reply(200, b"<html><title>Sign in to the Wi-Fi</title>"), "http.page"),
        (reply(200, b"{"), "http.unreadable"),
        (reply(200, b"[" + b" " * 5_000_001 + b"]"), "http.unreadable"),
        (reply(200, {"data": []}), "models.none"),
        (reply(503, b"<html><title>Bad</title>"), "http.page"),
    ],
)
def test_what_is_no_list_is_told_in_one_line(server: ByteServer, answer: bytes, code: str) -> None:
    server.on("public", NONE)
    address = Address(server.on("l", answer), KEY)
    with pytest.raises(GatewayRefused) as caught:
        fetch_catalogue(address)
    assert caught.value.code == code
    for language in ("en", "ru"):
        assert "\n" not in caught.value.line(language)
    assert stored_catalogue(address.base_url) is None


def test_offline_the_stored_one_serves_and_shows_its_age(server: ByteServer) -> None:
    server.on("public", reply(200, {"gpt-5.2": facts()}))
    address = Address(server.base_url("g"))
    found = fetch_catalogue(address)
    store_catalogue(Catalogue(address.base_url, found.models, time.time() - 200000))
    close_engine()
    server.close()
    old = catalogue(address)
    assert list(old.models) == ["gpt-5.2"]
    assert old.age(time.time()) > 199000
    with pytest.raises(ConnectFailed):
        catalogue(Address(f"http://127.0.0.1:{server.port}/other/v1"))


@pytest.mark.parametrize("script", [(HANG,), (HEAD, HANG), (head(200, Content_Length="9"), b"{", HANG)])
def test_a_silent_server_is_given_up(
    server: ByteServer, monkeypatch: pytest.MonkeyPatch, script: tuple[Any, ...]
) -> None:
    monkeypatch.setattr(clients, "GET_SECONDS", 0.3)
    server.on("public", *script)
    own = Engine()
    with pytest.raises(ConnectFailed):
        fetch_catalogue(Address(server.base_url("g")), engine=own)
    server.wait_for(lambda: server.seen[0].closed_at)
    own.close()


def test_the_mirror_serves_where_the_gateway_cannot_be_reached(
    server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aitunnel_jupyter.gateway import address as addresses

    monkeypatch.setattr(addresses, "DEFAULT_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setattr(addresses, "MIRROR_BASE_URL", server.base_url("mirror"))
    server.on("public", reply(200, {"gpt-5.2": facts()}))
    found = fetch_catalogue(Address("http://127.0.0.1:9/v1"))
    assert (found.base_url, list(found.models)) == ("http://127.0.0.1:9/v1", ["gpt-5.2"])
    assert stored_catalogue("http://127.0.0.1:9/v1") == found


# --- in the background --------------------------------------------------------------------------------------


def settled(server: ByteServer) -> None:
    """What the background was told to do has begun: a request that was given to it later has been answered."""
    server.on("marker", reply(500, {}))
    with pytest.raises(GatewayRefused):
        engine().account(Address(server.base_url("marker")))


def asked_for_models(server: ByteServer) -> int:
    return len([seen for seen in server.seen if "/marker/" not in seen.path])


def test_the_background_asks_once_and_does_not_wait(server: ByteServer) -> None:
    gate = Gate()
    server.on("public", gate, reply(200, {"gpt-5.2": facts()}))
    address = Address(server.base_url("g"))
    for _ in range(20):
        refresh_in_background(address)
    assert stored_catalogue(address.base_url) is None
    gate.open()
    server.wait_for(lambda: stored_catalogue(address.base_url))
    refresh_in_background(address)
    settled(server)
    assert asked_for_models(server) == 1


def test_the_background_fails_in_silence_and_waits_before_the_next_try(
    server: ByteServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server.on("public", reply(500, {}))
    address = Address(server.on("g", reply(500, {})))
    for _ in range(3):
        refresh_in_background(address)
    server.wait_for(lambda: len(server.seen) == 2)
    settled(server)
    refresh_in_background(address)
    settled(server)
    assert asked_for_models(server) == 2
    catalogues._tried[address.base_url] -= 601
    refresh_in_background(address)
    server.wait_for(lambda: asked_for_models(server) == 4)
    monkeypatch.setenv("HTTP_PROXY", "nonsense://x")
    monkeypatch.setattr(catalogues, "_tried", {})
    close_engine()
    refresh_in_background(address)
    close_engine()
    assert caplog.text == ""


def test_one_fetched_in_the_future_is_not_young(server: ByteServer) -> None:
    server.on("public", reply(200, {"new": facts()}))
    address = Address(server.base_url("g"))
    store_catalogue(Catalogue(address.base_url, {"old": Model("old")}, time.time() + 10**6))
    assert list(catalogue(address).models) == ["new"]


# --- on disk ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100000, b'{"models": {}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "models": {"a": {}}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": NaN, "models": {"a": {}}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": 5, "models": {"a": {"prompt_cost": "x"}}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": 5, "models": {"a": {"context_size": []}}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": 5, "models": {"a": {"odd": 5}}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": 5, "models": {"a": 5}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": 5, "models": {"--x": {}}}',
        b'{"base_url": "http://127.0.0.1:9/v1", "fetched_at": 5, "models": []}',
        b'{"base_url": "http://other/v1", "fetched_at": 5, "models": {"a": {}}}',
    ],
)  # fmt: skip
def test_a_broken_file_is_no_catalogue(content: bytes) -> None:
    path = catalogue_path("http://127.0.0.1:9/v1")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert stored_catalogue("http://127.0.0.1:9/v1") is None


def test_a_disk_that_takes_nothing_is_no_trouble(
    server: ByteServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AITUNNEL_CACHE", str(tmp_path / "file"))
    server.on("public", reply(200, {"gpt-5.2": facts()}))
    address = Address(server.base_url("g"))
    assert list(fetch_catalogue(address).models) == ["gpt-5.2"]
    assert stored_catalogue(address.base_url) is None


def test_servers_have_files_of_their_own() -> None:
    urls = ("http://127.0.0.1:9/v1", "http://127.0.0.1:9/v2", "https://пример.рф/v1", "http://[::1]:8/v1")
    names = {catalogue_path(url).name for url in urls}
    assert len(names) == 4
    assert all(name.isascii() and ":" not in name for name in names)


def test_400_models_are_read_once_and_not_cleaned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    base_url = "http://127.0.0.1:9/v1"
    store_catalogue(Catalogue(base_url, models_of_catalogue(catalogue_of(400)), 5.0))
    os.utime(catalogue_path(base_url))

    def refuse(*_: Any) -> None:
        pytest.fail("what was written clean is cleaned again, or read again")

    monkeypatch.setattr("aitunnel_jupyter.controls.printable", refuse)
    monkeypatch.setattr("aitunnel_jupyter.redaction.printing.printable", refuse)
    found = stored_catalogue(base_url)
    assert found is not None
    assert len(found.models) == 400
    monkeypatch.setattr("aitunnel_jupyter.gateway.catalogue_store._from_file", refuse)
    assert stored_catalogue(base_url) is found


WRITER = """
import sys, time
from aitunnel_jupyter.gateway.catalogue import Catalogue, Model, stored_catalogue
from aitunnel_jupyter.gateway.catalogue_store import store_catalogue
models = {f"{sys.argv[1]}-{n}": Model(f"{sys.argv[1]}-{n}", description="x" * 500) for n in range(300)}
until = time.monotonic() + 1.5
while time.monotonic() < until:
    store_catalogue(Catalogue("http://127.0.0.1:9/v1", models, time.time()))
    found = stored_catalogue("http://127.0.0.1:9/v1")
    assert found and len(found.models) == 300 and len({name[0] for name in found.models}) == 1
print("whole")
"""


def test_two_kernels_write_at_once_and_every_reader_sees_a_whole_list() -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], stdout=subprocess.PIPE, text=True) for name in "ab"
    ]
    assert [process.communicate(timeout=60)[0] for process in running] == ["whole\n"] * 2
    path = catalogue_path("http://127.0.0.1:9/v1")
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert len(json.loads(path.read_text())["models"]) == 300
