"""Every worker tells how it is, now and then, whatever its own job does."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.agents.reporting import EVERY_S, Reporting, counts
from streams.core.series.check import faults
from streams.topics import POINTS, SIGNALS
from streams.transport import Output, RecordBatch, State, Step
from tests.agents.bench import MemoryState, batch

OWN = Output(SIGNALS, b"k", b"v")


class Quiet:
    """A job that notes what it is asked."""

    def __init__(self, step: Step | None = None) -> None:
        self.step = step
        self.asked: list[str] = []

    async def opened(self, partition: int, _state: State) -> None:
        self.asked.append(f"opened {partition}")

    async def batch(self, _batch: RecordBatch, _state: State) -> Step:
        return Step([OWN])

    async def tick(self, _partition: int, _now: float, _state: State) -> Step | None:
        return self.step

    def closed(self, partition: int) -> None:
        self.asked.append(f"closed {partition}")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def reporting(inner: Quiet, clock: Clock, name: str = "analysis") -> Reporting:
    return Reporting(inner, name, counted=lambda: {"records": 3.0, "busy_s": 1.5}, clock=clock)


async def test_a_point_every_ten_seconds_from_whichever_partition_ticks() -> None:
    clock = Clock()
    job = reporting(Quiet(), clock)
    told = []
    for second in range(25):
        clock.now = float(second)
        step = await job.tick(second % 4, 1_700_000_000.9 + second, MemoryState())
        told += [(second, output) for output in (step.outputs if step else ())]
    assert [second for second, _ in told] == [0, int(EVERY_S), int(2 * EVERY_S)]
    first = told[0][1]
    assert (first.topic, first.key, first.partition) == (POINTS, b"analysis", 0)
    assert first.value == b"pipeline,process=analysis busy_s=1.5,records=3i 1700000000000000000"


async def test_it_comes_with_what_the_job_does_itself() -> None:
    clock = Clock()
    job = reporting(Quiet(Step([OWN], {b"k": b"v"})), clock)
    step = await job.tick(0, 1.0, MemoryState())
    assert step is not None
    assert [output.topic for output in step.outputs] == [SIGNALS, POINTS]
    assert step.state == {b"k": b"v"}
    again = await job.tick(0, 2.0, MemoryState())
    assert again is not None
    assert list(again.outputs) == [OWN]


async def test_everything_else_is_the_jobs_own() -> None:
    inner = Quiet()
    job = reporting(inner, Clock())
    await job.opened(2, MemoryState())
    assert list((await job.batch(batch(POINTS, (b"k", b"v")), MemoryState())).outputs) == [OWN]
    job.closed(2)
    assert inner.asked == ["opened 2", "closed 2"]


async def test_a_name_cannot_break_out_of_its_line() -> None:
    step = await reporting(Quiet(), Clock(), 'a b,c="d').tick(0, 1.0, MemoryState())
    assert step is not None
    assert faults((step.outputs[0].value or b"").decode()) == []


def test_metrics_are_summed_over_their_labels() -> None:
    registry = CollectorRegistry()
    records = Counter("ipt_worker_records_total", "", ["topic"], registry=registry)
    records.labels("a").inc(3)
    records.labels("b").inc(4)
    Gauge("ipt_alerts_pending", "", registry=registry).set(2)
    assert counts(registry.collect()) == {"records": 7.0, "pending": 2.0}
