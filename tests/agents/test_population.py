"""A fit reaches a partition, is kept there, and judges what is over from then on."""

from datetime import UTC, datetime, timedelta

from schemas.alerts import AlertSignal
from schemas.population import MoodValues, Population
from streams.agents.analyse import AnalyseJob
from streams.agents.keys import POPULATION as KEY
from streams.topics import EVENTS, POPULATION, REJECTED, SIGNALS
from streams.transport import RecordBatch, Step
from tests.agents.bench import MemoryRecord, MemoryState
from tests.core.builders import POLICY, START, check_in

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def packed(version: str, inflation: float = 3.3) -> bytes:
    mood = MoodValues(mean=5.5, between=1.2, within=1.5, inflation=inflation)
    return Population(version=version, fitted_at=NOW, patients=40, mood=mood).model_dump_json().encode()


def fits(*values: bytes | None) -> RecordBatch:
    return RecordBatch(POPULATION, 0, [MemoryRecord(b"population", value) for value in values], 0, len(values))


class Now(MemoryRecord):
    timestamp = int(NOW.timestamp() * 1000)


class Bench:
    def __init__(self) -> None:
        self.state = MemoryState()
        self.job = AnalyseJob(POLICY)

    async def take(self, batch: RecordBatch) -> Step:
        step = await self.job.batch(batch, self.state)
        self.state.rows |= {key: value for key, value in step.state.items() if value is not None}
        return step

    async def hear(self, *moods: tuple[float, float]) -> list[AlertSignal]:
        events = [check_in(day, mood) for day, mood in moods]
        records = [Now(event.subject.encode(), event.to_json()) for event in events]
        step = await self.take(RecordBatch(EVENTS, 0, records, 0, len(records)))
        return [AlertSignal.model_validate_json(out.value or b"") for out in step.outputs if out.topic == SIGNALS]

    async def restart(self) -> None:
        self.job.closed(0)
        self.job = AnalyseJob(POLICY)
        await self.job.opened(0, self.state)


STEADY = [(day + hour, 6.0 + (day % 3 - 1)) for day in range(40) for hour in (0.4, 0.6)]
FALLEN = [(day + hour, 3.0) for day in range(40, 48) for hour in (0.4, 0.6)]


async def test_alerts_carry_the_version_that_stood_when_their_day_was_over() -> None:
    bench = Bench()
    assert await bench.hear(*STEADY) == []
    await bench.take(fits(packed("v1"), packed("v2")))
    raised = await bench.hear(*FALLEN)
    assert {signal.policy_version for signal in raised} == {"test+v2"}
    assert [signal.rule for signal in raised] == ["deterioration.mood"]


async def test_a_fit_judges_by_its_own_values() -> None:
    bench = Bench()
    await bench.take(fits(packed("v1", inflation=90.0)))
    assert await bench.hear(*STEADY, *FALLEN) == []


async def test_a_new_fit_leaves_judged_days_alone() -> None:
    bench = Bench()
    assert await bench.hear(*STEADY, *FALLEN)
    await bench.take(fits(packed("v1", inflation=90.0)))
    assert await bench.hear((48.4, 3.0)) == []


async def test_a_fit_outlives_a_restart_and_is_no_patient() -> None:
    bench = Bench()
    await bench.take(fits(packed("v1")))
    await bench.restart()
    at = (START + timedelta(days=400)).timestamp()
    assert await bench.job.tick(0, at, bench.state) is None
    raised = await bench.hear(*STEADY, *FALLEN)
    assert {signal.policy_version for signal in raised} == {"test+v1"}


async def test_what_is_no_fit_is_set_aside_and_the_last_one_stands() -> None:
    bench = Bench()
    await bench.take(fits(packed("v1")))
    step = await bench.take(fits(b"{}", None, packed("v2", inflation=2.5).replace(b"2.5", b"-2.5")))
    assert [output.topic for output in step.outputs] == [REJECTED] * 3
    assert bench.state.rows[KEY] == packed("v1")
    assert {signal.policy_version for signal in await bench.hear(*STEADY, *FALLEN)} == {"test+v1"}


async def test_another_partition_hears_of_it_by_its_own_copy() -> None:
    bench = Bench()
    await bench.take(fits(packed("v1")))
    other = RecordBatch(POPULATION, 1, fits(packed("v1")).records, 0, 1)
    assert KEY in (await bench.job.batch(other, MemoryState())).state
