"""A child process of this package: started safely, asked for one JSON line, ended for certain."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.redaction import one_line, without_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

TICK = 0.1
"""Seconds between two reports while a child works."""

GRACE = 3.0
"""Seconds a child has to tidy up before it is killed."""

WORDS = 180
"""Bytes of an explanation: the rest of the line says what to do next and must not be cut off."""

_NEEDED = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "CONDA_PREFIX",
    "XDG_CACHE_HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE",
    "USERNAME", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "HOMEDRIVE", "HOMEPATH", "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
})  # fmt: skip
_NEEDED_BEGINNINGS = ("LC_", "PYTHON", "LD_", "DYLD_", "OMP_", "GOMP_", "KMP_", "GGML_", "LLAMA_", "CUDA_", "HF_")
"""The system, Python, the network of a download, the processor: all that llama.cpp and huggingface-hub look at."""
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL")

_STAMP = re.compile(r"^[\d.]+ [A-Z] ")


class Child:
    """``python -m aitunnel_jupyter.local`` with ``arguments``, its stderr in a file without a name.

    It runs in a session of its own: Jupyter interrupts the kernel's whole process group, and ■ must
    not end it.

    Args:
        *arguments: What the child is to do; visible to everyone on the machine, so no secrets.
        settings: Environment variables for the child beside those of ours that it needs.

    Raises:
        LocalModelFailed: Python does not know where it lives, or the system starts no process.
    """

    def __init__(self, *arguments: str, settings: Mapping[str, str] | None = None) -> None:
        if not sys.executable:
            raise LocalModelFailed("local.no_python")
        self._log = tempfile.TemporaryFile(prefix="aitunnel-local-")  # noqa: SIM115 - as long as the child
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                # -P: a random.py in the notebook's folder must not be taken for the standard library's.
                [sys.executable, "-P", "-m", "aitunnel_jupyter.local", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=Path(os.sep).absolute(),
                env=_environment() | dict(settings or {}),
                **_own_session(),
            )
        except OSError as error:
            self._log.close()
            raise LocalModelFailed("local.no_process", path=sys.executable, why=error.strerror) from error

    def tell(self, line: str) -> None:
        """Write one line to the child's stdin."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it is gone already: answer() will say why
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def answer(self, tick: Callable[[], None], seconds: float = float("inf")) -> dict[str, Any]:
        """The child's one line; empty if it ended without one.

        Args:
            tick: Called ten times a second meanwhile, in this thread.
            seconds: How long to wait.

        Raises:
            TimeoutError: nothing was said for that long.
        """
        lines: list[bytes] = []
        reader = threading.Thread(target=lambda: lines.append(self._readline()), daemon=True)
        reader.start()
        deadline = time.monotonic() + seconds
        while reader.is_alive() and time.monotonic() < deadline:
            tick()
            reader.join(TICK)
        if not lines:
            raise TimeoutError
        answer: dict[str, Any] = json.loads(lines[0] or b"{}")
        return answer

    def last_words(self, said: str = "") -> str:
        """Why the child failed, as one line. Ends it if it still runs.

        Args:
            said: Its own explanation; llama.cpp knows better why a model does not load, and only logs it.
        """
        self._finish()
        self._log.seek(0)
        lines = [line for line in self._log.read().decode(errors="replace").splitlines() if line.strip()]
        telling = [line for line in lines if "error loading model" in line]
        told = [f"exit status {self.process.returncode}", *lines[-1:], *filter(None, [said]), *telling]
        return one_line(_STAMP.sub("", told[-1]), WORDS)

    def end(self) -> None:
        """End the child and wait for it; may be called again."""
        self._finish()
        self._log.close()

    def _finish(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()

    def _readline(self) -> bytes:
        assert self.process.stdout is not None
        line: bytes = self.process.stdout.readline()
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def _own_session() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _environment() -> dict[str, str]:
    """What a child needs of ours, without keys and tokens; PYTHONPATH leads to this package, and nowhere relative."""
    places = [str(Path(place).absolute()) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    root = str(Path(__file__).resolve().parents[2])
    if root not in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        places.append(root)
    needed = {name: value for name, value in os.environ.items() if _is_needed(name.upper(), value)}
    return {**needed, "PYTHONPATH": os.pathsep.join(places)}


def _is_needed(name: str, value: str) -> bool:
    if _SECRET.search(name) or without_known(value) != value:
        return False
    return name in _NEEDED or name.startswith(_NEEDED_BEGINNINGS)
