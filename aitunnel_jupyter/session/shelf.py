"""Where conversations are between cells and kernels: names of turns in the journal, in order."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, NamedTuple

from aitunnel_jupyter.redaction import scrub
from aitunnel_jupyter.session.conversation import Conversation, Said

if TYPE_CHECKING:
    from aitunnel_jupyter.session.journal import Journal


class Spine(NamedTuple):
    """A conversation as a list shows it."""

    notebook: str
    name: str
    turns: int
    updated: float
    """Unix seconds."""


def load(journal: Journal, notebook: str, name: str) -> Conversation:
    """The conversation, empty if there is none; turns that were forgotten are gone from it."""
    rows = journal.database.rows("SELECT * FROM conversations WHERE notebook = ? AND name = ?", notebook, name)
    if not rows:
        return Conversation(name)
    entries = json.loads(rows[0]["entries"])
    records = {record.id: record for record in journal.get_many([turn for turn, _, _ in entries])}
    turns = [
        Said(records[turn].messages[-1], records[turn].answer, cell, bool(hidden))
        for turn, cell, hidden in entries
        if turn in records and records[turn].messages
    ]
    return Conversation(name, rows[0]["system"], turns)


def save(journal: Journal, notebook: str, conversation: Conversation) -> None:
    """Write down which turns it has; the turns themselves are in the journal already."""
    turns = [said for said in conversation.turns if said.answer.turn_id]
    ours = journal.existing([said.answer.turn_id or 0 for said in turns])  # the others were asked while it was off
    entries = [(said.answer.turn_id, said.cell, int(said.hidden)) for said in turns if said.answer.turn_id in ours]
    row = (notebook, conversation.name, scrub(conversation.system), json.dumps(entries), time.time())
    journal.database.write_soon(
        lambda connection: connection.execute("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?)", row)
    )


def remove(journal: Journal, notebook: str, name: str) -> None:
    """Forget that there was a conversation; its turns stay in the journal."""
    with journal.database.write() as connection:
        connection.execute("DELETE FROM conversations WHERE notebook = ? AND name = ?", (notebook, name))


def spines(journal: Journal, notebook: str | None = None) -> list[Spine]:
    """The conversations of a notebook, or of all; the newest first."""
    rows = journal.database.rows(
        "SELECT *, json_array_length(entries) AS turns FROM conversations ORDER BY updated DESC"
    )
    found = [Spine(row["notebook"], row["name"], row["turns"], row["updated"]) for row in rows]
    return [spine for spine in found if notebook is None or spine.notebook == notebook]


def newest_with(journal: Journal, notebook: str, cell: str) -> str:
    """The name of the newest conversation with a turn whose cell begins like this; empty if there is none."""
    begun = f", {json.dumps(cell)[:-1]}"  # as it stands in a row of entries, after the turn's number
    rows = journal.database.rows(
        "SELECT name FROM conversations WHERE notebook = ? AND instr(entries, ?) ORDER BY updated DESC LIMIT 1",
        notebook,
        begun,
    )
    return str(rows[0]["name"]) if rows else ""
