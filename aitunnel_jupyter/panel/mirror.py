"""What of a panel a saved notebook keeps: the transcript as a folded output, because Lab saves no widgets."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.outputs import Outputs
from aitunnel_jupyter.redaction import printable
from aitunnel_jupyter.rendering.page import body_html, footer_html, page, reasoning_html
from aitunnel_jupyter.rendering.style import style_for

if TYPE_CHECKING:
    from aitunnel_jupyter.session.conversation import Conversation


class Mirror:
    """One output below the panel, replaced after each turn.

    Args:
        shell: Whose.
        language: ``en`` or ``ru``.
    """

    def __init__(self, shell: Any, language: str) -> None:
        self._outputs = Outputs(shell)
        self._language = language
        self._id: str | None = None

    def show(self, conversation: Conversation) -> None:
        """Put the output into the running cell."""
        self._id = self._outputs.display(transcript_bundle(conversation, self._language))

    def update(self, conversation: Conversation) -> None:
        """The newest transcript, in whichever cell it stands."""
        if self._id is not None:
            self._outputs.update(self._id, transcript_bundle(conversation, self._language))


def transcript_bundle(conversation: Conversation, language: str) -> dict[str, str]:
    """The MIME bundle of a conversation: folded safe HTML, and plain text."""
    if not conversation.turns:
        return {"text/html": "", "text/plain": ""}
    parts, texts = [], []
    for said in conversation.turns:
        answer = said.answer.replace_facts(language=language)
        prompt = printable(said.prompt)
        parts.append(
            f'<blockquote class="aitunnel-text">{html.escape(prompt)}</blockquote>'
            + reasoning_html(answer.reasoning, language)
            + body_html(answer)
            + footer_html(answer)
        )
        texts.append(f"> {prompt}\n\n{printable(answer.text)}")
    title = say("panel.transcript", language, count=len(conversation.turns))
    inner = f"<details><summary>{html.escape(title)}</summary>{''.join(parts)}</details>"
    return {"text/html": page(inner, style=style_for(inner)), "text/plain": "\n\n".join(texts)}
