"""Kafka's administration, by kafka-python: making the topics and looking at them.

Called by `ipt-pulse topics`, backup, restore and benchmarks, and when the local stack starts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import stamina
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code
from kafka.structs import OffsetAndMetadata, TopicPartition

from streams.errors import Misconfigured, Unavailable
from streams.kafka_sign_in import asked, signed_in
from streams.topics import TOPICS, Topic

START_WAIT_S = 60.0
MIN_WRITTEN = 2

Result = TypeVar("Result")


def create_topics(
    bootstrap: str,
    partitions: int,
    *,
    replication: int = 1,
    topics: Sequence[Topic] = TOPICS,
    wait_s: float = START_WAIT_S,
) -> list[str]:
    """Make the topics that are missing and bring the settings of the others up to date; safe to repeat.

    Args:
        bootstrap: addresses of brokers, comma-separated.
        partitions: of each topic; all topics share one count, so that a patient's records meet.
        replication: copies of each topic, on as many brokers. Of a topic that is there it is not changed.
        topics: what to make.
        wait_s: how long to go on trying while the broker starts.

    Returns:
        The names of the topics that were made by this call.

    Raises:
        Misconfigured: a topic is there with another number of partitions.
        Unavailable: no broker answered in time.
    """
    return _retried(
        lambda: _create_topics(bootstrap, partitions, replication, topics), bootstrap=bootstrap, wait_s=wait_s
    )


def positions_of(bootstrap: str, groups: Sequence[str]) -> dict[tuple[str, str, int], tuple[int, str]]:
    """How far each group has read: group, topic and partition to the next offset, and to what the group noted with it.

    Raises:
        Unavailable: no broker answered.
    """
    # A broker that is new has no coordinator for some seconds.
    read = {
        group: _retried(partial(_positions_of, bootstrap, group), bootstrap=bootstrap, wait_s=START_WAIT_S)
        for group in groups
    }
    return {
        (group, place.topic, place.partition): (noted.offset, noted.metadata or "")
        for group, places in read.items()
        for place, noted in places.items()
        if noted.offset >= 0
    }


def set_positions(bootstrap: str, positions: Mapping[tuple[str, str, int], tuple[int, str]]) -> None:
    """The other way round, for groups that have no member.

    Raises:
        Misconfigured: a group has one.
        Unavailable: no broker answered.
    """
    for group in sorted({group for group, _, _ in positions}):
        own = {
            TopicPartition(topic, number): OffsetAndMetadata(offset, metadata, -1)
            for (name, topic, number), (offset, metadata) in positions.items()
            if name == group
        }
        refused = _retried(partial(_set_positions, bootstrap, group, own), bootstrap=bootstrap, wait_s=START_WAIT_S)
        if refused:
            raise Misconfigured(f"group {group} is at work ({refused.pop().__name__}): stop its workers first")


def forget_before(bootstrap: str, topic: str, offsets: Mapping[int, int]) -> None:
    """Delete what lies before an offset of each partition.

    Raises:
        Unavailable: no broker answered.
    """
    with _answering(bootstrap) as admin:
        admin.delete_records({TopicPartition(topic, number): offset for number, offset in offsets.items()})


def describe_topics(bootstrap: str, *, wait_s: float = 5.0) -> dict[str, int]:
    """The number of partitions of every topic there is, by name.

    Raises:
        Unavailable: no broker answered within `wait_s` seconds.
    """
    return _retried(lambda: _describe_topics(bootstrap), bootstrap=bootstrap, wait_s=wait_s)


def _retried(ask: Callable[[], Result], *, bootstrap: str, wait_s: float) -> Result:
    try:
        return stamina.retry(on=KafkaError, attempts=None, timeout=wait_s, wait_max=2.0)(ask)()
    except KafkaError as error:
        raise Unavailable(
            f"Kafka at {asked(bootstrap)} did not answer in {wait_s:.0f} s ({type(error).__name__})"
        ) from error


@contextmanager
def _admin(bootstrap: str) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), bootstrap_timeout_ms=2_000, **signed_in())
    try:
        yield client
    finally:
        client.close()


def _positions_of(bootstrap: str, group: str) -> Mapping[TopicPartition, OffsetAndMetadata]:
    with _admin(bootstrap) as admin:
        places: Mapping[TopicPartition, OffsetAndMetadata] = admin.list_group_offsets({group: None})[group]
        return places


def _set_positions(
    bootstrap: str, group: str, positions: Mapping[TopicPartition, OffsetAndMetadata]
) -> set[type[KafkaError]]:
    """What was refused."""
    with _admin(bootstrap) as admin:
        refused = {error for error in admin.alter_group_offsets(group, positions).values() if error is not NoError}
    for error in refused:
        if error.retriable:
            raise error
    return refused


@contextmanager
def _answering(bootstrap: str) -> Iterator[KafkaAdminClient]:
    try:
        with _admin(bootstrap) as admin:
            yield admin
    except KafkaError as error:
        raise Unavailable(f"Kafka at {asked(bootstrap)} does not answer ({type(error).__name__})") from error


def _describe_topics(bootstrap: str) -> dict[str, int]:
    with _admin(bootstrap) as admin:
        return {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}


def _create_topics(bootstrap: str, partitions: int, replication: int, topics: Sequence[Topic]) -> list[str]:
    with _admin(bootstrap) as admin:
        there = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
        _require_same_count(there, partitions, topics)
        missing = [topic for topic in topics if topic.name not in there]
        made = _make(admin, missing, partitions, replication) if missing else []
        _update(admin, [topic for topic in topics if topic.name in there], replication)
        return made


def _require_same_count(there: dict[str, int], partitions: int, topics: Sequence[Topic]) -> None:
    """Kafka could add partitions, but a patient's old and new events would then lie on different ones."""
    other = [
        f"{topic.name} has {there[topic.name]}" for topic in topics if there.get(topic.name, partitions) != partitions
    ]
    if other:
        raise Misconfigured(
            f"{partitions} partitions were asked for, but {', '.join(other)}. All topics share one count for life: "
            "set IPT_PULSE_PARTITIONS to it, or start with an empty Kafka."
        )


def _make(admin: KafkaAdminClient, topics: Sequence[Topic], partitions: int, replication: int) -> list[str]:
    count = {"num_partitions": partitions, "replication_factor": replication}
    wanted = {topic.name: {**count, "configs": _config(topic, replication)} for topic in topics}
    answer = admin.create_topics(wanted, timeout_ms=10_000, raise_errors=False, wait_for_metadata=True)
    made = []
    for result in answer["topics"]:
        error = for_code(result["error_code"])
        if error is TopicAlreadyExistsError:  # someone else was making the same topics
            continue
        if result["error_code"]:
            raise error(f"{result['name']}: {result['error_message']}")
        made.append(result["name"])
    return made


def _update(admin: KafkaAdminClient, topics: Sequence[Topic], replication: int) -> None:
    if topics:
        wanted = ((topic.name, _config(topic, replication)) for topic in topics)
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in wanted])


def _config(topic: Topic, replication: int) -> dict[str, str]:
    """Of three copies two have to be written before a record counts, so that one broker may fail at any moment."""
    written = MIN_WRITTEN if replication > MIN_WRITTEN else 1
    return topic.config | {"min.insync.replicas": str(written)}
