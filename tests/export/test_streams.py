"""Every emitted program meets every kind of stream: what it prints, and whether it says that it was whole."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from byte_server import DONE, END, HEAD, ByteServer, Gate, Seen, delta, event, finish, piece, reply, stream, usage
from programs import Programs, answer_to

from aitunnel_jupyter.export.languages import LANGUAGES
from aitunnel_jupyter.gateway.request import Request

FACTS = "stop · 1240 → 310 tokens · 0.51 ₽"
SAY_HI = Request("gpt-5.2", ({"role": "user", "content": "Say hi"},))
LONG = "длинно " * 30_000
SDKS = {"python", "javascript"}


class Case(NamedTuple):
    actions: list[Any]
    said: str = "Hi there"
    told: str = FACTS
    whole: bool = True
    languages: frozenset[str] = frozenset(LANGUAGES)


def body(*parts: bytes) -> list[Any]:
    return [HEAD, *map(piece, parts), END]


def bytewise(raw: bytes) -> list[Any]:
    return [HEAD, *(piece(raw[at : at + 1]) for at in range(len(raw))), END]


def slowly(raw: bytes, after: bytes) -> list[Any]:
    """Cut after each ``after``, with pauses that keep a client from joining the pieces again."""
    first, *rest = raw.split(after)
    return [HEAD, piece(first + after), *(action for part in rest for action in (0.02, piece(part + after))), END]


HI = delta("Hi ") + delta("there")
LAST = finish() + usage() + DONE
BROKEN = "the answer broke off"

CASES: dict[str, Case] = {
    "plain": Case(stream("Hi ", "there")),
    "roles_nulls_and_empty_choices": Case(
        body(delta(role="assistant", content=None), event({"choices": []}), HI, LAST)
    ),
    "crlf": Case(body((HI + LAST).replace(b"\n", b"\r\n"))),
    "crlf_cut_in_two": Case(bytewise((HI + LAST).replace(b"\n", b"\r\n"))),
    "comments": Case(body(b": processing\n\n", HI, b": AITUNNEL\n\n:\n\n", LAST)),
    # openai 3.54 of PyPI takes an event without data for JSON.
    "other_fields": Case(
        body(b"retry: 3000\n\nid: 7\n", HI, b"event: message\n", LAST), languages=frozenset(LANGUAGES) - {"python"}
    ),
    "no_space_after_data": Case(body((HI + LAST).replace(b"data: ", b"data:"))),
    "characters_cut_in_the_middle": Case(bytewise(delta("Привет, 😀\u2028é") + LAST), "Привет, 😀\u2028é"),
    "lines_beyond_64_kb": Case(body(delta(LONG), LAST), LONG),
    "no_usage": Case(body(HI, finish(), DONE), told="stop"),
    "no_cost": Case(body(HI, finish(), event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}), DONE), told="stop · 1 → 2 tokens"),
    "cut_by_max_tokens": Case(body(HI, finish("length"), usage(), DONE), told=FACTS.replace("stop", "length")),
    "finish_reason_and_no_done": Case(body(HI, finish(), usage())),
    # The SDKs do not tell that [DONE] came.
    "done_and_no_finish_reason": Case(body(HI, usage(), DONE), languages=frozenset(LANGUAGES) - SDKS),
    "last_line_without_its_end": Case(body(HI, usage(), finish().rstrip()), languages=frozenset(LANGUAGES) - SDKS),
    "data_in_two_lines": Case(
        body(HI.replace(b'{"index"', b'\ndata: {"index"'), LAST), languages=frozenset({*SDKS, "python-httpx", "fetch"})
    ),
    "data_in_two_lines_and_crlf_cut_in_two": Case(
        slowly((HI.replace(b'{"index"', b'\ndata: {"index"') + LAST).replace(b"\n", b"\r\n"), after=b"\r"),
        languages=frozenset({"python-httpx", "fetch"}),
    ),
    "error_in_mid_stream": Case(
        body(delta("Hi "), event({"error": {"message": "the provider is overloaded", "code": 502}})),
        "Hi ", "the provider is overloaded", whole=False,
    ),
    "error_as_a_text": Case(
        body(delta("Hi "), event({"error": "overloaded"}), DONE), "Hi ", "", whole=False,
    ),
    "finish_reason_error": Case(body(HI, finish("error"), usage(), DONE), told=BROKEN, whole=False),
    "clean_end_in_mid_answer": Case(body(HI), told=BROKEN, whole=False),
    "nothing_at_all": Case(body(), "", BROKEN, whole=False),
    "connection_lost": Case([HEAD, piece(HI), None], told="", whole=False),
    "cut_in_the_middle_of_a_line": Case(body(delta("Hi "), delta("there")[:30]), "Hi ", "", whole=False),
    "refused_with_json": Case(
        [reply(402, '{"error": {"message": "недостаточно средств"}}'.encode())], "", "402", whole=False
    ),
    "refused_with_a_page": Case([reply(404, b"<html>\n<h1>no such thing</h1>\n</html>")], "", "404", whole=False),
}  # fmt: skip


class Stage(NamedTuple):
    """One program per language, and a server that plays the case which the key names."""

    programs: Programs
    server: ByteServer
    commands: dict[str, list[str]]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    server = ByteServer()

    def play(seen: Seen) -> list[Any]:
        return CASES[seen.headers["authorization"].removeprefix("Bearer ")].actions

    answer = answer_to(SAY_HI, server.on("m", play))
    programs = Programs(tmp_path_factory.mktemp("programs"))
    yield Stage(programs, server, {language: programs.command(answer, language) for language in LANGUAGES})
    server.close()


@pytest.mark.parametrize(
    ("language", "case"),
    [(language, name) for name, case in CASES.items() for language in LANGUAGES if language in case.languages],
)
def test_a_stream(stage: Stage, language: str, case: str) -> None:
    _, said, told, whole, _ = CASES[case]
    ran = stage.programs.run(stage.commands[language], key=case)
    assert ran.said == said, ran.told
    assert ran.told.strip() == told if whole else told in ran.told, ran.told
    assert (ran.code == 0) == whole
    assert ran.told.strip(), "a failure says something"


def test_the_servers_own_words_reach_the_person(stage: Stage) -> None:
    for language in LANGUAGES:
        assert "недостаточно средств" in stage.programs.run(stage.commands[language], key="refused_with_json").told
        told = stage.programs.run(stage.commands[language], key="error_as_a_text").told
        assert "overloaded" in told or language == "python", "openai of PyPI keeps such a text to itself"


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_printed_as_it_comes(tmp_path: Path, server: ByteServer, language: str) -> None:
    read = Gate()
    base_url = server.on("m", HEAD, piece(delta("Hi ")), read, *stream("there")[1:])
    programs = Programs(tmp_path)
    command = programs.command(answer_to(SAY_HI, base_url), language)
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path, env=programs.environment("sk-x")) as process:
        assert process.stdout
        assert process.stdout.read(3) == b"Hi ", "the second delta is sent once the first one is printed"
        read.open()
        assert process.stdout.read() == b"there"
    assert process.returncode == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_and_no_server(stage: Stage, language: str) -> None:
    ran = stage.programs.run(stage.commands[language], key="")
    if language not in {"python", "python-httpx"}:  # which read it as os.environ[…]: it is there, and empty
        assert (ran.said, ran.code == 0, "AITUNNEL_API_KEY" in ran.told) == ("", False, True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    if language != "go":
        command = stage.programs.command(answer_to(SAY_HI, f"http://127.0.0.1:{port}/v1"), language)
        ran = stage.programs.run(command)
        assert (ran.said, ran.code == 0, bool(ran.told.strip())) == ("", False, True)
        assert BROKEN not in ran.told or language == "curl", "it never began"  # curl says so before jq does
