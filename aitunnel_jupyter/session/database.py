"""The journal's SQLite file: opened on first use, private, safe with several kernels at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import JournalProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

JOURNAL_VARIABLE = "AITUNNEL_JOURNAL"
"""A file of the person's own choice, for example on an encrypted disk."""

OFF = "off"
"""``AITUNNEL_JOURNAL=off``: everything stays in memory."""

FIRST_IN_MEMORY = 10**12
"""Turns in memory count from here, so that no file ever takes one of them for its own."""

BUSY_SECONDS = 5.0
"""Longest wait for another kernel's write; a write takes about a millisecond."""

_TABLES = """
CREATE TABLE IF NOT EXISTS messages (digest TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started REAL NOT NULL, ended REAL,
    state TEXT NOT NULL,
    notebook TEXT NOT NULL, cell TEXT NOT NULL, name TEXT NOT NULL, conversation TEXT NOT NULL,
    base_url TEXT NOT NULL, model TEXT NOT NULL, fingerprint TEXT NOT NULL,
    fields TEXT NOT NULL, messages TEXT NOT NULL, prompt TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}',
    prompt_tokens INTEGER, completion_tokens INTEGER,
    ceiling INTEGER, cost INTEGER, doubtful INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS turns_fingerprint ON turns (fingerprint);
CREATE INDEX IF NOT EXISTS turns_notebook ON turns (notebook, name);
CREATE INDEX IF NOT EXISTS turns_started ON turns (started);
CREATE INDEX IF NOT EXISTS turns_running ON turns (id) WHERE state = 'running';
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    prompt, answer, content = 'turns', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2"
);
CREATE TABLE IF NOT EXISTS conversations (
    notebook TEXT NOT NULL, name TEXT NOT NULL, system TEXT NOT NULL, entries TEXT NOT NULL, updated REAL NOT NULL,
    PRIMARY KEY (notebook, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS insertions (notebook TEXT NOT NULL, cell TEXT NOT NULL, PRIMARY KEY (notebook, cell)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS budgets (scope TEXT PRIMARY KEY, roubles INTEGER NOT NULL, since REAL NOT NULL) WITHOUT ROWID;
"""
_SERVICES = """
CREATE TABLE IF NOT EXISTS services (
    scope TEXT NOT NULL, name TEXT NOT NULL, roubles INTEGER NOT NULL, PRIMARY KEY (scope, name)
) WITHOUT ROWID;
"""

MIGRATIONS = (_TABLES, _SERVICES)
"""What makes each version from the one before. Two kernels may run one at once, so nothing in it minds that."""
VERSION = len(MIGRATIONS)
"""``PRAGMA user_version``: raised whenever the tables change."""


def default_path() -> Path | None:
    """``AITUNNEL_JOURNAL``, else ``journal.db`` in the platform's data folder; ``None`` if it says ``off``."""
    chosen = os.environ.get(JOURNAL_VARIABLE, "").strip()
    if chosen == OFF:
        return None
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("aitunnel_jupyter", appauthor=False) / "journal.db"


class Database:
    """One connection for all threads of this process.

    Args:
        path: The file; ``None`` keeps everything in memory.

    Raises:
        JournalProblem: The file cannot be opened, is damaged, or was written by a later version.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.process_id = os.getpid()
        self._lock = threading.RLock()
        try:
            if path is not None:
                _create_private(path)
            self._connection = _connect(path)
        except (sqlite3.Error, OSError) as error:
            raise JournalProblem("journal.unusable", path=path, why=error) from None

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other kernel writes into: what is read in it still holds when it is written.

        Raises:
            JournalProblem: The disk is full, the file is gone or read-only.
        """
        with self._lock:
            try:
                try:
                    self._connection.execute("BEGIN IMMEDIATE")
                    yield self._connection
                    self._connection.commit()
                except BaseException:
                    # Also if an interrupt came between BEGIN and the next line: an open transaction stops every kernel.
                    if self._connection.in_transaction:
                        self._connection.rollback()
                    raise
            except sqlite3.Error as error:
                raise JournalProblem("journal.unusable", path=self.path, why=error) from None

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of one query.

        Raises:
            JournalProblem: The file cannot be read.
        """
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise JournalProblem("journal.unusable", path=self.path, why=error) from None

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it if this was its last user."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.close()


def _create_private(path: Path) -> None:
    """The file and its folder for this person alone; SQLite gives its ``-wal`` and ``-shm`` the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if os.name == "posix":
        path.chmod(0o600)


def _connect(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    # WAL: readers and one writer at once. NORMAL: a power cut may cost the last second, never the file.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is not left in free pages
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        connection.close()
        raise JournalProblem("journal.newer", path=path)
    if found < VERSION:
        changes = "".join(MIGRATIONS[found:])
        connection.executescript(f"BEGIN IMMEDIATE;{changes}PRAGMA user_version = {VERSION};COMMIT;")
    if path is None:
        connection.execute("INSERT INTO sqlite_sequence VALUES ('turns', ?)", (FIRST_IN_MEMORY,))
    return connection
