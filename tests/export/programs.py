"""Runs emitted programs as a person would: written into a folder, with the key in the environment."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aitunnel_jupyter.answer import Answer
from aitunnel_jupyter.export.languages import LANGUAGES
from aitunnel_jupyter.export.snippet import program_of
from aitunnel_jupyter.gateway.request import Request

MODULES = Path(__file__).parent / "node_modules"
NEEDED = {"javascript": "node", "fetch": "node", "go": "go", "php": "php", "curl": "jq"}
SECONDS = 90


@dataclass
class Ran:
    """What a program said, and how it ended."""

    said: str
    told: str
    code: int


class Programs:
    """A folder of programs.

    Args:
        folder: Where they are written, and what they load lies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.go_builds = 0
        (folder / "node_modules").symlink_to(MODULES)

    def command(self, answer: Answer, language: str) -> list[str]:
        """Write the program of ``answer`` with its files; what runs it."""
        if (tool := NEEDED.get(language)) and shutil.which(tool) is None:
            pytest.fail(f"{tool} is needed to run what people get: make languages")
        if language == "javascript" and not MODULES.exists():
            pytest.fail("the openai package of npm is needed: make languages")
        path = self.folder / f"{language.replace('-', '_')}{LANGUAGES[language].ending}"
        program = program_of(answer, language, path.name)
        path.write_text(program.text, encoding="utf-8", newline="\n")
        for name, content in program.files.items():
            (self.folder / name).write_bytes(content)
        if language == "go":
            return [str(self._built(path))]
        runner = {".py": sys.executable, ".mjs": "node", ".js": "node", ".php": "php", ".sh": "bash"}[path.suffix]
        return [runner, str(path)]

    def environment(self, key: str) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        return ours | {"AITUNNEL_API_KEY": key}

    def run(self, command: list[str], key: str = "sk-made-up") -> Ran:
        ran = subprocess.run(
            command, capture_output=True, timeout=SECONDS, check=False, cwd=self.folder, env=self.environment(key)
        )
        return Ran(ran.stdout.decode(), ran.stderr.decode(), ran.returncode)

    def _built(self, path: Path) -> Path:
        """Compiled once, however many servers it meets."""
        binary = self.folder / f"go-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
        if not binary.exists():
            self.go_builds += 1
            built = subprocess.run(["go", "build", "-o", binary, path], capture_output=True, text=True, check=False)
            assert built.returncode == 0, built.stderr
        return binary


def answer_to(request: Request, base_url: str) -> Answer:
    """An answer as the gateway's client makes it, without having asked."""
    return Answer("", prompt_messages=request.messages, fields=request.fields(), base_url=base_url)


def as_sent(request: Request) -> Any:
    """What the magic sends."""
    return json.loads(request.body())
