"""The analysis agent: events in; points, signals, views and the patients' state out. Groups are `group`'s part of it.

It parses, calls `streams.core.advance` for a batch and `analyse` for each patient whom the clock touches, and hands on
what came back.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from functools import partial
from time import monotonic
from typing import TypeVar

from msgspec.structs import replace

from schemas.set_aside import Kind, Why
from streams.adapters.places import Headers
from streams.agents.due import DueIndex
from streams.agents.group import gather_groups, tell_groups
from streams.agents.keys import FRONTS, RECEIPT, body_key, is_patient, rows
from streams.agents.population import Populations
from streams.agents.reading import read_batch, set_aside
from streams.agents.receipts import Receipts, signed
from streams.agents.whose import Whose
from streams.core.advance import Advanced, advance
from streams.core.analyse import SURPLUS as TOO_MANY
from streams.core.analyse import Analysis, analyse
from streams.core.at_once import ReadBodies
from streams.core.clock import day_due
from streams.core.packed import due, repack, unpack
from streams.core.policy import Policy
from streams.core.series.quiet import quiet_points
from streams.core.series.standing import standing_points
from streams.core.view import view
from streams.topics import GROUP_SIGNALS, POINTS, POPULATION, SIGNALS, VIEWS
from streams.transport import Output, RecordBatch, State, Step

HOLDS_S = 0.01
"""Seconds of work before the event loop gets its turn, between two patients: some cost a hundred times as much."""
DUE_A_TICK = 40
"""Patients that one tick serves, about 100 ms of work; the others follow with the next ticks, between batches."""
DUE_WHILE_BUSY = 4
"""The same while events keep coming: what waits is shown later, so that what is new is analysed sooner."""
DUE_IN_A_BACKLOG = 1
"""The same while they come by the hundreds, as when a backlog is worked off."""
BACKLOG = 500
"""Records of one batch that tell of a backlog; a batch holds up to 1,000."""
DISPLACED = Why(Kind.DISPLACED, "id", "other content stands under this identity")
SURPLUS = Why(Kind.SURPLUS, TOO_MANY.field, TOO_MANY.reason)
POINTS_BYTES = 500_000
"""Lines of one record of `points`, well below what a broker takes."""


Some = TypeVar("Some")


class AnalyseJob:
    """The job of `worker analysis`; `teams` are the care teams that have a bucket each."""

    def __init__(self, policy: Policy, teams: Collection[str] = ()) -> None:
        self._populations = Populations(policy)
        self._whose = Whose(teams)
        self._receipts = Receipts()
        self._due: defaultdict[int, DueIndex] = defaultdict(DueIndex)
        self._brought: dict[int, int] = {}
        """How many records the newest batch of a partition brought, where one came since its last tick."""

    async def opened(self, partition: int, state: State) -> None:
        """Rebuild the index of days to be closed."""
        self._populations.opened(partition, state)
        index = self._due[partition]
        for seen, (patient, packed) in enumerate(state.items(FRONTS)):
            if is_patient(patient):
                index.put(patient, due(packed))
            if seen % 1000 == 0:
                await asyncio.sleep(0)

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """Analyse what one fetch brought of patients or of groups, or take up a new population fit."""
        if batch.topic == POPULATION:
            return self._populations.take(batch)
        if batch.topic == GROUP_SIGNALS:
            return gather_groups(batch, state, self._populations.of(batch.partition).policy)
        policy = self._populations.of(batch.partition).policy
        self._brought[batch.partition] = len(batch.records)
        read = read_batch(batch.records, batch.partition)
        outputs = list(read.rejected)
        kept: dict[bytes, bytes | None] = {}
        bodies = partial(_bodies, state)
        arrived = read.arrived(batch.records[-1].timestamp * 1000)
        ways = advance(arrived, state.get_many([*read.events]), bodies, policy)
        for result in ways.short:
            self._keep(result, batch.partition, bodies, outputs, kept)
        async for result in _in_turns(ways.long):
            self._keep(result, batch.partition, bodies, outputs, kept)
        kept[RECEIPT] = signed(batch, read, kept.keys(), state)
        return Step(outputs, kept)

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        """Close the days that are due, and tell the console what changed."""
        at = int(now * 1_000_000)
        patients = self._due[partition].take(at, _served(self._brought.pop(partition, 0)))
        outputs = self._receipts.tell(partition, state)
        if not patients:
            return Step(outputs) if outputs else None
        usual = self._populations.of(partition)
        kept: dict[bytes, bytes | None] = {}
        async for patient, front, body in _in_turns(_known(patients, state)):
            before = after = unpack(front, body)
            if (day := day_due(before, at)) is not None:
                result = analyse(patient.decode(), before, (), usual.policy, closes=day, now=at)
                outputs += _besides_points(result, patient, partition)
                after = result.record
            if after.view_at and after.view_at <= at:
                shown = view(after.state, patient.decode(), usual.links, usual.policy)
                outputs.append(Output(VIEWS, patient, shown.model_dump_json().encode(), partition))
                told_of = (*standing_points(shown), *quiet_points(shown.patient, after.state))
                whose = self._whose.of(after.state, partition, patient)
                outputs += _points("\n".join(told_of), patient, partition, whose)
                after, told = tell_groups(patient, after)
                outputs += told
                after = replace(after, view_at=0)
            new = repack(front, before, after)
            kept |= rows(patient, *new)
            self._due[partition].put(patient, due(new.front))
        return Step(outputs, kept)

    def closed(self, partition: int) -> None:
        """Forget the partition."""
        self._populations.closed(partition)
        self._receipts.closed(partition)
        self._whose.closed(partition)
        self._due.pop(partition, None)
        self._brought.pop(partition, None)

    def _keep(
        self,
        result: Advanced,
        partition: int,
        read_bodies: ReadBodies,
        outputs: list[Output],
        kept: dict[bytes, bytes | None],
    ) -> None:
        """Add what follows for a patient to what a step causes."""
        outputs += outputs_of(result, partition, self._whose.after(result, partition, read_bodies))
        kept.update(rows(result.patient, result.front, result.body))
        self._due[partition].put(result.patient, result.due)


def _served(brought: int) -> int:
    """How many patients a tick serves, with a newest batch of so many records; 0 for none since the last."""
    if brought >= BACKLOG:
        return DUE_IN_A_BACKLOG
    return DUE_WHILE_BUSY if brought else DUE_A_TICK


def _bodies(state: State, patients: Sequence[bytes]) -> list[bytes | None]:
    return state.get_many([body_key(patient) for patient in patients])


def _known(patients: Sequence[bytes], state: State) -> Iterator[tuple[bytes, bytes, bytes | None]]:
    """Each patient that is known, with the two rows of their record."""
    for patient, front, body in zip(patients, state.get_many(patients), _bodies(state, patients), strict=True):
        if front is not None:
            yield patient, front, body


async def _in_turns(some: Iterable[Some]) -> AsyncIterator[Some]:
    """Each of them; the event loop gets its turn in between."""
    since = monotonic()
    for one in some:
        yield one
        if monotonic() - since > HOLDS_S:
            await asyncio.sleep(0)
            since = monotonic()


def outputs_of(result: Advanced, partition: int, whose: Headers = ()) -> list[Output]:
    """What follows from a batch for one patient, as records for the topics; points are `whose`."""
    found = _points(result.points, result.patient, partition, whose)
    return found if result.beyond is None else found + _besides_points(result.beyond, result.patient, partition)


def _points(lines: str, patient: bytes, partition: int, whose: Headers) -> list[Output]:
    return [Output(POINTS, patient, piece.encode(), partition, whose) for piece in _cut(lines)]


def _besides_points(result: Analysis, patient: bytes, partition: int) -> list[Output]:
    found = [set_aside(event.to_json(), DISPLACED, partition, patient) for event in result.conflicting]
    found += (set_aside(event.to_json(), SURPLUS, partition, patient) for event in result.surplus)
    found += (set_aside(one.raw, Why(Kind.REFUSED, "data", one.reason), partition, patient) for one in result.refused)
    found += (Output(SIGNALS, patient, signal.model_dump_json().encode(), partition) for signal in result.signals)
    return found


def _cut(points: str) -> list[str]:
    """The lines in as many pieces as their size takes; nearly always one."""
    if len(points) <= POINTS_BYTES:
        return [points] if points else []
    end = points.rindex("\n", 0, POINTS_BYTES)
    return [points[:end], *_cut(points[end + 1 :])]
