from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from deploy.local.kafka import KafkaBroker
from streams.adapters.admin import create_topics, forget_before, positions_of, set_positions
from streams.adapters.topic import Outgoing, ends_of, read_topic, send
from streams.cli.backup.folder import Folder, NewFolder
from streams.cli.backup.manifest import VERSION, Manifest
from streams.cli.backup.topics import Kept, _without_holes, bring_topics, keep_topics, note_positions, require_unused
from streams.errors import Misconfigured
from streams.topics import EVENTS, POPULATION, REJECTED, VIEWS, Topic

Found = list[tuple[int, int, bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]]


def silent(_: str) -> None:
    pass


def found(kafka: str, topic: str) -> Found:
    return [
        (one.offset, one.timestamp, one.key, one.value, tuple(one.headers))
        for records in read_topic(kafka, topic)
        for one in records
    ]


@pytest.mark.kafka
@pytest.mark.slow
def test_offsets_times_headers_and_positions_are_kept(broker: Callable[..., KafkaBroker], tmp_path: Path) -> None:
    one, other = broker().bootstrap, broker().bootstrap
    create_topics(one, 1)
    send(one, [Outgoing(EVENTS, b"p", b"expired", 0)] * 5)
    forget_before(one, EVENTS, {0: 5})
    send(one, [Outgoing(EVENTS, b"p", b"first", 0), Outgoing(EVENTS, b"p", b"second", 0)])
    send(one, [Outgoing(REJECTED, b"p", b"?", 0, (("reason", b"none"),))])
    send(one, [Outgoing(VIEWS, b"gone", b"1", 0), Outgoing(VIEWS, b"p", b"1", 0), Outgoing(VIEWS, b"p", b"2", 0)])
    send(one, [Outgoing(VIEWS, b"gone", None, 0)])
    send(one, [Outgoing(POPULATION, b"all", value, 0) for value in (b"1", b"2", b"3")])
    at = {("analysis", EVENTS, 0): (6, "a note"), ("analysis", POPULATION, 0): (3, ""), ("auditor", EVENTS, 0): (5, "")}
    set_positions(one, at)

    to = NewFolder(tmp_path / "b", ())
    positions, extents = note_positions(one), keep_topics(one, to, silent)
    to.finish(
        Manifest(
            version=VERSION,
            made_at=datetime.now(UTC),
            software="1",
            sealed=False,
            partitions=1,
            extents=extents,
            positions=positions,
        )
    )
    bring_topics(other, Folder(tmp_path / "b"), silent, replication=1)

    for topic in (EVENTS, REJECTED):
        assert found(other, topic) == found(one, topic)
    assert [offset for offset, *_ in found(other, EVENTS)] == [5, 6]
    assert [record[2:4] for record in found(other, VIEWS)] == [(b"p", b"2")]
    assert ends_of(other, VIEWS) == {0: 1}
    # Of three fits the newest is kept, as the first record: who had read all three has read it.
    assert positions_of(other, ("analysis", "auditor")) == at | {("analysis", POPULATION, 0): (1, "")}
    with pytest.raises(Misconfigured, match="is there already"):
        require_unused(other)
    later = send(other, [Outgoing(EVENTS, b"p", b"new", 0)])
    assert later == 1
    assert found(other, EVENTS)[-1][1] > 1_700_000_000_000, "the broker stamps again"


@pytest.mark.kafka
def test_a_group_at_work_is_left_alone(kafka: str) -> None:
    topic = Topic("backup.busy", "", 1)
    create_topics(kafka, 2, topics=(topic,))
    with closing(KafkaConsumer(topic.name, bootstrap_servers=kafka, group_id="busy")) as member:
        for _ in range(50):
            member.poll(timeout_ms=200)
            if member.assignment():
                break
        with pytest.raises(Misconfigured, match="group busy is at work"):
            set_positions(kafka, {("busy", topic.name, 0): (0, "")})


def test_a_missing_offset_is_filled_with_a_copy() -> None:
    records = [Kept(4, 1, b"a", b"1"), Kept(7, 2, b"b", b"2")]
    whole: Iterator[Kept] = _without_holes(records, 4)
    assert [one.value for one in whole] == [b"1", b"1", b"1", b"2"]
