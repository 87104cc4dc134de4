"""`ipt-pulse rejected list`: which records could not be read, and why. Shows headers, never what a record holds."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from streams.errors import Unavailable
from streams.settings import settings
from streams.topics import EVENTS, REJECTED

app = typer.Typer(help="See which records could not be read, and why.", no_args_is_help=True, add_completion=False)

BOOTSTRAP_TIMEOUT_MS = 3_000
READ_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that was set aside: when, where it stood, what was wrong with it, and its size in bytes."""

    time: str
    topic: str
    partition: str
    offset: str
    field: str
    reason: str
    size: int


@app.callback()
def about() -> None:
    """See which records could not be read, and why."""


@app.command(name="list")
def list_rejected(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Only the newest.")] = 100,
    kafka: Annotated[str | None, typer.Option("--kafka", help="Bootstrap servers; default: IPT_PULSE_KAFKA.")] = None,
) -> None:
    """List the newest rejected records, oldest first."""
    found = read_rejected(kafka or settings().kafka, limit)
    if as_json:
        for record in found:
            typer.echo(json.dumps(asdict(record)))
        return
    table = Table("time", "topic", "partition", "offset", "field", "reason", "bytes", box=None)
    for record in found:
        where = (record.topic, record.partition, record.offset)
        table.add_row(record.time, *where, record.field or "(all of it)", record.reason, f"{record.size:,}")
    Console().print(table if found else "nothing was rejected")


def read_rejected(bootstrap: str, limit: int) -> list[Rejected]:
    """The newest `limit` records that were set aside, oldest first.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    try:
        with closing(
            KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                enable_auto_commit=False,
                bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
                consumer_timeout_ms=READ_TIMEOUT_MS,
            )
        ) as consumer:
            newest = sorted(_newest(consumer, limit), key=lambda record: record.timestamp)[-limit:]
    except KafkaError as error:
        raise Unavailable(
            f"Kafka at {bootstrap} does not answer ({type(error).__name__}); `ipt-pulse up` starts one, and "
            "IPT_PULSE_HOME names the home of a stack that is up elsewhere"
        ) from error
    return [_told(record) for record in newest]


def _newest(consumer: KafkaConsumer, limit: int) -> Iterator[ConsumerRecord]:
    """The last `limit` records of every partition, up to where it ends now."""
    partitions = [TopicPartition(REJECTED, number) for number in consumer.partitions_for_topic(REJECTED) or ()]
    if not partitions:
        raise Unavailable(f"there is no topic {REJECTED} yet: `ipt-pulse topics create` makes it")
    first, end = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    waiting = {partition for partition in partitions if end[partition] > first[partition]}
    consumer.assign(list(waiting))
    for partition in waiting:
        consumer.seek(partition, max(first[partition], end[partition] - limit))
    while waiting:
        batches = consumer.poll(timeout_ms=READ_TIMEOUT_MS)
        if not batches:
            raise Unavailable("Kafka stopped answering")
        for partition, records in batches.items():
            yield from (record for record in records if record.offset < end[partition])
            if consumer.position(partition) >= end[partition]:
                waiting.discard(partition)


def _told(record: ConsumerRecord) -> Rejected:
    headers = {name: value.decode(errors="replace") for name, value in record.headers or ()}
    return Rejected(
        time=datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat(timespec="seconds"),
        topic=headers.get("topic", EVENTS),  # the only one that the workers set records aside from
        partition=headers.get("partition", "?"),
        offset=headers.get("offset", ""),  # none where an event made room for another one of the same identity
        field=headers.get("field", ""),
        reason=headers.get("reason", "?"),
        size=len(record.value or b""),
    )
