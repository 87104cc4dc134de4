"""Our own workers: the job of `worker analysis`, and a job that does nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiokafka.producer.sender import Sender

from streams.adapters.policy import read_policy
from streams.agents.analyse import AnalyseJob
from streams.agents.reading import read_batch
from streams.cli.bench.course import OUTPUTS, Course
from streams.cli.bench.seeds import take_seed
from streams.cli.bench.stages import Stages
from streams.cli.bench.stopwatch import Stopwatch
from streams.core.advance import advance
from streams.transport import BatchApp, Job, Observer, RecordBatch, State, Step, build_app
from streams.transport import run as run_worker
from streams.transport.outbox import Outbox
from streams.transport.table import BatchTable, PartitionState

TABLE = "state"
"""What a worker's table is called."""


class _Counted(Observer):
    """Counts batches once everything of theirs is confirmed and kept."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    def finished(self, topic: str, partition: int, records: int, seconds: float) -> None:  # noqa: ARG002 -- as declared
        """As in Observer."""
        self._watch.count(records)


class _Nothing:
    """A job that does nothing."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    async def opened(self, partition: int, state: State) -> None:
        """Nothing to prepare."""

    async def batch(self, batch: RecordBatch, state: State) -> Step:  # noqa: ARG002 -- a Job's signature
        """No outputs, no state."""
        self._watch.begin()
        return Step()

    async def tick(self, partition: int, now: float, state: State) -> None:
        """Nothing to do."""

    def closed(self, partition: int) -> None:
        """Nothing to drop."""


class _Analysis(AnalyseJob):
    """The job of `worker analysis`, which begins when this process has its part of the partitions, and all are open."""

    def __init__(self, watch: Stopwatch, partitions: int) -> None:
        super().__init__(read_policy())
        self._watch = watch
        self._partitions = partitions
        self._open: set[int] = set()
        self._ready = asyncio.Event()
        self.assigned: Callable[[], set[int]] = set
        """Which partitions the group has given to this process."""

    async def opened(self, partition: int, state: State) -> None:
        """Open it; with the last one, let the batches begin."""
        await super().opened(partition, state)
        self._open.add(partition)
        # One of several processes has all partitions until the next one joins.
        if len(self._open) == self._partitions and self._open == self.assigned():
            self._ready.set()

    def closed(self, partition: int) -> None:
        """Another process has it now."""
        super().closed(partition)
        self._open.discard(partition)

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """Analyse."""
        await self._ready.wait()
        self._watch.begin()
        return await super().batch(batch, state)


def full(course: Course, folder: Path, watch: Stopwatch) -> None:
    """Validation, dedupe, detection, links, state with changelog, points, alerts."""
    job = _Analysis(watch, course.partitions // course.processes)
    app = _app(course, folder, watch, job, table=True)
    job.assigned = lambda: {tp.partition for tp in app.consumer.assignment()}
    take_seed(course, Path(app.conf.tabledir), TABLE)
    run_worker(app)


STAGES: Final[Stages] = {
    "reading and checking": [read_batch],
    "fetching records": [PartitionState.get_many],
    "analysing": [advance],
    "days and views that are due": [AnalyseJob.tick],
    "RocksDB": [BatchTable.write],
    "outputs": [Outbox.send],
    "changelog": [Outbox.append],
    "sending": [Sender._send_produce_req],  # noqa: SLF001 -- aiokafka's own task
}


def profiled(course: Course, folder: Path, watch: Stopwatch) -> None:
    """The same as `full`, while a sampler looks where the time goes."""
    watch.look_at(STAGES)
    full(course, folder, watch)


def noop(course: Course, folder: Path, watch: Stopwatch) -> None:
    """What the transport alone costs."""
    run_worker(_app(course, folder, watch, _Nothing(watch), table=False))


def _app(course: Course, folder: Path, watch: Stopwatch, job: Job, *, table: bool) -> BatchApp:
    return build_app(
        course.group,
        bootstrap=course.bootstrap,
        topics=[course.topic],
        outputs=OUTPUTS if table else (),
        job=job,
        state_dir=folder,
        partitions=course.partitions,
        table=table,
        observer=_Counted(watch),
    )
