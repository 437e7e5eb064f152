"""A catalogue of 400 models in the gateway's shape, for tests and benchmarks."""

from __future__ import annotations

from typing import Any

_FAMILIES = ("gpt", "claude", "gemini", "deepseek", "qwen", "mistral", "llama", "grok", "glm", "kimi")
_DESCRIPTION = "A model of its family that reads long documents, writes code and calls tools without a fuss. " * 4


def facts(**changed: Any) -> dict[str, Any]:
    return {
        "provider": "openai",
        "prompt_cost": 147.5,
        "completion_cost": 1176,
        "context_size": 400000,
        "max_output": 128000,
        "description": "A model.",
        "modalities": {"input": ["text", "image"], "output": ["text"]},
        "created": 1765400000,
    } | changed


def catalogue_of(count: int = 400) -> dict[str, Any]:
    """``count`` models with names, prices and descriptions of ordinary length."""
    names = [f"{_FAMILIES[n % 10]}-{n // 10}.{n % 7}-preview" for n in range(count)]
    return {
        name: facts(provider=_FAMILIES[n % 10] + "-maker", prompt_cost=n * 7.25, description=f"{n} {_DESCRIPTION}")
        for n, name in enumerate(names)
    }
