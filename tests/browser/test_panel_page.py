"""The chat panel and the page around it: cells, reloads, several views, a kernel that restarts."""

from __future__ import annotations

from collections.abc import Callable

from byte_server import ByteServer, steps, stream
from chat import Chat
from lab import Lab, Notebook
from playwright.sync_api import Page

CODE = "Here:\n\n```python\nprint(6 * 7)\n```\n\nand\n\n```sql\nselect 1\n```\n"


def open_elsewhere(chat: Chat, jupyter: Lab) -> Chat:
    """The same notebook in another page of the browser."""
    chat.notebook.save()
    page = chat.page.context.new_page()
    page.set_default_timeout(90_000)
    return Chat(Notebook(page, jupyter, chat.page.url.split("?")[0].rsplit("/", 1)[-1]))


def run_of(chat: Chat, name: str) -> None:
    chat.root.locator(".code").first.get_by_role("button", name=name, exact=True).click()


def test_code_goes_below_and_runs_only_when_told(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", *stream(CODE))
    chat = open_panel("last = 1")
    chat.ask("Code")
    before = chat.notebook.sources()
    run_of(chat, "Insert as a cell below")
    chat.root.get_by_role("button", name="Inserted below").wait_for()
    assert chat.notebook.sources() == [*before[:3], "print(6 * 7)", "last = 1"]
    assert chat.notebook.output(3).count() == 0
    run_of(chat, "Insert below and run")
    chat.page.locator(".jp-CodeCell").nth(3).locator(".jp-OutputArea-output", has_text="42").wait_for()
    assert chat.notebook.sources() == [*before[:3], "print(6 * 7)", "print(6 * 7)", "last = 1"]
    assert chat.notebook.output(4).count() == 0
    assert chat.root.get_by_role("button", name="Insert below and run: a cell runs Python").is_visible()
    run_of(chat, "Replace the cell of this panel")
    chat.root.get_by_role("button", name="The cell was replaced").wait_for()
    assert chat.notebook.sources()[2] == "print(6 * 7)"
    assert chat.answers, "the panel stays until the cell runs"


def test_a_page_that_opens_in_the_middle_shows_all_and_goes_on(
    open_panel: Callable[..., Chat], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    script, gates = steps("One 😀 two ", "three ", "four ", "five.")
    server.on("m", *script)
    chat = open_panel()
    chat.send("Tell")
    chat.wait("One 😀 two")
    second = open_elsewhere(chat, jupyter)
    second.wait("One 😀 two")
    chat.composer.fill("a draft")
    second.page.wait_for_function("() => document.querySelector('.composer-text').value === 'a draft'")
    gates[0].open()
    chat.wait("three")
    page.reload()
    again = Chat(chat.notebook)
    again.wait("One 😀 two three")
    gates[1].open()
    again.wait("four")
    second.wait("One 😀 two three four")
    gates[2].open()
    for view in (again, second):
        view.wait_for_end()
        view.wait("five.")
        assert view.answers == ["One 😀 two three four five."]
        assert view.composer.input_value() == "a draft"
    assert len(server.requests("m")) == 1


def test_two_views_and_two_pages_are_one_conversation(
    open_panel: Callable[..., Chat], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    script, gates = steps("One ", "two ", "three.")
    server.on("m", *script)
    server.on("m", *stream("From the other page."))
    chat = open_panel("panel")
    chat.notebook.run(3)
    below = Chat(chat.notebook, view=1)
    elsewhere = open_elsewhere(chat, jupyter)
    page.bring_to_front()
    chat.composer.fill("typed in one")
    page.wait_for_function("() => document.querySelectorAll('.composer-text')[1].value === 'typed in one'")
    chat.composer.press("Enter")
    for view in (chat, below, elsewhere):
        view.wait("One")
    gates[0].open()
    below.wait("two")
    gates[1].open()
    for view in (chat, below, elsewhere):
        view.wait("three.")
        view.wait_for_end()
        assert view.answers == ["One two three."]
    elsewhere.send("And?")
    for view in (chat, below, elsewhere):
        view.wait("From the other page.")
        view.wait_for_end(2)
        assert view.answers == ["One two three.", "From the other page."]
    assert len(server.requests("m")) == 2


def test_a_restart_is_said_and_nothing_typed_is_lost(open_panel: Callable[..., Chat], server: ByteServer) -> None:
    server.on("m", *stream("Fine."))
    chat = open_panel()
    chat.ask("Tell")
    chat.composer.fill("precious words")
    chat.notebook.restart()
    chat.root.locator(".status", has_text="Run the panel's cell again").wait_for()
    chat.composer.press("Enter")
    assert chat.composer.input_value() == "precious words"
    assert chat.answers == ["Fine."], "what was said stays readable"
    for cell in range(3):
        chat.notebook.run(cell)
    again = Chat(chat.notebook)
    assert again.composer.input_value() == "precious words"
    again.wait("Fine.")
    assert again.answers == ["Fine."], "the panel's cell shows the same conversation again"
    again.composer.press("Enter")
    server.wait_for(lambda: len(server.requests("m")) == 2, 60)
    again.wait_for_end(2)
    assert server.requests("m")[-1].json["messages"][-1]["content"] == "precious words"


def test_a_view_of_its_own_fills_its_place(open_panel: Callable[..., Chat], server: ByteServer, page: Page) -> None:
    server.on("m", *stream(CODE))
    chat = open_panel()
    page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 2; }")
    chat.notebook.command("notebook:create-output-view")
    view = page.locator(".jp-LinkedOutputView .aitunnel-panel")
    view.wait_for()
    chat.ask("Code")
    view.locator(".answer", has_text="print(6 * 7)").wait_for()
    room, used = (
        element.evaluate("e => [e.clientWidth, e.clientHeight]")
        for element in (page.locator(".jp-LinkedOutputView"), view)
    )
    assert used[0] == room[0]
    assert room[1] - 60 <= used[1] <= room[1], "all but the folded transcript of a saved notebook"
    view.get_by_role("button", name="Insert as a cell below").first.click()
    view.get_by_role("button", name="Inserted below").wait_for()
    assert chat.notebook.sources()[3:] == ["print(6 * 7)"]


def test_where_no_page_was_expected_it_is_loaded_from_the_kernel(
    open_panel: Callable[..., Chat], server: ByteServer, jupyter: Lab, page: Page
) -> None:
    """Voilà shows widgets of a notebook that nbclient ran: only the loader is in their state."""
    server.on("m", *stream("One **two**"))
    chat = open_panel(
        "import aitunnel_jupyter.notebook.desk as desk\ndesk.Desk.has_pages = False",
        "panel = ChatPanel('test-model'); panel",
    )
    chat.notebook.run(3)
    chat.notebook.run(4)
    loaded = Chat(chat.notebook, view=1)
    assert loaded.ask("Tell") == "One two"
    second = open_elsewhere(chat, jupyter)
    second.root.wait_for()
    again = Chat(second.notebook, view=1)
    assert again.answers == ["One two"]
    loaded.ask("And?", 2)
    again.root.locator(".turn").nth(1).wait_for()
    assert chat.answers == []
