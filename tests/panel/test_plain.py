"""The plain panel through a real kernel: its core widgets pressed and read by comm messages, as a page does it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from byte_server import HANG, HEAD, ByteServer, Gate, delta, piece, reply, stream
from jupyter_client.session import Session
from kernels import Kernel

from aitunnel_jupyter.panel.plain import PlainWidget
from aitunnel_jupyter.panel.widget import needs_plain

OPEN = """
from aitunnel_jupyter import ChatPanel
panel = ChatPanel(plain=True, {arguments})
panel
"""
SESSION = Session()


class Front:
    """Keeps the models of all widgets as a page keeps them."""

    def __init__(self, kernel: Kernel, arguments: str = "") -> None:
        self.kernel = kernel
        self.models: dict[str, dict[str, Any]] = {}
        self.history: list[tuple[str, Any]] = []
        """Every value an HTML widget ever had: (its id, the value)."""
        self.bytes, self.messages = 0, 0
        kernel.listen = self._hear
        run = kernel.run(OPEN.format(arguments=arguments))
        assert run.status == "ok", run.error
        view = next(output for output in run.outputs if "application/vnd.jupyter.widget-view+json" in output["data"])
        self.root = view["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]

    def _hear(self, message: dict[str, Any]) -> None:
        content = message["content"]
        kind, data = message["msg_type"], content.get("data", {})
        if not kind.startswith("comm"):
            return
        self.messages += 1
        self.bytes += sum(map(len, SESSION.serialize(message)))
        name = content["comm_id"]
        if kind == "comm_open":
            self.models[name] = dict(data["state"])
        elif kind == "comm_close":
            del self.models[name]
        elif data.get("method") == "update":
            self.models[name].update(data["state"])
        if kind != "comm_close" and "value" in data.get("state", {}) and "HTML" in self.models[name]["_model_name"]:
            self.history.append((name, data["state"]["value"]))

    # --- what a page shows ----------------------------------------------------------------------------------

    def shown(self, *classes: str, under: str = "") -> list[str]:
        """The ids of the widgets in the panel that have these classes, from the top down."""
        name = under or self.root
        found = [name] if set(classes) <= set(self.models[name].get("_dom_classes", ())) else []
        for child in self.models[name].get("children", ()):
            found += self.shown(*classes, under=child.removeprefix("IPY_MODEL_"))
        return found

    def one(self, name: str) -> str:
        (found,) = self.shown(f"aitunnel-plain-{name}")
        return found

    def html(self, under: str = "") -> str:
        """All the HTML below a widget."""
        model = self.models[under or self.root]
        inner = [self.html(child.removeprefix("IPY_MODEL_")) for child in model.get("children", ())]
        return "".join(inner) if "children" in model else model["value"] if "HTML" in model["_model_name"] else ""

    def text(self, under: str = "") -> str:
        """What a person reads below a widget, spaces as one."""
        return " ".join(re.sub("<[^>]*>", " ", re.sub("(?s)<style.*?</style>", "", self.html(under))).split())

    def answer(self) -> str:
        """The newest answer."""
        found = self.shown("aitunnel-plain-answer")
        return self.text(found[-1]) if found else ""

    def button(self, text: str) -> str:
        return next(name for name in reversed(self.shown()) if self.models[name].get("description") == text)

    def typed(self) -> str:
        return str(self.models[self.one("typed")]["value"])

    # --- what a person does ---------------------------------------------------------------------------------

    def type(self, text: str, field: str = "typed") -> None:
        self._send(self.one(field), {"method": "update", "state": {"value": text}, "buffer_paths": []})
        self.models[self.one(field)]["value"] = text

    def press(self, button: str) -> None:
        """Press it as soon as it can be: the end of an answer and its buttons are messages of their own."""
        self.until(lambda: not self.models[self.button(button)]["disabled"])
        self._send(self.button(button), {"method": "custom", "content": {"event": "click"}})

    def ask(self, text: str) -> None:
        """Send a prompt and wait for the end of its answer."""
        before = len(self.ends())
        self.type(text)
        self.press("Send")
        self.until(lambda: len(self.ends()) > before)

    def ends(self) -> list[str]:
        return self.shown("aitunnel-plain-end")

    def _send(self, name: str, data: dict[str, Any]) -> None:
        message = self.kernel.client.session.msg("comm_msg", {"comm_id": name, "data": data})
        self.kernel.client.shell_channel.send(message)

    def until(self, condition: Callable[[], Any], seconds: float = 90) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, self.text()
            self.kernel.pump(0.02)
        return found


@pytest.fixture
def open_panel(start_kernel: Callable[..., Kernel], server: ByteServer) -> Callable[..., Front]:
    def open_it(arguments: str = "", **environment: str) -> Front:
        return Front(start_kernel(AITUNNEL_BASE_URL=server.base_url("m"), **environment), arguments)

    return open_it


def echo(seen: Any) -> list[Any]:
    return stream(str(seen.json["messages"][-1]["content"]).upper())


def test_a_prompt_streams_and_the_field_is_empty_once_it_is_taken(
    open_panel: Callable[..., Front], server: ByteServer
) -> None:
    front = open_panel("store_as='reply'")
    gate, words = Gate(), [f"word{at} " for at in range(30)]
    server.on("m", *stream(*words[:10])[:-4], gate, *stream(*words[10:], pause=0.02)[1:])
    assert front.text(front.one("transcript")) == "Ask about this notebook."
    front.type("Tell <b>me</b>")
    front.press("Send")
    front.until(lambda: front.answer().endswith("word9"))
    assert front.typed() == ""
    assert "Tell &lt;b&gt;me&lt;/b&gt;" in front.html(front.one("prompt"))
    gate.open()
    front.until(front.ends)
    assert front.answer() == "".join(words).strip()
    assert "0.51 ₽" in front.text(front.ends()[0])
    assert front.kernel.run("reply == panel.last, len(panel.conversation.turns)").result == "(True, 1)"
    front.ask("And then?")
    assert [m["content"] for m in server.requests("m")[-1].json["messages"]][::2] == ["Tell <b>me</b>", "And then?"]


def test_finished_blocks_are_sent_once_and_bytes_are_in_proportion(
    open_panel: Callable[..., Front], server: ByteServer
) -> None:
    paragraph = "Some **words** about `code` and [links](https://example.org/), a line or two of them, "
    for count in (100, 1000):
        front = open_panel()
        text = "".join(f"{paragraph * 2}number {at}.\n\n" for at in range(count // 2))
        parts = [text[at : at + 40] for at in range(0, len(text), 40)]
        server._scripts["m"] = [tuple(stream(*parts, pause=0.001))]
        front.bytes = front.messages = 0
        front.ask("Tell")
        assert front.answer().endswith(f"number {count // 2 - 1}.")
        (column,) = front.shown("aitunnel-plain-answer")
        blocks = [child.removeprefix("IPY_MODEL_") for child in front.models[column]["children"]]
        assert "".join(front.models[name]["value"] for name in blocks).count("<p>") == count // 2
        for name in blocks[:-2]:
            values = [value for changed, value in front.history if changed == name]
            assert values[-1] == front.models[name]["value"]
            longest = max(range(len(values)), key=lambda at: len(values[at]))
            assert longest >= len(values) - 2, "once frozen, nothing more is sent"
        assert front.bytes < 100_000 + 20 * len(text)
        assert len(blocks) < 110
        kinds = [model["_model_name"] for model in front.models.values()]
        assert kinds.count("LayoutModel") < 10, "shared"


def test_stop_closes_the_connection_and_keeps_what_came(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel()
    words = [part for word in ("So ", "far ", "so ", "good") for part in (piece(delta(word)), 0.03)]
    server.on("m", HEAD, *words, HANG)
    front.type("Tell")
    front.press("Send")
    front.until(lambda: front.answer() == "So far so good")  # no later delta brings the last word
    front.until(lambda: front.models[front.button("Send")]["disabled"])
    front.press("Stop")
    front.until(front.ends)
    assert front.answer() == "So far so good"
    assert "stopped" in front.text(front.ends()[0])
    server.wait_for(lambda: server.requests("m")[0].closed_at)
    front.until(lambda: front.models[front.button("Stop")]["disabled"])
    assert not front.models[front.button("Send")]["disabled"]


def test_what_goes_wrong_is_a_line_and_retry_asks_again(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel()
    server.on("m", reply(402, {"error": {"message": "no <b>money</b>"}}))
    front.ask("one")
    assert "402" in front.text(front.ends()[0])
    assert "<b>" not in front.html(front.ends()[0])
    server._scripts["m"] = [tuple(stream("fine"))]
    front.press("Retry")
    front.until(lambda: front.answer() == "fine" and front.ends())
    assert "402" not in front.text()


def test_regenerate_and_new(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel()
    server.on("m", echo)
    front.ask("one")
    front.ask("two")
    server._scripts["m"] = [tuple(stream("another"))]
    front.press("Regenerate")
    front.until(lambda: front.answer() == "another" and len(front.ends()) == 2)
    assert "answer 2 of 2" in front.text(front.ends()[-1])
    assert "ONE" in front.text()
    models = len(front.models)
    front.press("New conversation")
    front.until(lambda: front.text(front.one("transcript")) == "Ask about this notebook.")
    front.until(lambda: len(front.models) < models - 10)  # what is gone is closed
    front.ask("three")
    assert len(server.requests("m")[-1].json["messages"]) == 1


def test_nothing_typed_is_lost_when_it_cannot_be_sent(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel()
    front.press("Send")
    front.until(lambda: "write a prompt first" in front.text())
    front.kernel.run("def fail(*_, **__): raise ValueError('a <i>fault</i>')\npanel.turns.put = fail")
    front.type("precious")
    front.press("Send")
    front.until(lambda: "ValueError: a &lt;i&gt;fault&lt;/i&gt;" in front.html())
    assert front.typed() == "precious"
    assert front.kernel.run("panel.widget.draft").result == "'precious'"
    front.kernel.run("del panel.turns.put")
    server.on("m", echo)
    front.press("Send")
    front.until(lambda: front.answer() == "PRECIOUS")
    front.until(lambda: front.typed() == "")
    assert "ValueError" not in front.text()


def test_the_model_and_the_kernels_state(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel("model='one-model'")
    server.on("m", echo)
    assert front.models[front.one("model")]["value"] == "one-model"
    front.type("other-model", "model")
    front.ask("hi")
    assert server.requests("m")[-1].json["model"] == "other-model"
    front.kernel.run("panel.widget.status = {'state': 'slow', 'note': ''}; panel.widget.balance = '240 ₽'")
    front.until(lambda: "answered after it" in front.text(front.one("told")))
    front.until(lambda: "0.51 ₽ · 240 ₽" in front.text(front.one("facts")))
    front.kernel.run("panel.widget.status = {'state': 'idle', 'note': ''}; panel.widget.draft = 'from Python'")
    front.until(lambda: front.typed() == "from Python")
    assert front.text(front.one("told")) == ""


def test_reasoning_folds_when_the_answer_begins(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel()
    thoughts = [piece(delta(reasoning=f"thought{at} ")) for at in range(5)]
    gate = Gate()
    server.on("m", HEAD, *thoughts, gate, piece(delta("Yes")), HANG)
    front.type("Well?")
    front.press("Send")
    front.until(lambda: "<details open>" in front.html() and "thought4" in front.html())
    gate.open()
    front.until(lambda: front.answer() == "Yes")
    assert "<details><summary>reasoning</summary><div>thought0 thought1" in front.html()
    front.press("Stop")
    front.until(front.ends)
    assert front.html().count("thought4") == 1


def test_russian(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel(LC_ALL="ru_RU.UTF-8")
    server.on("m", echo)
    assert "Спросите об этом блокноте." in front.text()
    front.type("раз")
    front.press("Отправить")
    front.until(front.ends)
    assert front.button("Ответить заново")
    front.kernel.run("panel.widget.language = 'en'")
    assert front.until(lambda: front.button("Regenerate"))
    assert front.answer() == "РАЗ"


def turn(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "prompt": f"ask {name}", "text": "", "reasoning": "", "state": "complete"} | fields


def answers(widget: PlainWidget) -> str:
    """What the turns show, without a kernel."""

    def html(part: Any) -> str:
        return "".join(map(html, part.children)) if hasattr(part, "children") else getattr(part, "value", "")

    return " ".join(re.sub("<[^>]*>", " ", html(widget._transcript.box)).split())


def test_every_message_about_turns_is_understood() -> None:
    heard: list[dict[str, Any]] = []
    widget = PlainWidget(heard.append, turns=[turn("a", text="One")], settings={"model": "m"})
    assert answers(widget) == "ask a One"
    widget.send({"type": "turn", "index": 1, "turn": turn("b", state="waiting", note="for the model")})
    assert answers(widget) == "ask a One ask b for the model"
    widget.send({"type": "delta", "id": "b", "at": 0, "text": "Two 🐈"})
    widget.send({"type": "delta", "id": "b", "at": 4, "text": "🐈 or"})
    widget.send({"type": "delta", "id": "a"})
    widget.send({"type": "turns", "turns": [turn("a", text="One"), turn("b", state="answering", text="Two")]})
    widget.send({"type": "delta", "id": "b", "at": 8, "text": " three"})
    widget.send({"type": "delta", "id": "unknown", "at": 0, "text": "lost"})
    assert heard == [], "a text that is further here stays"
    widget.send({"type": "snapshot", "id": "b", "size": 14, "rsize": 0, "state": "complete", "footer": "0.51 ₽"})
    assert answers(widget) == "ask a One ask b Two 🐈 or three 0.51 ₽"
    widget.send({"type": "snapshot", "id": "b", "hidden": True, "variant": {"index": 1, "count": 2}})
    assert answers(widget).endswith("three 0.51 ₽ · not sent on · answer 1 of 2")
    widget.send({"type": "snapshot", "id": "b", "text": "Anew", "state": "failed", "error": "no money"})
    assert "three" not in answers(widget)
    assert "ask b Anew no money" in answers(widget)
    widget.send({"type": "turn", "turn": turn("b", text="Better")})
    widget.send({"type": "turn", "index": 0, "turn": turn("c", text="First")})
    assert answers(widget) == "ask c First ask a One ask b Better"
    widget.send({"type": "gone", "id": "a"})
    widget.send({"type": "completions", "seq": 1, "items": []})
    assert answers(widget) == "ask c First ask b Better"


def test_what_is_missing_is_asked_for() -> None:
    heard: list[dict[str, Any]] = []
    widget = PlainWidget(heard.append, turns=[turn("a", state="waiting")])
    widget.send({"type": "delta", "id": "a", "at": 3, "text": "later"})
    assert heard == [{"type": "hello"}]
    widget.send({"type": "snapshot", "id": "a", "size": 8, "rsize": 0})
    assert len(heard) == 2
    widget.send({"type": "turns", "turns": [turn("a", state="answering", text="so later")]})
    widget.send({"type": "delta", "id": "a", "rat": 0, "reasoning": "hm", "at": 8, "text": "!"})
    widget.send({"type": "snapshot", "id": "a", "size": 9, "rsize": 2, "state": "complete"})
    assert (len(heard), answers(widget)) == (2, "ask a reasoning hm so later!")


def test_pictures_and_tools_are_shown_with_the_answer() -> None:
    picture, tool = "data:image/png;base64,iVBORw0KGgo=", {"name": "find", "arguments": '{"city": "Kazan"}'}
    widget = PlainWidget(print, turns=[turn("a", images=[picture, "https://evil.invalid/p.png"], tools=[tool])])
    assert answers(widget) == "ask a tool “find” {&quot;city&quot;: &quot;Kazan&quot;}"
    ending = widget._transcript._turns["a"].column.children[-1].children[0].value
    assert ending.count("<img") == 1
    assert picture in ending


HOSTILE = """<script>alert(1)</script> <img src=x onerror=alert(2)> <svg onload=alert(3)>
[a](javascript:alert(4)) ![b](https://evil.invalid/p.png) <iframe src=https://evil.invalid></iframe>
<a href="#" data-commandlinker-command="notebook:insert-cell-below">x</a> $\\href{javascript:alert(5)}{x}$

| <img src=x onerror=alert(6)> | b |
|---|---|
| <style>*{background:url(https://evil.invalid/c)}</style> | d |

```html"><img src=x onerror=alert(7)>
<script>alert(8)</script>
```
"""


class Audit(HTMLParser):
    """Whatever could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "svg", "iframe", "object", "embed", "link", "meta", "form", "input", "base"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith(("on", "data-", "src")) or "javascript:" in (value or ""):
                self.found.append(f"{tag} {name}={value}")


def test_nothing_said_becomes_active(open_panel: Callable[..., Front], server: ByteServer) -> None:
    front = open_panel(f"system={HOSTILE!r}")
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": HOSTILE, "arguments": HOSTILE}}
    picture = {"type": "image_url", "image_url": {"url": 'data:image/svg+xml,<svg onload="alert(9)">'}}
    texts = [HOSTILE[at : at + 3] for at in range(0, len(HOSTILE), 3)]
    server.on(
        "m", HEAD, piece(delta(reasoning=HOSTILE)), 0.5, *[part for text in texts for part in (piece(delta(text)), 0.01)],
        piece(delta(tool_calls=[call], images=[picture])), *stream()[1:],
    )  # fmt: skip
    front.ask(HOSTILE)
    front.kernel.run(f"panel.widget.send({{'type': 'told', 'kind': 'error', 'text': {HOSTILE!r}}})")
    front.kernel.run(f"panel.widget.status = {{'note': {HOSTILE!r}}}; panel.widget.conversation = {HOSTILE!r}")
    front.until(lambda: "alert" in front.text(front.one("facts")))
    for text in ("alert(1)", "alert(8)", "alert(6)"):
        assert text in front.answer(), "shown as it was said"
    audit = Audit()
    for _, value in front.history:
        audit.feed(re.sub(r"(?s)\A(<style>[^<]*</style>)+\Z", "", value))
    assert len(front.history) > 20
    assert audit.found == []


def test_it_is_needed_on_kaggle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    assert not needs_plain()
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    assert needs_plain()
