"""What of a panel a saved notebook keeps: the transcript as a folded output, because Lab saves no widgets."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.outputs import Outputs
from aitunnel_jupyter.redaction import printable, scrub, without_keys
from aitunnel_jupyter.rendering.formats import plain
from aitunnel_jupyter.rendering.page import body_html, footer_html, page, reasoning_html, waiting_html
from aitunnel_jupyter.rendering.style import style_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.session.conversation import Conversation, Said


RICH_CHARACTERS = 40_000
RICH_FORMULAS = 40
"""Of the newest turns; what is older is shown as plain text. The page parses and typesets the whole output again
after each turn: 1 ms for a formula, 0.3 s for 100 000 characters of Markdown (JupyterLab 4.6.6, 2026-11-22)."""
_FORMULA = "mathjax_process"


class Mirror:
    """An output below each view of the panel, replaced after each turn.

    Args:
        shell: Whose.
        language: ``en`` or ``ru``.
    """

    def __init__(self, shell: Any, language: str) -> None:
        self._outputs = Outputs(shell)
        self._language = language
        self._ids: list[str] = []
        self._parts: dict[int, tuple[Said, str]] = {}
        self._hint = ""

    def show(self, conversation: Conversation) -> None:
        """Put the output into the running cell."""
        self._ids.append(self._outputs.display(self._bundle(conversation)))

    def update(self, conversation: Conversation) -> None:
        """The newest transcript, in whichever cells it stands."""
        for display_id in self._ids:
            self._outputs.update(display_id, self._bundle(conversation))

    def hint(self, text: str, conversation: Conversation) -> None:
        """A line above the transcript; empty for none."""
        if text != self._hint:
            self._hint = text
            self.update(conversation)

    def _bundle(self, conversation: Conversation) -> dict[str, str]:
        known, parts = self._parts, []
        self._parts = {}
        characters = formulas = 0
        for said in reversed(conversation.turns):
            characters += len(said.answer.text)
            # Each turn is rendered once, however often the transcript is shown.
            _, part = self._parts[id(said.answer)] = known.get(id(said.answer)) or (said, self._turn_html(said))
            formulas += part.count(_FORMULA)
            parts.append(part if characters <= RICH_CHARACTERS and formulas <= RICH_FORMULAS else plain_html(said))
        return transcript_bundle(conversation, parts[::-1], self._language, self._hint)

    def _turn_html(self, said: Said) -> str:
        """A prompt and its answer as safe HTML."""
        answer = said.answer.replace_facts(language=self._language)
        return (
            _prompt_html(said)
            + reasoning_html(answer.reasoning, self._language)
            + body_html(answer)
            + footer_html(answer)
        )


def plain_html(said: Said) -> str:
    """The same, cheap: the words as they are."""
    return _prompt_html(said) + plain(without_keys(said.answer.text))


def _prompt_html(said: Said) -> str:
    return f'<blockquote class="aitunnel-text">{html.escape(_prompt(said))}</blockquote>'


def transcript_bundle(
    conversation: Conversation, parts: Sequence[str], language: str, hint: str = ""
) -> dict[str, str]:
    """The MIME bundle of a conversation: folded safe HTML, and plain text.

    Args:
        conversation: What was said; hidden turns too.
        parts: Each turn as safe HTML.
        language: ``en`` or ``ru``.
        hint: A line above it.
    """
    above = waiting_html(hint) if hint else ""
    if not conversation.turns:
        return {"text/html": page(above) if hint else "", "text/plain": hint}
    texts = [f"> {_prompt(said)}\n\n{printable(without_keys(said.answer.text))}" for said in conversation.turns]
    title = say("panel.transcript", language, count=len(conversation.turns))
    inner = f"{above}<details><summary>{html.escape(title)}</summary>{''.join(parts)}</details>"
    return {"text/html": page(inner, style=style_for(inner)), "text/plain": "\n\n".join(texts)}


def _prompt(said: Said) -> str:
    return printable(scrub(said.prompt))
