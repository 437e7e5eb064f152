"""The languages: how each is called, coloured, put into a cell, and how a call gets into its template."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.export.literals import JAVASCRIPT, PYTHON, json_text, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from aitunnel_jupyter.export.call import Call

    Fill = Callable[[Call], dict[str, str]]

# What chat.completions.create() of openai 2 and 3 takes by name (tests/export keeps it); the rest is extra_body.
SDK_NAMES = frozenset({
    "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens",
    "max_tokens", "messages", "metadata", "modalities", "model", "n", "parallel_tool_calls", "prediction",
    "presence_penalty", "prompt_cache_key", "reasoning_effort", "response_format", "safety_identifier", "seed",
    "service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice", "tools", "top_logprobs",
    "top_p", "user", "verbosity", "web_search_options",
})  # fmt: skip

_PYTHON_FILES = """

def data_url(name, kind):
    content = Path(__file__).with_name(name).read_bytes()
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"

"""
_JAVASCRIPT_FILES = """
const dataUrl = (name, kind) =>
  `data:${kind};base64,${readFileSync(new URL(name, import.meta.url), "base64")}`;
"""
_GO_FILES = """filled := request
for _, name := range []string{%s} {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	filled = strings.ReplaceAll(filled, "{"+name+"}", base64.StdEncoding.EncodeToString(content))
}
body := strings.NewReader(filled)"""
_PHP_FILES = """
foreach ([%s] as $name) {
    $content = file_get_contents(__DIR__ . "/$name") ?: fail("$name is missing");
    $request = str_replace("{{$name}}", base64_encode($content), $request);
}
"""
_CURL = """curl --no-buffer --silent --show-error --fail-with-body {url} \\
  --header "Authorization: Bearer $AITUNNEL_API_KEY" \\
  --header 'Content-Type: application/json' \\
  --data-binary @-"""


def _python(call: Call) -> dict[str, str]:
    named = {name: value for name, value in call.payload.items() if name in SDK_NAMES}
    further = {name: value for name, value in call.payload.items() if name not in SDK_NAMES}
    arguments = named | ({"extra_body": further} if further else {})
    lines = [f"{name}={literal(value, PYTHON, 9 + len(name))}," for name, value in arguments.items()]
    return _python_files(call, "os", "sys") | {
        "BASE_URL": json_text(call.base_url),
        "ARGUMENTS": "\n".join(lines),
    }


def _python_httpx(call: Call) -> dict[str, str]:
    return _python_files(call, "itertools", "json", "os", "re", "sys") | {
        "URL": json_text(call.url),
        "REQUEST": literal(call.payload, PYTHON, len("request = ")),
    }


def _python_files(call: Call, *modules: str) -> dict[str, str]:
    imports = sorted({*modules, "base64"} if call.files else modules)
    lines = [f"import {name}" for name in imports] + ["from pathlib import Path"] * bool(call.files)
    return {"IMPORTS": "\n".join(lines), "DATA_URL": _PYTHON_FILES if call.files else ""}


def _javascript(call: Call) -> dict[str, str]:
    return {
        "BASE_URL": JAVASCRIPT.text(call.base_url),
        "REQUEST": literal(call.payload, JAVASCRIPT, len("  const stream = await client.chat.completions.create(")),
        "IMPORTS": 'import { readFileSync } from "node:fs";\n' if call.files else "",
        "DATA_URL": _JAVASCRIPT_FILES if call.files else "",
    }


def _fetch(call: Call) -> dict[str, str]:
    return {
        "URL": JAVASCRIPT.text(call.url),
        "REQUEST": literal(call.payload, JAVASCRIPT, len("const request = ")),
    }


def _go(call: Call) -> dict[str, str]:
    names = ", ".join(map(json_text, call.files))
    imports = ["encoding/base64"] * bool(call.files) + ["encoding/json", "errors", "fmt", "io", "net/http", "os"]
    return {
        "URL": json_text(call.url),
        "IMPORTS": "".join(f'\t"{name}"\n' for name in [*imports, "strings"]),
        # A raw string ends at a backtick, and only there.
        "JSON": json_text(call.payload, 2).replace("`", "\\u0060"),
        "BODY": _GO_FILES % names if call.files else "body := strings.NewReader(request)",
    }


def _php(call: Call) -> dict[str, str]:
    names = ", ".join(f"'{name}'" for name in call.files)
    return {
        "URL": _php_text(call.url),
        "JSON": json_text(call.payload, 2),
        "DATA_URL": _PHP_FILES % names if call.files else "",
    }


def _php_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _curl(call: Call) -> dict[str, str]:
    ask = _CURL.format(url=shlex.quote(call.url))
    parts = [json_text(call.payload, 2)]
    for name in call.files:
        parts = [piece for part in parts for piece in _with_file(part, name)]
    if not call.files:
        return {"BODY": f"{ask} <<'JSON' |\n{parts[0]}\nJSON"}
    written = [f"cat <<'JSON'\n{part}\nJSON" if at % 2 == 0 else part for at, part in enumerate(parts)]
    # No line end of JSON matters: those inside of strings are written \n.
    return {"BODY": "{\n" + "\n".join(written) + f"\n}} | tr -d '\\n' | {ask} |"}


def _with_file(part: str, name: str) -> list[str]:
    """``part`` cut where the bytes of a file go in."""
    command = f'base64 < "$(dirname "$0")/{name}"'
    pieces = part.split(f"{{{name}}}")
    return [piece for at, text in enumerate(pieces) for piece in ((command, text) if at else (text,))]


class Language(NamedTuple):
    """One of the languages a call can be written in."""

    ending: str
    lexer: str
    """What Pygments calls it."""
    comment: str
    magic: str
    """The first line of a cell that runs it, or writes it down where none can; empty for Python."""
    fill: Fill
    takes_files: bool = True


LANGUAGES: dict[str, Language] = {
    "python": Language(".py", "python", "#", "", _python),
    "python-httpx": Language(".py", "python", "#", "", _python_httpx),
    "javascript": Language(".mjs", "javascript", "//", "%%script node --input-type=module", _javascript),
    # A browser cannot read files beside the program, so its data stay inside.
    "fetch": Language(".js", "javascript", "//", "%%script node --input-type=module", _fetch, takes_files=False),
    "go": Language(".go", "go", "//", "%%writefile ask.go", _go),
    "php": Language(".php", "php", "//", "%%script php /dev/stdin", _php),
    "curl": Language(".sh", "bash", "#", "%%bash", _curl),
}
