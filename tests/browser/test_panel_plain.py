"""The plain panel as a person uses it in JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

from byte_server import HANG, HEAD, ByteServer, delta, piece, stream
from lab import Notebook
from playwright.sync_api import Page

TEXT = "".join(f"Paragraph {at} costs $5 and **more**, \\(x^{at}\\).\n\n" for at in range(40))


def test_type_send_read_and_stop(open_notebook: Callable[..., Notebook], server: ByteServer, page: Page) -> None:
    base = server.on("p", *stream(*[TEXT[at : at + 10] for at in range(0, len(TEXT), 10)], pause=0.01))
    server.on("p", HEAD, *[part for at in range(30) for part in (piece(delta(f"Line {at}.\n\n")), 0.02)], HANG)
    notebook = open_notebook(
        "plain.ipynb",
        f"import os; os.environ['AITUNNEL_BASE_URL'] = {base!r}\n"
        "from aitunnel_jupyter import ChatPanel\npanel = ChatPanel(store_as='reply', plain=True)\npanel",
        "import time; time.sleep(150)",
    )
    notebook.wait_for_kernel()
    notebook.run(0)
    notebook.run_cell(1)
    panel = page.locator(".aitunnel-plain")
    typed, send = panel.locator("textarea"), panel.get_by_role("button", name="Send")
    stop = panel.get_by_role("button", name="Stop")
    typed.fill("Tell me <b>all</b>")
    send.click()
    panel.get_by_text("Paragraph 3 costs $5 and more").wait_for(timeout=60_000)
    assert typed.input_value() == ""
    assert send.is_disabled()
    assert panel.locator(".aitunnel-plain-prompt").inner_text() == "Tell me <b>all</b>"
    panel.get_by_role("button", name="Regenerate").wait_for(timeout=60_000)
    assert panel.get_by_text("Paragraph 39 costs").is_visible(), "it stays at its end"
    box = panel.locator(".aitunnel-plain-transcript")
    assert box.evaluate("box => box.scrollHeight > box.clientHeight + 100 && Math.abs(box.scrollTop) < 2")
    panel.locator("mjx-container").nth(39).wait_for(timeout=60_000)
    assert panel.locator(".aitunnel-plain-answer strong").count() == 40
    assert "0.51 ₽" in panel.inner_text()
    assert notebook.fits()

    # A busy cell: the panel is answered beside it.
    notebook.run_cell(2)
    page.wait_for_function("() => document.querySelectorAll('.jp-InputPrompt')[2].textContent.includes('*')")
    typed.fill("And then?")
    send.click()
    panel.get_by_text("Line 29.").wait_for(timeout=60_000)
    box.evaluate("box => { box.scrollTop = -500; }")
    stop.click()
    server.wait_for(lambda: server.requests("p")[1].closed_at)
    panel.get_by_text("· stopped").wait_for(timeout=60_000)
    assert panel.get_by_text("Line 29.").count() == 1
    assert page.locator(".jp-InputPrompt").nth(2).inner_text() == "[*]:"
