"""What every contender reads: one topic, filled once with check-ins of many patients."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer

from streams.topics import POINTS, RECEIPTS, REJECTED, SIGNALS, VIEWS
from streams.transport.job import Output
from streams.transport.outbox import Outbox

OUTPUTS = (POINTS, SIGNALS, VIEWS, REJECTED, RECEIPTS)
CHUNK = 10_000
FIRST_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHECK_INS_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Course:
    """One run of one contender: read `events` events of `topic` from its start."""

    bootstrap: str
    topic: str
    partitions: int
    events: int
    group: str
    """A consumer group that nobody used before."""
    seed: str = ""
    """Folder with what is known of every patient before the clock starts; empty: nothing is."""
    processes: int = 1
    """How many share the work, each of them this course."""


async def fill(bootstrap: str, events: Iterable[Output]) -> None:
    """Produce `events`, each to its topic."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=500_000, acks="all")
    await producer.start()
    try:
        outbox, chunk = Outbox(lambda: producer), []
        for event in events:
            chunk.append(event)
            if len(chunk) == CHUNK:
                await outbox.send(chunk)
                chunk = []
        await outbox.send(chunk)
    finally:
        await producer.stop()


def check_ins(topic: str, *, events: int, patients: int) -> Iterator[Output]:
    """Check-ins as the gateway would have let them through, about 265 bytes each, three a day for each patient.

    Patients take turns, and a third of them is at each of the day's three: so wherever a reader stops, every third
    check-in has been the first one of its patient's day.
    """
    for number in range(events):
        turn, patient = divmod(number, patients)
        at = turn_at(turn + first_turn(patient)).isoformat()
        key = patient_key(patient)
        event = {
            "specversion": "1.0",
            "id": f"{number:032x}",
            "source": "app/bench",
            "type": "check-in.v1",
            "subject": key.decode(),
            "time": at,
            "receivedat": at,
            "data": {"mood": (number * 7 + turn) % 11, "affects": {"sad": number % 11, "anxious": turn % 11}},
        }
        yield Output(topic, key, json.dumps(event, separators=(",", ":")).encode())


def patient_key(patient: int) -> bytes:
    """Whom a record of that patient belongs to."""
    return b"p-%08d" % patient


def first_turn(patient: int) -> int:
    """How many check-ins of `FIRST_DAY` that patient sent before."""
    return patient % CHECK_INS_A_DAY


def turn_at(turn: int) -> datetime:
    """When all patients check in for that time: three times a day from `FIRST_DAY` on, five hours apart."""
    day, of_day = divmod(turn, CHECK_INS_A_DAY)
    return FIRST_DAY + timedelta(days=day, hours=5 * of_day)
