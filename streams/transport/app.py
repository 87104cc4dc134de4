"""Builds a Faust app that runs one job over record batches.

`ipt-pulse worker` builds its three apps with it, the benchmarks theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import faust
from filelock import FileLock, Timeout
from yarl import URL

from streams.errors import Misconfigured
from streams.kafka_sign_in import faust_options
from streams.transport import private
from streams.transport.batch import BatchSchema
from streams.transport.consumer import BatchTransport
from streams.transport.desk import Desk
from streams.transport.halt import Halt, halt
from streams.transport.job import Job
from streams.transport.lane import Lane, Refetch
from streams.transport.lease import Lease
from streams.transport.ledger import Ledger
from streams.transport.observer import Observer
from streams.transport.origin import keep_only_state_of
from streams.transport.outbox import Outbox
from streams.transport.preflight import check_topics
from streams.transport.strays import keys_between
from streams.transport.table import BatchTable, KnownTables, NoState, PartitionState
from streams.transport.vitals import Vitals
from streams.transport.writer import Writer

SESSION_TIMEOUT = 6.0
"""Seconds until the group gives the partitions of a dead worker to another one."""
LEASE = 4.0
"""Seconds after its newest heartbeat that a worker may write: the session without what sending takes."""
COMMIT_EVERY = 2.8
"""Seconds between commits: what a kill makes the next worker do again."""
STREAM_BATCHES = 8
"""Batches that may wait between the consumer and the lanes."""
PRODUCE_BYTES = 900_000
"""Size of a batch to produce, below what a broker takes by default (1 MiB)."""


class BatchApp(faust.App):  # type: ignore[misc]
    """A Faust app with one job; use `build_app`."""

    def __init__(
        self,
        name: str,
        *,
        bootstrap: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        partitions: int,
        job: Job,
        desk: Desk,
        observer: Observer,
        halt: Halt,
        table: bool,
        urgent: Mapping[str, float],
        trouble: Callable[[], str | None] | None,
        state_dir: Path,
        options: Mapping[str, Any],
    ) -> None:
        broker = ";".join(f"kafka://{address.strip()}" for address in bootstrap.split(","))
        super().__init__(name, broker=broker, datadir=str(state_dir), **options)
        self.finalize()
        self.transport = BatchTransport([URL(url) for url in broker.split(";")], self)
        self.bootstrap = bootstrap
        self.inputs, self.outputs, self.partitions = inputs, outputs, partitions
        self.job, self.desk, self.observer, self.halt = job, desk, observer, halt
        self.lease = Lease(LEASE)
        self.vitals = Vitals()
        self.urgent = urgent
        self._job_trouble = trouble
        self.table: BatchTable | None = None
        if table:
            self.table = BatchTable(self, name="state", partitions=partitions, observer=observer, halt=halt)
            self.tables.add(self.table)
        self._write = Writer(
            self.lease, Outbox(lambda: private.producer(self)), self.table, partial(keys_between, bootstrap)
        )
        self._state_dir = state_dir
        self._state_lock = FileLock(state_dir / "in-use.lock")
        self.agent(self.topic(*inputs, schema=BatchSchema()), name="intake")(self._intake)

    async def _intake(self, stream: Any) -> None:
        async for event in stream.noack().events():
            self.desk.deliver(event.value)

    def trouble(self) -> str | None:
        """What keeps the worker from its work, None for nothing. May be asked from any thread."""
        return self.vitals.trouble() or (self._job_trouble() if self._job_trouble else None)

    def new_lane(self, partition: int, ledgers: Mapping[str, Ledger], refetch: Refetch) -> Lane:
        """A lane for a partition that has just been assigned and recovered."""
        return Lane(
            partition,
            ledgers=ledgers,
            state=NoState() if self.table is None else PartitionState(self.table, partition),
            job=self.job,
            write=self._write,
            refetch=refetch,
            observer=self.observer,
            halt=self.halt,
        )

    async def on_first_start(self) -> None:
        """Take the state directory for ourselves and look at the topics, before anything is joined."""
        self._state_dir.mkdir(parents=True, exist_ok=True)
        try:
            self._state_lock.acquire(timeout=0)
        except Timeout:
            raise Misconfigured(
                f"another worker uses {self._state_dir}: give this one a name of its own by IPT_PULSE_WORKER_NAME"
            ) from None
        cluster = await check_topics(
            self.bootstrap,
            inputs=self.inputs,
            outputs=self.outputs,
            changelog=None if self.table is None else self.table.changelog_topic_name,
            partitions=self.partitions,
        )
        self.lease.renew(monotonic())  # how long the broker was waited for is no silence of the group
        keep_only_state_of(cluster, self._state_dir, Path(self.conf.appdir))
        await super().on_first_start()

    async def on_stop(self) -> None:
        """Finish and commit before the group is left and the databases are closed."""
        if (consumer := private.app_consumer(self)) is not None:
            await consumer.leave()
        await super().on_stop()


def build_app(
    name: str,
    *,
    bootstrap: str,
    topics: Sequence[str],
    job: Job,
    state_dir: Path,
    partitions: int,
    outputs: Sequence[str] = (),
    desk: Desk | None = None,
    table: bool = True,
    instance_id: str | None = None,
    replication: int = 1,
    observer: Observer | None = None,
    urgent: Mapping[str, float] | None = None,
    trouble: Callable[[], str | None] | None = None,
    halt: Halt = halt,
) -> BatchApp:
    """The worker of one consumer group.

    Args:
        name: of the app and its consumer group; its changelog is `<name>-state-changelog`.
        bootstrap: `host:port`, several comma-separated.
        topics: what it reads, all of `partitions` partitions. More than one needs a table: that is what makes Faust
            give one partition number of all of them to the same worker.
        job: the work.
        state_dir: for this worker alone; it can be lost, the changelog has everything.
        outputs: topics it writes, checked at the start.
        partitions: of every input and of the changelog.
        desk: for parts of the process that ask a partition for a step.
        table: whether the job keeps state.
        instance_id: static member of the group; no two live workers may share one.
        replication: of the changelog, when it is made.
        observer: hears what is to be counted.
        urgent: of these topics, how many seconds a record may wait until the worker says that it is not well.
        trouble: says what keeps the job from its work, beside what the transport knows; asked from any thread.
        halt: ends the process when it must not go on.

    Raises:
        Misconfigured: several topics without a table.
    """
    if len(topics) > 1 and not table:
        raise Misconfigured("a job that reads several topics needs a table")
    return BatchApp(
        name,
        bootstrap=bootstrap,
        inputs=tuple(topics),
        outputs=tuple(outputs),
        partitions=partitions,
        job=job,
        desk=desk or Desk(),
        observer=observer or Observer(),
        halt=halt,
        table=table,
        urgent=urgent or {},
        trouble=trouble,
        state_dir=state_dir,
        options=_options(instance_id, partitions=partitions, replication=replication),
    )


def _options(instance_id: str | None, *, partitions: int, replication: int) -> dict[str, Any]:
    """What Faust is told of its own settings."""
    return {
        "consumer_group_instance_id": instance_id,
        **faust_options(),
        "broker_session_timeout": SESSION_TIMEOUT,
        "broker_heartbeat_interval": 1.0,
        "broker_request_timeout": 90.0,  # as by itself; the consumer ends the worker before (`AWAY_FOR_LONG`)
        "broker_commit_interval": COMMIT_EVERY,
        "broker_commit_every": None,
        "producer_max_batch_size": PRODUCE_BYTES,
        "producer_request_timeout": 120.0,
        "stream_buffer_maxsize": STREAM_BATCHES,
        "stream_wait_empty": False,  # the lanes are waited for instead
        "store": "rocksdb://",
        "TableManager": KnownTables,
        "table_standby_replicas": 0,
        "topic_partitions": partitions,
        "topic_replication_factor": replication,
        "topic_disable_leader": True,
        "web_enabled": False,
        "worker_redirect_stdouts": False,
    }
