"""Every patient's newest view from the compacted topic `patient.views`. Called by `ipt-pulse outcomes`."""

from collections.abc import Iterator
from contextlib import closing

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError
from pydantic import ValidationError

from schemas.views import PatientView
from streams.errors import Unavailable
from streams.topics import VIEWS

BOOTSTRAP_TIMEOUT_MS = 3_000
READ_TIMEOUT_MS = 10_000


def read_views(bootstrap: str) -> Iterator[PatientView]:
    """Each view as of now, newer ones of a patient after older ones; an erased patient's are not among them.

    A view that no reader of ours understands is passed over, as the console does.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    newest: dict[bytes, bytes] = {}
    for record in _records(bootstrap):
        if record.value is None:
            newest.pop(record.key, None)
        else:
            newest[record.key] = record.value
    for value in newest.values():
        try:
            yield PatientView.model_validate_json(value)
        except ValidationError:
            continue


def _records(bootstrap: str) -> Iterator[ConsumerRecord]:
    try:
        with closing(
            KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                enable_auto_commit=False,
                bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
            )
        ) as consumer:
            yield from _up_to_now(consumer)
    except KafkaError as error:
        raise Unavailable(
            f"Kafka at {bootstrap} does not answer ({type(error).__name__}); `ipt-pulse up` starts one"
        ) from error


def _up_to_now(consumer: KafkaConsumer) -> Iterator[ConsumerRecord]:
    partitions = [TopicPartition(VIEWS, number) for number in consumer.partitions_for_topic(VIEWS) or ()]
    if not partitions:
        raise Unavailable(f"there is no topic {VIEWS} yet: `ipt-pulse topics create` makes it")
    end = consumer.end_offsets(partitions)
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    while any(consumer.position(partition) < end[partition] for partition in partitions):
        batches = consumer.poll(timeout_ms=READ_TIMEOUT_MS)
        if not batches:
            raise Unavailable("Kafka stopped answering")
        for records in batches.values():
            yield from records
