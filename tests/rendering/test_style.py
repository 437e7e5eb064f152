"""The style every saved output carries."""

from __future__ import annotations

import re

from aitunnel_jupyter.rendering.style import STYLE, WAIT_STYLE, style_for


def test_it_is_small():
    assert len(STYLE.encode()) < 950
    assert len(style_for("<p>a short answer</p>")) < 100


def test_it_touches_nothing_outside_our_element():
    rules = re.sub(r"\.aitunnel\.aitunnel\.aitunnel\{(?:[^{}]*\{[^{}]*\})*\}", "", STYLE.removeprefix("<style>"))
    selectors = [each for group in re.findall(r"([^{}]+)\{", rules) for each in group.split(",")]
    assert all(selector.startswith(".aitunnel") for selector in selectors)


def test_it_fetches_nothing_and_stands_on_one_line():
    assert not re.search(r"url\(|@import|\n|expression", STYLE + WAIT_STYLE)


def test_braces_match_and_people_who_want_no_motion_get_none():
    assert STYLE.count("{") == STYLE.count("}")
    assert "prefers-reduced-motion:no-preference" in WAIT_STYLE
