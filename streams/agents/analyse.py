"""The analysis agent: events in; points, signals, views and the patients' state out. Groups are `group`'s part of it.

It parses, calls `streams.core.analyse` for each patient that a batch or the clock touches, and hands on what came back.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from time import monotonic

from msgspec.structs import replace

from schemas.set_aside import Kind, Why
from streams.adapters.places import Headers
from streams.agents.due import DueIndex
from streams.agents.group import gather_groups, tell_groups
from streams.agents.keys import RECEIPT, is_patient
from streams.agents.population import Populations
from streams.agents.reading import read_batch, set_aside
from streams.agents.receipts import Receipts, signed
from streams.agents.whose import Whose
from streams.core.analyse import SURPLUS as TOO_MANY
from streams.core.analyse import Advanced, Analysis, advance, analyse
from streams.core.clock import day_due
from streams.core.packed import Front, due, front, pack_front, unpack
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
DISPLACED = Why(Kind.DISPLACED, "id", "other content stands under this identity")
SURPLUS = Why(Kind.SURPLUS, TOO_MANY.field, TOO_MANY.reason)
POINTS_BYTES = 500_000
"""Lines of one record of `points`, well below what a broker takes."""


class AnalyseJob:
    """The job of `worker analysis`; `teams` are the care teams that have a bucket each."""

    def __init__(self, policy: Policy, teams: Collection[str] = ()) -> None:
        self._populations = Populations(policy)
        self._whose = Whose(teams)
        self._receipts = Receipts()
        self._due: defaultdict[int, DueIndex] = defaultdict(DueIndex)
        self._busy: set[int] = set()
        """Partitions that had a batch since their last tick."""

    async def opened(self, partition: int, state: State) -> None:
        """Rebuild the index of days to be closed."""
        self._populations.opened(partition, state)
        index = self._due[partition]
        for seen, (patient, packed) in enumerate(state.items()):
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
        self._busy.add(batch.partition)
        read = read_batch(batch.records, batch.partition)
        now = batch.records[-1].timestamp * 1000
        outputs = list(read.rejected)
        kept: dict[bytes, bytes | None] = {}
        async for patient, packed in _each(read.events, state):
            arrived = read.events[patient]
            result = advance(
                patient.decode(),
                packed,
                [arrival.event for arrival in arrived],
                policy,
                offsets=[arrival.offset for arrival in arrived],
                now=now,
            )
            whose = self._whose.after(result, batch.partition, patient)
            outputs += outputs_of(result, patient, batch.partition, whose)
            kept[patient] = self._keep(batch.partition, patient, result.front)
        kept[RECEIPT] = signed(batch, read, kept.keys(), state)
        return Step(outputs, kept)

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        """Close the days that are due, and tell the console what changed."""
        at = int(now * 1_000_000)
        patients = self._due[partition].take(at, DUE_WHILE_BUSY if partition in self._busy else DUE_A_TICK)
        self._busy.discard(partition)
        outputs = self._receipts.tell(partition, state)
        if not patients:
            return Step(outputs) if outputs else None
        usual = self._populations.of(partition)
        kept: dict[bytes, bytes | None] = {}
        async for patient, packed in _each(patients, state):
            record = due = unpack(packed)
            if (day := day_due(record, at)) is not None:
                result = analyse(patient.decode(), record, (), usual.policy, closes=day, now=at)
                outputs += _besides_points(result, patient, partition)
                due = result.record
            if due.view_at and due.view_at <= at:
                shown = view(due.state, patient.decode(), usual.links, usual.policy)
                outputs.append(Output(VIEWS, patient, shown.model_dump_json().encode(), partition))
                told_of = (*standing_points(shown), *quiet_points(shown.patient, due.state))
                whose = self._whose.of(due.state, partition, patient)
                outputs += _points(told_of, patient, partition, whose)
                due, told = tell_groups(patient, due)
                outputs += told
                due = replace(due, view_at=0)
            kept[patient] = self._keep(partition, patient, front(due))
        return Step(outputs, kept)

    def closed(self, partition: int) -> None:
        """Forget the partition."""
        self._populations.closed(partition)
        self._receipts.closed(partition)
        self._whose.closed(partition)
        self._due.pop(partition, None)
        self._busy.discard(partition)

    def _keep(self, partition: int, patient: bytes, kept: Front) -> bytes:
        self._due[partition].put(patient, kept.due)
        return pack_front(kept)


async def _each(patients: Iterable[bytes], state: State) -> AsyncIterator[tuple[bytes, bytes | None]]:
    """Each patient with their packed record; the event loop gets its turn in between."""
    names = list(patients)
    since = monotonic()
    for patient, packed in zip(names, state.get_many(names), strict=True):
        yield patient, packed
        if monotonic() - since > HOLDS_S:
            await asyncio.sleep(0)
            since = monotonic()


def outputs_of(result: Advanced, patient: bytes, partition: int, whose: Headers = ()) -> list[Output]:
    """What follows from a batch for one patient, as records for the topics; points are `whose`."""
    found = _points(result.points, patient, partition, whose)
    return found if result.beyond is None else found + _besides_points(result.beyond, patient, partition)


def _points(lines: Iterable[str], patient: bytes, partition: int, whose: Headers) -> list[Output]:
    return [Output(POINTS, patient, piece, partition, whose) for piece in _cut(lines)]


def _besides_points(result: Analysis, patient: bytes, partition: int) -> list[Output]:
    found = [set_aside(event.to_json(), DISPLACED, partition, patient) for event in result.conflicting]
    found += (set_aside(event.to_json(), SURPLUS, partition, patient) for event in result.surplus)
    found += (set_aside(one.raw, Why(Kind.REFUSED, "data", one.reason), partition, patient) for one in result.refused)
    found += (Output(SIGNALS, patient, signal.model_dump_json().encode(), partition) for signal in result.signals)
    return found


def _cut(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines joined, in as many pieces as their size takes."""
    piece: list[str] = []
    size = 0
    for line in lines:
        if size + len(line) > POINTS_BYTES:
            yield "\n".join(piece).encode()
            piece, size = [], 0
        piece.append(line)
        size += len(line) + 1
    if piece:
        yield "\n".join(piece).encode()
