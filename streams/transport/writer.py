"""Makes a step true, in the one order in which a crash at any point only means that the step is computed again.

Outputs are confirmed before the state that remembers them is sent: the other way round, a crash in between would leave
a state that calls the event a repeat, and its outputs would never come. Lanes call it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from streams.errors import Unavailable
from streams.transport.job import Step
from streams.transport.lease import Lease, LeaseLost
from streams.transport.outbox import Outbox
from streams.transport.table import BatchTable, PartitionState

log = logging.getLogger(__name__)

KeysBetween = Callable[[str, int, int, int], Awaitable[Sequence[bytes]]]
"""The keys in a topic's partition from one offset up to, and without, another."""
LOOK_AGAIN = 0.5
"""Seconds before a broker that could not be asked is asked again."""


class Writer:
    """Lease → outputs → confirmed → lease → changelog → confirmed → lease → one RocksDB write."""

    def __init__(self, lease: Lease, outbox: Outbox, table: BatchTable | None, keys_between: KeysBetween) -> None:
        self._lease = lease
        self._outbox = outbox
        self._table = table
        self._keys_between = keys_between

    async def __call__(self, partition: int, step: Step, revoked: Callable[[], bool]) -> None:
        """Return when everything in `step` is confirmed and kept.

        Raises:
            LeaseLost: the partition went to somebody else before what is left was sent or kept.
            aiokafka.errors.KafkaError: the broker refused a record for good.
        """
        await self._lease.hold(revoked)
        await self._outbox.send(step.outputs)
        if not step.state:
            return
        if self._table is None:
            raise ValueError("the app has no table to keep state in")
        await self._lease.hold(revoked)
        last = await self._append(self._table, partition, step.state, revoked)
        # Where it was sent after all, behind what the next owner wrote, the disk must not claim to hold that as well.
        await self._lease.hold(revoked)
        self._table.write(partition, step.state.items(), last)

    async def _append(
        self, table: BatchTable, partition: int, rows: Mapping[bytes, bytes | None], revoked: Callable[[], bool]
    ) -> int:
        """Send `rows` to the changelog; returns the offset of the last row there that is ours.

        Where more offsets went by than we have rows, a worker that was frozen past its session had some under way. Who
        rebuilds the partition would take them for the newest, so what we hold of those keys is said once more.
        """
        kept, changelog = table.kept_to(partition), table.changelog_topic_name
        last = await self._outbox.append(changelog, partition, rows.items())
        while kept is not None and last - kept > len(rows):  # more may land while ours are said again
            log.error("%s/%d: %d rows of another worker lie among ours", changelog, partition, last - kept - len(rows))
            keys = await self._look(changelog, partition, kept + 1, last, revoked)
            held = PartitionState(table, partition).get_many(keys)
            kept, rows = last, dict(zip(keys, held, strict=True)) | dict(rows)
            await self._lease.hold(revoked)
            last = await self._outbox.append(changelog, partition, rows.items())
        return last

    async def _look(
        self, changelog: str, partition: int, start: int, end: int, revoked: Callable[[], bool]
    ) -> Sequence[bytes]:
        while True:
            try:
                return await self._keys_between(changelog, partition, start, end)
            except Unavailable as error:
                if revoked():
                    raise LeaseLost("the partition was revoked before its changelog could be set right") from error
                log.warning("%s", error)
            await asyncio.sleep(LOOK_AGAIN)
