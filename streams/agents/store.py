"""The store agent: line protocol from `points` goes to InfluxDB, or to segments on disk where there is none.

Sinks take whole batches and are idempotent, so a repeated batch changes nothing. While InfluxDB is away a batch waits,
and with it only its partition of `points`; the other apps do not notice.
"""

from streams.agents.sinks import Sink
from streams.transport import RecordBatch, State, Step


class StoreJob:
    """The job of the app `timeseries`; it keeps no state."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def opened(self, partition: int, _state: State) -> None:
        """Get the sink ready."""
        self._sink.opened(partition)

    async def batch(self, batch: RecordBatch, _state: State) -> Step:
        """Write all lines of the batch, however long the sink is away; cancelled when the partition is revoked."""
        payload = b"\n".join(record.value.strip(b"\n") for record in batch.records if record.value)
        if payload:
            await self._sink.write(batch.partition, payload)
        return Step()

    async def tick(self, _partition: int, _now: float, _state: State) -> Step | None:
        """Nothing happens by itself."""
        return None

    def trouble(self) -> str | None:
        """What keeps it from its work; may be asked from any thread."""
        return self._sink.trouble()

    def closed(self, partition: int) -> None:
        """Let go of the partition's file."""
        self._sink.closed(partition)
