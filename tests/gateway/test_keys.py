"""Each key goes only to the server it belongs to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aitunnel_jupyter.errors import AddressProblem, KeyProblem
from aitunnel_jupyter.gateway import keys
from aitunnel_jupyter.gateway.address import DEFAULT_BASE_URL, MIRROR_BASE_URL, Address, checked
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.keys import address_if_any_key, address_with_key, exposed_once, find_key, host_of

GATEWAYS = "sk-aitunnel-0123456789abcdef0123456789abcdef"
OTHERS = "own-server-key-42"


@pytest.fixture(autouse=True)
def _no_keys_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "entered", {})
    monkeypatch.setattr(keys, "_told", set())


ELSEWHERE = [
    "https://llm.example.org/v1", "https://aitunnel.ru.example.org/v1", "https://evilaitunnel.ru/v1",
    "http://10.0.0.7:8000/v1", "http://api.aitunnel.ru/v1", "http://ru-api.aitunnel.ru/v1", "https://api.aitunnel.ru:8443/v1",
    "http://127.0.0.1:8080/v1", "http://localhost:1234/v1", "https://1.1.1.1/v1",
]  # fmt: skip


def test_the_environments_key_is_for_the_gateway_and_its_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AITUNNEL_API_KEY", GATEWAYS)
    for base_url in (DEFAULT_BASE_URL, MIRROR_BASE_URL, "https://API.aitunnel.ru./v1"):
        address = address_with_key(checked(base_url))
        assert address.key is not None
        assert address.key.reveal() == GATEWAYS
    for base_url in ELSEWHERE:
        assert find_key(checked(base_url)) is None, base_url
        assert address_if_any_key(checked(base_url)).key is None


@pytest.mark.parametrize("base_url", ELSEWHERE)
def test_a_withheld_key_is_told_in_one_line(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AITUNNEL_API_KEY", GATEWAYS)
    if Address(base_url).host.startswith(("127.", "localhost")):
        assert address_with_key(base_url) == Address(base_url)
        return
    with pytest.raises(KeyProblem) as caught:
        address_with_key(base_url)
    for language in ("en", "ru"):
        line = caught.value.line(language)
        assert Address(base_url).host in line
        assert "%ai key" in line
        assert GATEWAYS not in line


def test_a_base_url_beside_the_key_counts_as_given_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AITUNNEL_API_KEY", OTHERS)
    monkeypatch.setenv("AITUNNEL_BASE_URL", "https://llm.example.org/a/v1")
    for base_url in ("https://llm.example.org/a/v1", "https://llm.example.org:443/b/v1"):
        assert find_key(base_url) == Key(OTHERS)
    for base_url in (DEFAULT_BASE_URL, "http://llm.example.org/a/v1", "https://llm.example.org:444/v1"):
        assert find_key(base_url) is None, base_url


def test_a_key_file_belongs_where_the_environments_key_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text(f"{OTHERS}\n")
    assert find_key(DEFAULT_BASE_URL, str(file)) == Key(OTHERS)
    assert find_key("https://llm.example.org/v1", str(file)) is None
    monkeypatch.setenv("AITUNNEL_BASE_URL", "https://llm.example.org/v1")
    assert find_key("https://llm.example.org/v1", str(file)) == Key(OTHERS)
    assert find_key(DEFAULT_BASE_URL, str(file)) is None


def test_typed_and_stored_keys_are_kept_by_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from file_keyring import FileKeyring

    monkeypatch.setenv("FILE_KEYRING", str(tmp_path / "ring"))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    try:
        stored = {"aitunnel_jupyter/AITUNNEL_API_KEY": GATEWAYS, "aitunnel_jupyter/llm.example.org:443": OTHERS}
        (tmp_path / "ring").write_text(json.dumps(stored))
        assert find_key(DEFAULT_BASE_URL) == find_key(MIRROR_BASE_URL) == Key(GATEWAYS)
        assert find_key("https://llm.example.org/v1") == Key(OTHERS)
        assert find_key("https://other.example.org/v1") is None
        keys.entered[host_of("https://other.example.org/v1")] = Key("typed-for-it-1")
        assert find_key("https://other.example.org/v1") == Key("typed-for-it-1")
        assert find_key(DEFAULT_BASE_URL) == Key(GATEWAYS)
    finally:
        keyring.set_keyring(before)


def test_the_gateways_key_never_goes_over_plain_http_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AITUNNEL_API_KEY", GATEWAYS)
    for base_url in ("http://10.0.0.7:8000/v1", "http://api.aitunnel.ru/v1", "http://llm.example.org/v1"):
        monkeypatch.setenv("AITUNNEL_BASE_URL", base_url)
        for given in (None, Key(GATEWAYS)):
            with pytest.raises(KeyProblem, match="plain http"):
                address_with_key(base_url, given=given)
        assert address_if_any_key(base_url).key is None


def test_a_servers_own_key_over_plain_http_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    address = address_with_key("http://10.0.0.7:8000/v1", given=Key(OTHERS))
    assert [exposed_once(address), exposed_once(address)] == ["10.0.0.7:8000", ""]
    for base_url in ("https://llm.example.org/v1", "http://127.0.0.1:1/v1"):
        assert exposed_once(address_with_key(base_url, given=Key(OTHERS))) == ""


def test_a_host_that_two_readers_of_urls_take_for_two_is_refused() -> None:
    for base_url in (
        "https://evil.example\\.aitunnel.ru/v1", "https://evil.example;.aitunnel.ru/v1", "https://a@api.aitunnel.ru/v1",
        "https://evil.example\\@api.aitunnel.ru/v1", "https://evil.example,api.aitunnel.ru/v1",
    ):  # fmt: skip
        with pytest.raises(AddressProblem):
            checked(base_url)
