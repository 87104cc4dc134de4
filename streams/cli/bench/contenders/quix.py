"""Quix Streams around the same core: a stateful function that sees one event at a time."""

from pathlib import Path
from typing import Any, NamedTuple

from quixstreams import Application, message_context
from quixstreams.state.rocksdb import RocksDBStorePartition

from streams.adapters.policy import read_policy
from streams.agents.keys import BODY_PREFIX
from streams.cli.bench.contenders.per_event import analyse_event
from streams.cli.bench.course import OUTPUTS, Course
from streams.cli.bench.seeds import Rows, take_partition
from streams.cli.bench.stopwatch import Stopwatch
from streams.transport import Output

_STORE = "default"


class _Message(NamedTuple):
    """A message as a record of ours."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


def full(course: Course, folder: Path, watch: Stopwatch) -> None:
    """The whole job; done when the last checkpoint is committed."""
    policy = read_policy()

    def counted(_topic: str, _partition: int, _offset: int) -> None:
        if watch.passed(1):
            app.stop()

    app = Application(
        broker_address=course.bootstrap,
        consumer_group=course.group,
        auto_offset_reset="earliest",
        state_dir=folder,
        on_message_processed=counted,
        loglevel="ERROR",
    )
    source = app.topic(course.topic, key_deserializer="bytes", value_deserializer="bytes")
    targets = {name: app.topic(name, key_serializer="bytes", value_serializer="bytes") for name in OUTPUTS}
    for partition in range(course.partitions):
        take_partition(course, partition, folder / course.group / _STORE / course.topic / str(partition))

    def analyse(value: bytes, key: bytes, timestamp: int, _headers: Any, state: Any) -> list[Output]:
        watch.begin()
        context = message_context()
        record = _Message(context.offset, timestamp, key, value)
        found, kept = analyse_event(record, context.partition, lambda row: state.get_bytes(_name(row)), policy)
        for row, kept_bytes in kept.items():
            state.set_bytes(_name(row), kept_bytes)
        return found

    outputs = app.dataframe(source).apply(analyse, stateful=True, metadata=True, expand=True)
    for name, target in targets.items():
        ours = outputs[outputs.apply(lambda output, name=name: output.topic == name)]
        ours.apply(lambda output: output.value).to_topic(target)
    app.run()
    watch.finish()


def write_seed(folder: Path, rows: Rows) -> None:
    """Records by patient, as Quix Streams keeps them."""
    partition = RocksDBStorePartition(str(folder))
    with partition.begin() as transaction:
        for key, value in rows:
            transaction.set_bytes(_name(key), value, prefix=key.removeprefix(BODY_PREFIX))
    partition.close()


def _name(key: bytes) -> str:
    """What a row of the patient at hand is called: the key stands for them already."""
    return "body" if key.startswith(BODY_PREFIX) else "front"
