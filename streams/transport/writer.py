"""Makes a step true, in the one order in which a crash at any point only means that the step is computed again.

Outputs are confirmed before the state that remembers them is sent: the other way round, a crash in between would leave
a state that calls the event a repeat, and its outputs would never come. Lanes call it.
"""

from collections.abc import Callable

from streams.transport.job import Step
from streams.transport.lease import Lease
from streams.transport.outbox import Outbox
from streams.transport.table import BatchTable


class Writer:
    """Lease → outputs → confirmed → lease → changelog → confirmed → lease → one RocksDB write."""

    def __init__(self, lease: Lease, outbox: Outbox, table: BatchTable | None) -> None:
        self._lease = lease
        self._outbox = outbox
        self._table = table

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
        changelog = self._table.changelog_topic_name
        offset = await self._outbox.append(changelog, partition, step.state.items())
        # Where it was sent after all, behind what the next owner wrote, the disk must not claim to hold that as well.
        await self._lease.hold(revoked)
        self._table.write(partition, step.state.items(), offset)
