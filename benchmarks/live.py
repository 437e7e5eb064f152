"""What a streaming cell sends over IOPub: bytes, messages, kernel CPU seconds; and what is saved."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

from byte_server import ByteServer, stream
from kernels import Kernel
from texts import answer, deltas

CASES = {
    # name: characters, deltas, seconds between deltas
    "9 028 B, 2 000 deltas at 100/s": (9_028, 2_000, 0.01),
    "10 k characters in 16.7 s": (10_000, 835, 0.02),
    "100 k characters in 25 s": (100_000, 1_250, 0.02),
    "one fence of 100 k characters": (-100_000, 1_250, 0.02),
}


RAW = """
import httpx, time
cpu = time.process_time()
async with httpx.AsyncClient(timeout=60) as client:
    async with client.stream("POST", {url!r}, json={{}}) as response:
        async for _ in response.aiter_bytes():
            pass
print(time.process_time() - cpu)
"""


def measure() -> dict[str, dict[str, Any]]:
    server = ByteServer()
    with tempfile.TemporaryDirectory() as folder:
        import os

        kernel = Kernel(sys.executable, dict(os.environ), Path(folder))
        kernel.run("%load_ext aitunnel_jupyter")
        kernel.run(f"%%ai --base-url {server.on('first', *stream('warm'))}\nHello")
        found = {name: _one(kernel, server, *case) for name, case in CASES.items()}
        kernel.close()
    server.close()
    return found


def _one(kernel: Kernel, server: ByteServer, characters: int, count: int, pause: float) -> dict[str, Any]:
    text = (
        answer(characters) if characters > 0 else "```python\n" + "x = compute(x) + 1  # step\n" * (-characters // 27)
    )
    base_url = server.on(f"s{characters}{count}", *stream(*deltas(text, count), pause=pause))
    kernel.run("import time; cpu = time.process_time()")
    run = kernel.run(f"%%ai --base-url {base_url}\nHello", 200)
    (output,) = run.displays
    assert output["data"]["text/plain"] == text
    cpu = float(kernel.run("time.process_time() - cpu").result)
    saved = {"output_type": "display_data", "data": output["data"], "metadata": output["metadata"]}
    size = len(text.encode())
    raw_cpu = float(kernel.run(RAW.format(url=f"{base_url}/chat/completions"), 200).text())
    return {
        "iopub_kB": round(run.iopub_bytes / 1000, 1),
        "messages": len(run.messages),
        "kernel_cpu_s": round(cpu, 2),
        "raw_httpx_cpu_s": round(raw_cpu, 2),
        "saved_bytes": len(json.dumps(saved, ensure_ascii=False).encode()),
        "saved_per_answer_byte": round(len(json.dumps(saved, ensure_ascii=False).encode()) / size, 2),
    }


if __name__ == "__main__":
    found = measure()
    for name, figures in found.items():
        print(f"{name:34}", figures)
    ratio = found["100 k characters in 25 s"]["iopub_kB"] / found["10 k characters in 16.7 s"]["iopub_kB"]
    print(f"bytes(100 k) / bytes(10 k) = {ratio:.1f}")
