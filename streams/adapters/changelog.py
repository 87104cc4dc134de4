"""The newest record of each key of a compacted topic, up to where it ends now. Read by `refit` and `outcomes`."""

from collections.abc import Iterator
from contextlib import closing

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from streams.errors import Unavailable

BOOTSTRAP_TIMEOUT_MS = 3_000
READ_TIMEOUT_MS = 10_000
SEND_TIMEOUT_S = 30.0


def newest_records(bootstrap: str, topic: str) -> Iterator[dict[bytes, bytes]]:
    """One partition after the other, so that no more than one of them is held at a time.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    try:
        with closing(
            KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                enable_auto_commit=False,
                bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
            )
        ) as consumer:
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise Unavailable(f"there is no topic {topic} yet: `ipt-pulse topics create` makes it")
            for number in sorted(numbers):
                yield _newest(consumer, TopicPartition(topic, number))
    except KafkaError as error:
        raise Unavailable(
            f"Kafka at {bootstrap} does not answer ({type(error).__name__}); `ipt-pulse up` starts one"
        ) from error


def send_to_each_partition(bootstrap: str, topic: str, key: bytes, value: bytes) -> int:
    """Write one record into every partition; returns how many those are.

    Raises:
        Unavailable: Kafka does not confirm all of them. Sent again, the newest stands.
    """
    try:
        with closing(
            KafkaProducer(bootstrap_servers=bootstrap.split(","), acks="all", bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS)
        ) as producer:
            partitions = producer.partitions_for(topic)
            sent = [producer.send(topic, key=key, value=value, partition=number) for number in sorted(partitions)]
            for one in sent:
                one.get(timeout=SEND_TIMEOUT_S)
            return len(sent)
    except KafkaError as error:
        raise Unavailable(f"Kafka at {bootstrap} does not take it ({type(error).__name__})") from error


def _newest(consumer: KafkaConsumer, partition: TopicPartition) -> dict[bytes, bytes]:
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    newest: dict[bytes, bytes] = {}
    while consumer.position(partition) < end:
        batches = consumer.poll(timeout_ms=READ_TIMEOUT_MS)
        if not batches:
            raise Unavailable("Kafka stopped answering")
        for records in batches.values():
            for record in records:
                if record.value is None:
                    newest.pop(record.key, None)
                elif record.key is not None:
                    newest[record.key] = record.value
    return newest
