"""An answer as people see it: body, reasoning, footer; for the live view, saved outputs and ``repr`` alike."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import end_of, one_line, printable, without_keys
from aitunnel_jupyter.rendering.style import STYLE, WAIT_STYLE, style_for

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer

REASONING_WINDOW = 1_200
"""Characters of reasoning shown while it streams; all of it is there once it is over."""
NARROW_SPACE = "\u202f"
_RASTER = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}\Z")


def page(inner: str, *, style: str = "") -> str:
    """``inner`` in the element everything of ours stands in.

    The two classes keep the front ends' maths away from every dollar that is not marked as a formula
    (MathJax 3 and 2).

    Args:
        inner: Safe HTML.
        style: A ``<style>`` element to put before it.
    """
    return f'{style}<div class="aitunnel mathjax_ignore tex2jax_ignore">{inner}</div>'


def live_page(inner: str, *, first: bool) -> str:
    """A frame of the live view; the first output carries the style for all that follow."""
    return page(inner, style=STYLE + WAIT_STYLE if first else "")


def answer_bundle(answer: Answer) -> dict[str, str]:
    """The MIME bundle of an answer: safe HTML made by us, and the text without terminal escapes."""
    inner = reasoning_html(answer.reasoning, answer.facts.language) + body_html(answer) + footer_html(answer)
    return {"text/html": page(inner, style=style_for(inner)), "text/plain": printable(without_keys(answer.text))}


def answer_metadata(answer: Answer) -> dict[str, Any]:
    """What is saved beside the output: ``{"aitunnel": {…}}`` with facts only, never the prompt or a key."""
    usage = answer.usage
    facts: dict[str, Any] = {
        "model": one_line(answer.model, 200),
        "finish_reason": one_line(answer.finish_reason, 200) if answer.finish_reason else None,
        "complete": answer.complete,
        "elapsed_seconds": round(answer.elapsed, 2),
        "request_id": one_line(answer.request_id, 200) if answer.request_id else None,
        "prompt_tokens": usage.prompt_tokens if usage else None,
        "completion_tokens": usage.completion_tokens if usage else None,
        "cost_rub": str(usage.cost) if usage and usage.cost is not None else None,
        "error": one_line(answer.error, 480) if answer.error else None,
    }
    return {"aitunnel": {name: value for name, value in facts.items() if value is not None}}


def body_html(answer: Answer) -> str:
    """The answer's text as HTML, according to its format."""
    return text_html(without_keys(answer.text), answer.facts.format, answer.complete) + pictures_html(answer)


def pictures_html(answer: Answer) -> str:
    """The pictures that came with the answer, if they are inline and of a kind that can do nothing."""
    shown = [url for url in answer.images if _RASTER.match(url) and url == without_keys(url)]
    return "".join(f'<p><img src="{url}" alt=""></p>' for url in shown)


def text_html(text: str, form: str, complete: bool = True) -> str:
    """``text`` as safe HTML.

    Args:
        text: What the model said.
        form: ``markdown``, ``text``, ``code``, ``json``, ``html`` or ``math``.
        complete: False for text that is still coming or was cut: then only ``markdown`` is more than plain.
    """
    from aitunnel_jupyter.rendering import formats

    if form == "markdown":
        from aitunnel_jupyter.rendering.markdown import to_html

        return to_html(text)
    return formats.AS_HTML[form](text) if complete and form in formats.AS_HTML else formats.plain(text)


def reasoning_html(reasoning: str, language: str, *, live_seconds: float | None = None) -> str:
    """The reasoning in a part that folds; while it streams, open, and only its end.

    Args:
        reasoning: All of it.
        language: ``en`` or ``ru``.
        live_seconds: How long the model has been thinking; ``None`` once it is over.
    """
    if not reasoning:
        return ""
    text = without_keys(reasoning) if live_seconds is None else end_of(reasoning, REASONING_WINDOW)
    text = html.escape(printable(text), quote=False)
    if live_seconds is None:
        return f"<details><summary>{say('view.reasoning', language)}</summary><div>{text}</div></details>"
    summary = say("view.thinking", language, seconds=f"{live_seconds:.0f}")
    return f"<details open><summary>{summary}</summary><div>{text}</div></details>"


def waiting_html(text: str) -> str:
    """The line before the first delta."""
    return f'<p class="aitunnel-wait">{html.escape(text)}</p>'


def footer_html(answer: Answer) -> str:
    """The facts in small type."""
    return f'<p class="aitunnel-note">{html.escape(footer(answer))}</p>'


def footer(answer: Answer) -> str:
    """The facts on one line: ``gpt-5.2 · 12.3 s · 1 240 → 310 tokens · 0.51 ₽``, then what to know besides."""
    language = answer.facts.language
    parts = [
        one_line(answer.model, 80),
        say("view.seconds", language, seconds=decimals(f"{answer.elapsed:.1f}", language)),
    ]
    parts += [_tokens(answer, language), _cost(answer, language), *_notices(answer, language)]
    return " · ".join(part for part in parts if part)


def _tokens(answer: Answer, language: str) -> str:
    usage = answer.usage
    if usage is None or usage.completion_tokens is None:
        return ""
    prompt = "" if usage.prompt_tokens is None else f"{_grouped(usage.prompt_tokens)} → "
    return say("view.tokens", language, tokens=f"{prompt}{_grouped(usage.completion_tokens)}")


def _cost(answer: Answer, language: str) -> str:
    if answer.cost is None:
        return "" if answer.complete else say("view.cost_unknown", language)
    return f"{decimals(roubles(answer.cost), language)} ₽"


def _notices(answer: Answer, language: str) -> list[str]:
    said = [say(f"notice.{notice.code}", language, value=one_line(notice.value, 120)) for notice in answer.notices]
    if answer.finish_reason in {"length", "content_filter"}:
        said.append(say(f"notice.{answer.finish_reason}", language))
    if not answer.complete:
        said.append(say("notice.stopped" if answer.error == "stopped" else "notice.incomplete", language))
    return said


def decimals(text: str, language: str) -> str:
    """A number as the language writes it: 0,51 in Russian."""
    return text.replace(".", ",") if language == "ru" else text


def roubles(amount: Decimal) -> str:
    """Two decimals, or two digits that mean something for less than ten kopecks.

    Example:
        >>> roubles(Decimal("12.3456")), roubles(Decimal("0.00421")), roubles(Decimal("0"))
        ('12.35', '0.0042', '0.00')
    """
    places = 2 if amount == 0 or abs(amount) >= Decimal("0.1") else min(1 - amount.adjusted(), 8)
    return f"{amount:,.{places}f}".replace(",", NARROW_SPACE)


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", NARROW_SPACE)
