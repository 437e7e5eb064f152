"""The journal's SQLite file: opened on first use, private, safe with several kernels at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.errors import JournalProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Change = Callable[[sqlite3.Connection], object]

JOURNAL_VARIABLE = "AITUNNEL_JOURNAL"
"""A file of the person's own choice, for example on an encrypted disk."""

OFF = "off"
"""``AITUNNEL_JOURNAL=off``: everything stays in memory."""

FIRST_IN_MEMORY = 10**12
"""Turns in memory count from here, so that no file ever takes one of them for its own."""

BUSY_SECONDS = 5.0
"""Longest wait for another program's write; one of ours takes about a millisecond."""
SOON_SECONDS = 0.1
"""Longest wait where a person looks at an answer that is coming; then it is written behind their back."""
LATER_SECONDS = 600.0
"""Longest time for which that is tried."""
_AGAIN_SECONDS = 0.01
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_HEADER = b"SQLite format 3\0"

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
        self._waiting: list[Change] = []
        self._writer: threading.Thread | None = None
        try:
            if path is not None:
                _create_private(path)
            self._connection = _connect(path)
        except (sqlite3.Error, OSError) as error:
            raise self._problem(error) from None

    @contextlib.contextmanager
    def write(self, *, patience: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
        """A transaction that no other kernel writes into: what is read in it still holds when it is written.

        Args:
            patience: Seconds to wait while another program holds the file. No thread of ours waits for another's wait.

        Raises:
            JournalProblem: The file is held for longer, the disk is full, the file is gone or read-only.
        """
        deadline = time.monotonic() + patience
        while True:
            with self._lock, self._told():
                try:
                    if self._has_begun():
                        waiting = self._write_waiting()
                        yield self._connection
                        self._connection.commit()
                        del self._waiting[:waiting]
                        return
                except BaseException:
                    # Also if an interrupt came between BEGIN and the next line: an open transaction stops every kernel.
                    if self._connection.in_transaction:
                        self._connection.rollback()
                    raise
            if time.monotonic() >= deadline:
                raise JournalProblem("journal.busy", path=self.path)
            time.sleep(_AGAIN_SECONDS)

    def write_soon(self, change: Change) -> None:
        """Make ``change`` now, or as soon as another program lets go of the file: nobody waits for that.

        Until then it comes before all that is written later, so nothing overtakes it.

        Raises:
            JournalProblem: The disk is full, the file is gone or read-only.
        """
        with self._lock:
            self._waiting.append(change)
        try:
            with self.write(patience=SOON_SECONDS):
                pass
        except JournalProblem as problem:
            if problem.code != "journal.busy":
                raise
            self._write_later()

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of one query.

        Raises:
            JournalProblem: The file cannot be read.
        """
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            with self._lock:
                try:
                    return self._connection.execute(query, values).fetchall()
                except sqlite3.Error as error:
                    if not _is_busy(error) or time.monotonic() >= deadline:
                        raise self._problem(error) from None
            time.sleep(_AGAIN_SECONDS)

    def _has_begun(self) -> bool:
        """Whether the transaction is ours; not while another program holds the file."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if not _is_busy(error):
                raise
            return False
        return True

    def _write_waiting(self) -> int:
        """Make the changes that wait, in this transaction; how many. One that cannot be made is given up."""
        for at, change in enumerate(self._waiting):
            try:
                change(self._connection)
            except Exception:
                del self._waiting[at]
                raise
        return len(self._waiting)

    def _write_later(self) -> None:
        with self._lock:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._keep_trying, name="aitunnel-journal", daemon=True)
                self._writer.start()

    def _keep_trying(self) -> None:
        deadline = time.monotonic() + LATER_SECONDS
        while (left := len(self._waiting)) and time.monotonic() < deadline:
            try:
                with self.write():
                    pass
            except JournalProblem as problem:
                if problem.code != "journal.busy" and len(self._waiting) == left:
                    return

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._problem(error) from None

    def _problem(self, error: Exception) -> JournalProblem:
        return JournalProblem("journal.unusable", path=self.path, why=error)

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it if this was its last user."""
        if self._waiting:
            with contextlib.suppress(JournalProblem), self.write():
                pass
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.close()


def _create_private(path: Path) -> None:
    """The file and its folder for this person alone; SQLite gives its ``-wal`` and ``-shm`` the same mode.

    Raises:
        JournalProblem: It is a device, a pipe, or a file of another kind, which is left as it is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise JournalProblem("journal.special", path=path)
    if os.name == "posix" and mode & 0o077:
        with path.open("rb") as file:
            if file.read(len(_HEADER)) not in (b"", _HEADER):
                raise JournalProblem("journal.foreign", path=path)
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
    connection.execute("PRAGMA busy_timeout = 0")  # waiting is done without the lock, see Database.write
    return connection


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY
