"""A Kafka topic as it stands now, read from the side: in no group, and no further than to where it ends.

What the administrative commands read and write goes through here, by kafka-python.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

from streams.errors import Unavailable
from streams.kafka_sign_in import asked, signed_in

BOOTSTRAP_TIMEOUT_MS = 3_000
READ_TIMEOUT_MS = 10_000
SEND_TIMEOUT_S = 30.0
FLUSH_S = 120.0
BATCH_BYTES = 500_000
LARGEST_BYTES = 20_000_000
"""Of one request: the largest record that any topic takes, and some."""


class Outgoing(NamedTuple):
    """A record to write; without a `partition` the key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    at: int | None = None
    """Milliseconds since 1970, for a topic that keeps them; by default now."""


def read_topic(bootstrap: str, topic: str) -> Iterator[Iterator[ConsumerRecord]]:
    """The records of each partition, one partition after the other, up to where it ends when its turn comes.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    with _told(bootstrap), closing(_consumer(bootstrap)) as consumer:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise Unavailable(f"there is no topic {topic} yet: `ipt-pulse topics create` makes it")
        for number in sorted(numbers):
            yield _read(consumer, TopicPartition(topic, number))


def send(bootstrap: str, records: Iterable[Outgoing]) -> int:
    """Write `records`; returns how many those are, once all replicas have every one.

    Raises:
        Unavailable: Kafka does not confirm all of them; some may have been written.
    """
    options = {"acks": "all", "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS, **signed_in()}
    with _told(bootstrap), closing(KafkaProducer(bootstrap_servers=bootstrap.split(","), **options)) as producer:
        sent = [
            producer.send(one.topic, one.value, one.key, headers=list(one.headers), partition=one.partition)
            for one in records
        ]
        for confirmed in sent:
            confirmed.get(timeout=SEND_TIMEOUT_S)
        return len(sent)


def send_all(bootstrap: str, records: Iterable[Outgoing]) -> int:
    """Write ever so many records, in their order within each partition; returns how many, once all replicas have them.

    Raises:
        Unavailable: Kafka does not confirm one of them; some may have been written.
    """
    refused: list[Exception] = []
    options = {
        "acks": "all",
        "enable_idempotence": True,
        "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
        "max_request_size": LARGEST_BYTES,
        "batch_size": BATCH_BYTES,
        "linger_ms": 20,
        **signed_in(),
    }
    count = 0
    with _told(bootstrap), closing(KafkaProducer(bootstrap_servers=bootstrap.split(","), **options)) as producer:
        for one in records:
            sent = producer.send(
                one.topic, one.value, one.key, headers=list(one.headers), partition=one.partition, timestamp_ms=one.at
            )
            sent.add_errback(refused.append)
            count += 1
            if refused:
                raise refused[0]
        producer.flush(FLUSH_S)
    if refused:
        raise Unavailable(f"Kafka refused a record ({type(refused[0]).__name__})") from refused[0]
    return count


def partitions_of(bootstrap: str, topic: str) -> list[int]:
    """The numbers of a topic's partitions, none where there is no such topic.

    Raises:
        Unavailable: Kafka does not answer.
    """
    with _told(bootstrap), closing(_consumer(bootstrap)) as consumer:
        return sorted(consumer.partitions_for_topic(topic) or ())


def ends_of(bootstrap: str, topic: str) -> dict[int, int]:
    """Where each partition of a topic ends now: the offset of its next record; empty where there is no such topic.

    Raises:
        Unavailable: Kafka does not answer.
    """
    with _told(bootstrap), closing(_consumer(bootstrap)) as consumer:
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        return {place.partition: end for place, end in consumer.end_offsets(places).items()}


def _consumer(bootstrap: str) -> KafkaConsumer:
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        enable_auto_commit=False,
        bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
        **signed_in(),
    )


def _read(consumer: KafkaConsumer, partition: TopicPartition) -> Iterator[ConsumerRecord]:
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    while consumer.position(partition) < end:
        batches = consumer.poll(timeout_ms=READ_TIMEOUT_MS)
        if not batches:
            raise Unavailable("Kafka stopped answering")
        for records in batches.values():
            yield from records


@contextmanager
def _told(bootstrap: str) -> Iterator[None]:
    """Say of what Kafka's client raises which server it is about."""
    try:
        yield
    except KafkaError as error:
        raise Unavailable(
            f"Kafka at {asked(bootstrap)} does not answer ({type(error).__name__}); `ipt-pulse up` starts one, and "
            "IPT_PULSE_HOME names the home of a stack that is up elsewhere"
        ) from error
