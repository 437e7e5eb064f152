"""What every test gets: a clean environment, a scripted server, kernels of every supported stack."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "gateway")]  # instruments beside the tests

from byte_server import ByteServer

_OURS = ("AITUNNEL_API_KEY", "AITUNNEL_BASE_URL", "AITUNNEL_MODEL")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, base URL, proxy or locale of the person who runs the tests gets in."""
    for name in list(os.environ):
        if name in _OURS or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def server() -> Iterator[ByteServer]:
    running = ByteServer()
    yield running
    running.close()
