"""What to say of a word that a line has and we do not know: a slip, an odd sign, or another extension's word."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.odd_signs import as_option, odd_sign, odd_sign_told, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

INSTEAD = {
    "--api-base": "--base-url URL", "--endpoint": "--base-url URL",
    "--max-completion-tokens": "--max-tokens N", "--max-output-tokens": "--max-tokens N",
    "--max-new-tokens": "--max-tokens N",
    "--reset": "--new", "-r": "--new", "--max-history": "%config AIMagics.window = TOKENS",
    "--top-k": "-p top_k=N", "--n": "-p n=N", "--output": "-o NAME", "--var": "-o NAME", "--variable": "-o NAME",
    "--file": "-a FILE", "--files": "-a FILE", "--image": "-a FILE", "--effort": "--reasoning LEVEL",
    "--reasoning-effort": "--reasoning LEVEL", "--json": "-f json", "--code": "-f code", "--system-prompt": "-s TEXT",
    "--instructions": "-s TEXT", "--no-cache": "--fresh", "--cache": "--keep", "--async": "-b", "--dryrun": "--dry-run",
}  # fmt: skip
"""Options of jupyter-ai and of other tools, and ours for the same."""
_TOLD = {
    "--api-key-name": "foreign.key", "--api-key": "foreign.key", "--key": "foreign.key",
    "--region-name": "foreign.sagemaker", "-n": "foreign.sagemaker", "--request-schema": "foreign.sagemaker",
    "-q": "foreign.sagemaker", "--response-path": "foreign.sagemaker", "--stream": "foreign.stream",
    "--verbose": "foreign.verbose", "-v": "foreign.verbose",
}  # fmt: skip
_PARAMETERS = ("--model-parameters", "--params", "--parameters")
_OWN = {"temperature": "-t", "top_p": "--top-p", "max_tokens": "--max-tokens", "seed": "--seed"}
_PAIR = re.compile(r"[\"']?(\w+)[\"']?\s*[:=]\s*[\"']?([^,}\"']+)")
_PROVIDER = re.compile(
    r"(?:ai21|amazon-bedrock|anthropic(?:-chat)?|azure-chat-openai|bedrock(?:-chat|-custom)?|cohere|gemini|gpt4all"
    r"|huggingface_hub|jupyternaut|mistralai|nvidia-chat|ollama|openai(?:-chat(?:-new)?|-custom)?|openrouter|qianfan"
    r"|sagemaker-endpoint|togetherai|vertexai):(?P<model>.+)"
)
"""jupyter-ai's names (2.31) begin with where they come from; ours do not."""


def option_told(word: str, known: Collection[str], language: str, value: str = "") -> str:
    """The message for an option that is not known.

    Args:
        word: As it was typed, perhaps with ``=VALUE``.
        known: The options there are.
        language: ``en`` or ``ru``.
        value: What stands behind it.
    """
    name = word.partition("=")[0]
    spelled = name.replace("_", "-")
    if odd_sign(name) is not None:
        return odd_sign_told(word, language, _close_option(as_option(word), known))
    if spelled in _PARAMETERS:
        return say("foreign.parameters", language, name=name, instead=parameters_as_options(value))
    if spelled in INSTEAD:
        return say("foreign.option", language, name=name, instead=INSTEAD[spelled])
    if spelled in _TOLD:
        return say(_TOLD[spelled], language, name=name)
    close = _close_option(name, known)
    return say("option.close" if close else "option.unknown", language, name=quoted(name), close=close)


def slipped_dash(word: str, known: Collection[str]) -> str:
    """``--out`` for ``-out``, which argparse would read as ``-o ut``; empty for what is in order."""
    if not re.match(r"-[a-z]{2,}[a-z_-]*(?:=|\Z)", word) or word.partition("=")[0] in known:
        return ""
    long = f"-{word.partition('=')[0]}".replace("_", "-")
    return long if long in known or long in INSTEAD or difflib.get_close_matches(long, known, n=1, cutoff=0.85) else ""


def words_told(words: Sequence[str], language: str) -> str:
    """The message for plain words of a ``%%ai`` line beside its model."""
    odd = next((told for word in words if (told := odd_sign_told(word, language))), "")
    if odd:
        return odd
    if len(words) == 2:  # noqa: PLR2004  the model and one more
        return say(
            "option.word", language, first=quoted(words[0]), text=quoted(words[1]), both=_clipped(",".join(words))
        )
    return say("option.words", language, text=quoted(" ".join(words[1:])), model=_clipped(words[0]))


def model_told(text: str, language: str) -> str:
    """The message for something that cannot be a model's name; empty where nothing special is to be said."""
    if text.startswith("{"):
        is_json = re.search(r"\w[\"']?\s*:\s*[-\w.\[{\"']", text)
        return say("model.parameters", language, instead=parameters_as_options(text)) if is_json else ""
    if text.startswith("$"):
        return say("model.dollar", language, text=quoted(text), name=_clipped(text.strip("${}")))
    return odd_sign_told(text, language)


def provider_told(text: str, language: str) -> str:
    """The message for a name as jupyter-ai has it; empty for others."""
    match = _PROVIDER.fullmatch(text)
    return say("model.provider", language, text=quoted(text), model=_clipped(match["model"])) if match else ""


def has_mixed_letters(text: str) -> bool:
    """Whether a name has Latin letters and ones that only look so."""
    found = odd_sign(text)
    return found is not None and found.kind == "letter"


def parameters_as_options(text: str) -> str:
    """``{"temperature": 0, "top_k": 5}`` as ``-t 0 -p top_k=5``.

    Example:
        >>> parameters_as_options('{"temperature": 0, "top_k": 5}')
        '-t 0 -p top_k=5'
    """
    pairs = [(name, value.strip()) for name, value in _PAIR.findall(text)][:4]
    told = [f"{_OWN[name]} {value}" if name in _OWN else f"-p {name}={value}" for name, value in pairs]
    return _clipped(" ".join(told)) or "-t 0, -p top_k=5"


def _close_option(name: str, known: Collection[str]) -> str:
    if name in known or name in {"-h", "--help"}:
        return name
    if name.lower() in known:
        return name.lower()
    long = [option for option in known if option.startswith("--")]
    return "".join(difflib.get_close_matches(name, long, n=1)) if name else ""


def _clipped(text: str) -> str:
    return quoted(text)[1:-1]
