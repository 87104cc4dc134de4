"""Local accounts of clinicians and operators: who may sign in, with what role; passwords only as argon2 hashes.

The console signs people in through here, and `ipt-pulse account` keeps the list.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from pydantic import TypeAdapter, ValidationError

from schemas.model import Slug
from streams.core.ids import hashed_id
from streams.errors import Rejected
from streams.settings import Settings

PASSWORD_MINIMUM = 12
"""Shorter passwords are refused."""

LOCKED_FOR = timedelta(minutes=15)
TRIES_FROM_ONE_ADDRESS = 5
TRIES_FROM_ANYWHERE = 50
"""Failures within `LOCKED_FOR` after which a name is locked: soon for the address that guesses, so that a stranger
cannot easily lock the clinician on duty out; and for everyone once many addresses guess."""

_TABLES = """
CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tries (name TEXT NOT NULL, source TEXT NOT NULL, at REAL NOT NULL) STRICT;
"""

_NAME: TypeAdapter[str] = TypeAdapter(Slug)


class Role(StrEnum):
    """What someone is here for; `streams.console.access` says what each may see and do."""

    ON_CALL = "on_call"
    THERAPIST = "therapist"
    LEAD = "lead"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in. `stamp` changes with the password, so that old sessions end."""

    name: str
    role: Role
    stamp: str


class Refusal(StrEnum):
    """Why a sign-in failed; that a name is unknown is never told."""

    WRONG = "wrong"
    LOCKED = "locked"


class Accounts:
    """The accounts in one SQLite file. Every call opens it anew, so any thread and any process may call."""

    def __init__(self, file: Path, hasher: PasswordHasher | None = None) -> None:
        self._file = file
        self._hasher = hasher or PasswordHasher()
        # What a password is checked against when the name is unknown, so that both answers take as long.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        with self._open() as db:
            db.executescript(_TABLES)

    def add(self, name: str, role: Role, password: str) -> Account:
        """Make an account.

        Raises:
            Rejected: the name cannot be one or is taken, or the password is too short.
        """
        if len(password) < PASSWORD_MINIMUM:
            raise Rejected("password", f"has fewer than {PASSWORD_MINIMUM} characters")
        try:
            _NAME.validate_python(name)
        except ValidationError as error:
            raise Rejected("name", "is not 1-64 letters, digits or ._~-") from error
        kept = self._hasher.hash(password)
        try:
            with self._open() as db:
                db.execute("INSERT INTO accounts VALUES (?, ?, ?)", (name, role.value, kept))
        except sqlite3.IntegrityError as error:
            raise Rejected("name", "is taken") from error
        return Account(name, role, hashed_id(kept))

    def remove(self, name: str) -> bool:
        """Delete an account, whose sessions end at once; False if there was none."""
        with self._open() as db:
            return db.execute("DELETE FROM accounts WHERE name = ?", (name,)).rowcount > 0

    def find(self, name: str) -> Account | None:
        """The account of that name."""
        return next((account for account in self.all() if account.name == name), None)

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with self._open() as db:
            rows = db.execute("SELECT name, role, hash FROM accounts ORDER BY name").fetchall()
        return tuple(Account(name, Role(role), hashed_id(kept)) for name, role, kept in rows)

    def sign_in(self, name: str, password: str, *, source: str, now: datetime) -> Account | Refusal:
        """The account, if the password is its own; blocks for about 50 ms.

        Args:
            name: as typed.
            password: as typed.
            source: where the try comes from, such as an IP address.
            now: the time of the try.
        """
        if not self._may_try(name, source, now):
            return Refusal.LOCKED
        with self._open() as db:
            row = db.execute("SELECT role, hash FROM accounts WHERE name = ?", (name,)).fetchone()
        role, kept = row or (None, self._nobody)
        if not self._matches(kept, password) or role is None:
            return Refusal.WRONG
        with self._open() as db:
            db.execute("DELETE FROM tries WHERE name = ? AND source = ?", (hashed_id(name), hashed_id(source)))
        return Account(name, Role(role), hashed_id(kept))

    def _may_try(self, name: str, source: str, now: datetime) -> bool:
        """Counts the try before the password is looked at, so that many tries at once are still counted."""
        who, whence, at = hashed_id(name), hashed_id(source), now.timestamp()
        with self._open() as db:
            db.execute("DELETE FROM tries WHERE at <= ?", (at - LOCKED_FOR.total_seconds(),))
            sources = [row[0] for row in db.execute("SELECT source FROM tries WHERE name = ?", (who,))]
            if sources.count(whence) >= TRIES_FROM_ONE_ADDRESS or len(sources) >= TRIES_FROM_ANYWHERE:
                return False
            db.execute("INSERT INTO tries VALUES (?, ?, ?)", (who, whence, at))
        return True

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except Argon2Error:
            return False

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:
                db.execute("COMMIT")


def local_accounts(config: Settings) -> Accounts:
    """The accounts of this installation. They lie outside the console's own store, which may be deleted."""
    return Accounts(config.home / "accounts.sqlite")


def generated_password() -> str:
    """A password nobody has to think of: 96 random bits, 16 characters."""
    return secrets.token_urlsafe(12)
