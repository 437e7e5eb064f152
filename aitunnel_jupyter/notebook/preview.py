"""What would be sent, before it is: ``--dry-run`` and ``%ai context`` say the same as the refusal would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aitunnel_jupyter.errors import JournalProblem
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.redaction import MASK, one_line, printable, scrub
from aitunnel_jupyter.session.question import foreseen

if TYPE_CHECKING:
    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.question import Foreseen, Question


def budget_words(seen: Foreseen, host: str, language: str) -> str:
    """What the budget would do with a request, in the words of ``%ai budget`` and of the refusal; empty if nothing."""
    if seen.is_list_missing:
        return say("budget.no_prices", language, host=host)
    if seen.fitted:
        return say("notice.fitted", language, value=seen.fitted)
    return seen.refusal.line(language) if seen.refusal else ""


def seen_before(magics: AIMagics, question: Question) -> Foreseen:
    """What would be sent; without the budget's word where the journal cannot be read."""
    journal, _ = magics.desk.journal_or_none()
    try:
        return foreseen(question, journal)
    except JournalProblem:
        return foreseen(question, None)


def dry_run(magics: AIMagics, question: Question) -> str:
    """The exact request as text, the key masked."""
    seen, address = seen_before(magics, question), question.address
    words = budget_words(seen, address.host, question.language)
    head = [f"POST {address.base_url}/chat/completions", "Content-Type: application/json"]
    if address.key is not None:
        head.append(f"Authorization: Bearer {MASK}")
    told = [say(f"notice.{notice.code}", question.language, value=notice.value) for notice in question.notices]
    head += [f"# {one_line(line, 500)}" for line in [words, *told] if line]
    body = json.dumps(seen.request.payload(), ensure_ascii=False, indent=2)
    return scrub("\n".join([*head, "", printable(body)]))
