"""Tab with a catalogue of 400 models: in the kernel, and with the way there and back."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "gateway")]

from catalogues import catalogue_of
from kernels import Kernel

ROUNDS = 15
BASE_URL = "http://127.0.0.1:9/v1"

PREPARE = f"""
import sys, time
sys.path.insert(0, {str(_TESTS / "gateway")!r})
from catalogues import catalogue_of
from aitunnel_jupyter.gateway.catalogue_store import catalogue_path, store_catalogue, stored_catalogue
from aitunnel_jupyter.gateway.model_parsing import models_of_catalogue
from aitunnel_jupyter.gateway.models import Catalogue
store_catalogue(Catalogue({BASE_URL!r}, models_of_catalogue(catalogue_of(400)), time.time()))
"""
READ = f"""
import os, time
def read():
    os.utime(catalogue_path({BASE_URL!r}))
    began = time.perf_counter()
    stored_catalogue({BASE_URL!r})
    return (time.perf_counter() - began) * 1000
"""
IN_KERNEL = """
import time
from IPython.core.completer import provisionalcompleter
def tab(text):
    began = time.perf_counter()
    with provisionalcompleter():
        count = len(list(get_ipython().Completer.completions(text, len(text))))
    return (time.perf_counter() - began) * 1000
"""


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "AITUNNEL_CACHE": folder, "AITUNNEL_BASE_URL": BASE_URL}
        kernel = Kernel(sys.executable, environment, Path(folder))
        kernel.run("%load_ext aitunnel_jupyter")
        kernel.run(PREPARE + READ + IN_KERNEL)
        first = float(kernel.run("tab('%%ai ')").result)
        found = {
            "models": len(catalogue_of()),
            "first Tab, ms": round(first, 1),
            "read the catalogue, ms": _median(kernel, "read()"),
            "Tab after %%ai, ms": _median(kernel, "tab('%%ai ')"),
            "Tab after %%ai gpt-5, ms": _median(kernel, "tab('%%ai gpt-5')"),
            "Tab after { in a prompt, ms": _median(kernel, r"tab('%%ai m\nHello {')"),
            "Tab with kernel and back, ms": round(statistics.median(_there_and_back(kernel) for _ in range(ROUNDS)), 1),
        }
        kernel.close()
    return found


def _median(kernel: Kernel, code: str) -> float:
    return round(statistics.median(float(kernel.run(code).result) for _ in range(ROUNDS)), 2)


def _there_and_back(kernel: Kernel) -> float:
    began = time.perf_counter()
    assert len(kernel.complete("%%ai ")["matches"]) > 400
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:32} {value}")
