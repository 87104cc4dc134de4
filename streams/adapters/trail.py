"""Writes the audit: every entry is chained and kept on disk first, then sent, and sent again until Kafka has it.

The console records through `Trail`. The file beside it holds the chain's end, what Kafka has not confirmed yet, and the
words that were typed when somebody broke the glass, of which a salted hash alone leaves this machine. Two consoles that
share the file share the chain. If the file is lost, the next start begins a chain of its own.
"""

import asyncio
import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

import structlog

from schemas.audit import AuditDeed, AuditEntry
from streams.adapters.producer import EventProducer, Record
from streams.core.trail import End, chained
from streams.errors import Unavailable
from streams.metrics import CONSOLE_AUDIT
from streams.topics import AUDIT

log = structlog.get_logger(__name__)

PATIENCE_S: Final = 3.0
"""How long a page waits for Kafka to have its entry; then the page is refused."""

AGAIN_S: Final = 1.0
OWED_AFTER_S: Final = 10.0
"""An entry not confirmed for so long is sent again; a copy that came through all the same is harmless."""

AT_ONCE: Final = 500

_TABLES = """
CREATE TABLE IF NOT EXISTS chain (writer TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS owed (number INTEGER PRIMARY KEY, kept_at REAL NOT NULL, entry BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS words (hash TEXT PRIMARY KEY, patient TEXT NOT NULL, salt TEXT NOT NULL, words TEXT NOT NULL)
STRICT;
"""


class Sender(Protocol):
    """What takes entries to Kafka."""

    async def start(self) -> None:
        """Begin to look for Kafka."""

    async def stop(self) -> None:
        """Let what is under way go out."""

    async def send(self, records: list[Record]) -> None:
        """Write all of them, or raise `Unavailable`."""


class Chain:
    """The file: one chain, what is owed to Kafka, and words. Every call opens it anew, so any thread may call."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        with self._open() as db:
            db.executescript(_TABLES)
        with self._open() as db:
            if db.execute("SELECT 1 FROM chain").fetchone() is None:
                db.execute("INSERT INTO chain VALUES (?, 0, ?)", (f"w-{secrets.token_hex(6)}", "0" * 64))

    def end(self) -> tuple[str, End]:
        """The writer's id, and where its chain ends."""
        with self._open() as db:
            writer, number, last = db.execute("SELECT writer, number, hash FROM chain").fetchone()
        return writer, End(number, last)

    def confirmed_end(self) -> tuple[str, End]:
        """The writer's id, and how far Kafka has its chain without a gap."""
        with self._open() as db:
            writer, number, last = db.execute("SELECT writer, number, hash FROM chain").fetchone()
            owed = db.execute("SELECT entry FROM owed ORDER BY number LIMIT 1").fetchone()
        if owed is None:
            return writer, End(number, last)
        first = AuditEntry.model_validate_json(owed[0])
        return writer, End(first.number - 1, first.before)

    def add(self, deed: AuditDeed) -> AuditEntry:
        """Put `deed` at the end of the chain; on disk when this returns, and owed to Kafka."""
        with self._open() as db:
            writer, number, last = db.execute("SELECT writer, number, hash FROM chain").fetchone()
            entry = chained(deed, writer, End(number, last))
            db.execute("UPDATE chain SET number = ?, hash = ?", (entry.number, entry.hash))
            db.execute("INSERT INTO owed VALUES (?, ?, ?)", (entry.number, time.time(), written(entry).value))
        return entry

    def owed(self, kept_before: float) -> dict[int, Record]:
        """What was kept before that moment (Unix time) and not confirmed since, by number; so many at most."""
        writer = self.end()[0].encode()
        question = "SELECT number, entry FROM owed WHERE kept_at <= ? ORDER BY number LIMIT ?"
        with self._open() as db:
            return {number: Record(writer, entry) for number, entry in db.execute(question, (kept_before, AT_ONCE))}

    def paid(self, numbers: set[int]) -> None:
        """Kafka has these."""
        with self._open() as db:
            db.executemany("DELETE FROM owed WHERE number = ?", [(number,) for number in numbers])

    def keep_words(self, patient: str, words: str) -> str:
        """Keep what was typed about a patient, here alone; return the hash that stands for it elsewhere."""
        salt = secrets.token_hex(16)
        told = hashlib.sha256(f"{salt}{words}".encode()).hexdigest()
        with self._open() as db:
            db.execute("INSERT INTO words VALUES (?, ?, ?, ?)", (told, patient, salt, words))
        return told

    def words(self, told: str) -> str | None:
        """What was typed; None if it is not here, or is not what the hash says."""
        with self._open() as db:
            row = db.execute("SELECT salt, words FROM words WHERE hash = ?", (told,)).fetchone()
        if row is None or hashlib.sha256(f"{row[0]}{row[1]}".encode()).hexdigest() != told:
            return None
        return str(row[1])

    def forget(self, patient: str) -> None:
        """Delete whatever was typed about a patient."""
        with self._open() as db:
            db.execute("DELETE FROM words WHERE patient = ?", (patient,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:
                db.execute("COMMIT")


class Trail:
    """Records deeds. `start` it in the event loop that uses it."""

    def __init__(self, chain: Chain, sender: Sender) -> None:
        self.chain = chain
        self._sender = sender
        self._confirmed: set[int] = set()
        self._late: set[asyncio.Task[None]] = set()
        self._payer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for Kafka, and to send what is owed from before."""
        await self._sender.start()
        self._payer = asyncio.create_task(self._pay_for_ever())

    async def stop(self) -> None:
        """Let what is under way go out."""
        if self._late:
            await asyncio.wait(self._late, timeout=PATIENCE_S)
        if self._payer is not None:
            self._payer.cancel()
            with suppress(asyncio.CancelledError):
                await self._payer
        await self._sender.stop()
        await asyncio.to_thread(self._settle)

    async def record(self, deed: AuditDeed) -> None:
        """Write `deed`; returns when Kafka has it.

        Raises:
            Unavailable: it could not be written in time. If it is on disk, Kafka gets it later, and after it an entry
                that says that the page was withheld.
        """
        try:
            entry = await asyncio.to_thread(self.chain.add, deed)
        except (sqlite3.Error, OSError) as error:
            CONSOLE_AUDIT.labels("lost").inc()
            raise Unavailable("the audit cannot be written to disk") from error
        try:
            await self._send(entry)
        except Unavailable:
            told = {"deed": deed.deed.WITHHELD, "words": None, "reason": None, "until": None}
            with suppress(sqlite3.Error, OSError):
                await asyncio.to_thread(self.chain.add, deed.model_copy(update=told))
            raise

    async def note(self, deed: AuditDeed) -> None:
        """Write `deed` to disk, and let Kafka have it later: for what must never wait, nor be refused."""
        try:
            entry = await asyncio.to_thread(self.chain.add, deed)
        except (sqlite3.Error, OSError) as error:
            CONSOLE_AUDIT.labels("lost").inc()
            log.error("an audit entry could not be written", reason=type(error).__name__)  # noqa: TRY400 -- whose it is
            return
        task = asyncio.create_task(self._send_later(entry))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _send(self, entry: AuditEntry) -> None:
        try:
            await self._sender.send([written(entry)])
        except Unavailable:
            CONSOLE_AUDIT.labels("late").inc()
            raise
        self._confirmed.add(entry.number)
        CONSOLE_AUDIT.labels("written").inc()

    async def _send_later(self, entry: AuditEntry) -> None:
        with suppress(Unavailable):  # it is owed
            await self._send(entry)

    async def _pay_for_ever(self) -> None:
        kept_before = time.time()  # at first what an earlier run owes
        while True:
            with suppress(Unavailable, sqlite3.Error, OSError):
                await self._pay(kept_before)
            await asyncio.sleep(AGAIN_S)
            kept_before = time.time() - OWED_AFTER_S

    async def _pay(self, kept_before: float) -> None:
        await asyncio.to_thread(self._settle)
        owed = await asyncio.to_thread(self.chain.owed, kept_before)
        if owed:
            await self._sender.send(list(owed.values()))
            await asyncio.to_thread(self.chain.paid, set(owed))

    def _settle(self) -> None:
        """Take off what was confirmed; together, since each write to the disk costs some milliseconds."""
        if confirmed := self._confirmed.copy():
            self.chain.paid(confirmed)
            self._confirmed -= confirmed


def written(entry: AuditEntry) -> Record:
    """The record that carries an entry: all of a writer's lie on one partition."""
    return Record(entry.writer.encode(), entry.model_dump_json(exclude_none=True).encode())


def kafka_trail(file: Path, bootstrap: str) -> Trail:
    """The trail of this installation."""
    return Trail(Chain(file), EventProducer(bootstrap, AUDIT, patience=PATIENCE_S))
