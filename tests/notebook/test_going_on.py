"""``%ai continue``: how long the rest may get."""

from __future__ import annotations

from byte_server import ByteServer, stream
from kernels import Kernel


def test_the_rest_of_an_answer_may_be_longer_than_its_beginning(kernel: Kernel, server: ByteServer) -> None:
    base_url = server.on("cut", *stream("One, two, ", reason="length"))
    server.on("cut", *stream("three, ", reason="length"))
    server.on("cut", *stream("four."))
    assert kernel.run(f"%%ai -o count --max-tokens 5 --base-url {base_url}\nCount").status == "ok"
    assert kernel.run("%ai continue").status == "ok"
    refused = kernel.run("%ai continue --max-tokens none")
    assert "--max-tokens" in refused.text("stderr") + refused.error
    assert kernel.run("%ai continue --max-tokens 90").status == "ok"
    assert kernel.run("count").outputs[0]["data"]["text/plain"] == "One, two, three, four."
    assert [seen.json["max_tokens"] for seen in server.requests("cut")] == [5, 5, 90]
