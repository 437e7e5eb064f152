"""What the kernel tells a panel piece by piece, and what the panel makes of it."""

from __future__ import annotations

import base64

import pytest

from tests.panel.conftest import PIXEL, Panel

PICTURE = f"data:image/png;base64,{PIXEL}"
SVG = "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"


def test_the_end_is_told_without_the_text(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="waiting")
    panel.tell(type="delta", id="a", at=0, text="one **two** 😀 th")
    panel.tell(type="delta", id="a", at=15, text="ree\n\n```python\nx = 1")
    panel.button("Stop (Esc)").wait_for()
    panel.tell(type="snapshot", id="a", size=35, rsize=0, state="complete", footer="gpt-5.2 · 2 s",
               tools=[{"name": "look", "arguments": "{}"}], images=[PICTURE])  # fmt: skip
    panel.page.get_by_text("gpt-5.2 · 2 s").wait_for()
    panel.page.get_by_text("Tool: look").wait_for()
    panel.answer.locator("strong", has_text="two").wait_for()
    panel.page.wait_for_function("() => document.querySelector('.answer code')?.textContent === 'x = 1'")
    panel.button("Copy code").wait_for()
    panel.button("Insert as a cell below: there is no notebook around this panel").wait_for()
    assert panel.page.locator(".tail").inner_text() == ""
    assert panel.page.locator("[aria-live]").inner_text() == "answer complete, 8 words"
    assert not panel.button("Stop (Esc)").is_visible()
    panel.page.locator(".send", has=panel.page.locator("svg")).first.wait_for()
    assert len(panel.sent("hello")) == 1


@pytest.mark.parametrize("sizes", [{"size": 9, "rsize": 0}, {"size": 3, "rsize": 4}])
def test_an_end_of_another_length_asks_for_everything(panel: Panel, sizes: dict[str, int]) -> None:
    panel.begin()
    panel.turn("a", state="answering", text="one")
    panel.tell(type="snapshot", id="a", state="stopped", footer="stopped · 1 s", **sizes)
    assert len(panel.wait_sent("hello", 2)) == 2
    panel.page.evaluate(
        "() => model.tell({type: 'turns', turns: [turn('a', {text: 'one two 9', reasoning: 'hmmm', state: 'stopped'})]})"
    )
    panel.page.get_by_text("one two 9").wait_for()
    panel.tell(type="snapshot", id="a", size=9, rsize=4, footer="settled")
    panel.page.get_by_text("settled").wait_for()
    panel.tell(type="snapshot", id="unknown", state="complete")
    assert len(panel.wait_sent("hello", 3)) == 3


def test_deltas_leave_out_what_is_empty(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", state="waiting", note="connecting")
    panel.tell(type="delta", id="a", note="waiting · 3 s")
    panel.page.locator(".waiting", has_text="waiting · 3 s").wait_for()
    assert panel.page.locator(".thought").is_hidden(), "a note is no thought"
    panel.tell(type="delta", id="a", rat=0, reasoning="hm")
    panel.page.locator("summary", has_text="Reasoning").wait_for()
    panel.tell(type="delta", id="a", rat=2, reasoning="mm", note="thinking · 4 s")
    panel.page.locator("summary", has_text="thinking · 4 s").wait_for()
    panel.tell(type="delta", id="a", at=0, text="so")
    panel.page.locator("summary").click()
    panel.page.locator(".thought-text", has_text="hmmm").wait_for()
    panel.answer.get_by_text("so").wait_for()
    assert panel.page.locator(".waiting").is_hidden()
    assert len(panel.sent("hello")) == 1


def test_a_turn_that_began_elsewhere_appears_and_streams(panel: Panel) -> None:
    """A cell of the notebook asks in the same conversation."""
    panel.begin()
    panel.turn("a", text="first")
    panel.turn("c", 1, text="last")
    panel.turn("b", 1, prompt="from a cell", state="waiting")
    panel.tell(type="delta", id="b", at=0, text="in the ")
    panel.tell(type="delta", id="b", at=7, text="middle")
    panel.page.get_by_text("in the middle").wait_for()
    panel.button("Stop (Esc)").wait_for()
    panel.tell(type="snapshot", id="b", size=13, rsize=0, state="complete", footer="f")
    panel.turn("d", 3, prompt="at the end", state="answering", text="and ")
    panel.tell(type="delta", id="d", at=4, text="the end")
    panel.page.get_by_text("and the end").wait_for()
    assert panel.page.locator(".answer").all_inner_texts() == ["first", "in the middle", "last", "and the end"]
    assert len(panel.sent("hello")) == 1


def test_a_large_file_goes_in_pieces(panel: Panel) -> None:
    """Jupyter Server closes the connection at messages of ten megabytes."""
    panel.begin()
    size = 2_600_000
    why = panel.page.evaluate(
        "(size) => { const carried = new DataTransfer(); const file = (name, size) =>"
        " carried.items.add(new File([new Uint8Array(size).fill(7)], name, {type: 'application/pdf'}));"
        " file('long.pdf', size); file('huge.pdf', 20000001); const area = document.querySelector('.composer-text');"
        " area.value = 'read it'; area.dispatchEvent(new Event('input'));"
        " document.querySelector('.aitunnel-panel').dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true}));"
        " return document.querySelector('.send').title; }",
        size,
    )
    assert why == "Send (Enter): A file is still being read"
    panel.page.get_by_text("huge.pdf is larger than 20 MB").wait_for()
    panel.page.locator(".composer .chip", has_text="long.pdf").wait_for()
    pieces = panel.sent("upload")
    assert len({piece["id"] for piece in pieces}) == 1
    assert [(piece["at"], piece["of"]) for piece in pieces] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert all(len(piece["data"]) <= 1_000_000 for piece in pieces)
    head, _, data = "".join(piece["data"] for piece in pieces).partition(",")
    assert head == "data:application/pdf;base64"
    assert base64.b64decode(data) == b"\7" * size
    panel.composer.press("Enter")
    (sent,) = panel.sent("send")
    assert sent["attachments"] == [{"kind": "document", "name": "long.pdf", "upload": pieces[0]["id"]}]
    order = [message["type"] for message in panel.page.evaluate("() => model.sent")]
    assert order.index("weigh") > order.index("upload")


def test_pictures_of_the_prompt_and_of_the_answer(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", prompt="Draw it like this", chips=[{"label": "cat.png", "kind": "image", "picture": PICTURE}, {"label": "bad", "picture": SVG}],
               text="Here:", images=[PICTURE, "https://far.example/drawn.png", SVG, "javascript:alert(1)"])  # fmt: skip
    panel.page.locator(".prompt .chip", has_text="cat.png").locator("img").wait_for()
    assert panel.page.locator(".prompt img").count() == 1
    assert panel.page.locator(".pictures img").evaluate_all("all => all.map(i => i.alt)") == ["Picture 1"]
    assert panel.page.locator(".pictures span.picture").all_inner_texts() == ["Picture 3", "Picture 4"]
    larger = panel.page.get_by_role("button", name="Picture 1")
    larger.click()
    assert larger.get_attribute("aria-expanded") == "true"
    with panel.page.expect_download() as download:
        panel.page.get_by_role("link", name="Save Picture 1").click()
    assert download.value.suggested_filename == "Picture 1.png"
    assert panel.asked == []
    panel.page.get_by_role("link", name="Load the picture from far.example").click()
    panel.page.locator(".pictures img[referrerpolicy]").wait_for(state="attached")


def test_a_slow_kernel_hears_stop_after_the_cell_and_that_is_said(panel: Panel) -> None:
    panel.begin(status={"state": "slow", "note": ""})
    panel.page.get_by_text("this panel is answered after it").wait_for()
    panel.turn("a", state="answering", text="half")
    panel.composer.press("Escape")
    panel.wait_sent("stop")
    panel.page.locator(".told", has_text="■ in the notebook's toolbar stops both").wait_for()
    panel.put("language", "ru")
    panel.page.get_by_text("Ядро занято ячейкой: панель ответит после неё.").wait_for()
    panel.button("Остановить (Esc)").click()
    panel.page.locator(".told", has_text="Кнопка ■ в панели блокнота").wait_for()
    panel.put("status", {"state": "busy", "note": ""})
    panel.page.locator(".told button").click()
    panel.button("Остановить (Esc)").click()
    assert len(panel.wait_sent("stop", 3)) == 3
    assert panel.page.locator(".told").is_hidden()


def snippet(panel: Panel, label: str, count: int = 1) -> dict[str, str]:
    """Ask for a program, and what was sent."""
    panel.button("As a program").click()
    panel.page.get_by_role("menuitem", name=label, exact=True).click()
    return panel.wait_sent("snippet", count)[-1]


def test_an_answer_as_a_program(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", text="**So**", footer="f")
    panel.turn("b", 1, text="other", footer="f")
    program = {"type": "snippet", "id": "a", "name": "ask.go", "lexer": "go", "text": "package main\n", "cell": "%%bash\ngo run ask.go\n"}  # fmt: skip
    panel.tell(**program, language="go")
    assert panel.page.locator(".program .code").count() == 0, "another page asked for it"
    panel.button("As a program").first.click()
    names = panel.page.get_by_role("menuitem").all_inner_texts()
    assert names == ["Python (openai)", "Python (httpx)", "JavaScript (openai)", "JavaScript (fetch)", "Go", "PHP", "curl"]  # fmt: skip
    panel.page.keyboard.press("ArrowUp")
    panel.page.keyboard.press("ArrowUp")
    panel.page.keyboard.press("ArrowUp")
    panel.page.keyboard.press("Enter")
    assert panel.wait_sent("snippet") == [{"type": "snippet", "id": "a", "language": "go"}]
    panel.tell(**program, language="go")
    block = panel.page.locator(".turn").first.locator(".program")
    block.locator(".k", has_text="package").wait_for()
    assert block.locator(".code-language").inner_text() == "Go"
    block.get_by_role("button", name="Copy code").click()
    assert panel.page.evaluate("() => navigator.clipboard.readText()") == "package main\n"
    insert = block.get_by_role("button", name="Insert as a cell below: there is no notebook around this panel")
    assert insert.get_attribute("aria-disabled") == "true"
    with panel.page.expect_download() as download:
        block.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "ask.go"
    block.get_by_role("button", name="Close").click()
    assert block.is_hidden()
    assert panel.page.evaluate("() => document.activeElement.title") == "As a program"


def test_a_very_long_program_is_only_copied_and_saved(panel: Panel) -> None:
    panel.begin()
    panel.turn("a", text="x", footer="f")
    sent = snippet(panel, "curl")
    panel.tell(type="snippet", id="a", language=sent["language"], title="curl", name="ask.sh", lexer="bash", text="x" * 100_001, cell="")  # fmt: skip
    panel.page.get_by_text("too many to show").wait_for()
    names = panel.page.locator(".program button").evaluate_all("all => all.map(b => b.title)")
    assert names == ["Copy code", "Download", "Close"]


UNFINISHED = [
    ("now **bold te", "now bold te", "strong"),
    ("a **", "a", ""),
    ("an *em", "an em", "em"),
    ("`co", "co", "code"),
    ("2 * 3", "2 * 3", ""),
    ("see [the docs", "see the docs", ""),
    ("see [the docs](https://a", "see the docs", ""),
    ("see ![a cat](https://a", "see", ""),
    ("so \\(x = ", "so", ""),
    ("so $x_1", "so", ""),
    ("costs $5 and", "costs $5 and", ""),
    ("so\n\n$$\nx = 1", "so", ""),
    ("text\n-", "text", ""),
    ("- a\n- [x", "a", ""),
    ("a\n\n| head | of", "a", ""),
    ("| a | b |\n|---|---|\n| **x", "a\tb\nx", "td strong"),
    ("см. [сюда](htt", "см. сюда", ""),
]


@pytest.mark.parametrize(("arrived", "seen", "tag"), UNFINISHED)
def test_half_a_construct_does_not_flash(panel: Panel, arrived: str, seen: str, tag: str) -> None:
    """As in the cells of the magics, and only while the text is on its way."""
    panel.begin()
    panel.turn("a", state="waiting")
    panel.tell(type="delta", id="a", at=0, text=arrived)
    panel.page.wait_for_function("() => document.querySelector('.answer').textContent")
    assert panel.answer.inner_text().strip() == seen
    assert not tag or panel.answer.locator(tag).count() == 1
    panel.tell(type="snapshot", id="a", state="stopped")
    panel.page.wait_for_function("() => !document.querySelector('.tail').textContent")
    panel.turn("b", 1, state="stopped", text=arrived)
    panel.page.wait_for_function("() => document.querySelectorAll('.answer')[1].textContent")
    streamed, whole = panel.page.locator(".answer").evaluate_all("all => all.map(one => one.innerHTML)")
    assert streamed == whole
