"""The newest record of each key of a compacted topic, up to where it ends now. Read by `refit` and `outcomes`."""

from collections.abc import Iterable, Iterator

from kafka.consumer.fetcher import ConsumerRecord

from streams.adapters.topic import Outgoing, partitions_of, read_topic, send


def newest_records(bootstrap: str, topic: str) -> Iterator[dict[bytes, bytes]]:
    """One partition after the other, so that no more than one of them is held at a time.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    return map(_newest, read_topic(bootstrap, topic))


def send_to_each_partition(bootstrap: str, topic: str, key: bytes, value: bytes) -> int:
    """Write one record into every partition; returns how many those are.

    Raises:
        Unavailable: Kafka does not confirm all of them. Sent again, the newest stands.
    """
    return send(bootstrap, [Outgoing(topic, key, value, number) for number in partitions_of(bootstrap, topic)])


def _newest(records: Iterable[ConsumerRecord]) -> dict[bytes, bytes]:
    newest: dict[bytes, bytes] = {}
    for record in records:
        if record.value is None:
            newest.pop(record.key, None)
        elif record.key is not None:
            newest[record.key] = record.value
    return newest
