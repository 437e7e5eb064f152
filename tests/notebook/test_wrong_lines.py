"""Some 300 lines that are wrong: each is told in one line, without a traceback, in both languages."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from byte_server import ByteServer, reply
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import get_ipython

from aitunnel_jupyter.gateway.catalogue_store import store_catalogue
from aitunnel_jupyter.gateway.models import Catalogue, Model
from aitunnel_jupyter.notebook.commands import COMMANDS
from aitunnel_jupyter.notebook.magic_names import registered

LONG = "9" * 5000
DEEP = "[" * 20_000

# What follows %%ai, and what the line must name (a sign, a cure).
CELLS: list[tuple[str, str]] = [
    # slips in options
    ("--tempature 1", "--temperature"), ("--max_tokens 5", "--max-tokens"), ("--ot x", "--out"), ("--zzz", "%ai help"),
    ("-out story", "--out"), ("-temperature 0", "--temperature"), ("-format json", "--format"), ("-Z", "-Z"),
    ("--", "--"), ("---", "---"), ("--=", "--"), ("-1", "-1"), ("--out --new", "--out"), ("-o", "-o"), ("-m", "-m"),
    ("-t", "-t"), ("-s", "-s"), ("-a", "-a"), ("-c", "-c"), ("-p", "-p"), ("-f", "-f"), ("--stop", "--stop"),
    ("--seed", "--seed"), ("--top-p", "--top-p"), ("--timeout", "--timeout"), ("--base-url", "--base-url"),
    ("--max-tokens", "--max-tokens"), ("--reasoning", "--reasoning"), ("--dry-run=1", "--dry-run"),
    ("--new=", "--new"), ("--keep=no", "--keep"), ("-b=1", "-b"), ("--replace", "-f code"),
    # values
    ("-t hot", "'hot'"), ("-t nan", "'nan'"), ("-t inf", "'inf'"), ("-t 1e999", "'1e999'"), ("-t 0,,5", "'0,,5'"),
    ("-t 0x1", "'0x1'"), ("-t ''", "''"), ("--top-p x", "'x'"), ("--seed 1.5", "'1.5'"), ("--seed x", "'x'"),
    (f"--seed {LONG}", "999"), ("--max-tokens 0", "'0'"), ("--max-tokens -5", "'-5'"), ("--max-tokens 1k", "'1k'"),
    (f"--max-tokens {LONG}", "999"), ("--timeout 0", "'0'"), ("--timeout -1", "'-1'"), ("--timeout 1m", "'1m'"),
    ("--reasoning hihg", "high"), ("--reasoning 1", "'1'"), ("-f jsno", "json"), ("-f poem", "'poem'"),
    ("-f image", "'image'"), ("-f ''", "''"), ("-o 1x", "'1x'"), ("-o class", "'class'"), ("-o a.b", "'a.b'"),
    ("-o a-b", "'a-b'"), ("-o ''", "''"), ("-o {x}", "'{x}'"), ("-p x", "'x'"), ("-p =1", "'=1'"), ("-p 'x={a}'", "-p 'x="),
    ("-p x=[", "-p 'x="), (f"-p x={DEEP}", "-p 'x="), (f"-p {'k' * 900}={{", "kkk"), ("--base-url ftp://x", "ftp://x"),
    ("--base-url http://", "http://"), ("--base-url x", "x"), ("--base-url 'http://a b'", "base"),
    ("--base-url http://[::1", "http"), ("--base-url http://x:99999/v1", "99999"), ("-a /no/such/file", "/no/such/file"),
    ("-a nothing_of_that", "nothing_of_that"), ("-a ftp://x/y", "ftp://x/y"), ("-a /", "/"), ("-a ''", "-a"),
    ("a,b -b", "--background"), ("a,b -c trip", "--conversation"), ("a,b -f code --replace", "--replace"),
    # models
    ("gpt$", "'gpt$'"), ("''", "''"), ("gpt!", "'gpt!'"), ("gpt?", "'gpt?'"), ("gpt-5.2;", "gpt-5.2;"), ("@gpt", "'@gpt'"),
    ("gpt 5", "'5'"), ("gpt-5.2 echo", "gpt-5.2,echo"), ("-m a b", "a,b"), ("gpt-5.2 Write a story", "%ai ask -m gpt-5.2"),
    ("gpt-5.2 'Write a story'", "Write a story"), ("a, b", "b"), ("a,b$", "'b$'"), ("x" * 2000 + "$", "xxx"),
    ("{}", "'{}'"), ("{zz}", "'zz'"), ("{lst}", "list"), ("{answer_of}", "answer_of"), ("{blank}", "'a b'"), ("{m!r}", "{m!r}"),
    ("{m.upper()}", "{m.upper()}"), ("{_secret}", "_secret"), ("{In}", "In"), ("-m {zz}", "'zz'"), ("-t {m}", "'gpt-5.2'"),
    ("--max-tokens {m}", "gpt-5.2"), ("-f {m}", "gpt-5.2"), ("$m", "{m}"), ("${m}", "{m}"), ("m={m}", "m={m}"),
    # quotes
    ("'gpt", "quote"), ('"', "quote"), ("-s 'Be brief", "quote"), ("-s It's", "quote"), ("gpt\\", "quote"),
    # signs that look like others
    ("echo –o story", "did you mean -o?"), ("echo —out story", "did you mean --out?"), ("echo ‑o story", "U+2011"),
    ("echo −t 0", "did you mean -t?"), ("echo ―new", "did you mean --new?"), ("-–out story", "--out"), ("echo – o x", "U+2013"),
    ("echo —out=story", "--out"), ("echo –tempature 1", "U+2013"), ("-t −1", "U+2212"), ("--max-tokens –5", "U+2013"),
    ("echo -s “Be brief”", "U+201D"), ("echo -s «Будь краток»", "U+00BB"), ("echo -s ‘Be brief’", "U+2019"),
    ("echo -s „Be brief“", "U+201C"), ("echo -o “story”", "U+201C"), ("“echo”", "U+201C"), ("`echo`", "U+0060"),
    ("echo -t ‘0’", "U+2018"), ("echo\xa0-o story", "U+00A0"), ("echo -o\xa0story", "U+00A0"), ("\xa0echo", "U+00A0"),
    ("echo\u202f-o x", "U+202F"), ("echo\u2009-o x", "U+2009"), ("echo\u3000-o x", "U+3000"), ("echo\x7f-o x", "U+007F"),
    ("echo -m\xa0gpt", "U+00A0"), ("echo\u200b", "U+200B"), ("\ufeffecho", "U+FEFF"), ("echo\u00ad-x", "U+00AD"),
    ("echo\u200e", "U+200E"), ("echo -o sto\u200bry", "U+200B"), ("gрt-5.2", "gpt-5.2"), ("есhо", "echo"),
    ("echo -о story", "did you mean -o?"), ("echo -с trip", "did you mean -c?"), ("echo --оut x", "did you mean --out?"),
    ("echo -\ud83d", "U+D83D"), ("gpt\x00", "U+0000"), ("gpt\x1b[31m", "U+001B"),
    ("–help", "--help"), ("echo -s «кратко»", "U+00AB"), ("echo -c “trip”", "U+201C"), ("echo -a “x.txt”", "U+201C"),
    ("-p “temperature=0”", "U+201C"), ("-p temperature=“0”", "U+201C"), ("echo -c –new", "--new"), ("{m} {m}", "gpt-5.2,gpt-5.2"),
    ("-m a -m b", "a,b"), ("-T 0", "-t"), ("--Out x", "--out"),
    # jupyter-ai and others
    ("openai-chat:gpt-4", "gpt-4"), ("openai:gpt-4o", "gpt-4o"), ("-m anthropic-chat:claude", "claude"),
    ("a,ollama:llama3", "llama3"), ("-m {\"temperature\":0}", "-t 0"), ("gpt -m {\"top_k\":5}", "-p top_k=5"),
    ("gpt -m '{\"temperature\": 0, \"max_tokens\": 9}'", "-t 0 --max-tokens 9"), ("--model-parameters {\"seed\":1}", "--seed 1"),
    ("--model-parameters", "-t 0"), ("--api-key-name X", "%ai key"), ("--api-base http://x", "--base-url"),
    ("-n us-east-1", "--base-url"), ("--region-name us", "--base-url"), ("-q x", "--base-url"), ("-r", "--new"),
    ("--reset", "--new"), ("--request-schema x", "--base-url"), ("--response-path x", "--base-url"), ("-v", "--dry-run"),
    ("--max-history 3", "AIMagics.window"), ("--stream", "--no-stream"), ("--top-k 5", "-p top_k=N"), ("--json", "-f json"),
    ("--system-prompt x", "-s TEXT"), ("--file x", "-a FILE"), ("-top_k 5", "-p top_k=N"), ("--output x", "-o NAME"),
    ("sk-aitunnel-0123456789abcdef0123456789abcdef x", "x"),
]  # fmt: skip

# What follows %ai.
LINES: list[tuple[str, str]] = [
    ("frobnicate", "%ai ask frobnicate"), ("What is 2+2?", "%ai ask What is 2+2?"), ("Привет, мир", "%ai ask Привет, мир"),
    ("modles", "%ai models"), ("hepl", "%ai help"), ("Ask hi", "%ai ask"), ("usge", "%ai usage"), ("undoo", "%ai undo"),
    ("gpt-5.2", "%ai ask -m gpt-5.2"), ("gpt-5.2 Hi there", "%ai ask -m gpt-5.2 Hi there"), ("local-x/y hi", "-m local-x/y"),
    ("listed hi", "%ai ask -m listed hi"), ("-m gpt-5.2 hi", "%ai ask -m gpt-5.2 hi"), ("--new hi", "%ai ask --new hi"),
    ("–m gpt hi", "U+2013"), ("“hi”", "U+201C"), ("ask\xa0hi", "U+00A0"), ("chats\u200b", "U+200B"), ("%%", "%%"), ("'", "'"),
    ("sk-aitunnel-0123456789abcdef0123456789abcdef", "%ai"), ("x" * 3000, "xxx"), ("\x1b[31m", "U+001B"), ("{m}", "{m}"),
    ("alias a b c", "'c'"), ("alias fast", "'fast'"), ("delete fast", "%ai alias"), ("dealias fast", "%ai alias"), ("alias --delete", "%ai alias"),
    ("register a$ gpt-5.2", "'a$'"), ("update a gpt$", "'gpt$'"), ("alias local gpt-5.2", "local"), ("alias a --delet", "--delete"),
    ("history “10”", "U+201C"), ("usage –all", "U+2013"), ("snippet “python”", "U+201C"), ("stop –all", "U+2013"), ("fork «трип»", "U+00AB"),
    ("delete a b", "'b'"), ("alias –delete a", "--delete"),
    ("ask", "empty"), ("ask -t hot hi", "'hot'"), ("ask -o 1x hi", "'1x'"), ("ask -zz hi", "-zz"), ("ask –o story hi", "-o"),
    ("ask -s “Be brief” hi", "U+201C"), ("ask -о story hi", "U+043E"), ("ask -m", "-m"), ("ask -m gpt$ hi", "'gpt$'"),
    ("ask -m {zz} hi", "'zz'"), ("ask -m openai:gpt-4 hi", "gpt-4"), ("ask -s 'x hi", "quote"), ("ask --out", "--out"),
    ("ask --replace hi", "-f code"), ("ask -m a,b -b hi", "--background"), ("ask -t 0", "empty"), ("ask --temprature 0 hi", "--temp"),
    ("compare", "gpt-5.2,"), ("compare a hi", "gpt-5.2,"), ("compare a, b hi", "gpt-5.2,"), ("compare a,b", "empty"), ("compare a,$ hi", "'$'"),
    ("context", "%%ai"), ("context -t hot hi", "'hot'"), ("retry", "%%ai"), ("retry now", "'now'"), ("retry -m", "-m"),
    ("retry -m a$", "'a$'"), ("retry -m gpt-5.2 hi", "'hi'"), ("continue", "%%ai"), ("continue x", "'x'"), ("continue --max-tokens", "--max-tokens"),
    ("edit", "%%ai"), ("edit 3", "'3'"), ("code", "code"), ("code x", "code"), ("code 1 2", "'2'"), ("code --replaced", "--replace"),
    ("fix", "cell"), ("fix -m", "-m"), ("fix a b", "'a'"), ("error gpt$", "'gpt$'"), ("explain x", "'x'"), ("explain 99999", "99999"),
    ("explain 1 2", "'2'"), ("explain -m", "-m"), ("chat x", "'x'"), ("chat --sid", "--side"), ("chat -m a$", "'a$'"), ("chat -c", "-c"),
    ("snippet", "python"), ("snippet cobol", "python"), ("snippet python", "%%ai"), ("snippet python -n zz", "zz"), ("snippet python x", "'x'"),
    ("snippet python --save", "--save"), ("chats x", "'x'"), ("chats --al", "--all"), ("history x", "'x'"), ("history --search", "--search"),
    ("history 1 2", "'2'"), (f"history {LONG}", "9"), ("history -c", "-c"), ("undo", "-c"), ("undo x", "'x'"), ("undo -c zz", "-c"),
    ("hide", "N"), ("hide x", "-c"), ("fork", "-c"), ("fork a b", "'b'"), ("fork -c zz", "-c"), ("reset x", "'x'"), ("reset -c zz", "-c"),
    ("export", "-c"), ("export x.md", "-c"), ("load", "FILE"), ("load /no/such.json", "/no/such.json"), ("load x.txt", "x.txt"),
    ("load a b", "'b'"), ("load /", "/"), ("model a b", "'b'"), ("model gpt$", "'gpt$'"), ("model openai-chat:gpt-4", "gpt-4"), ("model {zz}", "'zz'"),
    ("model {lst}", "list"), ("model gрt", "U+0440"), ("models --sort", "--sort"), ("models --sort prise", "price"), ("models --refres", "--refresh"),
    ("models -x", "-x"), ("list --sort x", "'x'"), ("balance x", "'x'"), ("usage yesterday", "today"), ("usage today x", "'x'"), ("usage -x", "-x"),
    ("show", "ID"), ("show x", "'x'"), ("show 99999999", "99999999"), (f"show {LONG}", "9"), ("show -1", "-1"), ("restore x", "'x'"), ("forget", "ID"),
    ("forget x", "'x'"), ("forget 99999999", "99999999"), ("forget 1 --all", "ID"), ("forget --al", "--all"), (f"forget {LONG}", "9"), ("journal maybe", "on, off"), ("journal on off", "'off'"),
    ("jobs x", "'x'"), ("stop a b", "'b'"), ("stop --all", "--all"), ("key sk-aitunnel-0123456789", "%ai key"), ("key x", "%ai key"), ("key --sav", "--save"),
    ("key -x", "-x"), ("local stopp", "'stopp'"), ("local --if-no-keys", "--if-no-key"), ("local stop now", "'now'"), ("undo –c trip", "-c"), ("models –-sort price", "--sort"),
    ("history 1\xa02", "'1\\xa02'"), ("chats --аll", "--all"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ip() -> Iterator[InteractiveShell]:
    """A shell in this process: a kernel for each line would take ten minutes."""
    shell = get_ipython() or InteractiveShell.instance()
    shell.run_line_magic("load_ext", "aitunnel_jupyter")
    shell.user_ns |= {"m": "gpt-5.2", "lst": [1], "blank": "a b", "answer_of": object(), "_secret": "x"}
    yield shell
    shell.run_line_magic("unload_ext", "aitunnel_jupyter")


@pytest.fixture
def told(
    ip: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    server: ByteServer,
    tmp_path: Path,
) -> object:
    """Runs a cell as a person does; gives what was shown."""
    base_url = server.on("no", reply(404, {"error": {"message": "no"}}))
    monkeypatch.setenv("AITUNNEL_BASE_URL", base_url)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delattr(sys, "last_value", raising=False)
    monkeypatch.setattr(ip, "showtraceback", ip.showtraceback)
    store_catalogue(Catalogue(base_url, {"listed": Model("listed")}, 0))

    magics = registered(ip)
    assert magics is not None
    magics._desk = None
    magics.failure = None
    for name in ("_ai", "_ai0"):
        ip.user_ns.pop(name, None)

    def run(cell: str, language: str = "en") -> str:
        ip.run_line_magic("config", f"AIMagics.language = {language!r}")
        capsys.readouterr()
        result = ip.run_cell(cell)
        shown = "".join(capsys.readouterr())
        assert not result.success, shown
        assert not server.requests("no"), "nothing is asked"
        return re.sub(r"\x1b\[[0-9;]*m", "", shown)

    return run


def is_one_line(shown: str) -> bool:
    return len(shown.strip().splitlines()) == 1 and len(shown.encode(errors="replace")) <= 500


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(("line", "named"), CELLS, ids=[line[:40] for line, _ in CELLS])
def test_a_wrong_line_of_a_cell(told, line: str, named: str, language: str) -> None:  # type: ignore[no-untyped-def]
    shown = told(f"%%ai {line}\nHi", language)
    assert is_one_line(shown), shown[:2000]
    assert "Traceback" not in shown
    assert "aitunnel-0123456789" not in shown
    assert "argument" not in shown, "argparse's own words"
    if language == "en":
        assert named in shown
    else:
        assert re.search("[а-яёА-ЯЁ]{3}", shown), shown


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(("line", "named"), LINES, ids=[line[:40] for line, _ in LINES])
def test_a_wrong_line(told, line: str, named: str, language: str) -> None:  # type: ignore[no-untyped-def]
    shown = told(f"%ai {line}", language)
    assert is_one_line(shown), shown[:2000]
    assert "Traceback" not in shown
    assert "aitunnel-0123456789" not in shown
    assert "argument" not in shown, "argparse's own words"
    if language == "en":
        assert named in shown
    else:
        assert re.search("[а-яёА-ЯЁ]{3}", shown), shown


def test_there_are_many_of_them_and_every_command_is_tried() -> None:
    assert len(CELLS) + len(LINES) >= 300
    assert {line.split()[0] for line, _ in LINES} >= set(COMMANDS) - {"", "help", "version", "budget"}
