"""How cost grows with the number of patients: what an event takes, memory, and how soon a new machine is ready.

Our own worker starts with nothing on its disk and everything in its changelog, as after the loss of a machine. Called
by `ipt-pulse bench scale`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from aiokafka import AIOKafkaProducer

from streams.adapters.policy import read_policy
from streams.agents.keys import rows
from streams.cli.bench.course import OUTPUTS, Course, check_ins, fill, patient_key
from streams.cli.bench.history import history_records
from streams.cli.bench.throughput import PARTITIONS, delete_topics, make_topics, run_team
from streams.core.packed import Rows
from streams.transport.outbox import Outbox, hashed

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Scale:
    """What one number of patients comes to; medians of the rounds."""

    events_per_cpu_s: int
    cpu_us_per_event: float
    rss_mb: int
    ready_s: float
    """From the start of the process to its first record: imports, joining, recovery, the index of days."""
    state_mb: int
    """What is known of all patients, as it lies in Kafka before compression."""


def measure_scale(
    bootstrap: str,
    *,
    patients: Sequence[int],
    events: int,
    history: int,
    rounds: int,
    folder: Path,
    say: Callable[[str], None],
) -> dict[int, Scale]:
    """Measure our full job with each number of patients.

    Args:
        bootstrap: of a broker.
        patients: how many, smallest first.
        events: that are read each time.
        history: days in every patient's state before it starts.
        rounds: of each; medians are reported.
        folder: with room for the largest state.
        say: takes a line for people.

    Raises:
        Unavailable: a worker failed or took longer than half an hour.
    """
    measured = {}
    for count in patients:
        records = history_records(history, count, read_policy())
        runs = []
        for number in range(rounds):
            group = f"bench-scale-{count}-{number}"
            course = Course(bootstrap, f"{group}-check-ins", PARTITIONS, events, group)
            make_topics(bootstrap, [*OUTPUTS, course.topic])
            make_topics(bootstrap, [_changelog(course)], {"cleanup.policy": "compact"})
            asyncio.run(fill(bootstrap, check_ins(course.topic, events=events, patients=count)))
            asyncio.run(_fill_changelog(course, records))
            try:
                runs.append(run_team("ours-full", course, folder))
            finally:
                delete_topics(bootstrap, group)
            rate, ready_s = runs[-1].per_cpu_s, runs[-1].ready_s
            say(f"{count:>10,} patients: {rate:>10,.0f} events per CPU-second, ready after {ready_s:.1f} s")
        usual = median(run.per_cpu_s for run in runs)
        measured[count] = Scale(
            events_per_cpu_s=round(usual),
            cpu_us_per_event=round(1e6 / usual, 1),
            rss_mb=round(median(run.rss_mb for run in runs)),
            ready_s=round(median(run.ready_s for run in runs), 1),
            state_mb=round(sum(len(front) + len(body) for front, body in records) / 1e6),
        )
    return measured


def scale_summary(measured: dict[int, Scale]) -> dict[str, object]:
    """The last line of the command; `growth` is what an event costs with the most patients against the fewest."""
    costs = [scale.cpu_us_per_event for scale in measured.values()]
    return {
        "patients": {str(count): asdict(scale) for count, scale in measured.items()},
        "growth": round(costs[-1] / costs[0], 2),
    }


def _changelog(course: Course) -> str:
    """The topic that a worker's table is recovered from."""
    return f"{course.group}-state-changelog"


async def _fill_changelog(course: Course, records: Sequence[Rows]) -> None:
    """Write everybody's record to their partition."""
    producer = AIOKafkaProducer(bootstrap_servers=course.bootstrap, max_batch_size=900_000, acks="all")
    await producer.start()
    try:
        outbox = Outbox(lambda: producer)
        for start in range(0, len(records), AT_ONCE):
            theirs: dict[int, list[tuple[bytes, bytes | None]]] = {}
            for patient in range(start, min(start + AT_ONCE, len(records))):
                key = patient_key(patient)
                theirs.setdefault(hashed(key) % course.partitions, []).extend(rows(key, *records[patient]).items())
            await asyncio.gather(*(outbox.append(_changelog(course), place, some) for place, some in theirs.items()))
    finally:
        await producer.stop()
