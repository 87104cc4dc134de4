"""A loop written by hand around confluent-kafka and the same job: consume, compute, produce, keep, commit."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic, time
from typing import Any, NamedTuple

import rocksdict
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from streams.adapters.policy import read_policy
from streams.agents.analyse import AnalyseJob
from streams.cli.bench.course import Course
from streams.cli.bench.seeds import open_rows, take_partition
from streams.cli.bench.stopwatch import Stopwatch
from streams.transport import RecordBatch, Step
from streams.transport.rocks import StateOptions

AT_ONCE = 1_000
"""Messages of one turn of the loop, as many as a record batch of ours has: most are of one partition."""
COMMIT_EVERY_S = 2.8
TICK_S = 1.0


class _Message(NamedTuple):
    """A message as a record of ours."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class _Table:
    """One partition's database."""

    def __init__(self, folder: Path, options: StateOptions) -> None:
        self._database = open_rows(folder, options)

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of `keys`, None where there is none."""
        found: list[bytes | None] = self._database.get(list(keys)) if keys else []
        return found

    def items(self, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Everything from a key on."""
        rows: Iterator[tuple[bytes, bytes]] = self._database.items(from_key=since)
        return rows

    def write(self, step: Step) -> None:
        """Keep the state of a step."""
        rows = rocksdict.WriteBatch(raw_mode=True)
        for key, value in step.state.items():
            if value is None:
                rows.delete(key)
            else:
                rows.put(key, value)
        self._database.write(rows)


def full(course: Course, folder: Path, watch: Stopwatch) -> None:
    """The job of `worker analysis`; a crash between two commits repeats what was done, as ours does."""
    asyncio.run(_Loop(course, folder, watch).run())


class _Loop:
    """One process that has all partitions."""

    def __init__(self, course: Course, folder: Path, watch: Stopwatch) -> None:
        self._course, self._watch = course, watch
        self._job = AnalyseJob(read_policy())
        self._changelog = f"{course.group}-changelog"
        self._options = StateOptions()
        self._tables = {number: self._open(folder, number) for number in range(course.partitions)}
        self._producer = Producer(
            {
                "bootstrap.servers": course.bootstrap,
                "enable.idempotence": True,
                "linger.ms": 5,
                "partitioner": "murmur2_random",
            }
        )

    async def run(self) -> None:
        """Read until the stopwatch ends it."""
        admin = AdminClient({"bootstrap.servers": self._course.bootstrap})
        admin.create_topics([NewTopic(self._changelog, self._course.partitions, 1)])[self._changelog].result()
        for partition, table in self._tables.items():
            await self._job.opened(partition, table)
        consumer = Consumer(
            {
                "bootstrap.servers": self._course.bootstrap,
                "group.id": self._course.group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        consumer.subscribe([self._course.topic])
        committed = ticked = monotonic()
        while True:
            messages = consumer.consume(AT_ONCE, timeout=0.1)
            if messages:
                self._watch.begin()
                await self._take(messages)
                self._watch.count(len(messages))
            if monotonic() > committed + COMMIT_EVERY_S:
                consumer.commit(asynchronous=True)
                committed = monotonic()
            if monotonic() > ticked + TICK_S:
                await self._tick()
                ticked = monotonic()

    async def _take(self, messages: Sequence[Any]) -> None:
        """Compute what the messages cause, and make it true for all partitions at once."""
        records: defaultdict[int, list[_Message]] = defaultdict(list)
        for message in messages:
            if message.error() is not None:
                raise RuntimeError(message.error().str())
            records[message.partition()].append(
                _Message(message.offset(), message.timestamp()[1], message.key(), message.value(), ())
            )
        steps = {}
        for partition, theirs in records.items():
            batch = RecordBatch(self._course.topic, partition, theirs, theirs[0].offset, theirs[-1].offset + 1)
            steps[partition] = await self._job.batch(batch, self._tables[partition])
        self._make_true(steps)

    async def _tick(self) -> None:
        steps = {
            partition: step
            for partition, table in self._tables.items()
            if (step := await self._job.tick(partition, time(), table)) is not None
        }
        self._make_true(steps)

    def _make_true(self, steps: dict[int, Step]) -> None:
        """Outputs are confirmed before the changelog is, and that before anything is kept."""
        produce = self._producer.produce
        for step in steps.values():
            for output in step.outputs:
                number = -1 if output.partition is None else output.partition
                produce(output.topic, output.value, output.key, number, headers=list(output.headers))
        self._producer.flush()
        for partition, step in steps.items():
            for key, value in step.state.items():
                produce(self._changelog, value, key, partition)
        self._producer.flush()
        for partition, step in steps.items():
            self._tables[partition].write(step)

    def _open(self, folder: Path, partition: int) -> _Table:
        target = folder / str(partition)
        take_partition(self._course, partition, target)
        return _Table(target, self._options)
