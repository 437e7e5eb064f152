"""Rows of the journal: how text is stored, listed for the search, and asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.values import whole_text

if TYPE_CHECKING:
    import sqlite3


def list_words(connection: sqlite3.Connection, where: str, *values: Any) -> None:
    """Make the words of turns findable."""
    connection.execute(
        f"INSERT INTO words (rowid, prompt, answer) SELECT id, prompt, answer FROM turns WHERE {where}",
        values,
    )


def unlist_words(connection: sqlite3.Connection, where: str, *values: Any) -> None:
    """The reverse; an external-content index must be told the old words (sqlite.org/fts5.html §4.4.3)."""
    connection.execute(
        "INSERT INTO words (words, rowid, prompt, answer) SELECT 'delete', id, prompt, answer FROM turns"
        f" WHERE state NOT IN ('running', 'forgotten') AND {where}",
        values,
    )


def insertion(table: str, values: dict[str, Any]) -> str:
    """The statement that inserts ``values`` by their names."""
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"


def compact_json(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def storable(value: Any) -> Any:
    """Lone surrogates of a prompt become U+FFFD, as in the request: SQLite takes UTF-8 only."""
    return whole_text(value) if isinstance(value, str) else value


def search_query(text: str) -> str:
    """Words of a person as an FTS5 query: every word a prefix, quoted ones together, operators mean nothing."""
    phrases = []
    for at, piece in enumerate(text.split('"')):
        phrases += [piece] if at % 2 else piece.split()
    wanted = [phrase for phrase in phrases if any(character.isalnum() for character in phrase)]
    return " ".join('"{}"*'.format(phrase.replace('"', '""')) for phrase in wanted)
