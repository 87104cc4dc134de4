"""A local copy of compacted topics in one SQLite file: what a web process shows, rebuilt from Kafka at any time.

`Follower` writes it; whoever owns it adds the tables and the questions that its pages need. All from one thread.
Offsets are kept in the same transaction as the records, so that nothing is missed or shown twice after a crash.
Deleting the file loses nothing.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

_PLACES = """
CREATE TABLE log (cluster TEXT NOT NULL, read_at REAL NOT NULL) STRICT;
CREATE TABLE offsets (topic TEXT, part INTEGER, next INTEGER NOT NULL, PRIMARY KEY (topic, part)) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a compacted topic; `value` None says that the key is gone."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class LocalCopy(ABC):
    """The copy. Opened, written and read by one thread; a damaged or outdated file is replaced."""

    SCHEMA: ClassVar[int]
    """Grows when the tables change; a copy of another schema is thrown away and rebuilt."""
    TABLES: ClassVar[dict[str, str]]
    """The owner's tables by name, each with the SQL that makes it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._db = self._opened()
        except sqlite3.DatabaseError:
            self._db = self._anew()

    @abstractmethod
    def take(self, record: Record) -> bool:
        """Take up one record; False if it cannot be read, and then what was known before stands."""

    def apply(self, records: Iterable[Record], now: datetime) -> int:
        """Take up records, in the order of their offsets; return how many could not be read and were passed over."""
        unreadable = 0
        with self._transaction():
            for record in records:
                unreadable += not self.take(record)
                self._db.execute(
                    "INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)",
                    (record.topic, record.partition, record.offset + 1),
                )
            self._db.execute("UPDATE log SET read_at = ?", (now.timestamp(),))
        return unreadable

    def offsets(self) -> dict[tuple[str, int], int]:
        """The next offset to read of each (topic, partition) that was ever read."""
        return {(topic, part): after for topic, part, after in self._db.execute("SELECT * FROM offsets")}

    def copy_of(self) -> tuple[str, float] | None:
        """The Kafka cluster that this is a copy of, and when it was last read (Unix time)."""
        row = self._db.execute("SELECT cluster, read_at FROM log").fetchone()
        return None if row is None else (row[0], row[1])

    def start_over(self, cluster: str, now: datetime) -> None:
        """Forget everything: what follows is read from the beginning of `cluster`'s topics."""
        with self._transaction():
            for table in ("log", "offsets", *self.TABLES):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            self._db.execute("INSERT INTO log VALUES (?, ?)", (cluster, now.timestamp()))

    def replace(self) -> None:
        """Throw the file away and begin with an empty one: it turned out to be damaged."""
        self._db.close()
        self._db = self._anew()

    def close(self) -> None:
        """Close the file; the copy is not used after this."""
        self._db.close()

    def _anew(self) -> sqlite3.Connection:
        self._file.unlink(missing_ok=True)
        return self._opened()

    def _opened(self) -> sqlite3.Connection:
        self._file.touch(mode=0o600)
        db = sqlite3.connect(self._file, isolation_level=None)
        # What was erased from Kafka must not linger in free pages or in a log beside the file.
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA journal_mode = TRUNCATE")
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, self.SCHEMA):
            db.close()
            raise sqlite3.DatabaseError("a store of another schema")
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            db.close()
            raise sqlite3.DatabaseError("a damaged store")
        if found == 0:
            tables = "".join(self.TABLES.values())
            db.executescript(f"BEGIN; {_PLACES} {tables} PRAGMA user_version = {self.SCHEMA}; COMMIT;")
        return db

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
