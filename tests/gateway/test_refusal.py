"""HTTP statuses and what they become: pure tables."""

from __future__ import annotations

import email.utils
import json
import math
import time
from typing import Any

import pytest

from aitunnel_jupyter.gateway.moved import moved
from aitunnel_jupyter.gateway.refusal import body_failure, is_retried, refusal, wait_before, wait_told
from aitunnel_jupyter.gateway.wire.failures import Failure
from aitunnel_jupyter.messages import LANGUAGES, say

OWN = {401: "http.401", 402: "http.402", 403: "http.403", 404: "http.404", 407: "http.407", 413: "http.413",
       429: "http.429"}  # fmt: skip
RETRIED = {408, 409, 425, 429}


def error(message: str, **more: Any) -> str:
    return json.dumps({"error": {"message": message, **more}})


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_has_its_own_text_and_its_own_patience(status: int) -> None:
    code = OWN.get(status, "http.400" if status < 500 else "http.5xx")
    refused = refusal(status, error("because"), host="x.ru", model="m", request_id="r1")
    assert (refused.code, refused.status, refused.request_id) == (code, status, "r1")
    for language in LANGUAGES:
        line = refused.line(language)
        assert line == say(code, language, status=status, detail="because", host="x.ru", model="m")
        assert line.startswith(f"{status}: ")
        assert "because" in line
    assert is_retried(status, Failure("because")) == (status >= 500 or status in RETRIED)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 422, 429, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        error("This model's maximum context length is 8192 tokens"),
        error("too long", code="context_length_exceeded"),
        error("n_ctx", type="exceed_context_size_error", code=400),
        error("the request exceeds the available CONTEXT SIZE"),
        error("prompt is too long: 210000 tokens > 200000 maximum"),
        error("Your input exceeds the context window of this model"),
        json.dumps({"detail": "maximum context length is 8"}),
        "maximum context length is 8",
    ],
)
def test_a_prompt_that_does_not_fit_is_told_so_where_the_request_is_at_fault(status: int, body: str) -> None:
    expected = "http.context" if status in {400, 413, 422} else OWN.get(status, "http.5xx")
    assert refusal(status, body, host="x.ru", model="m").code == expected


@pytest.mark.parametrize(
    ("status", "body", "code", "told"),
    [
        (403, error("Blocked", code="pii_blocked"), "http.pii", "Blocked"),
        (400, error("pii_blocked: a phone number"), "http.pii", "phone"),
        (429, error("You exceeded your quota", code="insufficient_quota"), "http.429.quota", "quota"),
        (400, error("You exceeded your quota", code="insufficient_quota"), "http.400", "quota"),
        (500, "<html><title>Oops</title>" + "x" * 5000, "http.page", "Oops"),
        (403, "<html><title>Oops</title>" + "x" * 5000, "http.403", "Oops"),
        (500, "", "http.5xx", "–"),
        (500, "[]", "http.5xx", "[]"),
        (500, '{"error": null, "detail": "why"}', "http.5xx", "why"),
        (500, '{"error": "just words"}', "http.5xx", "just words"),
        (500, "[" * 100_000, "http.5xx", "[["),
        (400, '{"error": {"message": "half \\ud83d"}}', "http.400", "half"),
        (500, '{"error": {"type": 5, "message": {"a": 1}}}', "http.5xx", '{"a": 1}'),
    ],
)
def test_what_a_body_says(status: int, body: str, code: str, told: str) -> None:
    refused = refusal(status, body, host="x.ru", model="m")
    assert refused.code == code
    assert told in refused.line()
    assert "xxx" not in refused.line()
    assert len(refused.line("ru").encode()) <= 480


def test_a_used_up_quota_is_not_asked_again() -> None:
    assert not is_retried(429, Failure("x", "insufficient_quota"))
    assert not is_retried(429, body_failure(error("insufficient_quota")))
    assert is_retried(503, Failure("x", "insufficient_quota"))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 3 "}, 3.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "7, 7"}, 7.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "-1", "retry-after": "9"}, 9.0),
        ({"retry-after": "300"}, 300.0),
    ],
)
def test_a_wait_that_a_server_asks_for(headers: dict[str, str], seconds: float) -> None:
    assert wait_told(headers) == seconds
    assert wait_before(0, headers) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "-5", "nan", "NaN", "inf", "-inf", "1e300", "99999999999999999999", "soon", "5s", "Wed, 21 Oct 2015 07:28:00 GMT",
     "Wed, 99 Oct 2026 99:99:99 GMT", "Wed, 21 Oct 99999 07:28:00 GMT", "\x00", ",", "{}"],
)  # fmt: skip
def test_nonsense_is_no_wait_and_the_usual_pause_is_made(value: str) -> None:
    headers = {"retry-after": value}
    assert wait_told(headers) is None
    for attempt, longest in ((0, 0.625), (1, 1.25), (2, 2.5), (9, 10.0)):
        wait = wait_before(attempt, headers)
        assert math.isfinite(wait)
        assert longest * 0.6 <= wait <= longest
    assert refusal(429, "", host="x.ru", model="m", wait=wait_told(headers)).code == "http.429"


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000", ""])
def test_a_date_is_the_time_until_then_wherever_the_person_lives(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    date = email.utils.formatdate(now + 40, usegmt=True).removesuffix(" GMT")
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    if hasattr(time, "tzset"):
        time.tzset()
    try:
        assert wait_told({"retry-after": f"{date} {zone}".rstrip()}) == 40.0
    finally:
        monkeypatch.delenv("TZ")
        if hasattr(time, "tzset"):
            time.tzset()


@pytest.mark.parametrize(
    ("wait", "code", "told"),
    [(None, "http.429", "slow"), (0.2, "http.429.wait", " 1 s"), (90.0, "http.429.wait", "90 s")],
)
def test_how_long_is_told_where_it_is_known(wait: float | None, code: str, told: str) -> None:
    refused = refusal(429, error("slow"), host="x.ru", model="m", wait=wait)
    assert refused.code == code
    assert told in refused.line()


@pytest.mark.parametrize("status", [400, 402, 404, 500, 502])
def test_a_proxy_in_between_is_told_behind_the_servers_words(status: int) -> None:
    via = "[HTTPS_PROXY=http://p:1]"
    assert refusal(status, error("words " * 500), host="x.ru", model="m", via=via).line().count(via) == 1
    page = refusal(status, "<html><title>Proxy</title>", host="x.ru", model="m", via=via)
    assert via in page.line()


BASE = "http://a.ru/v1"
MOVED = {
    "https://a.ru/v1/chat/completions": "https://a.ru/v1",
    "//b.ru/openai/v1/chat/completions": "http://b.ru/openai/v1",
    "/v2/chat/completions": "http://a.ru/v2",
    "https://me:password99@b.ru/v1/chat/completions?token=password99#password99": "https://b.ru/v1",
}
ELSEWHERE = {
    "https://sso.ru/login?back=password99": "https://sso.ru/login",
    "/": "http://a.ru/",
    "https://[b/": "–",
    "javascript:alert(1)": "javascript:alert(1)",
    "https://b.ru/\u202e\x1b[31m/x": "https://b.ru/",
    "https://b.ru/sk-aitunnel-password99password99": "https://b.ru/",
    "https://b.ru/" + "x" * 9000: "https://b.ru/xxx",
}


@pytest.mark.parametrize("location", [*MOVED, *ELSEWHERE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_redirect_names_the_new_address_without_its_secrets(location: str, language: str) -> None:
    refused = moved(302, {"location": location}, url=f"{BASE}/chat/completions", base_url=BASE, host="a.ru")
    assert refused is not None
    line = refused.line(language)
    expected = f'%config AIMagics.base_url = "{MOVED[location]}"' if location in MOVED else ELSEWHERE[location]
    assert expected in line
    assert "password99" not in line
    assert line.isprintable()
    assert len(line.encode()) <= 480


def test_what_leads_nowhere_is_no_redirect() -> None:
    for status, headers in ((304, {}), (200, {"location": "/x"}), (401, {"location": "/x"})):
        assert moved(status, headers, url=f"{BASE}/x", base_url=BASE, host="a.ru") is None
