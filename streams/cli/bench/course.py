"""What every contender reads: one topic, filled once with check-ins of many patients, and a stopwatch inside each."""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer

from streams.transport.job import Output
from streams.transport.outbox import Outbox

CHUNK = 10_000
FIRST_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHECK_INS_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Course:
    """One run of one contender: read `events` events of `topic` from its start.

    `history` is the number of days each patient's state holds before the clock starts; `group` is a consumer group
    nobody used before.
    """

    bootstrap: str
    topic: str
    partitions: int
    events: int
    patients: int
    history: int
    group: str


@dataclass(frozen=True, slots=True)
class Result:
    """What one run took from the assignment of its partitions to its last event: CPU of all threads, wall, memory."""

    events: int
    cpu_s: float
    wall_s: float
    rss_mb: float


class Stopwatch:
    """Runs inside a contender. The process ends with the last event, its result is the last line it prints."""

    def __init__(self, events: int) -> None:
        self._left = self._events = events
        self.start()

    def start(self) -> None:
        """The contender has its partitions and begins to fetch."""
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def count(self, events: int) -> None:
        """So many more were done."""
        self._left -= events
        if self._left <= 0:
            self._finish()

    def _finish(self) -> None:
        result = Result(
            events=self._events - self._left,
            cpu_s=time.process_time() - self._cpu,
            wall_s=time.perf_counter() - self._wall,
            rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )
        # A line of its own, whatever a library has left on the one before (Faust hides the cursor).
        sys.stdout.write("\n" + json.dumps(asdict(result)) + "\n")
        sys.stdout.flush()
        os._exit(0)  # leaving the group in order is not what is measured


async def fill(bootstrap: str, topic: str, *, events: int, patients: int) -> None:
    """Produce `events` check-ins, patients taking turns."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=500_000, acks="all")
    await producer.start()
    try:
        outbox, chunk = Outbox(lambda: producer), []
        for output in check_ins(topic, events=events, patients=patients):
            chunk.append(output)
            if len(chunk) == CHUNK:
                await outbox.send(chunk)
                chunk = []
        await outbox.send(chunk)
    finally:
        await producer.stop()


def check_ins(topic: str, *, events: int, patients: int) -> Iterator[Output]:
    """Check-ins as the gateway would have let them through, about 265 bytes each, three a day for each patient."""
    for number in range(events):
        turn, patient = divmod(number, patients)
        at = turn_at(turn).isoformat()
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


def turn_at(turn: int) -> datetime:
    """When all patients check in for that time: three times a day from `FIRST_DAY` on, five hours apart."""
    day, of_day = divmod(turn, CHECK_INS_A_DAY)
    return FIRST_DAY + timedelta(days=day, hours=5 * of_day)
