"""What arrives from an emitted program is what the magic sent, whatever is in it."""

from __future__ import annotations

import ast
import base64
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from byte_server import DONE, END, HEAD, ByteServer, Seen, delta, finish, piece, stream
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from programs import Programs, answer_to, as_sent

from aitunnel_jupyter import Answer, Chat
from aitunnel_jupyter.errors import SnippetProblem
from aitunnel_jupyter.export.call import LARGE
from aitunnel_jupyter.export.languages import LANGUAGES, SDK_NAMES
from aitunnel_jupyter.export.literals import JAVASCRIPT, PYTHON, json_text, literal
from aitunnel_jupyter.export.snippet import program_of
from aitunnel_jupyter.gateway.request import Request

HI = {"role": "user", "content": "Hi"}
NASTY = [
    "\"'`", '"""', "'''", "$(id) ${HOME} $HOME !! `id`", "%s %d %% %1$s", "</script><!--<script>", "a\r\nb\rc\nd\n", "\n\n",
    "Привет, «мир» 👩‍🚀", "a\u2028b\u2029c\u0085d", "\x00\x01\x1b[31m\x7f\x9b", "JSON\nJSON;\n'JSON'\nEOF", "?><?php echo 1; ?>",
    "@@JSON@@ @@URL@@", "{x} {{x}} #{x} {ask_picture_1.png}", "\\ \\\\ \\n \\u0041 \\x41 \\", "\u202eabc\u2066\ufeff", "\ud83d", "\ude00\ud83d", "\ufffe\uffff",
    "// /* */ # -- ;", "*/", "%%bash\n!ls\n?x", "\t\v\f\b",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(max_size=40), max_size=6).map("".join)
KEYS = st.sampled_from(["__proto__", "top-k", "класс", "", "extra_body", "timeout", "constructor", "1"]) | TEXTS
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2.0**53), 2.0**53)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def echo(seen: Seen) -> list[Any]:
    """The prompts come back, each as a delta."""
    said = [message["content"] for message in seen.json["messages"] if isinstance(message["content"], str)]
    return [HEAD, *(piece(delta(text)) for text in said), piece(finish()), piece(DONE), END]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("programs"))
    yield running
    assert running.go_builds <= 12, "each takes seconds"


def ask_again(programs: Programs, server: ByteServer, answer: Answer, language: str) -> tuple[Any, str]:
    """What the program sent, and what it printed."""
    ran = programs.run(programs.command(answer, language))
    assert ran.code == 0, ran.told
    assert ran.told.strip().startswith("stop")
    return server.requests("m")[-1].json, ran.said


@pytest.mark.parametrize("language", LANGUAGES)
def test_history_and_parameters_travel(programs: Programs, server: ByteServer, language: str) -> None:
    chat = Chat("gpt-5.2", base_url=server.on("m", *stream("Hi ", "there")), system="Be brief.")
    chat.ask("I live in Perm.")
    tool = {"type": "function", "function": {"name": "river", "parameters": {"type": "object", "properties": {}}}}
    answer = chat.ask(
        "Which river is near?", temperature=0.2, top_p=1.0, max_tokens=40, seed=7, stop=("END", "\n"), reasoning="low",
        response_format={"type": "json_object"}, tools=[tool], provider={"sort": "price"}, models=["a", "b"],
        user=None, transforms=None, plugins=[{"id": "web", "max_results": 3}],
    )  # fmt: skip
    sent = server.requests("m")[-1].json
    assert len(sent["messages"]) == 4
    assert ask_again(programs, server, answer, language) == (sent, "Hi there")
    assert server.requests("m")[-1].headers["authorization"] == "Bearer sk-made-up"


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_text_travels(programs: Programs, server: ByteServer, language: str) -> None:
    base_url = server.on("m", echo)

    # Each example starts a program, Go's is compiled too; so one has many texts.
    @settings(
        max_examples=3 if language == "go" else 6,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(TEXTS, max_size=30),
        st.dictionaries(st.just("x-").flatmap(lambda x: KEYS.map(x.__add__)), VALUES, max_size=8),
    )
    def travel(texts: list[str], extra: dict[str, Any]) -> None:
        messages = tuple({"role": "user", "content": text} for text in ["".join(NASTY), *NASTY, *texts])
        request = Request("gpt-5.2", messages, extra=extra)
        sent, said = ask_again(programs, server, answer_to(request, base_url), language)
        assert sent == as_sent(request)
        assert said == "".join(message["content"] for message in sent["messages"])

    travel()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_prompt_of_200_kb_travels(programs: Programs, server: ByteServer, language: str) -> None:
    lines = "".join(f'{at}: it\'s "line" `{at}` of $many\n' for at in range(7_000))
    request = Request(
        "gpt-5.2", (HI, {"role": "user", "content": lines}, {"role": "user", "content": "слово " * 20_000})
    )
    sent, said = ask_again(programs, server, answer_to(request, server.on("m", echo)), language)
    assert sent == as_sent(request)
    assert len(said) > 300_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_and_files_travel_as_files_beside_the_program(
    programs: Programs, server: ByteServer, language: str
) -> None:
    def url(kind: str, size: int) -> str:
        return f"data:{kind};base64,{base64.b64encode(os.urandom(size)).decode()}"

    picture, small, paper = url("image/png", 150_000), url("image/gif", 60), url("application/pdf", 9_000)
    odd = f"data:image/png;base64,{'A' * LARGE}=="  # not how base64 is written: it stays as it is
    images = [{"type": "image_url", "image_url": {"url": one}} for one in (picture, small, odd)]
    file = {"type": "file", "file": {"filename": "a.pdf", "file_data": paper}}
    messages = (
        {"role": "user", "content": [{"type": "text", "text": "What is {go_picture_1.png}?"}, *images, file]},
        {"role": "user", "content": images[:1]},
    )
    request = Request("gpt-5.2", messages)
    answer = answer_to(request, server.on("m", *stream("A cat")))
    assert ask_again(programs, server, answer, language) == (as_sent(request), "A cat")
    stem = language.replace("-", "_") + ("_" if language == "go" else "")  # the prompt has that name in braces
    program = program_of(answer, language, f"{language.replace('-', '_')}{LANGUAGES[language].ending}")
    names = [] if language == "fetch" else [f"{stem}_picture_1.png", f"{stem}_file_2.pdf"]
    assert list(program.files) == names
    assert (len(program.text) < 20_000) == bool(names)
    assert program_of(answer, language).files == {}, "what is shown stands alone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_did_not_stream_becomes_a_program_that_does(language: str) -> None:
    shown = program_of(answer_to(Request("m", (HI,), stream=False), "https://api.aitunnel.ru/v1"), language).text
    assert re.search(r"stream\W{1,3}true", shown, re.IGNORECASE)
    assert "include_usage" in shown
    assert "machine" not in shown
    assert (
        "on the machine this was asked on"
        in program_of(answer_to(Request("m", (HI,)), "http://127.0.0.1:1/v1"), language).text
    )


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_a_literal_is_its_value(value: Any) -> None:
    value = json.loads(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    )
    written = [literal(value, PYTHON), literal(value, JAVASCRIPT), json_text(value), json_text(value, 2)]
    assert ast.literal_eval(written[0]) == value
    assert [json.loads(text) for text in written[2:]] == [value, value]
    for text in written:
        assert not re.search("[^\n\x20-\x7e\xa0-\U0010ffff]|[\u2028\u2029\ufeff\u202e]", text), "nothing invisible"
    assert not re.search("</|<!--|<script", written[1], re.IGNORECASE), "it may stand in a page"
    lines = {line.strip() for line in written[3].split("\n")}
    assert "JSON" not in lines, "nothing ends a heredoc"


def test_numbers_that_would_change_are_refused() -> None:
    for number, language in ((2**53, "fetch"), (2**64, "javascript")):
        with pytest.raises(SnippetProblem, match="cannot represent exactly"):
            program_of(answer_to(Request("m", (HI,), seed=number), "http://h/v1"), language)
    assert str(2**64) in program_of(answer_to(Request("m", (HI,), seed=2**64), "http://h/v1"), "go").text
    with pytest.raises(SnippetProblem, match="JSON cannot represent"):
        program_of(answer_to(Request("m", (HI,), temperature=float("nan")), "http://h/v1"), "go")


def test_the_sdk_takes_by_name_what_we_give_by_name() -> None:
    from openai.resources.chat.completions import Completions

    assert set(inspect.signature(Completions.create).parameters) >= SDK_NAMES


def test_odd_addresses_are_quoted(programs: Programs) -> None:
    answer = answer_to(Request("m", (HI,)), "http://127.0.0.1:1/it's/$HOME/`id`/\\/v1")
    for language in LANGUAGES:
        ran = programs.run(programs.command(answer, language))
        assert ran.code != 0
        assert not re.search("syntax|parse error|unexpected", ran.told, re.IGNORECASE), ran.told


CHECKERS = {
    "python": ["ruff", "format", "--isolated", "--line-length", "110", "--check"],
    "python-httpx": ["ruff", "format", "--isolated", "--line-length", "110", "--check"],
    "javascript": ["node", "--check"],
    "fetch": ["node", "--check"],
    "go": ["gofmt", "-d"],
    "php": ["php", "-l"],
    "curl": ["bash", "-n"],
}
"""What the language itself has to say about a text; the formatters would change nothing."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("with_picture", [False, True])
def test_programs_are_formatted_as_their_language_is(tmp_path: Path, language: str, with_picture: bool) -> None:
    picture = f"data:image/png;base64,{base64.b64encode(bytes(9_000)).decode()}"
    said = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": picture}}]
    messages = (
        {"role": "system", "content": "Be brief.\n" * 12},
        {"role": "user", "content": said if with_picture else "Hi"},
    )
    request = Request(
        "gpt-5.2", messages, temperature=0.2, extra={"provider": {"sort": "price"}, "models": ["a" * 60, "b" * 60]}
    )
    path = tmp_path / f"ask{LANGUAGES[language].ending}"
    path.write_text(program_of(answer_to(request, "http://127.0.0.1:1/v1"), language, path.name).text, encoding="utf-8")
    command, *arguments = CHECKERS[language]
    tool = shutil.which(command, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert tool, f"{command} is missing: make languages"
    checked = subprocess.run([tool, *arguments, path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert language != "go" or checked.stdout == ""
