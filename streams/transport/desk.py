"""Where other parts of a worker ask an open partition for something: the lanes by their partition number."""

from collections.abc import Iterable
from operator import itemgetter

from streams.errors import Unavailable
from streams.transport.batch import RecordBatch
from streams.transport.job import Compute
from streams.transport.lane import Lane


class Desk:
    """Made by whoever builds the app, filled and emptied by the consumer as partitions come and go."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that are open now."""
        return frozenset(self._lanes)

    async def run_step(self, partition: int, compute: Compute) -> None:
        """Have a step computed and made true between two batches of a partition; returns when it is confirmed.

        Not to be awaited by the job's own calls for that partition: they are what it waits for.

        Raises:
            Unavailable: the partition is not open here, or was closed before the step was done.
        """
        lane = self._lanes.get(partition)
        if lane is None:
            raise Unavailable(f"partition {partition} is not open here")
        await lane.run_step(compute)

    def caught_up(self, partition: int, topic: str) -> bool:
        """Whether everything that the topic held when the partition was assigned is finished; False if not open."""
        lane = self._lanes.get(partition)
        return lane is not None and lane.caught_up(topic)

    def oldest(self, topic: str, partition: int) -> int | None:
        """Kafka's time (ms since 1970) of the first record of this topic that is not finished here, if any is."""
        lane = self._lanes.get(partition)
        return None if lane is None else lane.oldest(topic)

    @property
    def busiest(self) -> tuple[int, float]:
        """The partition that has been at one thing for longest, and for how many seconds; (-1, 0) for none."""
        return max(((number, lane.busy) for number, lane in self._lanes.items()), key=itemgetter(1), default=(-1, 0.0))

    def open(self, lanes: Iterable[Lane]) -> None:
        """Start the lanes of a new assignment."""
        self._lanes = {lane.partition: lane for lane in lanes}
        for lane in self._lanes.values():
            lane.start()

    async def close(self) -> None:
        """Let every lane finish what it is writing; afterwards nothing is open."""
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            lane.leave()
        for lane in lanes.values():
            await lane.closed()

    def deliver(self, batch: RecordBatch) -> None:
        """Queue a batch for its partition; dropped when that is not open, since it will be fetched again."""
        lane = self._lanes.get(batch.partition)
        if lane is not None:
            lane.put(batch)

    def wants(self, topic: str, partition: int) -> bool:
        """Whether another fetch of this topic-partition is welcome. Asked from the consumer's thread."""
        lane = self._lanes.get(partition)
        return lane is None or lane.wants(topic)

    def idle(self, topic: str, partition: int) -> bool:
        """Whether the partition is open and nothing of this topic waits or is worked on."""
        lane = self._lanes.get(partition)
        return lane is not None and lane.idle(topic)
