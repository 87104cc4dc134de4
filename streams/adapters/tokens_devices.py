"""Enrolment codes and devices, in one small SQLite file: who may have a token, and whose was taken back.

The gateway reads the file at every request, so a revocation holds at once, for every gateway that shares the file, and
after a restart.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from streams.adapters.secret_files import secret_database
from streams.adapters.tokens import WRITE, Grant
from streams.errors import Rejected, Unavailable

CODE_LIFETIME = timedelta(days=7)
DEVICE_LIFETIME = timedelta(days=400)

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code survives being read out."""

_CODE_LETTERS = 16

_SCHEMA = """
CREATE TABLE IF NOT EXISTS codes (
    hash BLOB PRIMARY KEY,
    subject TEXT NOT NULL,
    expires_at REAL NOT NULL,
    used_at REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS devices (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at REAL NOT NULL,
    revoked_at REAL
) WITHOUT ROWID;
"""


class Devices:
    """The register of codes and devices. What writes waits for the disk, so it belongs off the event loop."""

    def __init__(self, home: Path) -> None:
        """Open the register in the folder `home`, or make one.

        Raises:
            Misconfigured: the folder cannot be used.
        """
        self._path = home / "devices.sqlite"
        secret_database(self._path, _SCHEMA)
        self._reader = sqlite3.connect(self._path, check_same_thread=False)

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def new_code(self, subject: str, now: datetime) -> str:
        """A code that gives one device of patient `subject` a token, once, within `CODE_LIFETIME`; its hash is kept."""
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LETTERS))
        with self._writer() as database:
            database.execute("DELETE FROM codes WHERE expires_at < ?", (now.timestamp(),))
            values = (_hash(code), subject, (now + CODE_LIFETIME).timestamp())
            database.execute("INSERT INTO codes (hash, subject, expires_at) VALUES (?, ?, ?)", values)
        return "-".join(code[start : start + 4] for start in range(0, _CODE_LETTERS, 4))

    def redeem(self, code: str, now: datetime) -> Grant:
        """Use up `code` for a new device.

        Raises:
            Rejected: there is no such code, or it is used or expired.
        """
        with self._writer() as database:
            row = database.execute(
                "UPDATE codes SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ? RETURNING subject",
                (now.timestamp(), _hash(code), now.timestamp()),
            ).fetchone()
            if row is None:
                raise Rejected("code", "unknown, used or expired")
            return _enter(database, subject=row[0], scope=WRITE, expires=now + DEVICE_LIFETIME)

    def new_operator(self, name: str, scope: str, expires: datetime) -> Grant:
        """Enter a token of an operator, which is revoked like a device."""
        with self._writer() as database:
            return _enter(database, subject=name, scope=scope, expires=expires)

    def revoke(self, device: str, now: datetime, *, subject: str | None = None) -> bool:
        """Take back the token of `device`, provided it is `subject`'s where one is given; False if there is none."""
        query = (
            "UPDATE devices SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND subject = coalesce(?, subject)"
        )
        with self._writer() as database:
            return database.execute(query, (now.timestamp(), device, subject)).rowcount > 0

    def revoke_all(self, subject: str, now: datetime) -> int:
        """Take back all tokens and unused codes of `subject`; return how many tokens there were."""
        with self._writer() as database:
            database.execute("DELETE FROM codes WHERE subject = ?", (subject,))
            query = "UPDATE devices SET revoked_at = ? WHERE subject = ? AND revoked_at IS NULL"
            return database.execute(query, (now.timestamp(), subject)).rowcount

    def is_revoked(self, device: str) -> bool:
        """Whether the token was taken back; a few microseconds. A token from another issuer is unknown, so not revoked.

        Raises:
            Unavailable: the file cannot be read.
        """
        query = "SELECT 1 FROM devices WHERE id = ? AND revoked_at IS NOT NULL"
        try:
            return self._reader.execute(query, (device,)).fetchone() is not None
        except sqlite3.Error as error:
            raise Unavailable(f"the register of devices cannot be read: {error}") from error

    @contextmanager
    def _writer(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as database, database:
                yield database
        except sqlite3.Error as error:
            raise Unavailable(f"the register of devices cannot be written: {error}") from error


def _enter(database: sqlite3.Connection, *, subject: str, scope: str, expires: datetime) -> Grant:
    grant = Grant(secrets.token_hex(16), subject, scope, expires)
    values = (grant.id, subject, scope, expires.timestamp())
    database.execute("INSERT INTO devices (id, subject, scope, expires_at) VALUES (?, ?, ?, ?)", values)
    return grant


def _hash(code: str) -> bytes:
    """80 random bits need no slow hash. Dashes, spaces and small letters are how people copy a code."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(plain.encode()).digest()
