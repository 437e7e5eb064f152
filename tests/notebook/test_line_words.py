"""The words of a line: remarks, variables, words of other tools, and what is told of models nobody knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from byte_server import ByteServer, reply, stream
from IPython.core.error import UsageError
from kernels import Kernel

from aitunnel_jupyter.gateway.models import Catalogue, Model
from aitunnel_jupyter.gateway.refusal import refusal
from aitunnel_jupyter.notebook.help_page import help_page
from aitunnel_jupyter.notebook.options import parse_ask, parse_cell
from aitunnel_jupyter.notebook.words import command_words


@pytest.mark.parametrize(
    ("line", "model", "system", "stop"),
    [
        ("m # the cheap one", "m", None, ()),
        ("m #it's cheap -o x", "m", None, ()),
        ("# nothing else", "", None, ()),
        ("m -s '# no remark' # a \"remark", "m", "# no remark", ()),
        ("--stop # m", "m", None, ("#",)),
        ("--stop=# m", "m", None, ("#",)),
        ("-s #1 m", "m", "#1", ()),
        ("m\t# x", "m", None, ()),
    ],
)
def test_a_remark_on_a_cells_line(line: str, model: str, system: str | None, stop: tuple[str, ...]) -> None:
    options = parse_cell(line)
    assert (options.model, options.system, options.stop, options.out) == (model, system, stop, None)


def test_a_line_for_one_answer_has_no_remarks_and_a_commands_line_has() -> None:
    assert parse_ask("-t 0 what is # in C? # really")[1] == "what is # in C? # really"
    assert command_words("10 -c trip # it's mine") == ["10", "-c", "trip"]
    assert command_words("--search #tag") == ["--search", "#tag"]


def test_variables_name_the_model_and_values() -> None:
    known = {"m": "gpt-5.2", "n": 5, "t": 0.5, "u": "http://x/v1", "two": "a,b", "trip": "my trip"}
    options = parse_cell("{m} -t {t} --max-tokens={n} -c {trip} --base-url {u} --reasoning low", "en", known)
    assert (options.model, options.temperature, options.max_tokens) == ("gpt-5.2", 0.5, 5)
    assert (options.conversation, options.base_url) == ("my trip", "http://x/v1")
    assert options.line.startswith("{m} -t {t}"), "as it was typed"
    assert parse_cell("{two},{m}", "en", known).models == ("a", "b", "gpt-5.2")
    assert parse_ask("-m {m} about {m}", "en", known) == (
        parse_ask("-m gpt-5.2 x")[0].__class__(model="gpt-5.2", line="-m {m} about {m}"),
        "about {m}",
    )
    assert parse_cell("-s {m} -a {m} --stop {m}", "en", known).system == "{m}", "text is the prompt's affair"


class Sly(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError("nobody asks an object what it is")


@pytest.mark.parametrize("value", [Sly("gpt"), True, None, ["gpt"], b"gpt", object(), {"a": 1}])
def test_only_text_and_numbers_may_stand_on_a_line(value: object) -> None:
    with pytest.raises(UsageError, match="must be text or a number"):
        parse_cell("{m}", "en", {"m": value})


@pytest.mark.parametrize("line", ["{m.x}", "{m()}", "{m[0]}", "{m!r}", "{m:>9}", "{{m}}", "{1}", "x{m}", "{m}x"])
def test_nothing_is_evaluated_on_a_line(line: str) -> None:
    with pytest.raises(UsageError, match="is not a model name"):
        parse_cell(line, "en", {"m": "gpt-5.2"})


def test_a_value_is_checked_like_what_is_typed() -> None:
    for value in ("a b", "--new", "", "gpt$", "m -o x"):
        with pytest.raises(UsageError, match="is not a model name"):
            parse_cell("{m}", "en", {"m": value})
    assert parse_cell("{m}", "en", {"m": "{n}", "n": "x"} | {"m": "y"}).model == "y"
    with pytest.raises(UsageError):
        parse_cell("{m}", "en", {"m": "{n}", "n": "x"})


def test_other_words_for_the_same() -> None:
    formats = {"md": "markdown", "txt": "text", "python": "code", "latex": "math", "json": "json"}
    assert {word: parse_cell(f"-f {word}").format for word in formats} == formats


def test_models_that_are_close() -> None:
    names = ["gpt-5.2", "gpt-5.2-mini", "claude-sonnet-4.6", "deepseek-chat", "Qwen3"]
    known = Catalogue("", {name: Model(name) for name in names}, 0)
    assert known.close_to("gtp-5.2")[0] == "gpt-5.2"
    assert known.close_to("openai/gpt-5.2")[0] == "gpt-5.2"
    assert known.close_to("anthropic-chat:claude-sonnet-4-6") == ["claude-sonnet-4.6"]
    assert known.close_to("QWEN3") == ["Qwen3"]
    assert known.close_to("zzz") == known.close_to("") == []
    error = refusal(404, "no", host="h", model="gtp", close=["gpt-5.2", "gpt-4"])
    assert "h has no model gtp. Close: gpt-5.2, gpt-4 · %ai models lists them all" in error.line()
    assert "Похожие: gpt-5.2, gpt-4" in error.line("ru")


def test_names_of_ones_own(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    kernel = start_kernel(AITUNNEL_BASE_URL=server.on("v", *stream("Hi")))
    assert "%ai alias fast gpt-5.2" in kernel.run("%ai alias").text()
    assert kernel.run("%ai alias fast gpt-5.2-mini").text() == "fast → gpt-5.2-mini\n"
    assert kernel.run("%ai register odd openai:odd\n%ai alias").text().endswith("odd → openai:odd\n")
    for cell in ("%%ai fast\nhi", "%ai ask -m fast hi", "%%ai odd\nhi", "%ai model fast\n%ai ask hi"):
        assert kernel.run(cell).status == "ok"
    asked = [seen.json["model"] for seen in server.requests("v")]
    assert asked == ["gpt-5.2-mini", "gpt-5.2-mini", "openai:odd", "gpt-5.2-mini"]
    assert kernel.run("%ai model").text() == "model: fast → gpt-5.2-mini\n"
    assert "fast" in kernel.complete("%%ai fa")["matches"]
    assert kernel.run("%ai delete fast").text() == "alias fast removed\n"
    assert kernel.run("%config AIMagics.aliases").result == "{'odd': 'openai:odd'}"


MODELS = {"data": [{"id": "gpt-5.2"}, {"id": "echo"}, {"id": "openai:odd"}]}


def test_a_notebook_of_such_lines(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    base_url = server.on("v", *stream("Hi"))
    kernel = start_kernel(AITUNNEL_BASE_URL=base_url, AITUNNEL_API_KEY="sk-test-12345678")
    kernel.run("m = 'echo'\nloud = 0.5")
    for cell in ("%%ai {m} -t {loud} # the cheap one\nhi", "%ai ask -m {m} hi", "%ai retry # again", "%%ai\techo\nhi"):
        run = kernel.run(cell)
        assert (run.status, run.error) == ("ok", ""), cell
    assert [seen.json["model"] for seen in server.requests("v")] == ["echo"] * 4
    assert "-f code" in kernel.run("%%ai -f code # x\nhi").reply["content"].get("evalue", "-f code")
    told = kernel.run("%ai model echo\n%ai model ''").text()
    assert told == "model: echo\nmodel: gpt-5.2\n"
    assert kernel.run("%ai model {m}").text() == "model: echo\n"
    assert kernel.run('%ai model ""').text() == "model: gpt-5.2\n"
    for asking in ("%%ai --help\nhi", "%ai help", "%ai ?", "%ai --help", "%ai ask -h", "%ai ask?"):
        assert kernel.run(asking).text() == help_page("en") + "\n", asking
    assert kernel.run("%ai undo?").text() == kernel.run("%ai undo --help").text()
    assert kernel.run("%ai undo?").text() == "%ai undo [-c NAME]: take the last turn out of the conversation\n"
    assert kernel.run("%ai reset").text() == "nothing to reset: cells without -c stand alone\n"
    assert kernel.run("%config AiMagics.default_language_model = 'x'").text() == (
        "nobody reads AiMagics.default_language_model here: use %config AIMagics.model = …\n"
    )
    assert "AIMagics.temperature" not in kernel.run("%config Aimagics.modle = 'x'").text()
    assert "AIMagics.model = …" in kernel.run("%config Aimagics.modle = 'x'").text()
    for setting in ("AIMagics.model = ''", "InlineBackend.figure_format = 'png'", "Application.log_level = 30"):
        assert kernel.run(f"%config {setting}").text() == "", setting
    assert kernel.run("1/0").status == "error"
    assert kernel.run("%ai error echo").status == "ok"
    assert server.requests("v")[-1].json["model"] == "echo"


def test_a_list_that_is_stored_makes_suggestions(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    base_url = server.on("v", reply(200, MODELS))
    server.on("v", reply(404, {"error": {"message": "No such model"}}))
    kernel = start_kernel(AITUNNEL_BASE_URL=base_url, AITUNNEL_API_KEY="sk-test-12345678")
    assert kernel.run("%ai list gpt").displays
    assert "did you mean gpt-5.2?" in kernel.run("%ai model gtp-5.2").text()
    assert kernel.run("%ai model zzz").text().endswith("does not list: %ai models shows what there is\n")
    assert kernel.run("%ai model openai:odd").text() == "model: openai:odd\n", "this server has such a name"
    kernel.run("%ai model ''")
    assert "no command 'echo'. To ask that model: %ai ask -m echo hi" in kernel.run("%ai echo hi").text("stderr")
    assert "has no model gtp-5.2. Close: gpt-5.2 ·" in kernel.run("%%ai gtp-5.2\nhi").error
