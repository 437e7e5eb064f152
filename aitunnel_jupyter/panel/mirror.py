"""What of a panel a saved notebook keeps: the transcript as a folded output, because Lab saves no widgets."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.outputs import Outputs
from aitunnel_jupyter.redaction import printable, scrub
from aitunnel_jupyter.rendering.page import body_html, footer_html, page, reasoning_html, waiting_html
from aitunnel_jupyter.rendering.style import style_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aitunnel_jupyter.session.conversation import Conversation, Said


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
        known = self._parts
        self._parts = {}
        for said in conversation.turns:  # each turn is rendered once, however often the transcript is shown
            rendered = known.get(id(said.answer)) or (said, turn_html(said, self._language))
            self._parts[id(said.answer)] = rendered
        html_parts = [part for _, part in self._parts.values()]
        return transcript_bundle(conversation, html_parts, self._language, self._hint)


def turn_html(said: Said, language: str) -> str:
    """A prompt and its answer as safe HTML."""
    answer = said.answer.replace_facts(language=language)
    prompt = f'<blockquote class="aitunnel-text">{html.escape(_prompt(said))}</blockquote>'
    return prompt + reasoning_html(answer.reasoning, language) + body_html(answer) + footer_html(answer)


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
    texts = [f"> {_prompt(said)}\n\n{printable(said.answer.text)}" for said in conversation.turns]
    title = say("panel.transcript", language, count=len(conversation.turns))
    inner = f"{above}<details><summary>{html.escape(title)}</summary>{''.join(parts)}</details>"
    return {"text/html": page(inner, style=style_for(inner)), "text/plain": "\n\n".join(texts)}


def _prompt(said: Said) -> str:
    return printable(scrub(said.prompt))
