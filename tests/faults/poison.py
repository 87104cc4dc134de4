"""Payloads that nobody can use, among good ones."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

from streams.topics import EVENTS, REJECTED
from tests.faults.cohort import Event, cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.meter import quantile, waits
from tests.faults.reader import compare_sets, lines, read, states
from tests.faults.sender import paced, producer
from tests.faults.stack import Stack, start_all
from tests.faults.truth import truth_of

WORKERS = ("analysis", "alerting")

Chance = random.Random
Record = tuple[bytes | None, bytes | None]


def _changed(good: Event, **fields: Any) -> Record:
    return good[0], json.dumps(json.loads(good[1]) | fields).encode()


def _check_in(good: Event, **data: Any) -> Record:
    return _changed(good, type="check-in.v1", data={"mood": 5} | data)


def _without(good: Event, field: str) -> Record:
    event = json.loads(good[1])
    del event[field]
    return good[0], json.dumps(event).encode()


NO_EVENTS = [b"null", b'{"type":"\xff"}', b"[]", b"7", b'"text"', b"{}", b"", b"\xff\xfe"]
NO_TYPES = ["check-in.v9", "", 7, None, "x" * 300]
NO_TIMES = ["2025-13-01T00:00:00Z", "2025-01-01", "2199-01-01T00:00:00Z", 5]
NO_MOODS = [-1, 10.5, "5", None, 1e308, [5]]
NEEDED = ["id", "source", "type", "subject", "time", "data", "specversion"]

POISON: tuple[Callable[[Event, Chance], Record], ...] = (
    lambda good, chance: (good[0], good[1][: chance.randrange(1, len(good[1]))]),
    lambda good, chance: (good[0], chance.randbytes(chance.randrange(1, 200))),
    lambda good, chance: (good[0], chance.choice(NO_EVENTS)),
    lambda good, chance: (good[0], b'{"type":"safety.v1","data":%b' % (b"[" * chance.randrange(10, 5_000))),
    lambda good, _: (good[0], None),
    lambda good, _: (None, good[1]),
    lambda good, chance: (chance.randbytes(6), good[1]),
    lambda good, chance: (good[0], b"[" * chance.randrange(10, 5_000)),
    lambda good, chance: _without(good, chance.choice(NEEDED)),
    lambda good, chance: _changed(good, type=chance.choice(NO_TYPES)),
    lambda good, chance: _changed(good, time=chance.choice(NO_TIMES)),
    lambda good, chance: _changed(good, id="x" * chance.randrange(300, 5_000)),
    lambda good, chance: _changed(good, type="interaction.v1", data={"person_id": "a", "kind": f"{chance.random()}"}),
    lambda good, chance: _check_in(good, mood=chance.choice(NO_MOODS)),
    lambda good, chance: _check_in(good, note="x" * chance.randrange(1, 2_000)),
    lambda good, chance: _check_in(good, affects={"x" * chance.randrange(500, 50_000): 1}),
)
"""Each makes something unusable of a good event, in a way that no reader could take for an event."""


def run(case: Case, *, rounds: int, clean: int, good: int, poison: int, patients: int, rate: float) -> Verdict:
    """`clean` good events go alone, to compare with; in rounds, since a machine is now more and now less busy."""
    chance = case.chance()
    events = cohort(clean + good, patients=patients, seed=case.seed)
    alone, among = _apart(events, rounds, clean // rounds)
    spoilt = set(chance.sample(range(good), poison))
    bad = {among[number][1]: chance.choice(POISON)(among[number], chance) for number in sorted(spoilt)}
    mixed = [record for event in events for record in (bad.get(event[1]), event) if record]
    with Stack(case.folder) as stack:
        truth = truth_of(events, stack.policy, stack.plan)
        workers = [stack.process(name) for name in WORKERS]
        start_all(workers)
        case.say(f"{poison:,} unusable ones among {good:,} good ones, and {clean:,} alone")
        sent = _send(stack, mixed, rate)
        stack.settle(*WORKERS)
        verdict = Verdict({"good": clean + good, "poison": poison})
        verdict.count("workers that ended by it", sum(len(worker.ended) for worker in workers))
        usable = set(events)
        expected = {(*place, True) for record, place in zip(mixed, sent, strict=True) if record not in usable}
        found = {
            (one.headers.get("partition"), one.headers.get("offset"), one.value, bool(one.headers.get("reason")))
            for one in read(stack.kafka, REJECTED)
        }
        compare_sets(verdict, "set aside with a reason", set(found), set(expected))
        compare_sets(verdict, "points", set(lines(stack.kafka)), set(truth.points))
        compare_sets(verdict, "states", states(stack.kafka), set(truth.states.items()))
        _tell_stall(verdict, *(waits(stack.kafka, some) for some in (alone, among)))
    return verdict


def _apart(events: Sequence[Event], rounds: int, clean: int) -> tuple[list[Event], list[Event]]:
    """Of each round the first `clean` events, which nothing unusable comes between, and all the others."""
    each = len(events) // rounds
    alone = [event for number, event in enumerate(events) if number % each < clean]
    return alone, [event for number, event in enumerate(events) if number % each >= clean]


def _send(stack: Stack, records: Sequence[Record], rate: float) -> list[tuple[str, str, bytes | None]]:
    """Where each came to lie, and its value."""
    with producer(stack.kafka) as to:
        sent = [(to.send(EVENTS, key=key, value=value), value) for key, value in paced(records, rate)]
        to.flush()
    places = [(future.get(), value) for future, value in sent]
    return [(str(place.partition), str(place.offset), value) for place, value in places]


def _tell_stall(verdict: Verdict, alone: Sequence[float], among: Sequence[float]) -> None:
    """How much longer good events wait for their points where unusable ones are among them."""
    for share in (0.5, 0.99):
        told = " and ".join(f"{quantile(some, share):.3f}" for some in (alone, among))
        verdict.note(f"p{share * 100:.0f} from event to point, alone and among poison, s", told)
    verdict.seconds("stall, p99", max(0.0, quantile(among, 0.99) - quantile(alone, 0.99)), below=0.1)


FAULT = Fault(
    name="poison",
    title="poison",
    must_hold="all in rejected with its reason, no stall: < 100 ms",
    run=run,
    full={"rounds": 10, "clean": 20_000, "good": 100_000, "poison": 10_000, "patients": 400, "rate": 500},
    short={"rounds": 2, "clean": 1_000, "good": 2_000, "poison": 500, "patients": 40, "rate": 500},
)
