"""Where an answer ends on a real connection: not at the first finish reason, not late, not beyond measure."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from byte_server import CLOSE, DONE, END, HANG, HEAD, RESET, ByteServer, delta, event, finish, head, piece, usage
from odd_streams import SAYS, choice, chunk

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.engine import Engine
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished
from aitunnel_jupyter.gateway.wire import reader as reader_module
from aitunnel_jupyter.gateway.wire.fold import Fold
from aitunnel_jupyter.gateway.wire.inflate import PIECE_BYTES, Inflater, inflaters
from aitunnel_jupyter.gateway.wire.patience import DOUBT_SECONDS, DRAIN_SECONDS, USAGE_SECONDS, Patience
from aitunnel_jupyter.gateway.wire.sse import SSEDecoder

SILENCE = 60.0


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.close()


def end_of(engine: Engine, base_url: str, **named: Any) -> tuple[Answer, AITunnelError | None]:
    """What came, and the error if it was one; after checking that exactly one last step came, behind everything."""
    running = engine.ask(Request("test-model", ({"role": "user", "content": "Hi"},), **named), Address(base_url))
    assert running.closed.wait(60)
    steps: list[Any] = []
    while not running.steps.empty():
        steps.append(running.steps.get())
    assert [isinstance(step, Finished | Failed) for step in steps].count(True) == 1
    last = steps[-1]
    if isinstance(last, Finished):
        return last.answer, None
    assert isinstance(last, Failed)
    assert len(str(last.error).encode()) <= 480
    assert last.error.partial is not None
    return last.error.partial, last.error


def pieces(*chunks: bytes | float) -> list[Any]:
    return [HEAD, *(piece(item) if isinstance(item, bytes) else item for item in chunks)]


WHOLE: dict[str, list[Any]] = {
    "every_chunk": [*pieces(*(part for n in range(6) for part in (chunk("stop", content=f"{n}"), 0.05))), piece(finish())],
    "every_chunk_slowly": pieces(chunk("stop", content="0"), 1.3, chunk("stop", content="12345"), finish()),
    "on_thoughts": pieces(chunk("stop", reasoning_content="hm"), 1.3, chunk(content="012345"), finish()),
    "on_a_role": pieces(chunk("stop", role="assistant"), 1.3, chunk(content="012345"), finish()),
    "on_a_servers_tool": pieces(
        delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "search", "arguments": "{}"}}]),
        finish("tool_calls"),
        1.3,
        delta("012345"),
        finish(),
    ),
    "as_null": pieces(chunk("null", content="0123"), 1.3, chunk("None", content="45"), finish()),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_the_first_reason_is_not_the_end(engine: Engine, server: ByteServer, name: str) -> None:
    tail = [piece(event({"choices": [], "usage": SAYS})), piece(DONE), END]
    got, failed = end_of(engine, server.on(name, *WHOLE[name], *tail))
    assert (got, got.complete, failed, str(got.cost), got.finish_reason) == ("012345", True, None, "0.51", "stop")


def test_text_after_the_reason_that_breaks_off_is_incomplete(engine: Engine, server: ByteServer) -> None:
    for name, end in (("reset", RESET), ("closed", CLOSE), ("ended", END)):
        got, failed = end_of(engine, server.on(name, *pieces(delta("Hi "), finish(), delta("the")), 0.05, end))
        assert failed is not None
        assert (failed.code, got, got.complete, got.finish_reason) == ("stream.cut", "Hi the", False, None)


def test_a_broken_goodbye_costs_nothing(engine: Engine, server: ByteServer) -> None:
    got, failed = end_of(engine, server.on("bye", *pieces(delta("Hi"), finish(), usage()), 0.05, RESET))
    assert (got, got.complete, failed, str(got.cost)) == ("Hi", True, None, "0.51")


@pytest.mark.parametrize(
    ("name", "sent", "cost"),
    [
        ("after_done", [finish(), DONE, 0.1, event({"choices": [], "usage": SAYS})], "0.51"),
        ("early_and_late", [
            event({"choices": [choice(0, reason="stop")], "usage": {"prompt_tokens": 11, "completion_tokens": 2}}), 0.6,
            event({"choices": [], "usage": SAYS}), DONE,
        ], "0.51"),
        ("too_late", [finish(), 1.6, event({"choices": [], "usage": SAYS}), DONE], "None"),
        ("none_and_open", [finish(), DONE, 60], "None"),
    ],
)  # fmt: skip
def test_usage_is_waited_for(engine: Engine, server: ByteServer, name: str, sent: list[Any], cost: str) -> None:
    got, failed = end_of(engine, server.on(name, *pieces(delta("Hi"), *sent), END))
    assert (got, got.complete, failed, str(got.cost)) == ("Hi", True, None, cost)


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("done", [DONE], "stream.empty"),
        ("role", [delta(role="assistant"), DONE], "stream.empty"),
        ("usage", [usage(), DONE], "stream.empty"),
        ("nothing", [b": hello\n\n"], "stream.empty"),
        ("detail", [event({"detail": "gone"}), DONE], "stream.error"),
        ("words", [b"data: gone\n\n"], "stream.error"),
    ],
)
def test_what_is_no_answer_is_an_error(
    engine: Engine, server: ByteServer, name: str, sent: list[Any], code: str
) -> None:
    got, failed = end_of(engine, server.on(name, *pieces(*sent), END))
    assert failed is not None
    assert (failed.code, got, got.complete) == (code, "", False)
    assert "gone" in str(failed) or code == "stream.empty"
    assert (got.error, "kept" in str(failed), "continue" in str(failed)) == (str(failed), False, False)


def test_a_cost_of_nothing_is_unknown_where_the_answer_was_cut(engine: Engine, server: ByteServer) -> None:
    preview = event({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 0, "cost_rub": 0}})
    got, failed = end_of(engine, server.on("preview", *pieces(preview, delta("Hi")), END))
    assert failed is not None
    assert got.usage is not None
    assert (got, got.cost, got.usage.prompt_tokens) == ("Hi", None, 11)
    running = engine.ask(Request("m", ()), Address(server.on("stop", *pieces(preview, delta("Hi")), HANG)))
    while not isinstance(running.steps.get(timeout=20), list):
        pass
    running.cancel()
    assert running.steps.get(timeout=20).answer.cost is None


# --- patience, with a clock of its own ----------------------------------------------------------------------


def patience_after(*chunks: bytes, **named: Any) -> Patience:
    fold = Fold()
    for part in SSEDecoder().decode(b"".join(chunks)):
        fold.add(part)
    patience = Patience(fold, SILENCE, lambda: 0.0, **named)
    patience.left()
    return patience


CALL = delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}])
LEFT: dict[str, tuple[list[bytes], float]] = {
    "nothing": ([], SILENCE),
    "text": ([delta("Hi")], SILENCE),
    "end": ([delta("Hi"), finish()], USAGE_SECONDS),
    "end_and_usage": ([delta("Hi"), finish(), usage()], DRAIN_SECONDS),
    "end_with_usage": ([delta("Hi"), event({"choices": [choice(0, reason="stop")], "usage": SAYS})], DRAIN_SECONDS),
    "end_with_usage_so_far": (
        [delta("Hi"), event({"choices": [choice(0, reason="stop")], "usage": {"prompt_tokens": 1}})], USAGE_SECONDS,
    ),
    "usage_before_the_end": ([delta("Hi"), usage(), finish()], USAGE_SECONDS),
    "usage_and_text": ([delta("Hi"), finish(), usage(), delta("more")], SILENCE),
    "done": ([delta("Hi"), DONE], DRAIN_SECONDS),
    "done_alone": ([DONE], DRAIN_SECONDS),
    "error": ([event({"error": "gone"})], DRAIN_SECONDS),
    "end_beside_text": ([chunk("stop", content="Hi")], DOUBT_SECONDS),
    "end_beside_text_twice": ([chunk("stop", content="Hi"), chunk("stop", content="Hi")], SILENCE),
    "end_beside_text_and_alone": ([chunk("stop", content="Hi"), chunk("stop", content="Hi"), finish()], USAGE_SECONDS),
    "end_of_thoughts_by_length": ([delta(reasoning="hm"), finish("length")], USAGE_SECONDS),
    "end_by_a_filter": ([finish("content_filter")], USAGE_SECONDS),
    "end_that_was_none": ([chunk("stop", content="Hi"), delta("Hi"), chunk("stop", content="Hi")], SILENCE),
    "end_of_thoughts": ([delta(reasoning="hm"), finish()], SILENCE),
    "end_of_a_thought_in_the_text": ([delta("<think>hm"), finish()], SILENCE),
    "end_before_anything": ([finish()], SILENCE),
    "calls": ([CALL, finish("tool_calls")], USAGE_SECONDS),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_how_long_a_server_is_waited_for(name: str) -> None:
    sent, seconds = LEFT[name]
    assert patience_after(*sent).left() == seconds


def test_calls_that_nobody_offered_are_no_end() -> None:
    assert patience_after(CALL, finish("tool_calls"), expects_calls=False).left() == SILENCE
    assert patience_after(CALL, finish("tool_calls"), usage(), expects_calls=False).left() == SILENCE
    assert patience_after(CALL, finish("tool_calls"), usage(), DONE, expects_calls=False).left() == DRAIN_SECONDS
    assert patience_after(CALL, finish("tool_calls"), usage()).left() == DRAIN_SECONDS
    assert Request("m", (), extra={"tools": [{"type": "function"}]}).offers_functions
    assert not Request("m", (), extra={"tools": [{"type": "aitunnel:web_search"}]}).offers_functions


def test_a_server_that_pings_may_think_longer_and_one_that_is_silent_may_not() -> None:
    now, fold = [0.0], Fold()
    patience = Patience(fold, SILENCE, lambda: now[0], pinged=100.0)

    def left_after_a_ping(seconds: float) -> float:
        now[0] += seconds
        return patience.left()

    assert [left_after_a_ping(50) for _ in range(2)] == [50, 0]
    assert patience.waited == 100
    for part in SSEDecoder().decode(delta("Hi") + finish()):
        fold.add(part)
    assert left_after_a_ping(0) == USAGE_SECONDS
    assert left_after_a_ping(0.75) == USAGE_SECONDS - 0.75


def test_only_what_matters_makes_patience_longer() -> None:
    now, fold = [0.0], Fold()
    patience, decoder = Patience(fold, SILENCE, lambda: now[0]), SSEDecoder()

    def left(seconds: float, raw: bytes) -> float:
        now[0] += seconds
        for part in decoder.decode(raw):
            fold.add(part)
        return patience.left()

    assert left(50, b": ping\n\n") == 10
    assert left(5, delta("")) == 5
    assert left(4, delta("Hi")) == SILENCE
    assert left(9, delta(reasoning="hm")) == SILENCE
    assert left(9, finish()) == USAGE_SECONDS
    assert left(0.75, finish()) == 0.25
    assert left(0.1, delta("more")) == SILENCE
    assert left(0.1, finish()) == USAGE_SECONDS
    assert left(0.5, usage()) == DRAIN_SECONDS


# --- sizes --------------------------------------------------------------------------------------------------


def packed(body: bytes, coding: str = "gzip") -> bytes:
    return head(Content_Encoding=coding, Content_Length=str(len(body))) + body


def test_a_body_that_unpacks_beyond_measure_is_not_read_on(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "STREAM_BYTES", 3 * 2**20)
    bomb = gzip.compress(delta("Hi") + b":" + b" " * 40 * 2**20)
    for name, raw in (("once", packed(bomb)), ("twice", packed(gzip.compress(bomb), "gzip, gzip"))):
        got, failed = end_of(engine, server.on(name, raw))
        assert failed is not None
        assert (failed.code, got, "3 MB" in str(failed)) == ("stream.long", "Hi", True)


@pytest.mark.parametrize("body", [b'{"a": "' + b"x" * 5000, b"data: " + b"x" * 5000, b": " + b"x" * 5000])
def test_a_line_beyond_measure_is_not_read_on(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(reader_module, "LINE_BYTES", 4000)
    _, failed = end_of(engine, server.on("line", HEAD, piece(body), HANG))
    assert failed is not None
    assert failed.code == "stream.long"


def test_a_page_is_read_to_its_title_only(engine: Engine, server: ByteServer) -> None:
    page = b"<html><title>Login</title>" + b"x" * 2**17
    _, failed = end_of(engine, server.on("page", HEAD, piece(page), HANG))
    assert failed is not None
    assert (failed.code, "Login" in str(failed)) == ("http.page", True)


def test_an_error_that_unpacks_beyond_measure_is_told_in_one_line(engine: Engine, server: ByteServer) -> None:
    bomb = gzip.compress(b'{"error": {"message": "' + b"x" * 40 * 2**20 + b'"}}')
    raw = head(403, Content_Encoding="gzip", Content_Length=str(len(bomb))) + bomb
    _, failed = end_of(engine, server.on("bomb", raw))
    assert failed is not None
    assert failed.code == "http.403"


CODINGS: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(delta("Hi") + finish() + DONE)),
    "gzip_of_two_members": ("gzip", gzip.compress(delta("Hi")) + gzip.compress(finish() + DONE)),
    "zlib": ("deflate", zlib.compress(delta("Hi") + finish() + DONE)),
    "raw_deflate": ("deflate", zlib.compress(delta("Hi") + finish() + DONE, wbits=-15)),
    "identity": ("identity", delta("Hi") + finish() + DONE),
    "not_packed_at_all": ("gzip", delta("Hi") + finish() + DONE),
}


@pytest.mark.parametrize("name", CODINGS)
def test_a_packed_body_is_unpacked(engine: Engine, server: ByteServer, name: str) -> None:
    coding, body = CODINGS[name]
    assert end_of(engine, server.on(name, packed(body, coding))) == ("Hi", None)
    unpackers = inflaters(coding) or [Inflater("gzip")]
    if coding != "identity":
        alone = b"".join(part for at in range(len(body)) for part in unpackers[0].unpack(body[at : at + 1]))
        assert alone == delta("Hi") + finish() + DONE


def test_a_packed_body_that_cannot_be_unpacked_is_one_line(engine: Engine, server: ByteServer) -> None:
    broken = gzip.compress(delta("Hi"))[:-8] + b"\0" * 8
    for name, raw, told in (("br", packed(b"x", "br"), "br"), ("broken", packed(broken), "gzip")):
        _, failed = end_of(engine, server.on(name, raw))
        assert failed is not None
        assert failed.code == "stream.error"
        assert told in str(failed)
    ended = gzip.compress(delta("Hi") + finish())
    pauses = [head(Content_Encoding="gzip"), ended[:-8], 0.1, b"\0" * 8, CLOSE]
    assert end_of(engine, server.on("ended", *pauses)) == ("Hi", None)


def test_unpacking_takes_a_megabyte_at_a_time() -> None:
    bomb = gzip.compress(b"\0" * 50 * 2**20)
    sizes = [len(part) for part in Inflater("gzip").unpack(bomb)]
    assert (sum(sizes), max(sizes)) == (50 * 2**20, PIECE_BYTES)
