"""Whatever a page sends, the panel answers with at most one line and lives on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from aitunnel_jupyter.notebook.magics import AIMagics
from aitunnel_jupyter.panel.inbox import SLOW, Inbox
from aitunnel_jupyter.panel.panel import Panel
from aitunnel_jupyter.panel.protocol import KINDS, Malformed, read

ATTACHMENT = {"kind": "variable", "name": "sales", "upload": "u1"}
SETTINGS = {"model": "m", "system": "s", "temperature": 0.5, "reasoning": "low", "store_as": "latest"}
WHOLE: dict[str, dict[str, Any]] = {
    "hello": {}, "page": {}, "stop": {}, "new": {}, "balance": {},
    "upload": {"id": "u1", "at": 0, "of": 1, "data": "data:text/plain;base64,"},
    "send": {"text": "Hi", "attachments": [ATTACHMENT]},
    "regenerate": {"id": "t1", "model": "m"}, "retry": {"id": "t1", "model": "m"},
    "edit": {"id": "t1", "text": "Hi"}, "branch": {"id": "t1", "to": 2}, "hide": {"id": "t1"}, "delete": {"id": "t1"},
    "settings": {"settings": SETTINGS},
    "open": {"name": "trip"}, "models": {"search": "g"}, "chats": {"search": "g"}, "export": {"format": "md"},
    "complete": {"seq": 1, "fragment": "s"}, "weigh": {"seq": 1, "text": "Hi", "attachments": [ATTACHMENT]},
    "snippet": {"id": "t1", "language": "python"},
}  # fmt: skip
"""Each kind with all its fields."""
OPTIONAL = {
    "send.attachments", "weigh.attachments", "weigh.text", "regenerate.model", "retry.model", "models.search",
    "chats.search", "send.attachments.upload", "weigh.attachments.upload", *(f"settings.settings.{name}" for name in SETTINGS),
}  # fmt: skip
MISSING = object()
ANYTHING: list[Any] = [
    MISSING, None, True, 0, 1, -1, 10**400, 0.5, float("nan"), float("inf"), "", "x", "\ud800", [], ["x"], [[]], [None],
    {}, {"x": 1}, [{}], [{"kind": 1, "name": "x"}],
]  # fmt: skip


def places(values: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Every field with its right value, those of attachments and settings too."""
    for name, value in values.items():
        yield f"{path}.{name}", value
        if isinstance(value, dict):
            yield from places(value, f"{path}.{name}")
        elif isinstance(value, list):
            yield from places(value[0], f"{path}.{name}")


def changed(kind: str, path: str, wrong: Any) -> dict[str, Any]:
    """A message with another value at one place."""
    message = {"type": kind} | json.loads(json.dumps(WHOLE[kind]))
    at: Any = message
    *names, last = path.split(".")[1:]
    for name in names:
        at = at[name][0] if isinstance(at[name], list) else at[name]
    at.pop(last)
    if wrong is not MISSING:
        at[last] = wrong
    return message


def fits(path: str, right: Any, value: Any) -> bool:
    """Whether a value may stand there."""
    if value is MISSING or value is None:
        return path in OPTIONAL
    if path.endswith((".format", ".language")):
        return value == right
    if isinstance(right, list):
        return value == []
    if isinstance(right, dict):
        return isinstance(value, dict)
    if isinstance(right, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
    return type(value) is type(right)


CASES = [
    (kind, path, right, value)
    for kind in WHOLE
    for path, right in places(WHOLE[kind], kind)
    for value in ANYTHING
]  # fmt: skip
NO_MESSAGES: list[Any] = [
    None, True, 1, 0.5, "", "x", "hello", [], ["hello"], {}, {"type": None}, {"type": []}, {"type": {}}, {"type": 1},
    {"type": ""}, {"type": "fly"}, {"type": "HELLO"}, {"type": "__init__"}, {"type": "\ud800"}, {"type": "x" * 10**6},
    {"text": "Hi"}, {"type": ["hello"]}, {"type": "hello\nthere"},
]  # fmt: skip


def test_the_table_has_every_kind() -> None:
    handled = {name.removeprefix("_on_") for name in vars(Inbox) if name.startswith("_on_")}
    assert set(WHOLE) == set(KINDS) == handled
    assert handled > SLOW
    assert len(CASES) > 700


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_message_is_read_as_it_is(kind: str) -> None:
    expected = {"type": kind} | WHOLE[kind]
    found = read(expected)
    assert {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()} == expected
    assert read(expected | {"more": [1]}) == found


def test_each_field_takes_its_own_type_and_no_other() -> None:
    for kind, path, right, value in CASES:
        message = changed(kind, path, value)
        if fits(path, right, value):
            assert json.dumps(read(message), ensure_ascii=False).encode(), (path, value)
        else:
            with pytest.raises(Malformed) as told:
                read(message)
            assert path.startswith(str(told.value)) or str(told.value).startswith(path), (path, value)


@settings(max_examples=300, deadline=None)
@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.floats() | some.text() | some.sampled_from(sorted(KINDS)),
        lambda inner: some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from(["type", "id", "text", "seq", "attachments", "settings", "to"]) | some.text(), inner, max_size=5),
        max_leaves=12,
    )
)  # fmt: skip
def test_anything_is_read_or_malformed(message: Any) -> None:
    try:
        found = read(message)
    except Malformed as error:
        found = {"type": "hello", "why": str(error)}
    assert found["type"] in KINDS
    assert found.get("why", "a whole message")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Panel, list[Any]]]:
    """A panel without a page, and what it tells."""
    with pytest.MonkeyPatch.context() as patch:
        folder: Path = tmp_path_factory.mktemp("ipython")
        patch.setenv("IPYTHONDIR", str(folder))
        patch.setenv("AITUNNEL_JOURNAL", "off")
        patch.setenv("AITUNNEL_CACHE", str(folder))
        made = Panel(AIMagics(InteractiveShell(config=Config(HistoryManager={"enabled": False}))), "c1")
        told: list[Any] = []
        made.widget.send = told.append
        yield made, told
        made.close()


def heard(panel: tuple[Panel, list[Any]], message: Any) -> list[Any]:
    made, told = panel
    told.clear()
    made.widget._handle_custom_msg(message, [])
    return list(told)


def check(told: list[Any]) -> None:
    (one,) = told
    assert (one["type"], one["kind"]) == ("told", "error")
    assert "reload the page" in one["text"]
    assert "\n" not in one["text"]
    assert len(one["text"].encode()) <= 400
    assert "Error" not in one["text"]


def test_every_malformed_message_is_one_line_and_the_panel_lives_on(panel: tuple[Panel, list[Any]]) -> None:
    for message in NO_MESSAGES:
        check(heard(panel, message))
    for kind, path, right, value in CASES:
        if not fits(path, right, value):
            check(heard(panel, changed(kind, path, value)))
    assert heard(panel, {"type": "hello"}) == [{"type": "turns", "turns": []}]


def test_a_fault_of_ours_is_one_line_too(panel: tuple[Panel, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("line one\nline two " + "x" * 10_000)

    monkeypatch.setattr(panel[0]._busy, "heard", fail)
    (told,) = heard(panel, {"type": "hello"})
    assert told["text"].startswith("ValueError: line one line two")
    assert len(told["text"].encode()) <= 400
    monkeypatch.setattr(panel[0].widget, "send", fail)
    assert heard(panel, {"type": []}) == [], "a closed widget has nobody to be told"
