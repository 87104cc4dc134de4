"""What a worker says keeps it from its work, the gravest first."""

import asyncio
from itertools import cycle
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from faust.types import TP

from streams.transport import consumer as module
from streams.transport.consumer import AWAY, AWAY_FOR_LONG, LONG, SILENCE, STUCK, BatchConsumer
from streams.transport.ledger import Ledger

EVENTS, CHANGELOG = TP("events", 1), TP("changelog", 1)


@pytest.fixture
def consumer() -> Any:
    """A consumer of a worker that is well."""
    one = BatchConsumer.__new__(BatchConsumer)
    desk = SimpleNamespace(partitions={1}, busiest=(1, 0.0), oldest=lambda _topic, _partition: None)
    one.app = SimpleNamespace(lease=SimpleNamespace(age=0.0), desk=desk, urgent={"events": 30.0})
    one.assignment = lambda: {EVENTS}
    one._waits = {}
    return one


def test_nothing(consumer: Any) -> None:
    assert consumer._trouble() is None


def test_a_group_that_is_silent_for_a_session(consumer: Any) -> None:
    consumer.app.lease.age = AWAY
    assert consumer._trouble() is None
    consumer.app.lease.age = AWAY + 0.1
    consumer.app.desk.partitions = set()
    assert consumer._trouble() == "Kafka has not answered for 6 s"


@pytest.mark.parametrize(("answering", "ended"), [((True,), True), ((True, False, True), False), ((False,), False)])
async def test_a_group_that_is_silent_ends_a_worker_only_while_kafka_answers(
    consumer: Any, monkeypatch: pytest.MonkeyPatch, answering: tuple[bool, ...], *, ended: bool
) -> None:
    clock, halted = SimpleNamespace(now=100.0), list[str]()
    monkeypatch.setattr(module, "monotonic", lambda: clock.now)
    monkeypatch.setattr(module, "answers", AsyncMock(side_effect=cycle(answering)))
    consumer.app.bootstrap, consumer.app.halt, consumer._ignored_since = "kafka", halted.append, None

    async def look(times: int, silent: float) -> None:
        consumer.app.lease.age = silent
        for _ in range(times):
            await consumer._look_at_the_group()
            clock.now += SILENCE / 2

    await look(5, AWAY - 0.1)
    await look(3, 40.0)
    assert not halted, "so long it may be silent"
    await look(1, 40.0)
    assert halted == ["Kafka answers, but the group has not for 40 s"] * ended


async def test_a_worker_that_has_heard_nothing_for_long_ends_before_its_connections_are_given_up(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    halted: list[str] = []
    monkeypatch.setattr(module, "answers", AsyncMock(return_value=False))
    consumer.app.bootstrap, consumer.app.halt, consumer._ignored_since = "kafka", halted.append, None
    for silent in (AWAY_FOR_LONG, AWAY_FOR_LONG + 0.1):
        consumer.app.lease.age = silent
        await consumer._look_at_the_group()
    assert halted == ["Kafka has not answered for 75 s"]


@pytest.mark.parametrize(
    ("moves", "partitions", "silent", "ended"),
    [
        ("nothing", set(), 0, True),
        ("offset", set(), 0, False),
        ("generation", set(), 0, False),
        ("nothing", {1}, 0, False),
        ("nothing", set(), AWAY + 1, False),
    ],
)
def test_a_recovery_that_has_ended_without_a_word_ends_the_worker(
    consumer: Any, monkeypatch: pytest.MonkeyPatch, moves: str, partitions: set[int], silent: float, *, ended: bool
) -> None:
    clock, halted, have = SimpleNamespace(now=100.0), list[str](), {CHANGELOG: 7}
    monkeypatch.setattr(module, "monotonic", lambda: clock.now)
    consumer.app.tables = SimpleNamespace(recovery=SimpleNamespace(active_offsets=have))
    consumer.app.halt, consumer._recovered, consumer.app.consumer_generation_id = halted.append, None, 4
    consumer.app.desk.partitions, consumer.app.lease.age = partitions, silent
    for _ in range(4):
        consumer._look_at_recovery()
        have[CHANGELOG] += moves == "offset"
        consumer.app.consumer_generation_id += moves == "generation"
        clock.now += STUCK / 2
    assert len(halted) == ended


async def test_whoever_leaves_second_waits_for_the_first(consumer: Any) -> None:
    written, steps = asyncio.Event(), list[str]()

    async def close() -> None:
        steps.append("closes")
        await written.wait()

    consumer.app.desk.close = close
    consumer.maybe_wait_for_commit_to_finish = AsyncMock()
    consumer.force_commit = AsyncMock(side_effect=lambda: steps.append("commits"))
    consumer._revokes, consumer._leaving, consumer.ledgers = 0, asyncio.Lock(), {EVENTS: Ledger(next=0, unread=0)}
    both = [asyncio.create_task(consumer.leave()) for _ in range(2)]
    await asyncio.sleep(0)
    assert (steps, len(consumer.ledgers)) == (["closes"], 1)
    written.set()
    await asyncio.gather(*both)
    assert steps == ["closes", "commits", "closes", "commits"]


async def test_what_went_to_somebody_else_is_not_read_again(consumer: Any) -> None:
    ledger = Ledger(next=5, unread=9)
    consumer.ledgers, consumer.seek_wait = {EVENTS: ledger}, AsyncMock()

    async def earliest(_tp: TP) -> dict[TP, int]:
        consumer.ledgers = {EVENTS: Ledger(next=8, unread=9)}
        return {EVENTS: 0}

    consumer.earliest_offsets = earliest
    await consumer.refetch(*EVENTS)
    consumer.seek_wait.assert_not_awaited()


def test_state_that_is_still_read_and_a_worker_too_many(consumer: Any) -> None:
    consumer.app.desk.partitions = set()
    assert consumer._trouble() == "recovers its state"
    consumer.assignment = set
    assert consumer._trouble() == "has no partition"


def test_a_partition_that_stands_still(consumer: Any) -> None:
    consumer.app.desk.busiest = (3, LONG)
    assert consumer._trouble() is None
    consumer.app.desk.busiest = (3, LONG + 0.1)
    assert consumer._trouble() == "partition 3 has been at one thing for 25 s"


def test_what_is_urgent_and_waits(consumer: Any) -> None:
    consumer._waits = {EVENTS: 30.0, TP("other", 1): 4_000.0}
    assert consumer._trouble() is None
    consumer._waits[EVENTS] = 30.1
    assert consumer._trouble() == "events has waited for 30 s"


def test_how_long_a_record_has_waited_is_known_once_it_was_fetched(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consumer._waited(EVENTS, 2.5) == 2.5
    monkeypatch.setattr("streams.transport.consumer.time", lambda: 1_000.0)
    consumer.app.desk.oldest = lambda _topic, _partition: 990_000
    assert consumer._waited(EVENTS, 2.5) == 10.0
    consumer.app.desk.oldest = lambda _topic, _partition: 1_000_500
    assert consumer._waited(EVENTS, 2.5) == 0.0  # Kafka's clock is ahead of ours
