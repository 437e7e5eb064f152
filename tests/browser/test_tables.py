"""Tables in JupyterLab: they fit, they can be read, and they leave each other alone."""

from __future__ import annotations

from collections.abc import Callable

from byte_server import ByteServer, reply, stream
from catalogues import catalogue_of, facts
from lab import Notebook
from playwright.sync_api import Page

LONG_NAME = "a-maker-of-models/a-model-with-a-very-long-name-3.2-thinking:free"
ANSWER = "A **long** answer about " + "this and that, " * 40 + "see https://example.org/" + "x" * 300 + "\n"
CONTRASTS = """(theme) => {
    // The contrast (WCAG 2) of every text of ours with what stands behind it.
    const numbers = (colour) => { const found = colour.match(/[\\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = numbers(getComputedStyle(at).backgroundColor);
            if (colour[3] > 0.99) return colour;
        }
        return theme === 'light' ? [255, 255, 255, 1] : [17, 17, 17, 1];
    };
    const opacity = (element) => element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
    const light = (colour) => {
        const [r, g, b] = colour.map(one => one / 255).map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return [...document.querySelectorAll('.aitunnel :is(td, th, p)')].map(element => {
        const back = behind(element), ink = numbers(getComputedStyle(element).color), part = ink[3] * opacity(element);
        const seen = [0, 1, 2].map(at => ink[at] * part + back[at] * (1 - part));
        const [low, high] = [light(seen), light(back)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    });
}"""


def test_tables_fit_and_can_be_read_in_both_themes(
    open_notebook: Callable[..., Notebook], server: ByteServer, page: Page
) -> None:
    base_url = server.on("tables", *stream(ANSWER))
    server.on("public", reply(200, catalogue_of(40) | {LONG_NAME: facts()}))
    tables = ("%ai models", "%ai history --all", "%ai usage", "%ai chats", "%ai context -c cats And now?")
    notebook = open_notebook(
        "tables.ipynb",
        f"%config AIMagics.base_url = '{base_url}'",
        f"%%ai {LONG_NAME} -c cats\n" + "A long prompt about cats and dogs. " * 20,
        *tables,
    )
    notebook.run_all()
    notebook.wait_for_idle()
    assert page.locator(".aitunnel-table").count() == len(tables)
    for theme in ("dark", "light"):  # JupyterLab is as the other tests want it in the end
        page.evaluate(
            "(name) => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            f"JupyterLab {theme.capitalize()}",
        )
        page.wait_for_selector(
            f"body[data-jp-theme-light='{'true' if theme == 'light' else 'false'}']", state="attached"
        )
        page.wait_for_timeout(500)
        contrasts = page.evaluate(CONTRASTS, theme)
        assert len(contrasts) > 250
        assert min(contrasts) >= 4.5, (theme, min(contrasts))
    assert notebook.fits()
    notebook.make_narrow()
    assert notebook.fits()


def test_a_table_does_not_change_the_look_of_another(
    open_notebook: Callable[..., Notebook], server: ByteServer
) -> None:
    base_url = server.on("looks", *stream("Yes."))
    notebook = open_notebook(
        "looks.ipynb", f"%%ai -o a --base-url {base_url}\nHi", "%ai history", "%ai usage notebook", "%ai history"
    )
    notebook.run_all()
    notebook.wait_for_idle()

    def sides(cell: int) -> list[str]:
        cells = notebook.output(cell).locator("tbody tr:first-child td").all()
        return [cell.evaluate("cell => getComputedStyle(cell).textAlign") for cell in cells]

    assert sides(2) == sides(4) == ["right", *["left"] * 4, "right"]
    assert sides(3) == ["left", *["right"] * 4, "left"]
    when = notebook.output(2).locator("tbody tr:first-child td").nth(1)
    assert when.evaluate("cell => getComputedStyle(cell).whiteSpace") == "nowrap", "a date stays on one line"
