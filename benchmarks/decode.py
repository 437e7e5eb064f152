"""Decode + fold, deltas per second, against the openai SDK's own reading of the same bytes in the same run."""

from __future__ import annotations

import json
import sys
import time

import httpx
import openai

from aitunnel_jupyter.gateway.wire.reader import AnswerReader

DELTAS = 20_000
CHUNK_BYTES = 16_384


def body() -> bytes:
    def line(value: object) -> bytes:
        return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"

    frame = {"id": "gen-1763", "object": "chat.completion.chunk", "created": 1763800000, "model": "gpt-5.2"}
    word = {"role": "assistant", "content": " слово"}
    choice = {"index": 0, "delta": word, "logprobs": None, "finish_reason": None}
    end = line(frame | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n"
    return line(frame | {"choices": [choice]}) * DELTAS + end


def ours(raw: bytes) -> tuple[float, str]:
    began = time.perf_counter()
    reader = AnswerReader()
    for at in range(0, len(raw), CHUNK_BYTES):
        reader.feed(raw[at : at + CHUNK_BYTES])
    reader.close()
    return time.perf_counter() - began, reader.fold.text


def sdk(raw: bytes) -> tuple[float, str]:
    def chunks():
        for at in range(0, len(raw), CHUNK_BYTES):
            yield raw[at : at + CHUNK_BYTES]

    def handle(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=chunks())

    with httpx.Client(transport=httpx.MockTransport(handle)) as http:
        client = openai.OpenAI(api_key="x", base_url="http://127.0.0.1/v1", http_client=http)
        began = time.perf_counter()
        stream = client.chat.completions.create(model="m", messages=[], stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        return time.perf_counter() - began, text


def measure(rounds: int = 5) -> dict[str, float]:
    raw = body()
    ours(raw), sdk(raw)
    mine = min(ours(raw)[0] for _ in range(rounds))
    theirs = min(sdk(raw)[0] for _ in range(rounds))
    assert ours(raw)[1] == sdk(raw)[1]
    return {"ours_per_s": DELTAS / mine, "openai_per_s": DELTAS / theirs, "ratio": theirs / mine}


if __name__ == "__main__":
    json.dump({name: round(value, 1) for name, value in measure().items()}, sys.stdout)
    print()
