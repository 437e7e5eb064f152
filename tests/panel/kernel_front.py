"""The panel's front end as its kernel sees it: speaks and hears comm messages, and keeps what a page would show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from byte_server import ByteServer, stream
from kernels import Kernel


class Front:
    """Sends what a page sends, collects what the kernel tells."""

    def __init__(self, kernel: Kernel, code: str, cell: str = "") -> None:
        self.kernel = kernel
        self.told: list[dict[str, Any]] = []
        self.turns: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        """What the kernel changed of the saved state."""
        kernel.listen = self._hear
        self.comm = self.subshell = ""
        run = kernel.run(code, cell=cell)
        assert run.status == "ok", run.error
        assert self.comm, "no widget was opened"

    def speak_beside_cells(self) -> bool:
        """Ask for a subshell, as JupyterLab does; whether the kernel has them."""
        client = self.kernel.client
        about = client.kernel_info(reply=True, timeout=60)["content"]
        if "kernel subshells" not in about.get("supported_features", []):
            return False
        request = client.session.msg("create_subshell_request", {})
        client.control_channel.send(request)
        reply = client.get_control_msg(timeout=60)
        while reply["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            reply = client.get_control_msg(timeout=60)
        self.subshell = reply["content"].get("subshell_id", "")
        return bool(self.subshell)

    def _hear(self, message: dict[str, Any]) -> None:
        data = message["content"].get("data", {})
        if message["msg_type"] == "comm_open" and "_esm" in data.get("state", {}) and not self.comm:
            self.comm, self.state = message["content"]["comm_id"], data["state"]
        elif message["msg_type"] == "comm_msg" and self._is_ours(message, data):
            self.told.append(data["content"])

            self._apply(data["content"])
        elif message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == self.comm:
            self.updates.append(data.get("state", {}))

    def _is_ours(self, message: dict[str, Any], data: dict[str, Any]) -> bool:
        return bool(data.get("method") == "custom" and message["content"]["comm_id"] == self.comm)

    def _apply(self, told: dict[str, Any]) -> None:
        """What a page does with a message."""
        kind, shown = told.get("type"), self.turns
        if kind == "turns":
            self.turns = [dict(turn) for turn in told["turns"]]
        elif kind == "gone":
            self.turns = [turn for turn in shown if turn["id"] != told["id"]]
        elif kind == "turn":
            assert told["turn"]["id"] not in {turn["id"] for turn in shown}, "known turns change by snapshots"
            shown.insert(told["index"], dict(told["turn"]))
        elif kind in {"delta", "snapshot"}:
            turn = next(turn for turn in shown if turn["id"] == told["id"])
            if kind == "delta":
                self._grow(turn, told)
            else:
                turn.update({name: value for name, value in told.items() if name not in {"type", "size", "rsize"}})
                assert (told["size"], told["rsize"]) == (len(turn["text"]), len(turn["reasoning"]))

    def _grow(self, turn: dict[str, Any], told: dict[str, Any]) -> None:
        turn["state"] = "answering" if "text" in told else turn["state"]
        assert all(value != "" for value in told.values()), "nothing empty travels"
        for name, at in (("text", "at"), ("reasoning", "rat")):
            assert told.get(at, len(turn[name])) == len(turn[name])
            turn[name] += told.get(name, "")

    def send(self, **content: Any) -> None:
        message = self.kernel.client.session.msg(
            "comm_msg", {"comm_id": self.comm, "data": {"method": "custom", "content": content}}
        )
        if self.subshell:
            message["header"]["subshell_id"] = self.subshell
        self.kernel.client.shell_channel.send(message)

    def until(self, condition: Callable[[], Any], seconds: float = 60) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, str(self.told[-3:])
            self.kernel.pump(0.02)
        return found

    def last(self, kind: str) -> dict[str, Any]:
        return next((one for one in reversed(self.told) if one["type"] == kind), {})

    def settled(self, count: int | None = None) -> dict[str, Any]:
        """The last turn, once nothing runs and, if given, so many turns are shown."""
        running = {"waiting", "thinking", "answering"}
        self.until(
            lambda: (
                self.turns
                and (count is None or len(self.turns) == count)
                and not [turn for turn in self.turns if turn["state"] in running]
            )
        )
        return self.turns[-1]

    def ask(self, text: str) -> dict[str, Any]:
        count = len(self.turns) + 1
        self.send(type="send", text=text, attachments=[])
        return self.settled(count)

    def prompts(self) -> list[str]:
        return [turn["prompt"] for turn in self.turns]


def echo(seen: Any) -> list[Any]:
    return stream(str(seen.json["messages"][-1]["content"]).upper())


def sent(server: ByteServer) -> list[Any]:
    return [message["content"] for message in server.requests("m")[-1].json["messages"]]
