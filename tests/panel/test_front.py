"""What happens in the browser: the panel against a model without a kernel."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from front import FRONT, axe, modules

from tests.panel.conftest import BUNDLE, PIXEL, Panel

HOSTILE = f"""<script>window.bad = 1</script><img src=x onerror="window.bad = 2"> <svg/onload=window.bad=3>

[one](javascript:window.bad=4) [two](data:text/html,<script>window.bad=5</script>) [three](/files/x) <javascript:alert(1)>
[good](https://good.example/a "title") https://bare.example/x. [mail](mailto:a@b.c)

![far](https://far.example/pixel.png) ![near](data:image/png;base64,{PIXEL}) ![svg](data:image/svg+xml;base64,PHN2Zz4=)

$\\href{{javascript:window.bad=6}}{{x}}$ and $\\class{{x}}{{y}}$ and $\\style{{background:url(https://far.example/y)}}{{z}}$

<iframe src="https://far.example"></iframe> <style>body {{ display: none }}</style> <a href="https://x.y" onclick="bad=7" id="place">html</a>

```"><img src=x onerror=window.bad=8>
<img src=x onerror=window.bad=9>
```

| <b onmouseover=window.bad=1>x</b> |
|---|
| ![t](https://far.example/t.png) |
"""


def stream(panel: Panel, name: str, text: str, size: int = 5, pause: int = 5) -> None:
    panel.page.evaluate(
        "([id, text, size, pause]) => { window.streamed = stream(model, id, text, size, pause); }",
        [name, text, size, pause],
    )


def test_a_rebuild_gives_the_same_bundle(tmp_path: Path) -> None:
    modules()
    again = tmp_path / "panel.js"
    subprocess.run(["node", "build.mjs", str(again)], cwd=FRONT, check=True, capture_output=True)
    assert again.read_bytes() == BUNDLE.read_bytes(), "run `npm run build` in aitunnel_jupyter/panel/front"
    assert len(again.read_bytes()) < 600_000
    licences = (tmp_path / "LICENSES.txt").read_text()
    assert licences == BUNDLE.with_name("LICENSES.txt").read_text()
    assert all(f"\n{name} " in f"\n{licences}" for name in ("markdown-it", "dompurify", "highlight.js", "temml"))


def test_a_prompt_is_sent_and_the_answer_grows(panel: Panel) -> None:
    panel.begin()
    assert panel.sent("hello") == [{"type": "hello"}]
    panel.composer.fill("Why is **x**?")
    panel.page.keyboard.press("Enter")
    assert panel.sent("send") == [{"type": "send", "text": "Why is **x**?", "attachments": []}]
    assert panel.composer.input_value() == ""
    panel.turn("a", prompt="Why is **x**?", state="waiting", note="connecting to host … 1 s")
    panel.page.get_by_text("connecting to host … 1 s").wait_for()
    stream(panel, "a", "Because **it** is.\n\nAnd 😀 more: `code`.\n\n" * 10)
    lengths = []
    for _ in range(6):
        panel.page.wait_for_timeout(120)
        lengths.append(len(panel.answer.inner_text()))
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
    panel.page.evaluate("() => streamed")
    panel.turn("a", text="Because **it** is.\n\nAnd 😀 more: `code`.\n\n" * 10, footer="gpt-5.2 · 2 s")
    panel.page.get_by_text("gpt-5.2 · 2 s").wait_for()
    assert panel.answer.locator("strong").count() == 10
    assert "**" not in panel.answer.inner_text()
    assert panel.sent("hello") == [{"type": "hello"}]


def test_finished_blocks_stay_the_same_nodes(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="answering", text="first\n\nsecond\n\n```python\nx = 1\n")
    panel.page.wait_for_function("() => document.querySelector('.code')")
    panel.page.evaluate(
        "() => { window.first = document.querySelector('.answer p'); window.box = document.querySelector('.code'); }"
    )
    panel.tell(
        type="delta", id="a", at=len("first\n\nsecond\n\n```python\nx = 1\n"), text="y = 2\n```\n\nthird\n\nfourth"
    )
    panel.page.get_by_text("fourth").wait_for()
    assert (
        panel.page.evaluate("() => first.isConnected && box.isConnected && box.querySelector('code').textContent")
        == "x = 1\ny = 2"
    )
    assert panel.page.get_by_role("button", name="Copy code").count() == 1


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_streamed_text_looks_like_the_whole_text(panel: Panel, size: int) -> None:
    """However it is cut while it arrives, in the end it is what a page loaded later shows."""
    text = (
        "# T\n\nsee [late][1] and [x]\n\n- a\n\n- b\n  ```sql\n  select 1\n\n  from x\n  ```\n\n1. one\n2. two\n\n   more\n\n> q\n> ```\n> z\n\n"
        "$$\na\n\n+ b\n$$\n\n\\[\nx\n\\]\n\n~~~\n```\n\n~~~\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    indented\n\n    code\n\nend `a` $5 and $10\n\n[1]: https://late.example/\n"
    )
    panel.begin()
    panel.turn("a", state="answering")
    stream(panel, "a", text, size, 1)
    panel.page.evaluate("() => streamed")
    panel.turn("a", text=text)
    panel.turn("b", 1, text=text)
    late = "() => [...document.querySelectorAll('.answer')].every((answer) => answer.querySelector('a[href*=late]'))"
    panel.page.wait_for_function(late)
    streamed, whole = panel.page.evaluate("() => [...document.querySelectorAll('.answer')].map(e => e.innerHTML)")
    assert streamed == whole
    assert panel.page.locator(".answer").first.locator("math").count() == 2
    assert panel.page.locator(".answer").first.get_by_text("late").get_attribute("href") == "https://late.example/"


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_what_nobody_sees_is_in_no_part_of_a_turn(panel: Panel, size: int) -> None:
    hidden = "pass\u200bword \x1b[31mred\x1b[0m \u202ecode\u2066 \ufeff\U000e0067 👩\u200d🚀 می\u200cخواهم"
    shown = "password red code 👩\u200d🚀 می\u200cخواهم"
    text = f"{hidden}\n\n```python\n{hidden}\n```\n\nend\r\n"
    panel.begin()
    panel.turn("a", prompt=hidden, state="answering")
    stream(panel, "a", text, size, 1)
    panel.page.evaluate("() => streamed")
    panel.turn("a", prompt=hidden, text=text, reasoning=hidden)
    panel.page.locator(".answer p", has_text="end").wait_for()
    panel.page.locator(".thought summary").click()
    panel.page.locator(".thought-text", has_text="password").wait_for()
    for place in (".answer p >> nth=0", ".answer code", ".prompt-text", ".thought-text"):
        found = panel.page.locator(place).first.text_content() or ""
        assert " ".join(found.split()) == shown, place


def test_stop_by_button_and_by_escape(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="answering", text="half")
    panel.button("Stop (Esc)").click()
    assert len(panel.wait_sent("stop")) == 1
    panel.composer.focus()
    panel.page.keyboard.press("Escape")
    assert len(panel.wait_sent("stop", 2)) == 2
    panel.turn("a", state="stopped", text="half")
    panel.page.locator(".footer-text", has_text="stopped").wait_for()
    assert panel.page.locator("[aria-live]").inner_text() == "stopped"
    assert panel.button("Send (Enter): Nothing to send yet").is_visible()


def test_a_gap_asks_for_everything_and_an_overlap_is_cut(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="answering", text="one 😀 ")
    panel.tell(type="delta", id="a", at=4, text="😀 two", rat=0, reasoning="")
    panel.page.get_by_text("one 😀 two").wait_for()
    panel.tell(type="delta", id="a", at=0, text="one", rat=0, reasoning="")
    assert len(panel.sent("hello")) == 1
    panel.tell(type="delta", id="a", at=50, text="lost", rat=0, reasoning="")
    assert len(panel.sent("hello")) == 2
    panel.tell(type="snapshot", id="a", size=15, rsize=1, text="one 😀 two three", reasoning="r", state="answering")
    panel.page.get_by_text("one 😀 two three").wait_for()
    panel.tell(type="delta", id="a", at=15, text=" four")
    panel.tell(type="delta", id="a", rat=1, reasoning="easons")
    panel.page.get_by_text("one 😀 two three four").wait_for()
    panel.page.locator("summary").click()
    panel.page.locator(".thought-text", has_text="reasons").wait_for()
    assert "lost" not in panel.answer.inner_text()
    assert len(panel.sent("hello")) == 2


def test_two_views_show_the_same_and_one_may_go(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="answering", text="before")
    panel.page.evaluate(
        "() => { window.close2 = panel.render({model: model.proxy(), el: document.getElementById('second')}); }"
    )
    panel.tell(type="delta", id="a", at=6, text=" after", rat=0, reasoning="")
    panel.page.wait_for_function(
        "() => [...document.querySelectorAll('.answer')].filter(a => a.innerText.trim() === 'before after').length === 2"
    )
    panel.composer.fill("draft")
    assert panel.page.locator(".composer-text").nth(1).input_value() == "draft"
    panel.page.evaluate("() => close()")
    panel.tell(type="delta", id="a", at=12, text=" all", rat=0, reasoning="")
    panel.page.get_by_text("before after all").wait_for()
    assert panel.page.locator(".aitunnel-panel").count() == 1
    assert len(panel.sent("hello")) == 2


def test_views_without_initialize_hear_each_message_once(panel: Panel) -> None:
    panel.page.evaluate("() => begin({turns: [turn('a', {state: 'answering', text: ''})]}, false)")
    panel.page.evaluate("() => { panel.render({model: model.proxy(), el: document.getElementById('second')}); }")
    panel.tell(type="delta", id="a", at=0, text="once", rat=0, reasoning="")
    panel.page.wait_for_function(
        "() => [...document.querySelectorAll('.answer')].every(a => a.innerText.trim() === 'once')"
    )
    panel.page.evaluate("() => close()")
    panel.tell(type="delta", id="a", at=4, text=" more", rat=0, reasoning="")
    panel.page.get_by_text("once more").wait_for()


def test_a_draft_is_saved_and_turns_never_are(panel: Panel) -> None:
    panel.begin(draft="from before")
    assert panel.composer.input_value() == "from before"
    panel.turn("a", text="x")
    panel.composer.fill("typed")
    panel.page.wait_for_function("() => model.saved.length > 0")
    assert panel.page.evaluate("() => model.saved") == [{"draft": "typed"}]


@pytest.mark.parametrize("cut", [False, True])
def test_a_hostile_answer_does_nothing(panel: Panel, cut: bool) -> None:
    panel.begin()
    if cut:
        panel.turn("a", state="answering")
        stream(panel, "a", HOSTILE, 40, 20)
        panel.page.evaluate("() => streamed")
    panel.turn("a", text=HOSTILE, reasoning=HOSTILE, prompt=HOSTILE, error=HOSTILE, footer=HOSTILE, chips=[{"label": HOSTILE}],
               tools=[{"name": HOSTILE, "arguments": HOSTILE}], images=["https://far.example/i.png", "javascript:1"])  # fmt: skip
    panel.page.wait_for_timeout(500)
    assert panel.page.evaluate("() => window.bad") is None
    assert panel.asked == []
    answer = panel.answer
    links = answer.locator("a").evaluate_all("links => links.map(a => [a.getAttribute('href'), a.target, a.rel])")
    assert {href for href, _, _ in links} == {
        "https://good.example/a", "https://bare.example/x", "mailto:a@b.c", "https://far.example/pixel.png", "https://far.example/t.png",
        "https://far.example", "https://x.y",
    }  # fmt: skip
    assert all((target, rel) == ("_blank", "noopener noreferrer") for _, target, rel in links)
    assert answer.locator("img").evaluate_all("all => all.map(i => i.src.slice(0, 22))") == ["data:image/png;base64,"]
    assert (
        panel.page.evaluate(
            "() => document.querySelectorAll('.turn script, .turn iframe, .turn style, .turn [onerror], .turn [onclick], .turn [id]').length"
        )
        == 0
    )
    answer.get_by_role("link", name="far", exact=True).click()
    panel.page.wait_for_function("() => document.querySelector('img[referrerpolicy]')")
    panel.page.wait_for_timeout(200)
    assert panel.asked == ["https://far.example/pixel.png"]


def test_money_is_not_maths(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", text="It costs $5 and $10, but $x^2$, \\(y\\), \\[z\\] and\n\n$$\nw\n$$\n")
    panel.page.wait_for_function("() => document.querySelectorAll('math').length === 4")
    assert "$5 and $10" in panel.answer.inner_text()


def test_keys_of_the_composer(panel: Panel) -> None:
    panel.begin()
    panel.composer.click()
    panel.page.keyboard.press("Enter")
    assert panel.sent("send") == []
    panel.page.keyboard.type("one")
    panel.page.keyboard.press("Shift+Enter")
    panel.page.keyboard.type("two")
    assert panel.composer.input_value() == "one\ntwo"
    panel.page.keyboard.press("Enter")
    assert panel.sent("send")[0]["text"] == "one\ntwo"
    panel.turn("a", prompt="one\ntwo", text="three")
    panel.page.keyboard.press("ArrowUp")
    assert panel.composer.input_value() == "one\ntwo"
    assert panel.page.get_by_text("Editing the prompt").is_visible()
    panel.page.keyboard.press("Escape")
    assert panel.composer.input_value() == ""
    panel.page.keyboard.press("ArrowUp")
    panel.page.keyboard.type("!")
    panel.page.keyboard.press("Enter")
    assert panel.sent("edit") == [{"type": "edit", "id": "a", "text": "one\ntwo!"}]
    panel.turn("a", prompt="x", state="waiting")
    panel.page.keyboard.type("next")
    panel.page.keyboard.press("Enter")
    assert len(panel.sent("send")) == 1
    assert panel.composer.input_value() == "next"


def test_a_pasted_image_is_a_chip_and_is_sent(panel: Panel) -> None:
    panel.begin()
    panel.composer.click()
    panel.page.evaluate(
        "(data) => { const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)); const carried = new DataTransfer();"
        " carried.items.add(new File([bytes], 'dot.png', {type: 'image/png'}));"
        " document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carried, bubbles: true, cancelable: true})); }",
        PIXEL,
    )
    asked = panel.wait_sent("weigh")[0]
    (upload,) = panel.sent("upload")
    name = upload.pop("id")
    assert upload == {
        "type": "upload", "name": "dot.png", "kind": "image", "at": 0, "of": 1, "data": f"data:image/png;base64,{PIXEL}",
    }  # fmt: skip
    attachment = {"kind": "image", "name": "dot.png", "upload": name}
    assert asked["attachments"] == [attachment]
    assert panel.page.locator(".composer .chip img").count() == 1
    panel.tell(type="weighed", seq=asked["seq"], tokens=85)
    panel.page.locator(".chip-tokens", has_text="≈ 85 tokens").wait_for()
    panel.page.keyboard.type("What is it?")
    panel.page.keyboard.press("Enter")
    assert panel.sent("send")[0]["attachments"] == [attachment]
    assert panel.page.locator(".composer .chip").count() == 0


def test_at_completes_variables(panel: Panel) -> None:
    panel.begin()
    panel.composer.click()
    panel.page.keyboard.type("What is odd in @sa")
    seq = panel.wait_sent("complete")[-1]["seq"]
    items = [
        {"label": "sales", "kind": "variable", "detail": "DataFrame 24×3", "tokens": 410, "insert": "sales"},
        {"label": "sales.csv", "kind": "file", "detail": "1 kB", "tokens": 300, "insert": "sales.csv"},
    ]
    panel.tell(
        type="completions",
        seq=seq - 1,
        items=[{"label": "old", "kind": "file", "detail": "", "tokens": 1, "insert": ""}],
    )
    panel.tell(type="completions", seq=seq, items=items)
    assert panel.page.get_by_role("option").all_inner_texts()[0].startswith("sales")
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("ArrowUp")
    panel.page.keyboard.press("Tab")
    assert panel.composer.input_value() == "What is odd in sales "
    panel.page.locator(".chip", has_text="≈ 410 tokens").wait_for()
    panel.page.keyboard.press("Enter")
    assert panel.sent("send") == [
        {"type": "send", "text": "What is odd in sales ", "attachments": [{"kind": "variable", "name": "sales"}]}
    ]


def test_models_are_searched_and_chosen(panel: Panel) -> None:
    panel.begin()
    panel.button("gpt-5.2").click()
    panel.page.get_by_role("combobox", name="Search models").fill("deep")
    panel.page.wait_for_function("() => model.of('models').some(m => m.search === 'deep')")
    panel.tell(
        type="models", items=[{"name": "deepseek-chat", "context": "128k", "price": "20 / 80 ₽"}], note="1 of 300"
    )
    panel.page.get_by_text("1 of 300").wait_for()
    panel.page.keyboard.press("Enter")
    settings = panel.wait_sent("settings")[0]["settings"]
    assert settings["model"] == "deepseek-chat"
    assert panel.page.locator(".popup").count() == 0
    panel.button("deepseek-chat").wait_for()


def test_settings_are_sent(panel: Panel) -> None:
    panel.begin()
    panel.button("Settings").click()
    panel.page.get_by_label("System prompt").fill("Be short.")
    panel.page.get_by_label("Temperature").fill("0.5")
    panel.page.get_by_label("Reasoning").select_option("low")
    panel.page.get_by_label("Store answers in variable").fill("story")
    panel.page.wait_for_function("() => model.of('settings').at(-1)?.settings.store_as === 'story'")
    assert panel.sent("settings")[-1]["settings"] == {
        "model": "gpt-5.2", "system": "Be short.", "temperature": 0.5, "reasoning": "low", "store_as": "story",
    }  # fmt: skip


def test_conversations_and_export(panel: Panel) -> None:
    panel.begin(conversation="trip", cost="1.53 ₽", balance="240 ₽")
    panel.button("New conversation").click()
    panel.button("Conversations").click()
    panel.wait_sent("chats")
    panel.tell(type="chats", items=[{"name": "winter", "turns": 3, "when": "yesterday", "preview": "And in winter?"}])
    panel.page.get_by_role("option", name="winter").click()
    panel.button("240 ₽").click()
    panel.tell(type="file", name="other.md", text="not asked for here", mime="text/markdown")
    panel.button("Export").click()
    with panel.page.expect_download() as download:
        panel.page.get_by_role("menuitem", name="Markdown").click()
        panel.tell(type="file", name="trip.md", text="# trip", mime="text/markdown")
    assert download.value.suggested_filename == "trip.md"
    assert [m["type"] for m in panel.page.evaluate("() => model.sent")] == [
        "hello",
        "new",
        "chats",
        "open",
        "balance",
        "export",
    ]
    assert panel.sent("open") == [{"type": "open", "name": "winter"}]


def test_actions_of_a_turn(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", prompt="Why?", text="**So**", variant={"index": 2, "count": 3})
    panel.button("Branch before").click()
    panel.button("Next branch").click()
    assert [m["to"] for m in panel.sent("branch")] == [1, 3]
    panel.button("Copy as Markdown").click()
    assert panel.page.evaluate("() => navigator.clipboard.readText()") == "**So**"
    panel.button("Copy").click()
    panel.page.wait_for_function("async () => (await navigator.clipboard.readText()).trim() === 'So'")
    panel.button("Regenerate").click()
    assert panel.sent("regenerate") == [{"type": "regenerate", "id": "a"}]
    panel.button("Regenerate with another model").click()
    panel.page.keyboard.type("my-model")
    panel.page.keyboard.press("Enter")
    assert panel.sent("regenerate")[1] == {"type": "regenerate", "id": "a", "model": "my-model"}
    panel.button("Hide from context").click()
    assert panel.sent("hide") == [{"type": "hide", "id": "a"}]
    panel.turn("a", prompt="Why?", text="**So**", hidden=True)
    panel.button("Put back into context").wait_for()
    panel.button("Delete").click()
    assert panel.sent("delete") == []
    panel.button("Press again to delete").click()
    assert panel.sent("delete") == [{"type": "delete", "id": "a"}]
    panel.button("Edit the prompt").click()
    assert panel.composer.input_value() == "Why?"
    panel.tell(type="gone", id="a")
    assert panel.page.locator(".turn").count() == 0


def test_an_error_is_one_line_with_retry(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="failed", error="The balance is spent: top it up")
    panel.page.get_by_text("The balance is spent: top it up").wait_for()
    panel.button("Retry").click()
    assert panel.sent("retry") == [{"type": "retry", "id": "a"}]


def test_code_can_only_be_copied_where_there_is_no_notebook(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", text="```python\nx = 1\n```\n\n```sql\nselect 1\n```\n")
    panel.page.locator(".code").nth(1).wait_for()
    panel.button("Copy code").first.click()
    assert panel.page.evaluate("() => navigator.clipboard.readText()") == "x = 1"
    for name in ("Insert as a cell below", "Replace the cell of this panel", "Insert below and run"):
        why = panel.button(f"{name}: there is no notebook around this panel").first
        assert why.get_attribute("aria-disabled") == "true"


def test_a_dead_kernel_is_said_and_the_draft_is_kept(panel: Panel) -> None:
    panel.begin()
    panel.composer.fill("precious")
    panel.put("status", {"state": "dead", "note": ""})
    panel.page.get_by_text("what you typed is kept").wait_for()
    panel.composer.press("Enter")
    assert panel.sent("send") == []
    assert panel.composer.input_value() == "precious"
    panel.put("status", {"state": "slow", "note": "answered after cell 3"})
    panel.page.get_by_text("answered after cell 3").wait_for()


def test_it_follows_only_while_the_reader_is_at_the_bottom(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="answering", text="line\n\n" * 60)
    scroller = panel.page.locator(".scroller")
    at_bottom = "e => e.scrollHeight - e.clientHeight - e.scrollTop < 2"
    panel.page.wait_for_function("() => document.querySelectorAll('.answer p').length >= 60")
    panel.page.wait_for_timeout(200)
    assert scroller.evaluate(at_bottom)
    scroller.hover()
    panel.page.mouse.wheel(0, -400)
    panel.page.wait_for_timeout(300)
    before = scroller.evaluate("e => e.scrollTop")
    stream(panel, "a", "line\n\n" * 60 + "more\n\n" * 40, 60, 5)
    panel.page.evaluate("() => streamed")
    panel.page.get_by_text("New text").wait_for()
    assert abs(scroller.evaluate("e => e.scrollTop") - before) < 2
    panel.page.get_by_text("New text").click()
    assert scroller.evaluate(at_bottom)
    assert not panel.page.get_by_text("New text").is_visible()


def test_a_screen_reader_is_told_three_things(panel: Panel) -> None:
    panel.begin(language="ru")
    voice = panel.page.locator("[aria-live]")
    panel.turn("a", state="waiting")
    panel.tell(type="delta", id="a", at=0, text="один два ", rat=0, reasoning="")
    assert voice.inner_text() == "модель отвечает"
    panel.turn("a", state="complete", text="один два три")
    assert voice.inner_text() == "ответ готов, слов: 3"
    assert panel.page.get_by_role("button", name="Отправить (Enter)").count() == 1


def test_keyboard_only(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", text="answer", footer="f")
    names = []
    panel.page.evaluate("() => document.activeElement.blur()")
    for _ in range(20):
        panel.page.keyboard.press("Tab")
        name = panel.page.evaluate(
            "() => { const e = document.activeElement; return e.closest('.aitunnel-panel') ? (e.title || e.ariaLabel || e.innerText) : ''; }"
        )
        outlined = panel.page.evaluate(
            "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            " || document.activeElement.matches('.composer-text') && getComputedStyle(document.querySelector('.composer')).boxShadow !== 'none'"
        )
        assert not name or outlined, name
        names.append(name.split(":")[0])
    for expected in (
        "Model",
        "New conversation",
        "Settings",
        "Conversation",
        "Edit the prompt",
        "Copy",
        "Delete",
        "Message",
        "Send (Enter)",
    ):
        assert expected in names, (expected, names)


WIDE = (
    "word " * 30
    + "\n\n"
    + "x" * 300
    + "\n\n```python\n"
    + "y = "
    + "z" * 300
    + "\n```\n\n|"
    + " col |" * 30
    + "\n|"
    + "---|" * 30
    + "\n|"
    + " v |" * 30
    + "\n\n$$"
    + "a+" * 80
    + "b$$\n"
)


@pytest.mark.parametrize("width", [320, 480, 1200])
def test_nothing_is_wider_than_the_page(panel: Panel, width: int) -> None:
    panel.page.set_viewport_size({"width": width, "height": 700})
    panel.begin(conversation="a" * 60, cost="1 234.56 ₽", balance="12 345.67 ₽", settings={"model": "m" * 60})
    panel.turn(
        "a",
        prompt="p" * 400,
        text=WIDE,
        footer="gpt-5.2 · 3.1 s · 812 tokens · 0.41 ₽",
        reasoning="r" * 300,
        error="e" * 300,
        variant={"index": 1, "count": 2},
    )
    panel.button("Settings").click()
    panel.page.wait_for_timeout(300)
    assert panel.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    over = panel.page.evaluate(
        "() => { const right = document.querySelector('.aitunnel-panel').getBoundingClientRect().right + 1;"
        " return [...document.querySelectorAll('.aitunnel-panel *')].filter(e => !e.closest('pre, .table, .formula, svg, .unseen')"
        " && e.getBoundingClientRect().right > right).map(e => e.className).slice(0, 5); }"
    )
    assert over == []


THEMES = {
    "light": ({}, ""),
    "dark": ({"color_scheme": "dark"}, "document.body.style.cssText = 'background: #1b1c1e; color: #fff'"),
    "lab dark": (
        {},
        "document.body.dataset.jpThemeLight = 'false'; for (const [k, v] of Object.entries({'layout-color0': '#111', 'content-font-color1': '#fff',"
        " 'brand-color1': '#2196f3', 'content-link-color': '#64b5f6', 'mirror-editor-keyword-color': '#4caf50', 'mirror-editor-comment-color': '#7a9a9a',"
        " 'mirror-editor-string-color': '#ff7070', 'mirror-editor-number-color': '#66bb6a', 'mirror-editor-def-color': '#64b5f6'}))"
        " document.body.style.setProperty('--jp-' + k, v); document.body.style.background = '#111'; document.body.style.color = '#fff'",
    ),
    "contrast": ({"forced_colors": "active"}, ""),
}  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 900])
def test_axe_finds_nothing(panel: Panel, theme: str, width: int) -> None:
    """Contrast of both themes included; with the settings, an error, a hidden turn and a popup on the page."""
    media, script = THEMES[theme]
    panel.page.emulate_media(**media)
    panel.page.set_viewport_size({"width": width, "height": 1400})
    panel.page.evaluate(script or "0")
    panel.begin(cost="1.53 ₽", balance="240 ₽", conversation="trip", status={"state": "slow", "note": ""})
    panel.page.evaluate(
        "() => { document.querySelector('.aitunnel-panel').style.cssText = 'height: 1300px; max-height: none'; }"
    )
    text = "## Head\n\n[link](https://a.b) `code`\n\n> quote\n\n```python\ndef f(x):  # why\n    return 'a' + 1\n```\n\n| a |\n|---|\n| 1 |\n\n$$x^2$$\n"
    panel.turn("a", prompt="Why?", chips=[{"label": "sales", "kind": "variable", "tokens": 4}], text=text, reasoning="hm", footer="f · 1 s",
               tools=[{"name": "t", "arguments": "{}"}], variant={"index": 1, "count": 2})  # fmt: skip
    panel.turn(
        "b", 1, state="failed", error="No", images=[f"data:image/png;base64,{PIXEL}", "https://far.example/i.png"]
    )
    panel.turn("c", 2, state="answering", text="half")
    panel.button("Settings").click()
    panel.page.wait_for_timeout(400)
    assert axe(panel.page) == []
    panel.button("gpt-5.2").click()
    panel.tell(type="models", items=[{"name": "deepseek-chat", "context": "128k", "price": "20 ₽"}], note="1 of 2")
    assert axe(panel.page) == []
    panel.page.keyboard.press("Escape")
    panel.composer.click()
    panel.page.keyboard.type("@")
    panel.tell(
        type="completions",
        seq=panel.wait_sent("complete")[-1]["seq"],
        items=[{"label": "x", "kind": "variable", "detail": "int", "tokens": 1, "insert": "x"}],
    )
    assert axe(panel.page) == []
    panel.page.keyboard.press("Enter")
    assert axe(panel.page) == []


KINDS = {
    "prose": "## Part\n\n"
    + "The price of **one** thing is `less` than [that](https://a.b). " * 12
    + "\n\n- a\n- b\n\n```python\n"
    + "x = f(1)  # c\n" * 20
    + "```\n\n",
    "fence": "```python\n" + "def f(x): return x + 1  # comment 'text'\n" * 2500,
    "line": "word and word. " * 6700,
    "table": "| a | b |\n|---|---|\n" + "| one | two words |\n" * 5000,
    "list": "1. A list\n   ```python\n" + "   x = f(1)  # c\n" * 5600,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_thousand_characters(panel: Panel, kind: str) -> None:
    text = (KINDS[kind] * (100_000 // len(KINDS[kind]) + 1))[:100_000]
    panel.begin()
    panel.turn("a", state="waiting")
    devtools = panel.page.context.new_cdp_session(panel.page)
    devtools.send("Performance.enable")

    def busy() -> float:
        return next(
            m["value"] for m in devtools.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"
        )

    panel.page.evaluate(
        "() => { window.tasks = []; new PerformanceObserver((list) => list.getEntries().forEach((e) => tasks.push(e.duration)))"
        ".observe({entryTypes: ['longtask']}); window.typed = []; document.querySelector('.composer-text').focus();"
        " window.typing = setInterval(() => { const start = performance.now(); document.execCommand('insertText', false, 'x');"
        " typed.push(performance.now() - start); }, 100); }"
    )
    before = busy()
    stream(panel, "a", text, 100, 10)
    panel.page.evaluate("() => streamed")
    panel.turn("a", text=text)
    panel.page.wait_for_function("() => document.querySelector('.footer:not([hidden])')")
    panel.page.wait_for_timeout(700)
    spent = busy() - before
    tasks, typed = panel.page.evaluate("() => { clearInterval(typing); return [tasks, typed]; }")
    figures = {
        "main thread, s": round(spent, 1),
        "longest task, ms": round(max(tasks, default=0)),
        "typing, ms": round(sorted(typed)[int(len(typed) * 0.95)]),
    }
    print(json.dumps({kind: figures}))
    assert len(panel.answer.inner_text()) > 50_000
    # Generous, for a machine with other work: what grows with the square of the length takes minutes. benchmarks/
    # has the figures.
    assert spent <= 40, figures
    assert max(tasks, default=0) <= 2_000, figures
    assert figures["typing, ms"] <= 500, figures


def test_a_kernel_that_went_away_costs_nothing_typed(panel: Panel) -> None:
    """As after a restart: an attempt to send throws."""
    panel.begin()
    panel.composer.fill("precious")
    panel.page.wait_for_function("() => model.of('weigh').length > 0")
    panel.page.evaluate("() => { model.sent.push = () => { throw new Error('Cannot send'); }; }")
    panel.composer.press("Enter")
    panel.page.get_by_text("what you typed is kept").wait_for()
    assert panel.composer.input_value() == "precious"
    panel.page.reload()
    panel.page.wait_for_function("() => window.ready")
    panel.begin()
    assert panel.composer.input_value() == "precious"
