"""Money in a real kernel: balance, usage, budget, the 402 of a reservation; fifty requests at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from byte_server import DONE, END, HEAD, ByteServer, delta, finish, piece, reply, stream
from catalogues import facts
from kernels import Kernel

Start = Callable[..., Kernel]
KEY = "sk-aitunnel-0123456789abcdef"
MODELS = {
    "gpt-5.2": facts(max_output=1000, prompt_cost=0, completion_cost=1000),
    "gpt-5.1": facts(max_output=1000, prompt_cost=0, completion_cost=1000),
    "free": facts(prompt_cost=0, completion_cost=0),
}


@pytest.fixture
def kernel(start_kernel: Start, server: ByteServer) -> Kernel:
    """A gateway of our own: 1 000 tokens of answer cost up to 1 ₽, each answer is charged 0.51 ₽."""
    server.on("public", reply(200, MODELS))
    started = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"), AITUNNEL_API_KEY=KEY, JPY_SESSION_NAME="/n.ipynb")
    server.on("m", reply(200, {"data": []}))
    assert started.run("%ai models").status == "ok"
    server._scripts["m"] = [tuple(stream("Hi"))]
    return started


def asked(server: ByteServer) -> list[Any]:
    return [seen for seen in server.requests("m") if seen.path.endswith("/chat/completions")]


def test_balance_and_the_keys_own_budget(kernel: Kernel, server: ByteServer) -> None:
    server._scripts["m"] = [(reply(200, {"balance": 4999.55, "budget": 850.0}),)]
    assert kernel.run("%ai balance").text() == "balance 4\u202f999.55 ₽ · left of the key's budget: 850.00 ₽\n"
    kernel.run("%config AIMagics.language = 'ru'")
    assert kernel.run("%ai balance").text().startswith("баланс 4\u202f999,55 ₽")
    server._scripts["m"] = [(reply(401, {"error": {"message": "bad key"}}),)]
    assert "401" in kernel.run("%ai balance").error
    server._scripts["m"] = [(reply(200, {"hello": 1}),)]
    assert "сообщает баланс" in kernel.run("%ai balance").text("stderr")


def test_usage_adds_up_and_has_the_gateways_own_figures_beside_it(kernel: Kernel, server: ByteServer) -> None:
    kernel.run("%%ai\nHello")
    kernel.run("%%ai\nHello again")
    summary = {"today_spend": 1.02, "today_requests": 2, "month_spend": 77.5, "month_requests": 9}
    server._scripts["m"] = [(reply(200, summary),)]
    for period in ("", "today", "month", "notebook", "all"):
        table = kernel.run(f"%ai usage {period}").displays[0]["data"]["text/plain"]
        assert table.splitlines()[1].split()[1] == "2", table
        assert "1.02" in table.splitlines()[1]
        assert "today 1.02 ₽, this month 77.50 ₽" in table
    assert "is not one of today, month, notebook, all" in kernel.run("%ai usage yesterday").text("stderr")
    assert KEY not in str(kernel.run("%ai usage").messages)


def test_a_budget_lets_through_what_fits_and_refuses_the_rest_before_it_is_sent(
    kernel: Kernel, server: ByteServer
) -> None:
    assert "no budget" in kernel.run("%ai budget").text()
    assert "0.00 of 1.40 ₽ spent" in kernel.run("%ai budget 1,40").text()
    assert kernel.run("%%ai\nHello").status == "ok"
    before = len(asked(server))
    refused = kernel.run("%%ai -o story --max-tokens 1000\nHello")
    assert (refused.status, len(asked(server))) == ("error", before)
    assert all(part in refused.error for part in ("1.00", "1.40", "0.51", "--max-tokens"))
    assert refused.error.count("\n") == 0
    assert refused.displays == []
    shown = json.loads(kernel.run("%%ai --dry-run\nHello").text().partition("\n\n")[2])
    fitted = kernel.run("%%ai\nHello")
    assert (fitted.status, asked(server)[-1].json["max_tokens"], shown["max_tokens"]) == ("ok", 890, 890)
    assert "at most 890 tokens" in fitted.displays[0]["data"]["text/html"]
    assert kernel.run("%%ai --max-tokens 300\nHello").status == "ok"
    assert kernel.run("%%ai free\nHello").status == "ok", "what is free always fits"
    assert "no price is known for nobody" in kernel.run("%%ai nobody\nHello").error
    assert kernel.run("%ai budget 10").text().startswith("this notebook: 2.04 of 10.00")
    assert "today: " in kernel.run("%ai budget 1 --daily").text()
    assert "the day's 1.00" in kernel.run("%%ai\nHello").error
    kernel.run("%ai budget off --daily")
    assert kernel.run("%%ai\nHello").status == "ok"
    assert "0.00 of 10.00" in kernel.run("%ai budget --reset").text()
    assert kernel.run("%ai budget off").text() == "this notebook's budget removed\n"
    assert "no budget" in kernel.run("%ai budget").text()
    assert "is not a number" in kernel.run("%ai budget much").text("stderr")
    for wrong in ("-5", "1e30", "nan"):
        assert "must be" in kernel.run(f"%ai budget {wrong}").text("stderr"), wrong


def test_fifty_parallel_requests_never_exceed_it(kernel: Kernel, server: ByteServer) -> None:
    server._scripts["m"] = [tuple(stream("One ", "two", pause=0.1))]
    kernel.run("%ai budget 10")
    code = """
import asyncio
from aitunnel_jupyter import Chat, AITunnelError
async def one():
    try:
        return (await Chat("gpt-5.2").ask_async("Hello")).cost
    except AITunnelError as error:
        return error.code
outcomes = await asyncio.gather(*[one() for _ in range(50)])
spent = sum(cost for cost in outcomes if not isinstance(cost, str))
print(float(spent), outcomes.count("budget.notebook"), len(outcomes))
"""
    spent, refused, count = map(float, kernel.run(code, 120).text().split())
    assert count == 50
    assert spent <= 10
    assert len(asked(server)) == count - refused
    assert 10 <= count - refused < 20, "the ceiling holds while they run, the true cost afterwards"


def test_max_tokens_is_always_sent_and_can_be_set(kernel: Kernel, server: ByteServer) -> None:
    for line, expected in {"": 1000, "free": 8192, "--max-tokens 7": 7, "nobody": 8192}.items():
        kernel.run(f"%%ai {line}\nHello")
        assert asked(server)[-1].json["max_tokens"] == expected
    kernel.run("%config AIMagics.max_tokens = 333")
    kernel.run("%%ai\nHello")
    assert asked(server)[-1].json["max_tokens"] == 333
    shown = kernel.run("%%ai --dry-run\nHello").text()
    assert json.loads(shown.partition("\n\n")[2])["max_tokens"] == 333


def test_a_402_of_the_reservation_is_explained_and_asked_again_only_if_the_person_set_that(
    kernel: Kernel, server: ByteServer
) -> None:
    refused = reply(402, {"error": {"message": "Insufficient balance"}})
    server._scripts["m"] = [(refused,)]
    told = kernel.run("%%ai\nHello").error
    assert "up to 1.00 ₽ are reserved for max_tokens=1000" in told
    assert "AIMagics.afford" in told
    assert told.count("\n") == 0
    assert len(asked(server)) == 1
    kernel.run("%config AIMagics.afford = True")
    server._scripts["m"] = [(refused,), (reply(200, {"balance": 0.3}),), tuple(stream("Short"))]
    run = kernel.run("%%ai -o a\nHello")
    assert (run.status, run.displays[0]["data"]["text/plain"]) == ("ok", "Short")
    assert "at most 300 tokens" in run.displays[0]["data"]["text/html"]
    assert asked(server)[-1].json["max_tokens"] == 300
    server._scripts["m"] = [(refused,), (reply(200, {"balance": 0.01}),)]
    assert "402" in kernel.run("%%ai\nHello").error, "ten tokens are no answer"


SURFACES = {
    "cell": "%%ai\nHello",
    "line": "%ai ask Hello",
    "job": "%%ai -b -o story\nHello",
    "compare": "%%ai gpt-5.2,gpt-5.1\nHello",
    "chat": "chat.ask('Hello')",
    "async": "await chat.ask_async('Hello')",
    "for": "print(*chat.stream('Hello'))",
    "async for": "async for part in chat.stream('Hello'): print(part)",
    "panel": "panel.ask('Hello')",
}


def test_a_402_is_asked_again_once_by_every_surface_and_told_with_what_was_reserved(
    kernel: Kernel, server: ByteServer
) -> None:
    balance = reply(200, {"balance": 0.3})
    refused = reply(402, {"error": {"message": "Insufficient balance"}})
    server._scripts["m"] = [(lambda seen: [refused] if seen.path.endswith("completions") else [balance],)]
    kernel.run("from aitunnel_jupyter import Chat, ChatPanel\nchat, panel = Chat('gpt-5.2'), ChatPanel()")
    kernel.run("%config AIMagics.afford = True")
    for name, code in SURFACES.items():
        before, lanes = len(asked(server)), 2 if name == "compare" else 1
        run = kernel.run(code)
        if name == "job":
            run = kernel.run("job = story; job.result(60)")
        assert "reserved for max_tokens=300" in run.error, name
        assert [seen.json["max_tokens"] for seen in asked(server)[before:]].count(300) == lanes, name
        assert len(asked(server)) - before == 2 * lanes, name
    server._scripts["m"] = [
        (
            lambda seen: (
                [balance]
                if not seen.path.endswith("completions")
                else [refused]
                if seen.json["max_tokens"] > 300
                else stream("Short")
            ),
        )
    ]
    for name, code in SURFACES.items():
        run = kernel.run(code)
        assert run.status == "ok", (name, run.error)
    assert kernel.run("str(story.result(60)), str(chat.last), str(panel.last)").result == (
        "('Short', 'Short', 'Short')"
    )


def test_what_nobody_knows_is_not_told_as_nothing(kernel: Kernel, server: ByteServer) -> None:
    silent = [HEAD, piece(delta("Hi")), piece(finish()), piece(DONE), END]
    server._scripts["m"] = [tuple(silent)]
    assert kernel.run("%%ai --max-tokens 5\nHello").status == "ok"

    def usage() -> list[str]:
        table = kernel.run("%ai usage notebook").displays[0]["data"]["text/plain"]
        assert " 0.00" not in table, table
        return list(table.splitlines())

    assert "unknown" in usage()[1]
    server._scripts["m"] = [tuple(stream("Hi"))]
    kernel.run("%%ai --max-tokens 5\nHello")
    assert "at least 0.51" in usage()[1]
    told = kernel.run("%ai budget 5").text()
    assert "0.00 of 5.00 ₽ spent since 20" in told
    assert "counted from now on" in told
    told = kernel.run("%ai budget 6 --search 0,5 --pdf 0").text()
    assert "counted from now on" not in told
    assert "web search: at most 0.50 ₽" in told
    assert "PDF engine: at most 0.00 ₽" in told
    assert "counted from midnight" in kernel.run("%ai budget 90 --daily").text()
    searching = "%%ai --max-tokens 5 -p web_search_options={}\nHello"
    refused = kernel.run(searching).error
    assert "no price is known for web search" in refused, "the day has no price for it"
    assert "`%ai budget 90.00 --daily --search 2`" in refused
    kernel.run("%ai budget --daily --search 1")
    assert kernel.run(searching).status == "ok"
    kernel.run("%ai budget off --daily")
    kernel.run("%ai budget --search off")
    assert "no price is known for web search" in kernel.run(searching).error
    assert "is allowed" in kernel.run("%ai budget --allow-unpriced").text()
    assert kernel.run(searching).status == "ok"
    assert kernel.run("%%ai nobody\nHello").status == "ok"
    kernel.run("%ai budget off")
    assert "no budget" in kernel.run("%ai budget --search 2").text("stderr")


def test_what_is_seen_before_sending_says_the_same_as_the_refusal(kernel: Kernel, server: ByteServer) -> None:
    def seen(line: str) -> tuple[str, str]:
        table = kernel.run(f"%ai context {line} Hello").displays[0]["data"]["text/plain"]
        return table, kernel.run(f"%%ai --dry-run {line}\nHello").text().partition("\n\n")[0]

    kernel.run("%ai budget 0.5")
    for told in seen(""):
        assert "at most 500 tokens was asked for: what the budget leaves" in told
    assert "at most 0.50 ₽" in seen("")[0]
    refused = kernel.run("%%ai -m nobody\nHello").error.rpartition("✗")[2].strip().removeprefix("\x1b[0m").strip()
    assert "no price is known for nobody" in refused
    for told in seen("-m nobody"):
        assert refused in " ".join(told.split())
    assert "price unknown" in seen("-m nobody")[0]
    before = len(server.requests("m"))
    kernel.run("%ai budget 0.01")
    for told in seen(""):
        assert "not sent: it can cost up to 1.00 ₽" in told
    kernel.run(
        "from aitunnel_jupyter.session import limits\nfrom aitunnel_jupyter.notebook import money_commands\n"
        "limits.is_loopback = money_commands.is_loopback = lambda _: False"
    )
    elsewhere = server.on("other", *stream("Hi"))
    kernel.run(f"%config AIMagics.base_url = '{elsewhere}'")
    for told in (*seen("-m gpt-5.2"), kernel.run("%ai budget").text()):
        assert "no prices of 127.0.0.1" in told
        assert "0.00 ₽ in all" not in told
    assert len(server.requests("m")) == before
    assert not server.requests("other"), "nothing was sent"
