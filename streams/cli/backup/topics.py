"""The topics of a backup: every record as it is, with offset, time and headers; and how far each group has read.

State says up to which offset of a partition it knows its patients, so partitions begin where they began: what had
expired before is filled up and deleted again. Of compacted topics the newest record of each key is kept, and offsets
begin anew.

Order matters while workers go on working. How far the groups are is noted first, then the state is read, then what was
sent from it, the events last. What is restored is then a moment as after a crash: some work is done again, with the
same ids.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple
from itertools import chain

import msgspec
from kafka.consumer.fetcher import ConsumerRecord

from streams.adapters.admin import (
    create_topics,
    describe_topics,
    forget_before,
    positions_of,
    set_positions,
)
from streams.adapters.topic import Outgoing, ends_of, read_topic, send_all
from streams.cli.backup.folder import Folder, NewFolder
from streams.cli.backup.manifest import Extent, Position
from streams.errors import Misconfigured, Unavailable
from streams.topics import EVENTS, STATE_OF_ALERTING, STATE_OF_ANALYSIS, TOPICS, Topic

KAFKA = "kafka"
GROUPS = ("analysis", "alerting", "timeseries", "auditor")
PART_BYTES = 16_000_000
FIRST, LAST = (STATE_OF_ANALYSIS, STATE_OF_ALERTING), (EVENTS,)

Tell = Callable[[str], None]


class Kept(msgspec.Struct, array_like=True, frozen=True):
    """A record; `at` in milliseconds since 1970."""

    offset: int
    at: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


def note_positions(bootstrap: str) -> tuple[Position, ...]:
    """How far every group is; to be noted before anything is read."""
    return tuple(
        Position(group=group, topic=topic, partition=number, offset=offset, metadata=metadata)
        for (group, topic, number), (offset, metadata) in sorted(positions_of(bootstrap, GROUPS).items())
    )


def keep_topics(bootstrap: str, to: NewFolder, tell: Tell) -> dict[str, dict[int, Extent]]:
    """Write all topics down; returns where each partition began."""
    return {topic.name: _keep(bootstrap, topic, to, tell) for topic in sorted(TOPICS, key=_turn)}


def require_unused(bootstrap: str) -> None:
    """Nothing is mixed.

    Raises:
        Misconfigured: a topic is there already.
    """
    if there := describe_topics(bootstrap).keys() & {topic.name for topic in TOPICS}:
        raise Misconfigured(f"topic {min(there)} is there already: restore into a Kafka that nobody has used yet")


def bring_topics(bootstrap: str, backup: Folder, tell: Tell, *, replication: int) -> None:
    """Make the topics, fill them, and put the groups where they were."""
    count = backup.manifest.partitions
    create_topics(bootstrap, count, replication=replication, topics=[_Timed(*astuple(topic)) for topic in TOPICS])
    kept = {topic.name: _bring(bootstrap, topic, backup, tell) for topic in TOPICS}
    create_topics(bootstrap, count, replication=replication)
    compacted = {topic.name for topic in TOPICS if topic.retention_days is None}
    positions = {}
    for one in backup.manifest.positions:
        if one.topic not in kept:  # of a version that had it
            continue
        offsets = kept[one.topic][one.partition]
        moved = bisect_left(offsets, one.offset) if one.topic in compacted else one.offset
        positions[one.group, one.topic, one.partition] = (moved, one.metadata)
    set_positions(bootstrap, positions)


class _Timed(Topic):
    """A topic that is filled: records keep their time. It has to be made so, since a change comes into force later."""

    @property
    def config(self) -> dict[str, str]:
        return super().config | {"message.timestamp.type": "CreateTime"}


def _turn(topic: Topic) -> int:
    return -1 if topic.name in FIRST else int(topic.name in LAST)


def _keep(bootstrap: str, topic: Topic, to: NewFolder, tell: Tell) -> dict[int, Extent]:
    extents = {}
    ends = ends_of(bootstrap, topic.name)
    for number, records in zip(sorted(ends), read_topic(bootstrap, topic.name), strict=True):
        first, count = ends[number], 0
        kept = _newest(records) if topic.retention_days is None else map(_kept, records)
        for part, some in enumerate(_parts(kept)):
            first = some[0].offset if not part else first
            to.add(f"{KAFKA}/{topic.name}/{number}/{part:06}", msgspec.msgpack.encode(some), len(some))
            count += len(some)
        extents[number] = Extent(first=first, records=count)
    tell(f"{topic.name}: {sum(one.records for one in extents.values()):,} records")
    return extents


def _bring(bootstrap: str, topic: Topic, backup: Folder, tell: Tell) -> Mapping[int, list[int]]:
    """Fill a topic; of a compacted one, returns which offsets the records of each partition had."""
    name, extents = topic.name, backup.manifest.extents.get(topic.name, {})
    compacted = topic.retention_days is None
    firsts = {number: 0 if compacted else extent.first for number, extent in extents.items()}
    _fill_up(bootstrap, name, {number: first for number, first in firsts.items() if first}, tell)
    kept: dict[int, list[int]] = defaultdict(list)
    wanted = dict(firsts)
    for number in extents:
        parts = (backup.read(entry) for entry in backup.below(f"{KAFKA}/{name}/{number}"))
        records = chain.from_iterable(msgspec.msgpack.decode(part, type=list[Kept]) for part in parts)
        whole = _noted(records, kept[number]) if compacted else _without_holes(records, firsts[number])
        wanted[number] += send_all(bootstrap, (_outgoing(one, name, number) for one in whole))
    ends = ends_of(bootstrap, name)
    for number, end in wanted.items():
        if ends[number] != end:
            raise Unavailable(f"{name}, partition {number}: Kafka ends at {ends[number]:,}, not at {end:,}")
    tell(f"{name}: {sum(extent.records for extent in extents.values()):,} records are back")
    return kept


def _fill_up(bootstrap: str, name: str, expired: Mapping[int, int], tell: Tell) -> None:
    if expired:
        tell(f"{name}: {sum(expired.values()):,} expired records are filled up")
        send_all(bootstrap, (Outgoing(name, None, b"", number) for number, end in expired.items() for _ in range(end)))
        forget_before(bootstrap, name, expired)


def _outgoing(one: Kept, topic: str, number: int) -> Outgoing:
    return Outgoing(topic, one.key, one.value, number, one.headers, one.at)


def _noted(records: Iterable[Kept], offsets: list[int]) -> Iterator[Kept]:
    for one in records:
        offsets.append(one.offset)
        yield one


def _without_holes(records: Iterable[Kept], first: int) -> Iterator[Kept]:
    """Where an offset is missing, the record before it once more: a copy changes nothing, another offset might."""
    expected, before = first, None
    for one in records:
        while expected < one.offset:
            yield before or one
            expected += 1
        yield one
        expected, before = one.offset + 1, one


def _kept(record: ConsumerRecord) -> Kept:
    return Kept(record.offset, record.timestamp, record.key, record.value, tuple(record.headers))


def _newest(records: Iterable[ConsumerRecord]) -> Iterator[Kept]:
    newest: dict[bytes, Kept] = {}
    for record in records:
        newest.pop(record.key, None)
        if record.value is not None:
            newest[record.key] = _kept(record)
    yield from newest.values()


def _parts(records: Iterable[Kept]) -> Iterator[list[Kept]]:
    part: list[Kept] = []
    size = 0
    for record in records:
        part.append(record)
        size += len(record.value or b"") + len(record.key or b"")
        if size > PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
