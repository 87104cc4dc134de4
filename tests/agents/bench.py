"""The transport in memory: one partition, whose steps come true at once or, on demand, never."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.alerts import Alert
from streams.adapters.plan import load_plan
from streams.agents.alert import AlertJob
from streams.topics import ACTIONS, ALERTS
from streams.transport import Output, Record, RecordBatch, Step

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAN = load_plan()


class MemoryRecord:
    """A record without a broker."""

    headers: Sequence[tuple[str, bytes]] = ()
    timestamp = 0

    def __init__(self, key: bytes | None, value: bytes | None, offset: int = 0) -> None:
        self.key, self.value, self.offset = key, value, offset


def batch(topic: str, *records: tuple[bytes | None, bytes | None]) -> RecordBatch:
    found: list[Record] = [MemoryRecord(key, value, number) for number, (key, value) in enumerate(records)]
    return RecordBatch(topic, 0, found, 0, len(found))


class MemoryState:
    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.rows.get(key) for key in keys]

    def items(self, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        yield from ((key, value) for key, value in sorted(self.rows.items()) if key >= since)


class Bench:
    """An alert job at work. What it writes to `alert.actions` comes back to it, as it does through Kafka."""

    def __init__(self, channels: dict[str, Any]) -> None:
        self.channels = channels
        self.plan = PLAN
        self.state = MemoryState()
        self.now = NOW
        self.out: defaultdict[str, list[Output]] = defaultdict(list)
        self.has_caught_up = True
        self._turn = asyncio.Lock()
        self._start_job()

    def _start_job(self) -> None:
        self.job = AlertJob(lambda: self.plan, self.channels, self, partitions=1, clock=lambda: self.now)  # type: ignore[arg-type]

    async def open(self) -> None:
        await self.job.opened(0, self.state)
        await self.tick()

    async def crash(self) -> None:
        """The process is gone with all it had in memory; what was kept stays."""
        self.job.closed(0)
        self._start_job()
        await self.open()

    async def feed(self, topic: str, *records: tuple[bytes | None, bytes | None]) -> Step:
        async with self._turn:
            step = await self.job.batch(batch(topic, *records), self.state)
            self._keep(step)
        await self.settle()
        return step

    async def tick(self, *, later: timedelta = timedelta()) -> None:
        self.now += later
        async with self._turn:
            step = await self.job.tick(0, self.now.timestamp(), self.state)
            self._keep(step or Step())
        await self.settle()

    async def settle(self) -> None:
        """Let everything that runs beside the job come to rest, and its actions come back."""
        for _ in range(20):
            await asyncio.sleep(0.001)
        while self.out[ACTIONS]:
            come_back = [(one.key, one.value) for one in self.out.pop(ACTIONS)]
            await self.feed(ACTIONS, *come_back)

    async def run_step(self, _partition: int, compute: Any) -> None:
        async with self._turn:
            self._keep(await compute(self.state) or Step())

    def caught_up(self, _partition: int, topic: str) -> bool:
        assert topic == ACTIONS
        return self.has_caught_up

    def _keep(self, step: Step) -> None:
        for output in step.outputs:
            assert output.partition == 0
            self.out[output.topic].append(output)
        for key, value in step.state.items():
            assert value is not None
            self.state.rows[key] = value

    @property
    def alerts(self) -> dict[str, Alert]:
        """What a reader of the compacted topic sees, by rule."""
        found = [Alert.model_validate_json(output.value or b"") for output in self.out[ALERTS]]
        return {alert.rule: alert for alert in found}
