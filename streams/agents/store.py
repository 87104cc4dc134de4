"""The store agent: line protocol from `points` goes to InfluxDB, or to segments on disk where there is none.

Each care team has a bucket of its own; a header of the record says whose the points are (`places`). Sinks take whole
batches and are idempotent, so a repeated batch changes nothing. While InfluxDB is away a batch waits, and with it only
its partition of `points`; the other apps do not notice.
"""

from collections import defaultdict
from collections.abc import Mapping

from streams.adapters.places import HERE, place_of
from streams.agents.sinks import Sink
from streams.transport import RecordBatch, State, Step


class StoreJob:
    """The job of the app `timeseries`; it keeps no state.

    Args:
        sinks: by place; that of `HERE` takes what belongs to no team, or to one that nobody has set up.
    """

    def __init__(self, sinks: Mapping[str, Sink]) -> None:
        self._sinks = sinks

    async def opened(self, partition: int, _state: State) -> None:
        """Get the sinks ready."""
        for sink in self._sinks.values():
            sink.opened(partition)

    async def batch(self, batch: RecordBatch, _state: State) -> Step:
        """Write all lines of the batch, however long a sink is away; cancelled when the partition is revoked."""
        lines: defaultdict[str, list[bytes]] = defaultdict(list)
        for record in batch.records:
            if record.value and (told := record.value.strip(b"\n")):
                place = place_of(record.headers)
                lines[place if place in self._sinks else HERE].append(told)
        for place, of_place in lines.items():
            await self._sinks[place].write(batch.partition, b"\n".join(of_place))
        return Step()

    async def tick(self, _partition: int, _now: float, _state: State) -> Step | None:
        """Nothing happens by itself."""
        return None

    def trouble(self) -> str | None:
        """What keeps it from its work; may be asked from any thread."""
        return next((trouble for sink in self._sinks.values() if (trouble := sink.trouble())), None)

    def closed(self, partition: int) -> None:
        """Let go of the partition's files."""
        for sink in self._sinks.values():
            sink.closed(partition)
