"""Who is signed in, and for which patients somebody broke the glass: kept on the server, so that it can end at once.

A browser holds a random token; the file holds its hash. Called by the console. Deleting the file signs everybody out.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streams.adapters.accounts import Account
from streams.core.ids import hashed_id

LASTS = timedelta(hours=12)
"""About a shift; then one signs in again (NIST SP 800-63B, AAL2: within 12 hours)."""

IDLE = timedelta(hours=1)
"""So long after the last page was asked for (NIST SP 800-63B-4, AAL2: an hour). What a page loads by itself is none."""

GLASS_LASTS = timedelta(hours=1)
"""How long a patient stays open after the glass was broken; a longer look takes another reason."""

_TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
    key TEXT PRIMARY KEY, account TEXT NOT NULL, stamp TEXT NOT NULL, began REAL NOT NULL, seen REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS glass (
    account TEXT NOT NULL, patient TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (account, patient)
) STRICT;
"""


class Sessions:
    """The sessions in one SQLite file. Every call opens it anew, so any thread and any process may call."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        with self._open() as db:
            db.executescript(_TABLES)

    def begin(self, account: Account, now: datetime) -> str:
        """Begin a session; return its token, which nothing here remembers."""
        token, at = secrets.token_urlsafe(32), now.timestamp()
        with self._open() as db:
            _forget_old(db, at)
            row = (hashed_id(token), account.id, account.stamp, at, at)
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", row)
        return token

    def whose(self, token: str, now: datetime, *, seen: bool) -> tuple[str, str] | None:
        """The account's id and its stamp when the session began; None if there is none, or it is over.

        Args:
            token: what the browser brought.
            now: the time of the request.
            seen: whether somebody asked for a page, which is what keeps a session from ending early.
        """
        key, at = hashed_id(token), now.timestamp()
        with self._open() as db:
            _forget_old(db, at)
            row: tuple[str, str] | None = db.execute(
                "SELECT account, stamp FROM sessions WHERE key = ?", (key,)
            ).fetchone()
            if row is not None and seen:  # written down once a minute at most, so that most looks cost no write
                db.execute("UPDATE sessions SET seen = ? WHERE key = ? AND seen <= ?", (at, key, at - 60))
        return row

    def end(self, token: str) -> None:
        """End a session: its token is worth nothing from now on, whoever holds a copy."""
        with self._open() as db:
            db.execute("DELETE FROM sessions WHERE key = ?", (hashed_id(token),))

    def break_glass(self, account: str, patient: str, now: datetime) -> datetime:
        """Open a patient to an account for `GLASS_LASTS`; return until when."""
        until = now + GLASS_LASTS
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO glass VALUES (?, ?, ?)", (account, patient, until.timestamp()))
        return until

    def glass_until(self, account: str, patient: str, now: datetime) -> datetime | None:
        """Until when a patient is open to an account that broke the glass; None if it is not."""
        with self._open() as db:
            row = db.execute(
                "SELECT until FROM glass WHERE account = ? AND patient = ? AND until > ?",
                (account, patient, now.timestamp()),
            ).fetchone()
        return None if row is None else datetime.fromtimestamp(row[0], UTC)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:
                db.execute("COMMIT")


def _forget_old(db: sqlite3.Connection, at: float) -> None:
    over = (at - LASTS.total_seconds(), at - IDLE.total_seconds())
    db.execute("DELETE FROM sessions WHERE began <= ? OR seen <= ?", over)
    db.execute("DELETE FROM glass WHERE until <= ?", (at,))
