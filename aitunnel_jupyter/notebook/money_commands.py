"""Commands about money: what is left, what was spent, what may be spent."""

from __future__ import annotations

import contextlib
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aitunnel_jupyter.errors import AITunnelError
from aitunnel_jupyter.gateway.address import Address, base_url_from, is_loopback
from aitunnel_jupyter.gateway.catalogue_store import stored_catalogue
from aitunnel_jupyter.gateway.engine import engine
from aitunnel_jupyter.gateway.keys import address_with_key
from aitunnel_jupyter.messages import say
from aitunnel_jupyter.notebook.words import parsed, show_table
from aitunnel_jupyter.rendering.table import Table, grouped, money
from aitunnel_jupyter.session.budget import DAILY, MOST, UNPRICED, budgets, set_budget
from aitunnel_jupyter.session.services import SERVICES
from aitunnel_jupyter.session.sums import Sums, by_day, by_model, since

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aitunnel_jupyter.notebook.magics import AIMagics
    from aitunnel_jupyter.session.budget import Budget
    from aitunnel_jupyter.session.journal import Journal

PERIODS = ("today", "month", "notebook", "all")
_BARS = "▁▂▃▄▅▆▇█"


def balance(magics: AIMagics, words: list[str]) -> None:
    """Roubles on the account, and what the key's own budget has left."""
    parsed(magics, "balance", words)
    language = magics.person_language
    told = engine().account(_address(magics))
    left = [
        say(f"money.{name}", language, amount=money(Decimal(str(told[name])), language))
        for name in ("balance", "budget")
        if isinstance(told.get(name), (int, float))
    ]
    if not left:
        raise UsageError(say("money.no_balance", language, host=_address(magics).host))
    print(" · ".join(left))


def usage(magics: AIMagics, words: list[str]) -> None:
    """Tokens and roubles by model and by day, from the journal; the gateway's own figures beside them."""
    period = parsed(magics, "usage", words, word="today").word
    desk, language = magics.desk, magics.person_language
    if period not in PERIODS:
        raise UsageError(f"%ai usage: {say('option.choice', language, text=repr(period), choices=', '.join(PERIODS))}")
    notebook = desk.notebook if period == "notebook" else None
    begin = since(period)
    sums = by_model(desk.journal.database, begin, notebook)
    note = " · ".join(filter(None, [_plot(by_day(desk.journal.database, begin, notebook), language), _gateway(magics)]))
    show_table(magics, _table(sums, language, note))


def budget(magics: AIMagics, words: list[str]) -> None:
    """Show, set or lift a limit."""
    desk, language = magics.desk, magics.person_language
    prices = [f"--{service}=" for service in SERVICES]
    told = parsed(magics, "budget", words, "--daily", "--reset", "--allow-unpriced", *prices, word="")
    scope = DAILY if told.daily else desk.notebook
    journal = desk.journal
    before = {one.scope: one for one in budgets(journal.database, desk.notebook)}
    if told.word == "off":
        set_budget(journal.database, scope, None)
        print(say("budget.lifted.day" if told.daily else "budget.lifted.notebook", language))
    else:
        _change_budget(journal, scope, before.get(scope), told, language)
    found = budgets(journal.database, desk.notebook)
    lines = [line for one in found for line in _budget_lines(one, language)]
    if told.word != "off" and (told.reset or (told.word and scope not in before)):
        lines.append(say("budget.from_now" if scope != DAILY else "budget.from_midnight", language))
    if lines and journal.path is None:
        lines.append(say("budget.memory", language))
    if lines and (unknown := _unpriced_host(magics)):
        lines.append(say("budget.no_prices", language, host=unknown))
    if lines or told.word != "off":
        print("\n".join(lines) or say("budget.none", language))


def _change_budget(journal: Journal, scope: str, now: Budget | None, told: argparse.Namespace, language: str) -> None:
    services: dict[str, Decimal | None] = {
        name: None if text == "off" else _roubles(text, language)
        for name in SERVICES
        if (text := getattr(told, name)) is not None
    }
    if told.allow_unpriced:
        services[UNPRICED] = Decimal(0)
    if not (told.word or services or told.reset):
        return
    if now is None and not told.word:
        raise UsageError(say("budget.none", language))
    limit = _roubles(told.word, language) if told.word else now.limit if now else Decimal(0)
    set_budget(journal.database, scope, limit, afresh=told.reset, services=services)
    journal.has_budget = True


def _unpriced_host(magics: AIMagics) -> str:
    """The server in use, if nobody has its prices yet; empty for this machine."""
    with contextlib.suppress(AITunnelError):
        base_url = base_url_from(setting=magics.base_url)
        stored = stored_catalogue(base_url)
        if not is_loopback(base_url) and (stored is None or not stored.is_priced):
            return Address(base_url).host
    return ""


def _roubles(text: str, language: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", ".").removesuffix("₽").strip())
    except InvalidOperation:
        raise UsageError(f"%ai budget: {say('option.number', language, text=repr(text))}") from None
    if amount.is_nan() or not 0 <= amount <= MOST:
        raise UsageError(f"%ai budget: {say('budget.range', language, text=repr(text), most=grouped(int(MOST)))}")
    return amount


def _budget_lines(one: Budget, language: str) -> list[str]:
    code = "budget.line.day" if one.scope == DAILY else "budget.line.notebook"
    values = {"limit": one.limit, "spent": one.spent, "left": max(one.left, Decimal(0))}
    since = f"{datetime.fromtimestamp(one.since).astimezone():%Y-%m-%d %H:%M}"
    amounts = {name: money(amount, language) for name, amount in values.items()}
    lines = [say(code, language, since=since, **amounts)]
    lines += [
        say(f"budget.price.{name}", language, amount=money(price, language)) for name, price in one.services.items()
    ]
    return [*lines, say("budget.unpriced", language)] if one.allows_unpriced else lines


def _table(sums: Sequence[Sums], language: str, note: str) -> Table:
    total = Sums.total(sums)
    dearest = max((one.cost for one in sums), default=Decimal(0))
    rows = [
        (
            one.model or say("money.total", language),
            grouped(one.turns),
            grouped(one.prompt_tokens),
            grouped(one.completion_tokens),
            _cost(one, language),
            _bar(one.cost, dearest) if one is not total else "",
        )
        for one in [*sums, total]
    ]
    head = [say(f"money.{name}", language) for name in ("model", "turns", "prompt", "answer")] + ["₽", ""]
    unknown = say("money.unknown", language, count=total.unknown) if total.unknown else ""
    return Table(head, rows, frozenset({1, 2, 3, 4}), " · ".join(filter(None, [unknown, note])))


def _cost(one: Sums, language: str) -> str:
    """Roubles; where the cost of some turns is unknown, no sum is told as if it were all."""
    if not one.unknown:
        return money(one.cost, language)
    return say("money.at_least" if one.cost else "money.unknown_cost", language, amount=money(one.cost, language))


def _bar(amount: Decimal, most: Decimal) -> str:
    """A bar of at most 12 blocks; text, so that it shows everywhere."""
    return "█" * max(round(12 * amount / most), 1) if most and amount else ""


def _plot(days: Sequence[tuple[str, Decimal]], language: str) -> str:
    """Roubles per day as a line of blocks, for more than one day."""
    if len(days) < 2:  # noqa: PLR2004  one day has no course
        return ""
    most = max(cost for _, cost in days)
    line = "".join(_BARS[int(7 * cost / most)] if most else _BARS[0] for _, cost in days)
    return say("money.plot", language, first=days[0][0], last=days[-1][0], line=line)


def _gateway(magics: AIMagics) -> str:
    """What the gateway itself says it charged, if it is one and can be asked."""
    try:
        address = _address(magics)
        stored = stored_catalogue(address.base_url)
        if not address.is_gateway and not (stored and stored.is_priced):
            return ""
        told = engine().account(address, "stats/summary")
    except AITunnelError:
        return ""
    language = magics.person_language
    today, month = told.get("today_spend"), told.get("month_spend")
    if not isinstance(today, (int, float)) or not isinstance(month, (int, float)):
        return ""
    values = {"today": today, "month": month}
    amounts = {name: money(Decimal(str(amount)), language) for name, amount in values.items()}
    return say("money.gateway", language, **amounts)


def _address(magics: AIMagics) -> Address:
    return address_with_key(base_url_from(setting=magics.base_url), magics.key_file)
