"""Accounts of clinicians and operators: who may sign in, as what, in which care teams; passwords as argon2 hashes only.

The console signs people in through here, and `ipt-pulse account` keeps the list. Whoever signs in by the clinic's own
provider has an account too, without a password: it is made, and at every sign-in brought up to date, by what the
provider says. What travels and names an account, such as `episode.v1` and the audit, names its random `id`.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from pydantic import TypeAdapter, ValidationError

from schemas.model import Slug, TeamId
from streams.core.duty import ZoneName
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
CREATE TABLE IF NOT EXISTS people (
    name TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, teams TEXT NOT NULL, zone TEXT NOT NULL, subject TEXT UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS tries (name TEXT NOT NULL, source TEXT NOT NULL, at REAL NOT NULL) STRICT;
"""

_NAME: TypeAdapter[str] = TypeAdapter(Slug)
_TEAM: TypeAdapter[str] = TypeAdapter(TeamId)
_ZONE: TypeAdapter[str] = TypeAdapter(ZoneName)

_ALL = """
SELECT accounts.name, role, hash, id, teams, zone, subject FROM accounts JOIN people ON people.name = accounts.name
"""


class Role(StrEnum):
    """What someone is here for; `streams.console.access` says what each may see and do."""

    ON_CALL = "on_call"
    THERAPIST = "therapist"
    LEAD = "lead"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in. `stamp` changes with the password, so that old sessions end.

    `teams` are the care teams they work in (none: the clinic's default one), `zone` the IANA zone in which they read
    times (empty: their team's). `by_provider`: the clinic's own provider signs them in, and no password does.
    """

    id: str
    name: str
    role: Role
    stamp: str
    teams: tuple[str, ...] = ()
    zone: str = ""
    by_provider: bool = False


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
        with self._open() as db:
            for (name,) in db.execute(
                "SELECT name FROM accounts WHERE name NOT IN (SELECT name FROM people)"
            ).fetchall():
                db.execute("INSERT INTO people VALUES (?, ?, '', '', NULL)", (name, _new_id()))

    def add(self, name: str, role: Role, password: str, *, teams: Iterable[str] = (), zone: str = "") -> Account:
        """Make an account with a password.

        Raises:
            Rejected: the name cannot be one or is taken, the password is too short, or a team or zone cannot be one.
        """
        if len(password) < PASSWORD_MINIMUM:
            raise Rejected("password", f"has fewer than {PASSWORD_MINIMUM} characters")
        return self._insert(name, role, self._hasher.hash(password), tuple(teams), zone, subject=None)

    def provided(self, subject: str, name: str, role: Role, teams: Iterable[str], zone: str) -> Account:
        """The account of whom the clinic's provider calls `subject`, made or changed to what it says now.

        A role or teams that changed end the sessions from before.

        Raises:
            Rejected: the name cannot be one or is somebody else's, or a team or zone cannot be one.
        """
        key, teams = hashed_id(subject), tuple(sorted(set(teams)))
        known = next((account for found, account in self._rows() if found == key), None)
        if known is not None and (known.name, known.role, known.teams, known.zone) == (name, role, teams, zone):
            return known
        _checked(name, teams, zone)
        if known is None:
            return self._insert(name, role, secrets.token_urlsafe(), teams, zone, subject=key)
        try:
            with self._open() as db:
                fresh = secrets.token_urlsafe()
                db.execute(
                    "UPDATE accounts SET name = ?, role = ?, hash = ? WHERE name = ?", (name, role, fresh, known.name)
                )
                changed = (name, ",".join(teams), zone, key)
                db.execute("UPDATE people SET name = ?, teams = ?, zone = ? WHERE subject = ?", changed)
        except sqlite3.IntegrityError as error:
            raise Rejected("name", "is taken") from error
        return Account(known.id, name, role, hashed_id(fresh), teams, zone, by_provider=True)

    def _insert(
        self, name: str, role: Role, kept: str, teams: tuple[str, ...], zone: str, *, subject: str | None
    ) -> Account:
        _checked(name, teams, zone)
        made = Account(_new_id(), name, role, hashed_id(kept), teams, zone, by_provider=subject is not None)
        try:
            with self._open() as db:
                db.execute("INSERT INTO accounts VALUES (?, ?, ?)", (name, role.value, kept))
                db.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?)", (name, made.id, ",".join(teams), zone, subject))
        except sqlite3.IntegrityError as error:
            raise Rejected("name", "is taken") from error
        return made

    def remove(self, name: str) -> bool:
        """Delete an account, whose sessions end at once; False if there was none."""
        with self._open() as db:
            db.execute("DELETE FROM people WHERE name = ?", (name,))
            return db.execute("DELETE FROM accounts WHERE name = ?", (name,)).rowcount > 0

    def find(self, name: str) -> Account | None:
        """The account of that name."""
        return next((account for account in self.all() if account.name == name), None)

    def known_as(self, account_id: str) -> Account | None:
        """The account of that id."""
        return next((account for account in self.all() if account.id == account_id), None)

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        return tuple(account for _, account in self._rows())

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
            row = db.execute(f"{_ALL} WHERE accounts.name = ? AND subject IS NULL", (name,)).fetchone()
        kept = self._nobody if row is None else row[2]
        if not self._matches(kept, password) or row is None:
            return Refusal.WRONG
        with self._open() as db:
            db.execute("DELETE FROM tries WHERE name = ? AND source = ?", (hashed_id(name), hashed_id(source)))
        return _account(row)

    def _rows(self) -> list[tuple[str | None, Account]]:
        """Every account, by name, with what the provider calls it (hashed)."""
        with self._open() as db:
            rows = db.execute(f"{_ALL} ORDER BY accounts.name").fetchall()
        return [(row[6], _account(row)) for row in rows]

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


def _new_id() -> str:
    return f"u-{secrets.token_urlsafe(9)}"


def _account(row: tuple[str, str, str, str, str, str, str | None]) -> Account:
    name, role, kept, known_as, teams, zone, subject = row
    named = tuple(filter(None, teams.split(",")))
    return Account(known_as, name, Role(role), hashed_id(kept), named, zone, by_provider=subject is not None)


def _checked(name: str, teams: Iterable[str], zone: str) -> None:
    faults: dict[str, tuple[TypeAdapter[str], Iterable[str], str]] = {
        "name": (_NAME, (name,), "is not 1-64 letters, digits or ._~-"),
        "team": (_TEAM, teams, "is not 1-32 small letters, digits or -"),
        "zone": (_ZONE, filter(None, (zone,)), "is no time zone such as Europe/Berlin"),
    }
    for field, (kind, values, fault) in faults.items():
        try:
            for value in values:
                kind.validate_python(value)
        except ValidationError as error:
            raise Rejected(field, fault) from error


def local_accounts(config: Settings) -> Accounts:
    """The accounts of this installation. They lie outside the console's own store, which may be deleted."""
    return Accounts(config.home / "accounts.sqlite")


def generated_password() -> str:
    """A password nobody has to think of: 96 random bits, 16 characters."""
    return secrets.token_urlsafe(12)
