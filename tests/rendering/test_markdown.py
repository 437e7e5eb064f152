"""Markdown comes out as people expect it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from aitunnel_jupyter.rendering.markdown import to_html

GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
LINK = ' target=_blank rel="noopener noreferrer">'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("# Hi", "<h1>Hi</h1>"),
        ("Hi\n--", "<h2>Hi</h2>"),
        ("a\nb", "<p>a b</p>"),
        ("a  \nb", "<p>a<br>b</p>"),
        ("a\r\n\r\nb\rc", "<p>a</p>\n<p>b c</p>"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("> q", "<blockquote><p>q</p></blockquote>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a", "<ol start=3><li>a</li></ol>"),
        ("- [ ] a\n- [x] b\n- [y] c", "<ul><li class=aitunnel-task>☐ a</li><li class=aitunnel-task>☑ b</li><li>[y] c</li></ul>"),
        ("|a|b|\n|-|-:|\n|1|2|", "<table><thead><tr><th>a</th><th style=text-align:right>b</th></tr></thead>"
            "<tbody><tr><td>1</td><td style=text-align:right>2</td></tr></tbody></table>"),
        ("***", "<hr>"),
        ("```\na\n\nb\n```", "<pre><code>a&#10;&#10;b</code></pre>"),
        ("    a", "<pre><code>a</code></pre>"),
    ],
)  # fmt: skip
def test_each_kind_of_block_has_its_html(source, html):
    assert to_html(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[a](https://b.test/?x=1&y=2)", f'<a href="https://b.test/?x=1&amp;y=2"{LINK}a</a>'),
        ("<https://b.test>", f'<a href="https://b.test"{LINK}https://b.test</a>'),
        ("<a@b.test>", f'<a href="mailto:a@b.test"{LINK}a@b.test</a>'),
        ("[a][1]\n\n[1]: http://b.test", f'<a href="http://b.test"{LINK}a</a>'),
        ("(https://b.test/c_(d)).", f'(<a href="https://b.test/c_(d)"{LINK}https://b.test/c_(d)</a>).'),
        ("see http: x, http:/ and https://", "see http: x, http:/ and https://"),
        ("http://", "http://"),
        ("xhttp://b.test", "xhttp://b.test"),
        ("https://b.test).", f'<a href="https://b.test"{LINK}https://b.test</a>).'),
        ("[a] and ![b]", "[a] and ![b]"),
        ("HTTPS://b.test", f'<a href="HTTPS://b.test"{LINK}HTTPS://b.test</a>'),
        ("https://пример.рф/ж", f'<a href="https://xn--e1afmkfd.xn--p1ai/%D0%B6"{LINK}https://пример.рф/ж</a>'),
        ("[a](/files/x)", "[a](/files/x)"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        (f"[a]({GIF})", "a"),
        ("![cat](https://b.test/c.png)", f'<a href="https://b.test/c.png"{LINK}🖼 cat</a>'),
        ("[![cat](https://b.test/c.png)](https://d.test)", f'<a href="https://d.test"{LINK}🖼 cat</a>'),
        (f"![dot]({GIF})", f'<img src="{GIF}" alt="dot">'),
    ],
)
def test_links_and_images_lead_where_a_person_clicks(source, html):
    assert to_html(source) == f"<p>{html}</p>"


def test_the_address_in_code_is_no_link():
    assert "<a" not in to_html("`https://a.test`\n\n    https://a.test")


def test_importing_the_room_is_cheap():
    code = """
import sys
import aitunnel_jupyter.rendering.blocks, aitunnel_jupyter.rendering.markdown, aitunnel_jupyter.rendering.style
import aitunnel_jupyter.rendering.terminal, aitunnel_jupyter.rendering.highlight
print({'markdown_it', 'pygments', 'httpx', 'IPython'} & set(sys.modules))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
