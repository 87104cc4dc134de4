"""From a questionnaire's upload to the pager and the open inbox: how long that takes, with and without a backlog.

Called by `ipt-pulse bench latency`, which runs the whole stack, the pager and the inbox. Two kinds of questionnaires
are timed among many check-ins: an item 9 that pages at once, and the score that confirms a reliable deterioration,
which analysis has to see first. Behind a backlog the second waits for what its own partition holds before it: events
keep their order.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from time import perf_counter
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas.reading import BATCH_LIMIT
from streams.cli.bench.course import fill, patient_key
from streams.cli.bench.figures import milliseconds, percentile
from streams.cli.bench.sender import Connection
from streams.cli.bench.uploads import check_ins, phq9
from streams.core.detect import reliable
from streams.core.ids import hashed_id
from streams.topics import EVENTS
from streams.transport.job import Output

PATIENTS: Final = 20_000
EVERY_S: Final = 0.05
"""Between two uploads of check-ins."""
PROBES_A_SECOND: Final = 4
"""Of both kinds together: more than anybody on call could read, but not what keeps the machine busy."""
POLL_S: Final = 0.2
POLLS: Final = 600
"""After two minutes what has not come counts as missing."""
ANALYSIS: Final = "analysis"
"""The consumer group of `worker analysis`."""
BASELINE_AGO: Final = (timedelta(days=13), timedelta(days=10))
WORSE_AGO: Final = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Probe:
    """A questionnaire that has to page: `alert_id` is what the page will be about."""

    kind: str
    alert_id: str
    event: bytes


def item9(run: str, number: int) -> Probe:
    """Thoughts of death, of a patient of whom nothing else is known."""
    patient, event_id = f"item9-{run}-{number}", f"{run}-{number}"
    return Probe(
        "item9", hashed_id(patient, "safety.item9", "app/bench", event_id), phq9(patient, event_id, 1, item9=1)
    )


def worse_past(run: str, number: int) -> list[bytes]:
    """What is known of a patient who got worse by far more than measurement error, and stayed there once."""
    patient = _worse(run, number)
    baseline = [phq9(patient, f"baseline-{ago.days}", 0, ago=ago) for ago in BASELINE_AGO]
    return [*baseline, phq9(patient, "worse", 2, ago=WORSE_AGO)]


def worse(run: str, number: int) -> Probe:
    """The same score once more, which confirms it."""
    patient, since = _worse(run, number), (datetime.now(UTC) - WORSE_AGO).date()
    return Probe("worse", hashed_id(patient, reliable.RULE, "PHQ-9", since.isoformat()), phq9(patient, "confirmed", 2))


def _worse(run: str, number: int) -> str:
    return f"worse-{run}-{number}"


@dataclass(frozen=True, slots=True)
class Clinic:
    """The stack that is measured."""

    url: str
    """Of its gateway."""
    kafka: str
    tokens: tuple[str, str]
    """Of two operators: for the check-ins, and for the questionnaires."""
    paged: Mapping[str, float]
    """When the pager first heard of an alert, by its id, in seconds of `perf_counter`; grows meanwhile."""
    shown: Mapping[str, float]
    """When it was first in the open inbox of the clinician on call, likewise."""

    def told(self) -> dict[str, Mapping[str, float]]:
        """By place, when each alert came there."""
        return {"pager": self.paged, "inbox": self.shown}


async def measure_latency(
    clinic: Clinic, *, rate: int, probes: int, backlog: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Time `probes` questionnaires of each kind among `rate` check-ins a second, then again while a backlog drains.

    Args:
        clinic: the stack, with nothing to do.
        rate: check-ins a second.
        probes: of each kind and part.
        backlog: events that wait for every worker when the second part begins.
        say: takes a line for people.

    Returns:
        What the command prints as its last line: by part, kind and place how many came there and how soon; and how many
        events were waiting for the analysis when the first and the last questionnaire of the part was sent.

    Raises:
        Unavailable: the gateway refuses what it is sent.
    """
    measured: dict[str, Any] = {}
    say(f"{PATIENTS:,} patients check in for the first time")
    await _send(clinic, list(islice(check_ins(PATIENTS, run="first"), PATIENTS)))
    for run, waiting in (("steady", 0), ("backlog", backlog)):
        say(f"{run}: {rate:,} check-ins a second, {waiting:,} events waiting, {probes} questionnaires of each kind")
        await _send(clinic, [event for number in range(probes) for event in worse_past(run, number)])
        load = asyncio.create_task(_check_in(clinic, run, rate))
        try:
            await fill(clinic.kafka, _backlog(run, waiting))
            behind = [await lag(clinic.kafka)]
            posted = await _post(clinic, run, probes)
            behind.append(await lag(clinic.kafka))
            await _wait(clinic, posted)
        finally:
            load.cancel()
        took = {place: _took(came, posted) for place, came in clinic.told().items()}
        figures = {kind: {place: _figures(times[kind]) for place, times in took.items()} for kind in posted}
        measured[run] = {"waiting": behind} | figures
    return measured


async def lag(bootstrap: str, group: str = ANALYSIS) -> int:
    """How many events the group has not committed yet."""
    consumer, admin = AIOKafkaConsumer(bootstrap_servers=bootstrap), AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await consumer.start()
        await admin.start()
        (topic,) = await admin.describe_topics([EVENTS])
        ends = await consumer.end_offsets([TopicPartition(EVENTS, one["partition"]) for one in topic["partitions"]])
        committed = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
        await consumer.stop()
    done = {place: max(0, committed[place].offset) if place in committed else 0 for place in ends}
    return sum(ends[place] - done[place] for place in ends)


async def _send(clinic: Clinic, events: Sequence[bytes]) -> None:
    """Send what is known before the clock starts, and wait until it is analysed."""
    async with Connection(clinic.url, clinic.tokens[1]) as connection:
        for start in range(0, len(events), BATCH_LIMIT):
            await connection.post(connection.request(events[start : start + BATCH_LIMIT], batch=True))
    for _ in range(POLLS):
        if not await lag(clinic.kafka):
            break
        await asyncio.sleep(POLL_S)


def _backlog(run: str, events: int) -> Iterator[Output]:
    """Check-ins that the gateway let through while no worker ran."""
    for number, event in enumerate(islice(check_ins(PATIENTS, run=f"{run}-waiting"), events)):
        yield Output(EVENTS, patient_key(number % PATIENTS), event)


async def _check_in(clinic: Clinic, run: str, rate: int) -> None:
    """Send check-ins until cancelled, each upload at its time or as soon as the one before was answered."""
    made, begun, sent = check_ins(PATIENTS, run=run), perf_counter(), 0
    async with Connection(clinic.url, clinic.tokens[0]) as connection:
        while True:
            if (due := min(BATCH_LIMIT, int((perf_counter() - begun) * rate) - sent)) > 0:
                await connection.post(connection.request(list(islice(made, due)), batch=True))
                sent += due
            await asyncio.sleep(EVERY_S)


async def _post(clinic: Clinic, run: str, probes: int) -> dict[str, dict[str, float]]:
    """Send the questionnaires, both kinds in turns; returns when each was sent, by kind and alert."""
    posted: defaultdict[str, dict[str, float]] = defaultdict(dict)
    begun = perf_counter()
    async with Connection(clinic.url, clinic.tokens[1]) as connection:
        for place, (number, probe_of) in enumerate(product(range(probes), (item9, worse))):
            await asyncio.sleep(max(0.0, begun + place / PROBES_A_SECOND - perf_counter()))
            probe = probe_of(run, number)
            posted[probe.kind][probe.alert_id] = perf_counter()
            await connection.post(connection.request([probe.event], batch=False))
    return posted


async def _wait(clinic: Clinic, posted: Mapping[str, Mapping[str, float]]) -> None:
    """Return when every alert came to every place, or none is to be expected any more."""
    expected = [one for alerts in posted.values() for one in alerts]
    for _ in range(POLLS):
        if all(one in came for came in clinic.told().values() for one in expected):
            break
        await asyncio.sleep(POLL_S)


def _took(came: Mapping[str, float], posted: Mapping[str, Mapping[str, float]]) -> dict[str, list[float | None]]:
    """By kind, how many seconds after its upload each alert came; None where none did."""
    return {
        kind: [came[one] - at if one in came else None for one, at in alerts.items()] for kind, alerts in posted.items()
    }


def _figures(took: Sequence[float | None]) -> dict[str, float]:
    came = [one for one in took if one is not None]
    shares = {f"p{share}_ms": milliseconds(percentile(came, share)) for share in (50, 95, 99, 100)} if came else {}
    return {"sent": len(took), "came": len(came), **shares}
