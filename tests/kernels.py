"""A real kernel in a real process, on any of the supported stacks."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

SECONDS = 90.0


def stacks() -> dict[str, str]:
    """Name → Python of each stack: the one that runs the tests, and those in ``AITUNNEL_TEST_STACKS``."""
    found = {"newest": sys.executable}
    for entry in filter(None, os.environ.get("AITUNNEL_TEST_STACKS", "").split(",")):
        name, _, python = entry.partition("=")
        found[name] = python
    return found


@dataclass
class Run:
    """What one execution sent."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)
    idle_at: float = 0.0

    @property
    def status(self) -> str:
        return str(self.reply.get("content", {}).get("status", ""))

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What a notebook would hold in the end, by the rules of nbformat."""
        outputs: list[dict[str, Any]] = []
        clear = False
        for message in self.messages:
            kind, content = message["msg_type"], message["content"]
            if kind == "clear_output":
                clear = content["wait"]
                outputs = outputs if clear else []
            elif kind == "update_display_data":
                for output in outputs:
                    if output.get("display_id") == content["transient"]["display_id"]:
                        output.update(data=content["data"], metadata=content["metadata"])
            elif kind in {"display_data", "execute_result", "stream", "error"}:
                outputs, clear = [] if clear else outputs, False
                if kind == "stream" and outputs and outputs[-1].get("name") == content["name"]:
                    outputs[-1]["text"] += content["text"]
                else:
                    display_id = content.get("transient", {}).get("display_id")
                    outputs.append({"kind": kind, "display_id": display_id, **content})
        return outputs

    def text(self, name: str = "stdout") -> str:
        return "".join(output["text"] for output in self.outputs if output.get("name") == name)

    @property
    def displays(self) -> list[dict[str, Any]]:
        return [output for output in self.outputs if output["kind"] == "display_data"]

    @property
    def error(self) -> str:
        """The error as shown: the traceback's lines."""
        return "\n".join(line for output in self.outputs if output["kind"] == "error" for line in output["traceback"])

    @property
    def result(self) -> str:
        return "".join(o["data"]["text/plain"] for o in self.outputs if o["kind"] == "execute_result")

    @property
    def next_inputs(self) -> list[tuple[str, bool]]:
        """What was put into cells: text, and whether it replaces this one."""
        payload = self.reply.get("content", {}).get("payload") or []
        return [(one["text"], one["replace"]) for one in payload if one["source"] == "set_next_input"]

    @property
    def iopub_bytes(self) -> int:
        """Bytes of all frames, as the kernel's session puts them on the wire."""
        session = Session()
        return sum(sum(map(len, session.serialize(message))) for message in self.messages)


class Kernel:
    """One kernel; ``run`` executes and waits, ``send`` only sends."""

    def __init__(self, python: str, environment: dict[str, str], folder: Path) -> None:
        # Over TCP the ports are chosen here and bound there: another process may be faster (seen 2026-11-26).
        self._sockets = tempfile.TemporaryDirectory(prefix="k")
        self.manager = KernelManager(transport="ipc", ip=f"{self._sockets.name}/s")
        self.manager.kernel_spec.argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager.start_kernel(env=environment, cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)
        self._runs: dict[str, Run] = {}
        self._shown_in: dict[str, Run] = {}
        self.listen: Callable[[dict[str, Any]], None] = lambda _message: None
        """Hears every message, whoever's it is."""

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)  # type: ignore[union-attr]

    def run(self, code: str, seconds: float = SECONDS, *, inputs: tuple[str, ...] = (), cell: str = "") -> Run:
        return self.finish(self.send(code, allow_stdin=bool(inputs), cell=cell), seconds, inputs)

    def send(self, code: str, *, allow_stdin: bool = False, cell: str = "") -> str:
        """Send a cell; ``cell`` is its id, as JupyterLab and VS Code tell it."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": allow_stdin, "stop_on_error": True,
        }  # fmt: skip
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.client.shell_channel.send(message)
        message_id = message["header"]["msg_id"]
        self._runs[message_id] = Run()
        return message_id

    def finish(self, message_id: str, seconds: float = SECONDS, inputs: tuple[str, ...] = ()) -> Run:
        """Wait until the cell is idle and its reply is there."""
        run = self._runs[message_id]
        waiting = list(inputs)
        deadline = time.monotonic() + seconds
        while not (run.reply and run.idle_at):
            assert time.monotonic() < deadline, f"the cell did not end within {seconds} s: {run.messages[-3:]}"
            self.pump(0.02)
            if waiting and self.client.stdin_channel.msg_ready():
                self.client.get_stdin_msg(timeout=5)
                self.client.input(waiting.pop(0))
        return run

    def wait_until(self, message_id: str, condition: Callable[[Run], Any], seconds: float = SECONDS) -> Run:
        """Wait until the messages so far meet a condition."""
        deadline = time.monotonic() + seconds
        while not condition(run := self._runs[message_id]):
            assert time.monotonic() < deadline, f"not within {seconds} s: {run.messages[-3:]}"
            self.pump(0.02)
        return self._runs[message_id]

    def pump(self, seconds: float) -> None:
        """Take what has arrived."""
        import queue

        for get in (self.client.get_iopub_msg, self.client.get_shell_msg):
            try:
                message = get(timeout=seconds)
                while True:
                    self._sort(message)
                    message = get(timeout=0)
            except queue.Empty:
                pass

    def _sort(self, message: dict[str, Any]) -> None:
        self.listen(message)
        run = self._runs.get(message["parent_header"].get("msg_id", ""))
        display_id = message["content"].get("transient", {}).get("display_id")
        if message["msg_type"] == "display_data" and display_id and run:
            self._shown_in[display_id] = run
        elif message["msg_type"] == "update_display_data":
            run = self._shown_in.get(display_id, run)  # a front end finds the output by its id, wherever it is
        if run is None:
            return
        if message["msg_type"] == "execute_reply":
            run.reply = message
        elif message["msg_type"] == "status":
            run.idle_at = time.monotonic() if message["content"]["execution_state"] == "idle" else run.idle_at
        else:
            run.messages.append(message)
            run.times.append(time.monotonic())

    def complete(self, code: str, offset: int | None = None) -> dict[str, Any]:
        """The kernel's answer to Tab at ``offset``, or at the end."""
        reply = self.client.complete(code, len(code) if offset is None else offset, reply=True, timeout=SECONDS)
        return dict(reply["content"])

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def close(self) -> None:
        self.client.stop_channels()
        self.client.context.destroy(linger=0)  # else its descriptors stay until the collector comes
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        self._sockets.cleanup()
