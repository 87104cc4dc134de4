"""One partition number, one thing at a time; what was not finished is never kept."""
# ruff: noqa: ARG002, ASYNC110 -- fakes keep the whole signature; a test may poll

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from streams.errors import Unavailable
from streams.transport.batch import RecordBatch
from streams.transport.desk import Desk
from streams.transport.job import Output, State, Step
from streams.transport.lane import TICK, WAITING, Lane
from streams.transport.lease import LeaseLost
from streams.transport.ledger import Ledger
from streams.transport.observer import Observer
from streams.transport.table import NoState

STEP = Step([Output("out", b"k", b"v")])


class Halted(BaseException):
    """Stands in for the end of the process."""


@dataclass
class Recorder:
    """A job, a writer and an exit that note what happened to them, in order."""

    happened: list[object] = field(default_factory=list)
    inside: int = 0
    most_inside: int = 0
    batch_takes: Callable[[RecordBatch], float] = lambda _: 0.0
    writing_takes: float = 0.0
    tick_takes: float = 0.0
    tick_step: Step | None = None

    async def opened(self, partition: int, state: State) -> None:
        self.happened.append("opened")

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        await self._busy(self.batch_takes(batch))
        self.happened.append((batch.topic, batch.start, batch.end))
        return STEP

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        await self._busy(self.tick_takes)
        self.happened.append("tick")
        return self.tick_step

    def closed(self, partition: int) -> None:
        self.happened.append("closed")

    async def write(self, partition: int, step: Step, revoked: Callable[[], bool]) -> None:
        await self._busy(self.writing_takes)
        self.happened.append("written")

    async def refetch(self, topic: str, partition: int) -> None:
        self.happened.append(("refetch", topic))

    def halt(self, reason: str) -> NoReturn:
        self.happened.append(reason)
        raise Halted

    async def _busy(self, seconds: float) -> None:
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.inside -= 1


@dataclass(frozen=True)
class Written:
    offset: int
    timestamp: int = 0
    key: bytes | None = b"k"
    value: bytes | None = b"secret"
    headers: tuple[tuple[str, bytes], ...] = ()


def batch(start: int, end: int, topic: str = "a") -> RecordBatch:
    return RecordBatch(topic, 0, [Written(offset) for offset in range(start, end)], start, end)


class Started:
    def __init__(self) -> None:
        self.recorder = Recorder()
        self.ledgers = {topic: Ledger(next=0, unread=4) for topic in ("a", "b")}
        self.desk = Desk()

    def open(self) -> None:
        self.desk.open(
            [
                Lane(
                    0,
                    ledgers=self.ledgers,
                    state=NoState(),
                    job=self.recorder,
                    write=self.recorder.write,
                    refetch=self.recorder.refetch,
                    observer=Observer(),
                    halt=self.recorder.halt,
                )
            ]
        )

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not what():
                await asyncio.sleep(0.005)


@pytest.fixture
async def lane() -> AsyncIterator[Started]:
    started = Started()
    yield started
    await started.desk.close()


async def test_it_opens_ticks_and_then_takes_batches_in_order(lane: Started) -> None:
    lane.open()
    lane.desk.deliver(batch(0, 2))
    lane.desk.deliver(batch(2, 4))
    await lane.until(lambda: lane.desk.caught_up(0, "a"))
    assert lane.recorder.happened == ["opened", "tick", ("a", 0, 2), "written", ("a", 2, 4), "written"]
    assert lane.ledgers["a"].to_commit == 4
    assert not lane.desk.caught_up(0, "b")


async def test_ticks_that_take_longer_than_a_tick_keep_no_batch_waiting(lane: Started) -> None:
    lane.recorder.tick_takes = 1.05 * TICK
    lane.open()
    lane.desk.deliver(batch(0, 2))
    lane.desk.deliver(batch(2, 4))
    await lane.until(lambda: lane.desk.caught_up(0, "a"))
    assert lane.recorder.happened[:3] == ["opened", "tick", ("a", 0, 2)]


async def test_topics_ticks_and_steps_never_overlap(lane: Started) -> None:
    lane.recorder.batch_takes = lambda _: 0.02
    lane.recorder.writing_takes = 0.02
    lane.recorder.tick_step = STEP

    async def compute(_state: State) -> Step:
        await lane.recorder._busy(0.02)
        return STEP

    lane.open()
    for start in (0, 2):
        lane.desk.deliver(batch(start, start + 2, "a"))
        lane.desk.deliver(batch(start, start + 2, "b"))
    await asyncio.gather(*(lane.desk.run_step(0, compute) for _ in range(3)))
    await lane.until(lambda: lane.desk.caught_up(0, "a") and lane.desk.caught_up(0, "b"))
    assert lane.recorder.most_inside == 1
    assert lane.recorder.happened.count("written") == 4 + 3 + 1


async def test_a_hole_is_fetched_again_and_nothing_is_taken_up_meanwhile(lane: Started) -> None:
    lane.open()
    lane.desk.deliver(batch(2, 4))
    await lane.until(lambda: ("refetch", "a") in lane.recorder.happened)
    assert lane.ledgers["a"].to_commit is None
    lane.desk.deliver(batch(0, 3))
    lane.desk.deliver(batch(2, 4))
    await lane.until(lambda: lane.desk.caught_up(0, "a"))
    assert [one for one in lane.recorder.happened if isinstance(one, tuple)] == [
        ("refetch", "a"),
        ("a", 0, 3),
        ("a", 3, 4),
    ]


async def test_an_error_halts_and_finishes_nothing(lane: Started) -> None:
    def fail(batch: RecordBatch) -> float:
        raise ValueError(batch.records[0].value)

    lane.recorder.batch_takes = fail
    lane.open()
    lane.desk.deliver(batch(0, 2))
    await lane.until(lambda: "closed" in lane.recorder.happened)
    reason = next(one for one in lane.recorder.happened if str(one).startswith("partition 0: ValueError"))
    assert "test_lane.py" in str(reason)
    assert "secret" not in str(reason)  # a message may quote an event
    assert lane.ledgers["a"].to_commit is None
    assert "written" not in lane.recorder.happened


async def test_a_cancellation_that_is_not_ours_halts_and_finishes_nothing(lane: Started) -> None:
    def cancelled(_: RecordBatch) -> float:
        raise asyncio.CancelledError

    lane.recorder.batch_takes = cancelled
    lane.open()
    lane.desk.deliver(batch(0, 2))
    await lane.until(lambda: "partition 0: cancelled from outside" in lane.recorder.happened)
    assert lane.ledgers["a"].to_commit is None
    assert "written" not in lane.recorder.happened


async def test_a_step_that_is_being_written_is_finished_at_a_revoke(lane: Started) -> None:
    lane.recorder.writing_takes = 0.2
    lane.open()
    lane.desk.deliver(batch(0, 2))
    lane.desk.deliver(batch(2, 4))
    await lane.until(lambda: ("a", 0, 2) in lane.recorder.happened)
    await lane.desk.close()
    assert lane.recorder.happened[-2:] == ["written", "closed"]
    assert lane.ledgers["a"].to_commit == 2


async def test_a_step_that_is_still_computed_is_given_up_at_a_revoke(lane: Started) -> None:
    lane.recorder.batch_takes = lambda _: 60.0
    lane.open()
    lane.desk.deliver(batch(0, 2))
    await lane.until(lambda: lane.recorder.inside)
    await lane.desk.close()
    assert lane.recorder.happened == ["opened", "tick", "closed"]
    assert lane.ledgers["a"].to_commit is None


async def test_a_step_is_asked_for_and_confirmed(lane: Started) -> None:
    async def compute(_state: State) -> Step:
        return STEP

    lane.open()
    await lane.desk.run_step(0, compute)
    assert "written" in lane.recorder.happened


async def test_a_step_for_a_partition_that_is_not_here_is_unavailable(lane: Started) -> None:
    async def compute(_state: State) -> None:
        return None

    with pytest.raises(Unavailable):
        await lane.desk.run_step(0, compute)
    lane.recorder.batch_takes = lambda _: 60.0
    lane.open()
    lane.desk.deliver(batch(0, 2))
    await lane.until(lambda: lane.recorder.inside)
    waiting = asyncio.create_task(lane.desk.run_step(0, compute))
    await asyncio.sleep(0)
    await lane.desk.close()
    with pytest.raises(Unavailable):
        await waiting


async def test_fetching_stops_for_a_topic_whose_batches_wait(lane: Started) -> None:
    lane.recorder.batch_takes = lambda _: 60.0
    lane.open()
    assert lane.desk.idle("a", 0)
    for start in range(WAITING + 1):
        assert lane.desk.wants("a", 0)
        lane.desk.deliver(batch(start, start + 1))
        await lane.until(lambda: lane.recorder.inside)
    assert not lane.desk.wants("a", 0)
    assert not lane.desk.idle("a", 0)
    assert lane.desk.wants("b", 0)


async def test_it_tells_since_when_the_first_record_of_a_topic_has_waited(lane: Started) -> None:
    lane.recorder.batch_takes = lambda _: 30.0
    lane.open()
    for start, at in ((0, 111), (1, 222)):
        lane.desk.deliver(RecordBatch("a", 0, [Written(start, timestamp=at)], start, start + 1))
    assert lane.desk.oldest("a", 0) == 111  # it waits
    await lane.until(lambda: lane.recorder.inside)
    assert lane.desk.oldest("a", 0) == 111  # it is worked on
    assert lane.desk.oldest("b", 0) is None
    assert lane.desk.oldest("a", 7) is None


async def test_what_is_finished_waits_no_longer(lane: Started) -> None:
    lane.open()
    lane.desk.deliver(batch(0, 2))
    await lane.until(lambda: lane.ledgers["a"].finished == 2)
    assert lane.desk.oldest("a", 0) is None


async def test_it_tells_how_long_it_has_been_at_one_thing(lane: Started) -> None:
    assert lane.desk.busiest == (-1, 0.0)
    lane.recorder.batch_takes = lambda _: 30.0
    lane.open()
    await lane.until(lambda: "tick" in lane.recorder.happened)
    await lane.until(lambda: lane.desk.busiest == (0, 0.0))  # asleep
    lane.desk.deliver(batch(0, 2))
    await lane.until(lambda: lane.desk.busiest[1] > 0.05)


async def test_a_step_whose_lease_was_lost_is_left_to_the_next_owner(lane: Started) -> None:
    async def write(_partition: int, _step: Step, revoked: Callable[[], bool]) -> None:
        while not revoked():
            await asyncio.sleep(0.005)
        raise LeaseLost("the partition was revoked")

    lane.recorder.write = write  # type: ignore[method-assign]
    lane.open()
    lane.desk.deliver(batch(0, 3))
    await lane.until(lambda: ("a", 0, 3) in lane.recorder.happened)
    await lane.desk.close()
    assert lane.recorder.happened[-1] == "closed", "nobody was halted"
    assert lane.ledgers["a"].to_commit is None
