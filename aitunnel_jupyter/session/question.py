"""A question before it becomes a turn: is the answer there already, what can it cost, does that fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aitunnel_jupyter.answer import Notice
from aitunnel_jupyter.errors import AITunnelError, BudgetExceeded, ConnectFailed, JournalProblem
from aitunnel_jupyter.gateway.catalogue import catalogue, refresh_in_background, stored_catalogue
from aitunnel_jupyter.session import budget
from aitunnel_jupyter.session.afford import RetryWithLess
from aitunnel_jupyter.session.limits import limits_of
from aitunnel_jupyter.session.record import NOWHERE, Place, fingerprint
from aitunnel_jupyter.session.turn import Turn

if TYPE_CHECKING:
    from aitunnel_jupyter.answer import Answer
    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.request import Request
    from aitunnel_jupyter.session.entry import Entry
    from aitunnel_jupyter.session.journal import Journal
    from aitunnel_jupyter.session.limits import Limits

LOCAL_SOURCE = "local"
"""What the key of the model on this machine says of where it comes from."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything about a turn that is known before it begins."""

    request: Request
    address: Address
    place: Place = NOWHERE
    form: str = "markdown"
    language: str = "en"
    notices: tuple[Notice, ...] = ()
    before: str = ""
    """The beginning of the answer, if the question continues one."""
    title: str = ""
    """What the journal shows as the prompt, if the real one is of our own making."""
    keep: bool = False
    """Whether an answer to the same request in the journal will do."""
    max_tokens: int = 0
    """What is sent where the request names no ``max_tokens``; 0: from the catalogue."""
    is_limit_inherited: bool = False
    """Whether the request's ``max_tokens`` is only what an earlier request had."""
    afford: bool = False
    """Whether to ask once more after a 402, with the longest answer that the balance allows."""


def begin(question: Question, journal: Journal | None) -> Turn:
    """Start the turn of a question, or take its answer from the journal.

    Args:
        question: What, whom, where.
        journal: Where it is written down; ``None`` if that is impossible.

    Raises:
        BudgetExceeded: It could cost more than what is left, or a budget holds and its ledger cannot be read just
            now; nothing was sent.
    """
    request, address = question.request, question.address
    if question.keep and (kept := _kept(journal, key_of(question))) is not None:
        return _turn(question, request, known=kept)
    limits, trouble = _limits(question, request, journal)
    try:
        request, entry, notices = _written(question, replace(request, max_tokens=limits.max_tokens), limits, journal)
    except BudgetExceeded as refusal:
        if trouble is None or refusal.code != "budget.unknown":
            raise
        why = trouble.line(question.language)
        raise BudgetExceeded("budget.no_list", host=address.host, why=why, **refusal.values) from None
    if address.is_gateway:
        refresh_in_background(address)
    return _turn(question, request, entry=entry, notices=notices, retry=_retry(question, journal))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be sent now, if it were asked."""

    request: Request
    limits: Limits
    is_list_missing: bool = False
    """Whether a budget holds and the server's prices are still to be fetched."""
    fitted: int | None = None
    """The longest answer in tokens, if a budget leaves only so much."""
    refusal: BudgetExceeded | None = None
    """Why it would not be sent."""


def foreseen(question: Question, journal: Journal | None) -> Foreseen:
    """What :func:`begin` would do now; nothing is fetched, sent or written.

    Raises:
        JournalProblem: The ledger cannot be read.
    """
    address = question.address
    limits = limits_of(question.request, address, question.max_tokens, is_inherited=question.is_limit_inherited)
    request = replace(question.request, max_tokens=limits.max_tokens)
    found = budget.budgets(journal.database, question.place.notebook) if journal else []
    if found and limits.tokens is None and stored_catalogue(address.base_url) is None:
        return Foreseen(request, limits, is_list_missing=True)
    try:
        checked = budget.checked(found, budget.Cost(request.model, limits.tokens, limits.services, limits.fit))
    except BudgetExceeded as refusal:
        return Foreseen(request, limits, refusal=refusal)
    if checked.request is None or checked.request.max_tokens == request.max_tokens:
        return Foreseen(request, limits)
    shorter = limits._replace(max_tokens=checked.request.max_tokens, ceiling=checked.ceiling)
    return Foreseen(checked.request, shorter, fitted=checked.request.max_tokens)


def _limits(question: Question, request: Request, journal: Journal | None) -> tuple[Limits, ConnectFailed | None]:
    """The request's limits, and why they are not known if the server cannot be reached.

    Under a budget the server's list is fetched first if nobody has its prices yet.
    """
    address = question.address
    limits = limits_of(request, address, question.max_tokens, is_inherited=question.is_limit_inherited)
    if limits.tokens is not None or journal is None:
        return limits, None
    try:
        if budget.holds(journal.database, question.place.notebook):
            catalogue(address)
            limits = limits_of(request, address, question.max_tokens, is_inherited=question.is_limit_inherited)
    except ConnectFailed as trouble:
        return limits, trouble
    except AITunnelError:  # without journal or list: the check says what it cannot know
        pass
    return limits, None


def _written(
    question: Question, request: Request, limits: Limits, journal: Journal | None
) -> tuple[Request, Entry | None, tuple[Notice, ...]]:
    """The request as it may be sent, its entry, and what is to be told beside its answer."""
    if journal is None:
        return request, None, ()
    try:
        entry = journal.begin(
            request, question.address, question.place, key=key_of(question), title=question.title,
            ceiling=limits.tokens, services=limits.services, fit=limits.fit,
        )  # fmt: skip
    except JournalProblem as problem:
        if journal.has_budget:
            raise BudgetExceeded("budget.unreadable", why=problem.line(question.language)) from None
        return request, None, (Notice("journal", problem.line(question.language)),)
    sent = entry.request or request
    shorter = sent.max_tokens != request.max_tokens
    return sent, entry, (Notice("fitted", str(sent.max_tokens)),) if shorter else ()


def _retry(question: Question, journal: Journal | None) -> RetryWithLess:
    def write_down(request: Request) -> tuple[Entry | None, tuple[Notice, ...]]:
        limits = limits_of(request, question.address, question.max_tokens)
        return _written(question, request, limits, journal)[1:]

    return RetryWithLess(question, write_down)


def key_of(question: Question) -> str:
    """The fingerprint under which an answer is kept.

    The model on this machine has another port and key in each kernel, and is the same model all the same.
    """
    address = question.address
    is_local = address.key is not None and address.key.source == LOCAL_SOURCE
    return fingerprint(question.request, f"{LOCAL_SOURCE}:" if is_local else address.base_url)


def _kept(journal: Journal | None, key: str) -> Answer | None:
    try:
        return journal.kept(key) if journal else None
    except JournalProblem:
        return None


def _turn(
    question: Question,
    request: Request,
    *,
    entry: Entry | None = None,
    known: Answer | None = None,
    notices: tuple[Notice, ...] = (),
    retry: RetryWithLess | None = None,
) -> Turn:
    if known is not None:
        known = _as_kept(known).replace_facts(base_url=question.address.base_url)
    return Turn(
        request, question.address, entry=entry, known=known,
        form=question.form, language=question.language, notices=(*question.notices, *notices),
        before=question.before, retry=retry,
    )  # fmt: skip


def _as_kept(answer: Answer) -> Answer:
    """Marked with its date; it costs nothing this time, and the balance of that day is no longer true."""
    usage = replace(answer.usage, cost=budget.NOTHING, balance=None) if answer.usage else None
    when = datetime.fromtimestamp(answer.kept_at or 0).astimezone()
    told = tuple(notice for notice in answer.notices if notice.code in {"skipped", "masked"})
    return answer.replace_facts(usage=usage, notices=(*told, Notice("kept", f"{when:%Y-%m-%d %H:%M}")))
