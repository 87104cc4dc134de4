"""The app's table: bytes by bytes, one RocksDB for each partition, rebuilt from its changelog in batches.

State and the changelog's offset go into RocksDB in one write, and only after the changelog confirmed them, so that the
disk is never ahead of Kafka and a kill at any moment leaves both or neither.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import faust
import rocksdict
from aiokafka.errors import KafkaError
from faust.tables import TableManager
from faust.types import TP

from streams.transport import private
from streams.transport.batch import BatchSchema, RecordBatch
from streams.transport.halt import Halt, where
from streams.transport.observer import Observer
from streams.transport.rocks import StateOptions

log = logging.getLogger(__name__)

RECOVERY_BUFFER = 2
"""Events that Faust holds while it recovers, of which each is a batch: its default of 1,000 held all of a large state
in memory. With 1 it would go on reading the changelog when recovery is over.
"""

DECLARE_AGAIN = 0.5
"""Seconds before a broker that could not answer is asked again."""


class KnownTables(TableManager):  # type: ignore[misc]
    """Faust's keeper of tables, without the second in which an app may still name some: ours does so at once."""

    async def on_start(self) -> None:
        """Begin to recover."""
        await self._update_channels()
        await self.recovery.start()


class BatchTable(faust.Table):  # type: ignore[misc]
    """Faust's table and recovery, with writes and reads of whole batches.

    Never assign to its keys: only `write` keeps state and changelog together.
    """

    def __init__(self, app: Any, *, name: str, partitions: int, observer: Observer, halt: Halt) -> None:
        super().__init__(
            app,
            name=name,
            partitions=partitions,
            schema=BatchSchema(),
            store="rocksdb://",
            options={"driver": "rocksdict"},
            recovery_buffer_size=RECOVERY_BUFFER,
            beacon=app.tables.beacon,
        )
        self.data.rocksdb_options = StateOptions()
        self._observer = observer
        self._halt = halt

    async def on_start(self) -> None:
        """As Faust's, but a broker that is only just back, and knows of no leader yet, is asked again."""
        await self.add_runtime_dependency(self.data)
        while not self.should_stop:
            try:
                await self.changelog_topic.declare()
            except KafkaError as error:
                if not error.retriable:
                    raise
                log.warning("the changelog's topic could not be looked at, and is asked for again: %r", error)
                await self.sleep(DECLARE_AGAIN)
            else:
                return

    def kept_to(self, partition: int) -> int | None:
        """The offset in the changelog up to which everything is kept; None for nothing yet."""
        offset: int | None = self.data.persisted_offset(TP(self.changelog_topic_name, partition))
        return offset

    def write(self, partition: int, items: Iterable[tuple[bytes, bytes | None]], offset: int) -> None:
        """Keep what the changelog has confirmed up to and with `offset`."""
        rows = rocksdict.WriteBatch(raw_mode=True)
        for key, value in items:
            if value is None:
                rows.delete(key)
            else:
                rows.put(key, value)
        rows.put(self.data.offset_key, b"%d" % offset)
        private.database(self, partition).write(rows)

    async def on_changelog_event(self, event: Any) -> None:
        """Recovery read one batch of the changelog: keep it, or go back for what is missing before it."""
        batch: RecordBatch = event.value
        try:
            await self._recover(batch)
        except Exception as error:  # noqa: BLE001 -- Faust would log it, count the batch as read, and go on with a hole
            self._halt(f"recovery of partition {batch.partition}: {where(error)}")

    async def _recover(self, batch: RecordBatch) -> None:
        tp = TP(batch.topic, batch.partition)
        have = self.data.persisted_offset(tp)
        if have is None or batch.start > have + 1:
            low = (await self.app.consumer.earliest_offsets(tp))[tp]
            have = max(low - 1, -1 if have is None else have)
        if batch.start > have + 1:
            log.warning("changelog of partition %d: fetching again from %d", batch.partition, have + 1)
            self.app.tables.recovery.active_offsets[tp] = have
            await self.app.consumer.seek_wait({tp: have + 1})
            return
        # A changelog record without a key is nobody's: producers of ours always set one.
        rows = [(record.key, record.value) for record in batch.records if record.key is not None]
        self.write(batch.partition, rows, batch.end - 1)
        self._observer.recovered(batch.partition, len(rows))

    def apply_changelog_batch(self, _batch: Iterable[Any]) -> None:
        """Nothing left to do: every event was kept when it came."""


class PartitionState:
    """One partition of a table, to be read by a job."""

    def __init__(self, table: BatchTable, partition: int) -> None:
        self._table = table
        self._partition = partition

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of `keys`, None where there is none."""
        found: list[bytes | None] = self._database().get(list(keys)) if keys else []
        return found

    def items(self, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """All keys from `since` on, and their values, in the order of the keys; what lies before is not read."""
        offset_key = self._table.data.offset_key
        for key, value in self._database().items(from_key=since):
            if key != offset_key:
                yield key, value

    def _database(self) -> Any:
        # Looked up each time: no handle may outlive a revoke, or the next owner finds the database locked.
        return private.database(self._table, self._partition)


class NoState:
    """The state of a job without a table."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Nothing for every key."""
        return [None] * len(keys)

    def items(self, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:  # noqa: ARG002 -- as declared
        """Nothing."""
        return iter(())
