"""The analysis agent: events in; points, signals, views and the patients' state out.

It parses, calls `streams.core.analyse` for each patient that a batch or the clock touches, and hands on what came back.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from schemas.reading import Rejection
from streams import metrics
from streams.agents.due import DueIndex
from streams.agents.reading import Arrival, read_batch, set_aside
from streams.core.analyse import Analysis, analyse, day_due
from streams.core.links import LinkPopulation
from streams.core.moments import Micros
from streams.core.policy import Policy
from streams.core.state import Record, due, pack, unpack
from streams.core.view import view
from streams.topics import POINTS, SIGNALS, VIEWS
from streams.transport import Output, RecordBatch, State, Step

AT_ONCE = 25
"""Patients worked on before the event loop gets its turn: a few milliseconds."""
CLOSED_A_TICK = 500
"""Days that one tick closes; at midnight the rest follows with the next ticks, between batches."""
DISPLACED = Rejection("id", "other content stands under this identity")


class AnalyseJob:
    """The job of `worker analysis`."""

    def __init__(self, policy: Policy, population: LinkPopulation) -> None:
        self._policy = policy
        self._population = population
        self._due: defaultdict[int, DueIndex] = defaultdict(DueIndex)

    async def opened(self, partition: int, state: State) -> None:
        """Rebuild the index of days to be closed."""
        index = self._due[partition]
        for seen, (patient, packed) in enumerate(state.items()):
            index.put(patient, due(packed))
            if seen % 1000 == 0:
                await asyncio.sleep(0)

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """Analyse what one fetch brought."""
        read = read_batch(batch.records, batch.partition)
        metrics.WORKER_REJECTED.inc(len(read.rejected))
        now = batch.records[-1].timestamp * 1000
        step = await self._analyse(batch.partition, read.events, state, now)
        return Step((*read.rejected, *step.outputs), step.state)

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        """Close the days that are due."""
        at = int(now * 1_000_000)
        patients = self._due[partition].take(at, CLOSED_A_TICK)
        return await self._analyse(partition, dict.fromkeys(patients, ()), state, at) if patients else None

    def closed(self, partition: int) -> None:
        """Forget the partition."""
        self._due.pop(partition, None)

    async def _analyse(
        self, partition: int, arrivals: Mapping[bytes, Sequence[Arrival]], state: State, now: Micros
    ) -> Step:
        patients = list(arrivals)
        outputs: list[Output] = []
        kept: dict[bytes, bytes | None] = {}
        for seen, (patient, packed) in enumerate(zip(patients, state.get_many(patients), strict=True)):
            result = self._one(patient.decode(), unpack(packed), arrivals[patient], now)
            kept[patient] = pack(result.record)
            self._due[partition].put(patient, result.record.due)
            if result.points:
                outputs.append(Output(POINTS, patient, "\n".join(result.points).encode(), partition))
            outputs += (
                Output(SIGNALS, patient, signal.model_dump_json().encode(), partition) for signal in result.signals
            )
            outputs += (set_aside(event.to_json(), DISPLACED, partition, patient) for event in result.conflicting)
            shown = view(result.record.state, patient.decode(), self._population)
            outputs.append(Output(VIEWS, patient, shown.model_dump_json().encode(), partition))
            if seen % AT_ONCE == 0:
                await asyncio.sleep(0)
        return Step(outputs, kept)

    def _one(self, patient: str, record: Record, arrived: Sequence[Arrival], now: Micros) -> Analysis:
        """Analyse one patient: their new events, or without any the day that is due."""
        closes = None if arrived else day_due(record, now)
        events = [arrival.event for arrival in arrived]
        replayed = sum(arrival.offset <= record.heard_through for arrival in arrived)
        if arrived:
            record = replace(record, heard_through=arrived[-1].offset)
        return analyse(patient, record, events, self._policy, closes=closes, now=now, replayed=replayed)
