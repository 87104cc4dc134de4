"""The feed against a real Kafka of its own: it reads all of two topics whose names are fixed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import REGISTRY

from deploy.local.kafka import KafkaBroker
from schemas.alerts import Alert
from schemas.views import PatientView
from streams.adapters.admin import create_topics
from streams.adapters.follower import REBUILT_AFTER_S, FeedState
from streams.adapters.local_copy import Record
from streams.console.changes import Changes
from streams.console.feed import Feed
from streams.console.store import Store
from streams.topics import VIEWS
from tests.console.samples import NOW, PATIENT, TEAM_LEAD, alert, record_key, view

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with KafkaBroker(tmp_path_factory.mktemp("feed")) as own:
        create_topics(own.bootstrap, 3)
        yield own.bootstrap


class CountingStore(Store):
    """Counts the records that it took up; fails once, when it is told to."""

    taken = 0
    failure: Exception | None = None

    def apply(self, records: Iterable[Record], now: datetime) -> int:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        records = list(records)
        self.taken += len(records)
        return super().apply(records, now)


class Console:
    """A feed with its store; `until` waits for something to become true."""

    def __init__(self, bootstrap: str, file: Path, now: datetime) -> None:
        self.store = CountingStore(file)
        self.changes = Changes()
        self.feed = Feed(bootstrap, self.store, self.changes, lambda: now)

    async def until(self, look: Callable[[], object]) -> None:
        assert await self.changes.until(look, timeout_s=40)

    async def current(self) -> None:
        await self.until(lambda: self.feed.status.state is FeedState.CURRENT)


@asynccontextmanager
async def console(bootstrap: str, file: Path, now: datetime = NOW) -> AsyncIterator[Console]:
    running = Console(bootstrap, file, now)
    task = asyncio.create_task(running.feed.run())
    try:
        yield running
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        running.store.close()


async def produce(bootstrap: str, *messages: Alert | PatientView, gone: bool = False) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        for message in messages:
            key, topic = record_key(message)
            value = None if gone else message.model_dump_json().encode()
            await producer.send_and_wait(topic, value, key=key)
    finally:
        await producer.stop()


async def test_what_is_in_kafka_is_shown_and_what_goes_is_gone(bootstrap: str, tmp_path: Path) -> None:
    first, second = alert(11), alert(12)
    await produce(bootstrap, first, view())
    async with console(bootstrap, tmp_path / "store") as running:
        await running.until(lambda: running.store.alert(first.alert_id) and running.store.view(PATIENT))
        await produce(bootstrap, second)
        await running.until(lambda: running.store.alert(second.alert_id))
        await produce(bootstrap, first, gone=True)
        await running.until(lambda: running.store.alert(first.alert_id) is None)
        await running.current()
        assert running.feed.status.current_at == NOW


async def test_what_was_read_and_what_could_not_be_is_counted(bootstrap: str, tmp_path: Path) -> None:
    def counted() -> tuple[float, float]:
        records = REGISTRY.get_sample_value("ipt_console_records_total", {"topic": VIEWS}) or 0.0
        return records, REGISTRY.get_sample_value("ipt_console_unreadable_total") or 0.0

    async with console(bootstrap, tmp_path / "store") as running:
        await running.current()
        records, unreadable = counted()
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
        await producer.start()
        await producer.send_and_wait(VIEWS, b"no view", key=b"p-unreadable")
        await producer.stop()
        await produce(bootstrap, view("p-counted"))
        await running.until(lambda: running.store.view("p-counted"))
        await running.until(lambda: counted() == (records + 2, unreadable + 1))


async def test_it_goes_on_where_it_stood_and_is_rebuilt_when_the_file_is_gone(bootstrap: str, tmp_path: Path) -> None:
    await produce(bootstrap, *(alert(number) for number in range(20, 30)))
    async with console(bootstrap, tmp_path / "store") as first:
        await first.current()
        everything, before = first.store.taken, first.store.open_alerts(TEAM_LEAD)
    await produce(bootstrap, alert(30))
    async with console(bootstrap, tmp_path / "store") as second:
        await second.until(lambda: second.store.alert(alert(30).alert_id))
        assert second.store.taken == 1
        after = second.store.open_alerts(TEAM_LEAD)
    (tmp_path / "store").unlink()
    async with console(bootstrap, tmp_path / "store") as third:
        await third.current()
        assert third.store.taken == everything + 1
        assert third.store.open_alerts(TEAM_LEAD) == after
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("why", ["another cluster", "not read for too long", "a topic that is shorter than it was"])
async def test_a_store_that_is_no_copy_any_more_starts_over(bootstrap: str, tmp_path: Path, why: str) -> None:
    await produce(bootstrap, alert(40))
    async with console(bootstrap, tmp_path / "store") as first:
        await first.current()
        cluster, _ = first.store.copy_of() or ("", 0)
    later = NOW + timedelta(seconds=REBUILT_AFTER_S if why.startswith("not read") else 60)
    stale = Store(tmp_path / "store")
    if why == "another cluster":
        stale.start_over("another", NOW)
    offset = 10_000 if why.startswith("a topic") else 0
    stale.apply([Record("alerts", 0, offset, b"p/x", alert(99).model_dump_json().encode())], NOW)
    assert stale.alert(alert(99).alert_id)
    stale.close()
    async with console(bootstrap, tmp_path / "store", later) as again:
        await again.until(lambda: again.store.alert(alert(99).alert_id) is None)
        await again.until(lambda: again.store.alert(alert(40).alert_id))
        assert again.store.copy_of() == (cluster, later.timestamp())


async def test_it_stays_up_without_kafka_and_goes_on_when_it_is_back(
    broker: Callable[..., KafkaBroker], tmp_path: Path
) -> None:
    own = broker()
    create_topics(own.bootstrap, 3)
    await produce(own.bootstrap, alert(1))
    async with console(own.bootstrap, tmp_path / "store") as running:
        await running.current()
        await asyncio.to_thread(own.kill)
        await running.until(lambda: running.feed.status.state is FeedState.AWAY)
        assert running.store.count_open(TEAM_LEAD) == 1
        assert running.feed.status.current_at is not None
        await asyncio.to_thread(own.start)
        await produce(own.bootstrap, alert(2))
        await running.until(lambda: running.store.count_open(TEAM_LEAD) == 2)
        await running.current()


async def test_topics_that_are_not_there_yet_are_waited_for(broker: Callable[..., KafkaBroker], tmp_path: Path) -> None:
    own = broker()
    async with console(own.bootstrap, tmp_path / "store") as running:
        await running.until(lambda: running.feed.status.state is FeedState.AWAY)
        create_topics(own.bootstrap, 3)
        await running.current()


@pytest.mark.parametrize("error", [sqlite3.DatabaseError("malformed"), sqlite3.OperationalError("full")])
async def test_it_outlives_a_damaged_store_and_a_full_disk(bootstrap: str, tmp_path: Path, error: Exception) -> None:
    known = alert(40)
    await produce(bootstrap, known)
    async with console(bootstrap, tmp_path / "store") as running:
        running.store.failure = error
        await running.until(lambda: running.store.failure is None)
        await running.current()
        assert running.store.alert(known.alert_id) == known
