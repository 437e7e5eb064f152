"""No exit shows the key: a server repeats it in every field it can send, and all that leaves the kernel is searched."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from byte_server import DONE, END, RESET, ByteServer, Seen, event, head, piece, reply, usage
from kernel_front import Front
from kernels import Kernel

KEY = 'Zq7w/x_Y9-k8l&Zp"Of+Rm%41Qv'
MARK = "m4rk3d"
"""Stands beside the key wherever it is sent: an exit without it proves nothing."""
PIECE = 8
"""Characters of the key that are a leak."""

STREAM_HEAD = head(
    200, Content_Type="text/event-stream", Transfer_Encoding="chunked",
    X_Aitunnel_Masked="true", X_Aitunnel_Masked_Types=f"{MARK} {KEY}", X_Request_Id=f"{MARK}-{KEY}",
)  # fmt: skip


def escaped(key: str = KEY) -> list[str]:
    """Forms in which a key stands in a text, once its JSON is read."""
    return [
        key,
        json.dumps(key)[1:-1].replace("/", "\\/"),
        "".join(f"\\u{ord(sign):04x}" if at % 3 else sign for at, sign in enumerate(key)),
        "".join(f"\\\\u{ord(sign):04X}" for sign in key),
        quote(key, safe=""),
        quote(quote(key, safe=""), safe=""),
        html.escape(key),
        "".join(f"&#x{ord(sign):x};" for sign in key),
        "\u200b".join(key),
    ]


FORMS = escaped()
TEXT = f"{MARK}: " + " ; ".join(FORMS)


def leaks(blob: bytes | str) -> list[str]:
    """Pieces of the key in what left, read in every way somebody may read it."""
    text = blob.decode("utf-8", "replace") if isinstance(blob, bytes) else blob
    for _ in range(4):
        text += "\n" + re.sub(
            r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), html.unescape(unquote(text))
        )
        text = text[-8_000_000:]
    bare = re.sub(r"[\\\u200b]|<[^>]*>", "", text)
    return [KEY[at : at + PIECE] for at in range(len(KEY) - PIECE + 1) if KEY[at : at + PIECE] in text + bare]


def full_delta() -> bytes:
    code = f"\n```python\n# {MARK} {KEY}\nprint('{FORMS[1]}')\n```\n\n| a | {KEY} |\n|---|---|\n| `{KEY}` | $x_{{{FORMS[0]}}}$ |\n"
    body = {
        "content": TEXT + code, "reasoning": TEXT, "reasoning_content": TEXT, "refusal": TEXT, "role": KEY,
        "annotations": [{"type": "url_citation", "url_citation": {"url": f"https://x.example/{KEY}", "title": TEXT}}],
        "images": [{"image_url": {"url": f"data:image/png;base64,{KEY}"}}, {"image_url": {"url": f"https://x/{KEY}"}}],
        "tool_calls": [{"index": 0, "id": KEY, "type": "function", "function": {"name": KEY, "arguments": json.dumps({"a": KEY})}}],
    }  # fmt: skip
    more = dict.fromkeys(("id", "model", "object", "provider", "system_fingerprint"), f"{MARK} {KEY}")
    return event(more | {"choices": [{"index": 0, "delta": body}], "citations": [f"https://x.example/{KEY}"]})


def cut_delta(text: str) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"content": text, "reasoning": text}}]})


def finish() -> bytes:
    return event({"model": f"{MARK} {KEY}", "choices": [{"index": 0, "delta": {}, "finish_reason": KEY}]})


def whole(_seen: Seen) -> list[Any]:
    """An answer with the key everywhere, once more cut into three deltas with frames between."""
    cuts = [piece(cut_delta(part)) for part in (f"cut {MARK} {KEY[:13]}", KEY[13:20], f"{KEY[20:]} after\n\n")]
    paused = [action for cut in cuts for action in (cut, 0.25)]
    return [STREAM_HEAD, *paused, piece(full_delta()), piece(finish()), piece(usage(note=KEY)), piece(DONE), END]


def failures() -> Iterator[list[Any]]:
    """Every way to refuse or to break off with the key in it."""
    for form in FORMS:
        yield [reply(401, {"error": {"message": f"{MARK} {form}", "code": form, "type": form}})]
    raw = json.dumps({"error": {"message": f"{MARK} {KEY}", "metadata": {"raw": KEY}}}).replace("Z", "\\u005a")
    yield [reply(400, raw.replace("/", "\\/").encode())]
    yield [reply(403, {"detail": f"{MARK} " + "x" * 180 + KEY})]
    yield [reply(404, f"<html><title>{MARK} {html.escape(KEY)}</title><h1>{KEY}".encode())]
    yield [reply(200, f"<html><title>{MARK} {'y' * 60}{html.escape(KEY)}</title>".encode())]
    yield [reply(200, {"nothing": f"{MARK} {KEY}"})]
    yield [reply(302, {"at": f"{MARK} {KEY}"}, Location=f"http://127.0.0.1:1/{quote(KEY)}")]
    yield [f"HTTP/1.1 200 OK\r\n{MARK} {KEY} no header\r\n\r\n".encode(), None]
    error = {"error": {"message": f"{MARK} {KEY}", "code": f"{MARK}{KEY}"}}
    yield [STREAM_HEAD, piece(full_delta()), piece(event(error)), END]
    yield [STREAM_HEAD, piece(full_delta()), RESET]
    yield [STREAM_HEAD, piece(b"data: {" + KEY.encode() + b"\n\n"), piece(full_delta()), RESET]


def others(seen: Seen) -> list[Any]:
    """Lists of models and facts of the account, with the key in them."""
    if seen.path.endswith("/models"):
        entry = {"id": "m0", "owned_by": f"{MARK} {KEY}", "description": f"{MARK} {'z' * 3990}{KEY}"}
        named = {"id": re.sub(r"[^\w.-]", "", KEY)} | entry
        return [reply(200, {"data": [entry, named | {"id": "m1"}, {"id": KEY}]})]
    return [reply(401, {"error": {"message": f"{MARK} {FORMS[2]}", "code": KEY}})]


class Everything:
    """Every message of a kernel, and the files it leaves."""

    def __init__(self, kernel: Kernel, folder: Path) -> None:
        self.kernel, self.folder = kernel, folder
        self.messages: list[Any] = []
        self.outputs: list[Any] = []
        kernel.listen = self.messages.append

    def run(self, code: str) -> None:
        run = self.kernel.run(code)
        self.messages.append(run.reply)
        self.outputs += run.outputs

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()
        }


def saw_every_script(server: ByteServer) -> bool:
    return all(seen.headers.get("authorization") == f"Bearer {KEY}" for seen in server.requests("m"))


LOGGING = "import logging; logging.basicConfig(level=logging.DEBUG, filename='all.log', force=True)"
ASKS = [
    "%%ai m -o story\nHello", "story", "print(story, [story], story.facts, story.usage)", "%%ai m -f code\nHello",
    "%ai ask -m m Hello", "%%ai m -c talk\nHello", "%%ai a,b -o both\nHello", "both", "%%ai m -b -o later\nHello",
    "later.result()", "from aitunnel_jupyter import Chat; chat = Chat('m', name='py')", "chat.ask('Hello')",
    "for delta in chat.stream('Hello'): pass", "story.continue_()", "%%ai m --no-stream\nHello", "%ai code", "%ai history",
    "%ai show 1", "%ai usage all", "%ai models --refresh", "%ai models", "%ai balance", "%ai budget", "%ai context Hello",
    "%%ai m --dry-run\nHello", "%ai chats", "%ai history --search after", "%ai snippet curl", "%ai snippet python --save s.py",
    "%ai export talk.md", "%ai export talk.json", "%ai export talk.ipynb", "%ai load talk.json -c loaded", "%ai journal", "%ai",
    "%ai retry", "%ai jobs", "%ai edit",
]  # fmt: skip
TOLD = """
import traceback
try:
    chat.ask('Hello')
except Exception as error:
    with open('errors.txt', 'a') as file:
        print(traceback.format_exc(), repr(error), vars(error), error.partial, error.args, file=file)
"""


@pytest.fixture
def everything(start_kernel: Callable[..., Kernel], server: ByteServer, tmp_path: Path) -> Everything:
    kernel = start_kernel(
        AITUNNEL_BASE_URL=server.base_url("m"), AITUNNEL_API_KEY=KEY, JPY_SESSION_NAME="/n.ipynb",
        AITUNNEL_JOURNAL=str(tmp_path / "journal.db"), AITUNNEL_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    found = Everything(kernel, tmp_path)
    found.run(LOGGING)
    return found


def assert_nothing_left(found: Everything, *exits: str) -> None:
    """Nothing of the key in any message or file; and something of the server's in each that is named."""
    messages = json.dumps(found.messages, default=str)
    files = found.files()
    notebook = json.dumps(found.outputs, default=str)
    assert MARK in messages
    assert MARK in notebook
    for name in exits:
        assert MARK.encode() in b"".join(content for file, content in files.items() if file.startswith(name)), name
    assert {"messages": leaks(messages), "notebook": leaks(notebook)} == {"messages": [], "notebook": []}
    assert {name: some for name, content in files.items() if (some := leaks(content))} == {}


def test_the_search_finds_what_it_looks_for() -> None:
    for form in [*FORMS, KEY[4:14]]:
        assert leaks(f"a {form} b"), form
        assert leaks(json.dumps(json.dumps(form))), form
    assert not leaks(f"{MARK} sk-… {KEY[:7]}")


def test_answers_show_the_key_nowhere(everything: Everything, server: ByteServer) -> None:
    server.on("m", lambda seen: whole(seen) if seen.body else others(seen))
    for code in ASKS:
        everything.run(code)
    everything.run("%unload_ext aitunnel_jupyter")
    asked = [seen for seen in server.requests("m") if seen.body]
    assert len(asked) > 10
    assert saw_every_script(server)
    assert "999.55" not in json.dumps(everything.outputs), "the balance is shown to who asks for it, and saved nowhere"
    assert_nothing_left(everything, "journal.db", "cache", "all.log", "talk.md", "talk.json", "talk.ipynb")


def test_refusals_and_breaks_show_the_key_nowhere(everything: Everything, server: ByteServer) -> None:
    everything.run("from aitunnel_jupyter import Chat; chat = Chat('m', name='py')")
    for at, actions in enumerate(failures()):
        server._scripts["m"] = [tuple(actions)]
        everything.run(
            ("%%ai m -c talk\nHello", "%ai ask -m m Hello", "%%ai a,b\nHello", "%%ai m -b -o later\nHello")[at % 4]
        )
        everything.run(TOLD)
        everything.run("later.result()")
    everything.run("%ai history\n")
    everything.run("%ai usage all")
    assert saw_every_script(server)
    assert_nothing_left(everything, "journal.db", "errors.txt", "all.log")


@pytest.mark.parametrize("plain", [False, True])
def test_a_panel_shows_the_key_nowhere(everything: Everything, server: ByteServer, plain: bool) -> None:
    server.on("m", lambda seen: whole(seen) if seen.body else others(seen))
    everything.run("%%ai m -c talk\nHello")
    if plain:
        everything.run("from aitunnel_jupyter import ChatPanel\npanel = ChatPanel(name='talk', plain=True)\npanel")
        everything.run("panel.ask('Hello')")
        everything.run("panel")
    else:
        code = "from aitunnel_jupyter import ChatPanel\npanel = ChatPanel(name='talk')\npanel"
        front = Front(everything.kernel, code)
        heard = front._hear
        everything.kernel.listen = lambda message: (everything.messages.append(message), heard(message))
        front.send(type="hello")
        front.until(lambda: front.turns)
        turn = front.ask("Hello")
        for ending in ("md", "json", "ipynb"):
            front.send(type="export", format=ending)
        front.send(type="snippet", id=turn["id"], language="curl")
        for kind in ("models", "chats", "balance"):
            front.send(type=kind, search="")
        front.until(lambda: {"file", "snippet", "models", "chats", "told"} <= {one["type"] for one in front.told})
        server._scripts["m"] = [(reply(401, {"error": {"message": f"{MARK} {FORMS[3]}", "code": FORMS[6]}}),)]
        assert front.ask("Hello")["state"] == "failed"
        everything.run("panel")
    assert_nothing_left(everything, "journal.db")
