"""What happens to a request on a real connection: status, retry, watchdog, end, cancel."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from byte_server import (
    CLOSE,
    DONE,
    END,
    HANG,
    HEAD,
    RESET,
    USAGE,
    ByteServer,
    delta,
    event,
    finish,
    head,
    piece,
    reply,
    stream,
    usage,
)

from aitunnel_jupyter.errors import (
    AddressProblem,
    AITunnelError,
    AnswerBroken,
    ConnectFailed,
    GatewayRefused,
    Stalled,
)
from aitunnel_jupyter.gateway import address as addresses
from aitunnel_jupyter.gateway.address import Address
from aitunnel_jupyter.gateway.engine import Engine
from aitunnel_jupyter.gateway.key import Key
from aitunnel_jupyter.gateway.request import Request
from aitunnel_jupyter.gateway.steps import Failed, Finished, Progress
from aitunnel_jupyter.gateway.stream import Stream

SECRET = "sk-aitunnel-abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.close()


def question(text: str = "Hi", **named: Any) -> Request:
    return Request("test-model", ({"role": "user", "content": text},), **named)


def follow(running: Stream, on_step: Callable[[Any], None] = lambda step: None) -> list[Any]:
    steps: list[Any] = []
    while not (steps and isinstance(steps[-1], Finished | Failed)):
        steps.append(running.steps.get(timeout=60))
        on_step(steps[-1])
    return steps


def answer(engine: Engine, base_url: str, **named: Any) -> Any:
    running = engine.ask(question(**named), Address(base_url, Key(SECRET)))
    last = follow(running)[-1]
    assert isinstance(last, Finished), last
    assert running.closed.wait(10)
    return last.answer


def error(engine: Engine, base_url: str, **named: Any) -> AITunnelError:
    last = follow(engine.ask(question(**named), Address(base_url, Key(SECRET))))[-1]
    assert isinstance(last, Failed), last
    assert SECRET not in repr(last.error) + str(last.error) + repr(vars(last.error))
    assert len(str(last.error).encode()) <= 480
    return last.error


def test_an_ordinary_answer_knows_everything(engine: Engine, server: ByteServer) -> None:
    got = answer(engine, server.on("ok", *stream("Hi ", "there")))
    assert (got, got.model, got.finish_reason, got.complete, got.error) == (
        "Hi there",
        "test-model",
        "stop",
        True,
        None,
    )
    assert (str(got.cost), got.usage.cached_tokens, got.request_id) == ("0.51", 1000, "gen-1")
    assert got.messages == [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hi there"}]


def test_the_request_on_the_wire(engine: Engine, server: ByteServer) -> None:
    answer(
        engine,
        server.on("wire", *stream("x")),
        temperature=0.5,
        reasoning="low",
        extra={"models": ["a", "b"]},
    )
    (seen,) = server.requests("wire")
    assert seen.headers["accept"] == "text/event-stream"
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert seen.json == {
        "model": "test-model",
        "messages": [{"role": "user", "content": "Hi"}],
        "temperature": 0.5,
        "reasoning_effort": "low",
        "stream": True,
        "stream_options": {"include_usage": True},
        "models": ["a", "b"],
    }


def test_steps_come_in_order_and_deltas_before_the_end(engine: Engine, server: ByteServer) -> None:
    base_url = server.on("steps", *stream("a", "b", pause=0.05))
    steps = follow(engine.ask(question(), Address(base_url)))
    states = [step.state for step in steps if isinstance(step, Progress)]
    texts = [item.text for step in steps if isinstance(step, list) for item in step]
    assert (states, texts) == (["connecting", "waiting"], ["a", "b"])


def test_the_connection_is_warm_for_the_next_turn(engine: Engine, server: ByteServer) -> None:
    base_url = server.on("warm", *stream("x"))
    for _ in range(3):
        answer(engine, base_url)
    assert len({seen.connection for seen in server.requests("warm")}) == 1


def test_a_gzip_body_is_decoded(engine: Engine, server: ByteServer) -> None:
    import gzip

    body = gzip.compress(delta("Hi") + finish() + DONE)
    raw = head(Content_Type="text/event-stream", Content_Encoding="gzip", Content_Length=str(len(body))) + body
    assert answer(engine, server.on("gzip", raw)) == "Hi"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html"])
def test_the_content_type_is_not_trusted(engine: Engine, server: ByteServer, kind: str) -> None:
    actions = [head(Content_Type=kind, Transfer_Encoding="chunked"), *stream("Hi")[1:]]
    assert answer(engine, server.on(kind.replace("/", ""), *actions)) == "Hi"


def test_an_answer_without_a_stream(engine: Engine, server: ByteServer) -> None:
    body = {
        "model": "m",
        "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}],
        "usage": USAGE,
    }
    got = answer(engine, server.on("whole", reply(200, body)), stream=False)
    assert (got, str(got.cost)) == ("Hi", "0.51")
    sent = server.requests("whole")[0].json
    assert (sent["stream"], "stream_options" in sent) == (False, False)


# --- errors before the answer -------------------------------------------------------------------------------

STATUSES = {
    400: ("http.400", {"error": {"message": "bad temperature", "code": 400}}, "bad temperature"),
    401: ("http.401", {"error": {"message": "Invalid API key", "code": 401}}, "%ai key"),
    402: ("http.402", {"error": {"message": "Insufficient balance", "code": 402}}, "--max-tokens"),
    403: ("http.403", {"error": {"message": "model not allowed", "code": 403}}, "model not allowed"),
    404: ("http.404", {"error": {"message": "No such model"}}, "test-model"),
    413: ("http.413", {"error": "too big"}, "shorten"),
    422: ("http.400", {"detail": "unprocessable"}, "unprocessable"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_is_one_line_and_not_repeated(engine: Engine, server: ByteServer, status: int) -> None:
    code, body, told = STATUSES[status]
    failed = error(engine, server.on("no", reply(status, body, X_Request_Id="req-7")))
    assert isinstance(failed, GatewayRefused)
    assert (failed.code, failed.status, failed.request_id) == (code, status, "req-7")
    assert told in str(failed)
    assert told in failed.line("ru") or code in {"http.401", "http.402", "http.413"}
    assert len(server.requests("no")) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": {"message": "Blocked", "code": "pii_blocked"}}, "http.pii"),
        ({"error": {"message": "n_ctx", "type": "exceed_context_size_error", "code": 400}}, "http.context"),
        ({"error": {"message": "This model's maximum context length is 8"}}, "http.context"),
    ],
)
def test_what_a_400_means(engine: Engine, server: ByteServer, body: Any, code: str) -> None:
    assert error(engine, server.on("no", reply(400, body))).code == code


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 520, 524, 529])
def test_a_passing_failure_is_tried_again(engine: Engine, server: ByteServer, status: int) -> None:
    server.on("busy", reply(status, {"error": {"message": "busy"}}, retry_after_ms="20"))
    got = answer(engine, server.on("busy", *stream("Hi")))
    assert (got, [notice.code for notice in got.notices]) == ("Hi", ["retried"])
    assert len(server.requests("busy")) == 2


def test_at_most_two_retries(engine: Engine, server: ByteServer) -> None:
    failed = error(engine, server.on("down", reply(503, {"error": {"message": "busy"}}, retry_after_ms="10")))
    assert (failed.code, len(server.requests("down"))) == ("http.5xx", 3)


def test_retry_after_is_kept(engine: Engine, server: ByteServer) -> None:
    server.on("later", reply(429, {"error": {"message": "slow"}}, Retry_After="1"))
    answer(engine, server.on("later", *stream("Hi")))
    first, second = server.requests("later")
    assert second.at - first.at >= 1.0


def test_a_long_retry_after_is_told_instead_of_waited_for(engine: Engine, server: ByteServer) -> None:
    failed = error(engine, server.on("long", reply(429, {"error": {"message": "slow"}}, Retry_After="300")))
    assert (failed.code, len(server.requests("long"))) == ("http.429.wait", 1)
    assert "300 s" in str(failed)


def test_a_used_up_quota_is_not_tried_again(engine: Engine, server: ByteServer) -> None:
    body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    failed = error(engine, server.on("quota", reply(429, body)))
    assert (failed.code, len(server.requests("quota"))) == ("http.429.quota", 1)


def test_stream_options_are_left_out_where_they_are_rejected_and_that_is_remembered(
    engine: Engine, server: ByteServer
) -> None:
    server.on("old", reply(400, {"error": {"message": "Unknown field: stream_options"}}))
    base_url = server.on("old", *stream("Hi"))
    assert [answer(engine, base_url), answer(engine, base_url)] == ["Hi", "Hi"]
    assert ["stream_options" in seen.json for seen in server.requests("old")] == [True, False, False]


@pytest.mark.parametrize("status", [200, 502])
def test_a_proxys_page_is_told_by_its_title(engine: Engine, server: ByteServer, status: int) -> None:
    page = b"<html><head><title>Portal login</title></head><body>" + b"x" * 5000 + b"</body></html>"
    failed = error(engine, server.on("page", reply(status, page, retry_after_ms="1")))
    assert (failed.code, failed.status) == ("http.page", status)
    assert "Portal login" in str(failed)
    assert "xxx" not in str(failed)


def test_a_json_error_with_status_200(engine: Engine, server: ByteServer) -> None:
    failed = error(engine, server.on("odd", reply(200, {"error": {"message": "no", "code": 502}})))
    assert (failed.code, failed.status) == ("stream.error", "502")


def test_json_that_is_no_answer(engine: Engine, server: ByteServer) -> None:
    assert error(engine, server.on("odd", reply(200, {"hello": "world"}))).code == "http.unreadable"


def test_a_server_that_repeats_the_key_does_not_get_it_shown(engine: Engine, server: ByteServer) -> None:
    for index, status in enumerate((401, 400, 403)):
        failed = error(engine, server.on(f"leak{index}", reply(status, {"error": f"bad key {SECRET}"})))
        assert "bad key" in str(failed)


# --- connections --------------------------------------------------------------------------------------------


def test_no_connection(engine: Engine) -> None:
    failed = error(engine, "http://127.0.0.1:9/v1")
    assert isinstance(failed, ConnectFailed)
    assert "127.0.0.1:9" in str(failed)


def test_the_mirror_is_tried_once_when_the_gateway_cannot_be_reached(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "DEFAULT_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setattr(addresses, "MIRROR_BASE_URL", server.on("mirror", *stream("Hi")))
    first, second = answer(engine, "http://127.0.0.1:9/v1"), answer(engine, "http://127.0.0.1:9/v1")
    assert (first, second) == ("Hi", "Hi")
    assert [notice.code for notice in first.notices] == ["mirror"]


def test_a_connection_lost_before_the_first_byte_is_asked_again_once_and_told(
    engine: Engine, server: ByteServer
) -> None:
    server.on("lost", RESET)
    got = answer(engine, server.on("lost", *stream("Hi")))
    assert [notice.code for notice in got.notices] == ["billed"]
    assert error(engine, server.on("gone", RESET)).code == "connect.failed"
    assert len(server.requests("gone")) == 2


def test_silence_is_told_and_not_repeated(engine: Engine, server: ByteServer) -> None:
    failed = error(engine, server.on("mute", HANG), timeout=0.3)
    assert isinstance(failed, Stalled)
    assert ("0.3 s" in str(failed), len(server.requests("mute"))) == (True, 1)


def test_silence_in_the_middle_keeps_what_came(engine: Engine, server: ByteServer) -> None:
    failed = error(engine, server.on("stall", HEAD, piece(delta("Hi")), HANG), timeout=0.3)
    assert (failed.code, failed.partial, failed.partial and failed.partial.complete) == (
        "stalled",
        "Hi",
        False,
    )


PINGS: dict[str, bytes] = {
    "comments": b": ping\n\n",
    "empty_deltas": delta(""),
    "roles": delta(role="assistant"),
    "ping_events": b"event: ping\ndata: {}\n\n",
    "data_pings": b"data: : keepalive\n\n",
    "usage_so_far": event({"choices": [], "usage": {"prompt_tokens": 5}}),
}


@pytest.mark.parametrize("kind", PINGS)
def test_pings_without_content_are_silence(engine: Engine, server: ByteServer, kind: str) -> None:
    forever = [action for _ in range(400) for action in (0.05, piece(PINGS[kind]))]
    failed = error(engine, server.on(kind, HEAD, piece(delta("Hi")), *forever), timeout=0.4)
    assert (failed.code, failed.partial) == ("stalled", "Hi")


def test_slow_pieces_are_waited_for_one_by_one(engine: Engine, server: ByteServer) -> None:
    texts = [action for n in range(8) for action in (0.15, piece(delta(f"{n}")))]
    got = answer(engine, server.on("slow", HEAD, *texts, piece(finish()), piece(usage()), END), timeout=0.5)
    assert got == "01234567"


# --- the end ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [[END], [CLOSE], [RESET]], ids=["clean", "closed", "reset"])
def test_an_answer_that_just_ends_is_incomplete(engine: Engine, server: ByteServer, end: list[Any]) -> None:
    failed = error(engine, server.on("cut", HEAD, piece(delta("Hi ")), 0.05, *end))
    assert isinstance(failed, AnswerBroken)
    assert (failed.code, failed.partial) == ("stream.cut", "Hi ")
    assert failed.partial is not None
    assert (failed.partial.complete, failed.partial.finish_reason) == (False, None)
    assert "The partial answer is kept" in failed.line()
    assert len(server.requests("cut")) == 1


def test_a_redirect_is_told_and_not_followed(engine: Engine, server: ByteServer) -> None:
    there = server.on("there", *stream("Hi"))
    here = server.on("here", reply(307, b"<html>moved</html>", Location=f"{there}/chat/completions?t=1"))
    failed = error(engine, here)
    assert (failed.code, server.requests("there")) == ("http.3xx", [])
    assert f'AIMagics.base_url = "{there}"' in failed.line()
    with pytest.raises(AITunnelError, match=f'base_url = "{there}"'):
        engine.account(Address(server.on("account", reply(301, b"", Location=f"{there}/aitunnel/balance"))))


def test_where_no_text_came_none_is_called_kept(engine: Engine, server: ByteServer) -> None:
    for name, sent in (("thought", delta(reasoning="hm")), ("role", delta(role="assistant")), ("ping", b": hi\n\n")):
        failed = error(engine, server.on(name, HEAD, piece(sent), 0.05, RESET))
        assert (failed.partial, "before any text came" in failed.line(), "kept" in failed.line()) == ("", True, False)


def test_an_error_in_the_middle_keeps_what_came(engine: Engine, server: ByteServer) -> None:
    broken = event({"error": {"code": 502, "message": "gone"}, "choices": [{"finish_reason": "error", "delta": {}}]})
    failed = error(engine, server.on("mid", HEAD, piece(delta("Hi")), piece(broken), piece(DONE), END))
    assert (failed.code, failed.status, failed.partial) == ("stream.error", "502", "Hi")
    assert "The partial answer is kept" in failed.line()


def test_nothing_at_all_is_an_error(engine: Engine, server: ByteServer) -> None:
    assert error(engine, server.on("empty", HEAD, END)).code == "stream.empty"


def test_a_server_that_never_closes_is_left_after_a_second(engine: Engine, server: ByteServer) -> None:
    base_url = server.on("open", HEAD, piece(delta("Hi")), piece(finish()), HANG)
    began = time.monotonic()
    got = answer(engine, base_url)
    assert (got, got.complete, got.cost) == ("Hi", True, None)
    assert time.monotonic() - began > 0.9
    server.wait_for(lambda: server.requests("open")[0].closed_at)


def test_usage_that_comes_late_is_waited_for(engine: Engine, server: ByteServer) -> None:
    base_url = server.on("late", HEAD, piece(delta("Hi")), piece(finish()), 0.4, piece(usage()), piece(DONE), END)
    assert str(answer(engine, base_url).cost) == "0.51"


def test_done_ends_the_answer_even_if_the_connection_stays_open(engine: Engine, server: ByteServer) -> None:
    base_url = server.on("done", HEAD, piece(delta("Hi") + finish() + usage() + DONE), HANG)
    assert str(answer(engine, base_url).cost) == "0.51"


def test_masking_and_unreadable_chunks_are_told(engine: Engine, server: ByteServer) -> None:
    start = head(Transfer_Encoding="chunked", X_AITunnel_Masked="true", X_AITunnel_Masked_Types="inn,phone")
    got = answer(engine, server.on("masked", start, piece(b"data: {oops\n\n"), *stream("Hi")[1:]))
    assert [tuple(notice) for notice in got.notices] == [("masked", "inn,phone"), ("skipped", "1")]


# --- cancel -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("before_headers", [HANG]),
        ("before_the_first_delta", [HEAD, HANG]),
        (
            "streaming",
            [HEAD, piece(delta("Hi")), *[action for _ in range(400) for action in (0.02, piece(delta(".")))]],
        ),
        ("stalled", [HEAD, piece(delta("Hi")), HANG]),
    ],
)
def test_cancel_closes_the_connection_and_keeps_what_came(
    engine: Engine, server: ByteServer, name: str, actions: list[Any]
) -> None:
    running = engine.ask(question(), Address(server.on(name, *actions)))
    server.wait_for(lambda: server.requests(name))
    came = list if len(actions) > 2 else Progress
    while not isinstance(running.steps.get(timeout=20), came):
        pass
    running.cancel()
    last = follow(running)[-1]
    assert isinstance(last, Finished)
    assert (last.answer[:2], last.answer.complete, last.answer.error, last.answer.cost) == (
        "Hi" if len(actions) > 2 else "", False, "stopped", None,
    )  # fmt: skip
    assert running.closed.wait(10)
    server.wait_for(lambda: server.requests(name)[0].closed_at)


def test_cancel_while_waiting_to_try_again(engine: Engine, server: ByteServer) -> None:
    running = engine.ask(question(), Address(server.on("wait", reply(503, {}, Retry_After="60"))))
    follow_until = [running.steps.get(timeout=20) for _ in range(3)]
    assert follow_until[-1].state == "retrying"
    running.cancel()
    assert isinstance(follow(running)[-1], Finished)


def test_many_at_once_share_one_engine(engine: Engine, server: ByteServer) -> None:
    base_url = server.on("many", *stream(*"abcdefgh", pause=0.02))
    running = [engine.ask(question(), Address(base_url)) for _ in range(50)]
    assert [follow(one)[-1].answer for one in running] == ["abcdefgh"] * 50


# --- the environment ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NO_PROXY", "localhost,[::1]"),
        ("ALL_PROXY", "socks://127.0.0.1:1080"),
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("SSL_CERT_FILE", "/no/such/file.pem"),
    ],
)
def test_a_variable_that_breaks_httpx_is_named(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    last = follow(engine.ask(question(), Address(server.on("env", *stream("Hi")))))[-1]
    if isinstance(last, Failed):
        assert isinstance(last.error, AddressProblem)
        assert name in str(last.error)
    else:  # a newer httpx copes
        assert last.answer == "Hi"


def test_a_proxy_is_not_asked_for_this_machine(
    engine: Engine, server: ByteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert answer(engine, server.on("direct", *stream("Hi"))) == "Hi"


def test_balance(engine: Engine, server: ByteServer) -> None:
    server.on("account", reply(200, {"balance": 4999.55}))
    assert engine.account(Address(server.base_url("account"), Key(SECRET))) == {"balance": 4999.55}
    assert server.requests("account")[0].path == "/account/v1/aitunnel/balance"
    assert json.loads(server.requests("account")[0].body or b"null") is None


def test_a_closed_engine_ends_its_streams(server: ByteServer) -> None:
    engine = Engine()
    running = engine.ask(question(), Address(server.on("open", HEAD, piece(delta("Hi")), HANG)))
    server.wait_for(lambda: server.requests("open"))
    engine.close()
    assert isinstance(follow(running)[-1], Finished)
    server.wait_for(lambda: server.requests("open")[0].closed_at)
