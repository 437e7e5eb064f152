"""The journal: every request before it is sent, every answer as far as it came.

::

    begin ──► running ──► complete            the whole answer
                 │   └──► partial / failed    what came of it
                 └─ about once a second: the text so far, so that a killed kernel leaves it
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.redaction import scrub, scrubbed
from aitunnel_jupyter.session import budget
from aitunnel_jupyter.session.database import Database, default_path
from aitunnel_jupyter.session.entry import Entry
from aitunnel_jupyter.session.record import (
    Place,
    Record,
    answer_from,
    digest_of,
    facts_as_json,
    fingerprint,
    nano,
    prompt_text,
)
from aitunnel_jupyter.session.rows import compact_json, insertion, list_words, search_query, storable, unlist_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from aitunnel_jupyter.answer import Answer, Message
    from aitunnel_jupyter.gateway.address import Address
    from aitunnel_jupyter.gateway.request import Request

ORPHAN_SECONDS = 600.0
"""A running turn that wrote nothing for this long belongs to a kernel that is gone."""

KEPT_TRIES = 10
"""How many of the newest answers to the same request are looked at."""
_SHORTENED = frozenset({"fitted", "afforded"})
"""Notices of answers that were asked for shorter than the person wanted."""

_COLUMNS = "id, started, state, notebook, cell, name, conversation, base_url, model, fields, prompt, answer, facts"


class Journal:
    """Turns in a database.

    Args:
        path: The file; ``None`` remembers only while the process lives (``%ai journal off``).

    Raises:
        JournalProblem: The file cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        self.database = Database(path)
        self.has_budget = False
        """Whether a budget held when something was asked last."""

    @property
    def path(self) -> Path | None:
        """The file, or ``None``."""
        return self.database.path

    # --- writing --------------------------------------------------------------------------------------------

    def begin(
        self,
        request: Request,
        address: Address,
        place: Place,
        *,
        key: str = "",
        title: str = "",
        ceiling: Decimal | None = None,
        services: tuple[str, ...] = (),
        fit: Callable[[Decimal], tuple[Request, Decimal] | None] | None = None,
        is_asked: bool = True,
    ) -> Entry:
        """Write a request down before it is sent, in one transaction with the check of the budget.

        Args:
            request: What will be asked.
            address: Whom.
            place: Where it was asked.
            key: Its :func:`~aitunnel_jupyter.session.record.fingerprint`; computed if not given.
            title: What is shown and searched as the prompt; by default its words.
            ceiling: The most prompt and answer can cost, in roubles; ``None`` if nobody knows.
            services: What is charged besides.
            fit: Makes a shorter request for so many roubles, if the person leaves that to us.
            is_asked: False for a turn that comes from a file: no money, no budget.

        Raises:
            BudgetExceeded: It could cost more than what is left.
            JournalProblem: It could not be written.
        """
        bodies = {digest_of(m): json.dumps(scrubbed(dict(m)), ensure_ascii=False) for m in request.messages}
        values = {
            "started": time.time(), "state": "running",
            "notebook": place.notebook, "cell": place.cell, "name": place.name, "conversation": place.conversation,
            "base_url": address.base_url, "model": scrub(request.model),
            "fingerprint": key or fingerprint(request, address.base_url),
            "messages": json.dumps([digest_of(m) for m in request.messages]),
            "prompt": scrub(title or (prompt_text(request.messages[-1]) if request.messages else "")),
            "ceiling": nano(budget.NOTHING),
        }  # fmt: skip
        with self.database.write() as connection:
            if is_asked:
                cost = budget.Cost(request.model, ceiling, services, fit)
                checked = budget.check(connection, place.notebook, cost)
                self.has_budget, request = checked.holds, checked.request or request
                values["ceiling"] = nano(checked.ceiling)
            values["fields"] = compact_json(scrubbed(request.fields()))
            connection.executemany(
                "INSERT OR IGNORE INTO messages VALUES (?, ?)", [(d, storable(b)) for d, b in bodies.items()]
            )
            row = connection.execute(insertion("turns", values), [storable(v) for v in values.values()])
        return Entry(self, int(row.lastrowid or 0), request)

    def write_partial(self, turn_id: int, text: str, facts: str) -> None:
        """The text so far, unless somebody else writes just now: it comes again in a second.

        Raises:
            JournalProblem: It was not written.
        """
        with self.database.write(patience=0) as connection:
            connection.execute(
                "UPDATE turns SET answer = ?, facts = ?, ended = ? WHERE id = ? AND state = 'running'",
                (storable(text), facts, time.time(), turn_id),
            )

    def finish(self, turn_id: int, answer: Answer, state: str, cost: Decimal | None) -> None:
        """The answer, whole or not, with its facts; from now on it can be searched."""
        usage = answer.usage
        ended = time.time()
        text, facts, model = storable(answer.text), storable(facts_as_json(answer)), storable(answer.model)

        def change(connection: sqlite3.Connection) -> None:
            unlist_words(connection, "id = ?", turn_id)
            connection.execute(
                "UPDATE turns SET ended = ?, state = ?, answer = ?, facts = ?, model = ?,"
                " prompt_tokens = ?, completion_tokens = ?, cost = ? WHERE id = ?",
                (
                    ended, state, text, facts, model,
                    usage.prompt_tokens if usage else None, usage.completion_tokens if usage else None,
                    nano(cost), turn_id,
                ),
            )  # fmt: skip
            if any(notice.code == "billed" for notice in answer.notices):
                connection.execute("UPDATE turns SET doubtful = coalesce(ceiling, 0) WHERE id = ?", (turn_id,))
            list_words(connection, "id = ?", turn_id)

        self.database.write_soon(change)

    def forget(self, turn_id: int | None) -> int:
        """Remove the words of one turn, or of all; its time, model and cost stay for the sums.

        Returns:
            How many turns were forgotten.
        """
        where, values = ("id = ?", (turn_id,)) if turn_id is not None else ("1", ())
        with self.database.write() as connection:
            unlist_words(connection, where, *values)
            count = connection.execute(
                "UPDATE turns SET state = 'forgotten', fields = '{}', messages = '[]', prompt = '', answer = '',"
                " facts = '{}', fingerprint = '', name = '', conversation = ''"
                f" WHERE state != 'forgotten' AND {where}",
                values,
            ).rowcount
            if turn_id is None:
                connection.execute("DELETE FROM conversations")
            connection.execute(
                "DELETE FROM messages WHERE digest NOT IN (SELECT value FROM turns, json_each(turns.messages))"
            )
            # Deleted words stay in the index's segments until those are merged (sqlite.org/fts5.html §6.9).
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")  # and the old pages in the write-ahead log
        return count

    # --- reading --------------------------------------------------------------------------------------------

    def kept(self, key: str) -> Answer | None:
        """The newest whole answer to the same request, marked with when it was asked.

        Not one that ended early because a budget or the balance had no room for more.
        """
        rows = self._records("fingerprint = ? AND state = 'complete' ORDER BY id DESC LIMIT ?", key, KEPT_TRIES)
        return next((row.answer for row in rows if not _was_too_dear(row.answer)), None)

    def get(self, turn_id: int) -> Record | None:
        """One turn with everything that was sent."""
        rows = self._records("id = ? AND state != 'forgotten'", turn_id)
        return rows[0] if rows else None

    def get_many(self, turn_ids: Sequence[int]) -> list[Record]:
        """Several turns, those that are there."""
        marks = ", ".join("?" * len(turn_ids))
        return self._records(f"id IN ({marks}) AND state != 'forgotten'", *turn_ids)

    def existing(self, turn_ids: Sequence[int]) -> set[int]:
        """Which of these turns are in this journal."""
        marks = ", ".join("?" * len(turn_ids))
        return {row["id"] for row in self.database.rows(f"SELECT id FROM turns WHERE id IN ({marks})", *turn_ids)}

    def recent(self, count: int, notebook: str | None = None) -> list[Record]:
        """The newest turns, oldest first."""
        where, values = ("notebook = ? AND ", (notebook,)) if notebook is not None else ("", ())
        return self._records(f"{where}state != 'forgotten' ORDER BY id DESC LIMIT ?", *values, count)[::-1]

    def search(self, text: str, count: int = 20) -> list[Record]:
        """Turns that hold all the words, each as a beginning of a word; newest first. "Quoted words" stay together.

        Example:
            >>> Journal(None).search("cat")
            []
        """
        query = search_query(text)
        if not query:
            return []
        self._adopt_orphans()
        return self._records(
            "id IN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY id DESC",
            query,
            count,
        )

    def named(self, notebook: str) -> dict[str, Answer]:
        """The newest answer for each variable of a notebook, in the order they were asked."""
        rows = self._records(
            "id IN (SELECT max(id) FROM turns WHERE notebook = ? AND name != ''"
            " AND (state = 'complete' OR answer != '') GROUP BY name) ORDER BY id",
            notebook,
        )
        return {row.place.name: row.answer for row in rows}

    def _adopt_orphans(self) -> None:
        """List the words of turns whose kernel was killed: nobody else will."""
        where, silent_since = "state = 'running' AND coalesce(ended, started) < ?", time.time() - ORPHAN_SECONDS
        if self.database.rows(f"SELECT 1 FROM turns WHERE {where} LIMIT 1", silent_since):
            with self.database.write() as connection:
                list_words(connection, where, silent_since)
                connection.execute(f"UPDATE turns SET state = 'partial' WHERE {where}", (silent_since,))

    def _records(self, where: str, *values: Any) -> list[Record]:
        rows = self.database.rows(f"SELECT {_COLUMNS}, turns.messages FROM turns WHERE {where}", *values)
        return [self._record(row) for row in rows]

    def _record(self, row: sqlite3.Row) -> Record:
        messages = self._messages(json.loads(row["messages"]))
        answer = answer_from(
            row["answer"], row["facts"],
            prompt_messages=messages, fields=json.loads(row["fields"]), base_url=row["base_url"],
            turn_id=row["id"], kept_at=row["started"],
        )  # fmt: skip
        if not row["facts"].startswith('{"model"'):  # only partial texts came: the end was never written
            answer = answer.replace_facts(complete=False, error="stopped", model=answer.model or row["model"])
        place = Place(row["notebook"], row["cell"], row["name"], row["conversation"])
        return Record(row["id"], row["started"], row["state"], place, row["prompt"], answer, messages)

    def _messages(self, digests: Sequence[str]) -> tuple[Message, ...]:
        found: dict[str, Message] = {}
        for at in range(0, len(digests), 500):  # SQLite takes 999 values at most in old builds
            some = digests[at : at + 500]
            marks = ", ".join("?" * len(some))
            rows = self.database.rows(f"SELECT digest, body FROM messages WHERE digest IN ({marks})", *some)
            found |= {row["digest"]: json.loads(row["body"]) for row in rows}
        return tuple(found[digest] for digest in digests if digest in found)


def _was_too_dear(answer: Answer) -> bool:
    return answer.finish_reason == "length" and any(notice.code in _SHORTENED for notice in answer.notices)


_journals: dict[bool, Journal] = {}
_lock = threading.Lock()


def open_journal(*, on_disk: bool = True) -> Journal:
    """The journal of this process, opened if need be; a forked child gets its own connection.

    Raises:
        JournalProblem: The file cannot be used.
    """
    with _lock:
        journal = _journals.get(on_disk)
        stale = journal and (journal.database.process_id != os.getpid() or (on_disk and journal.path != default_path()))
        if journal is None or stale:
            journal = _journals[on_disk] = Journal(default_path() if on_disk else None)
        return journal


def close_journals() -> None:
    """Close what this process opened."""
    with _lock:
        for journal in _journals.values():
            if journal.database.process_id == os.getpid():
                journal.database.close()
        _journals.clear()
