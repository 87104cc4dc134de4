"""Reads every topic from its beginning into the tally, and asks the brokers how far the workers have come.

`clinic` runs it beside the phones, and waits with `settled` until nothing is under way any more.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.demo.tally import Seen, Tally
from deploy.local.errors import StackError
from schemas.alerts import Alert
from streams.topics import ACTIONS, ALERTS, EVENTS, NOTIFICATIONS, POINTS, REJECTED, SIGNALS

WATCHED = (EVENTS, REJECTED, POINTS, ALERTS, NOTIFICATIONS, ACTIONS)
GROUPS = {"analysis": (EVENTS,), "alerting": (EVENTS, SIGNALS, ACTIONS), "timeseries": (POINTS,)}
POLL_S = 0.5
QUIET_S = 4.0
"""How long everything has to stand still: the workers close days once a second, and commit every three."""


class Watch:
    """While `follow` runs, the tally keeps up with Kafka, and `on_alert` hears of each new alert."""

    def __init__(self, bootstrap: str, partitions: int, tally: Tally, on_alert: Callable[[Alert], None]) -> None:
        self._bootstrap = bootstrap
        self._partitions = partitions
        self._tally = tally
        self._on_alert = on_alert
        self._lags: dict[str, int] = {}
        self._moved = monotonic()

    @property
    def lag(self) -> int:
        """Records that some worker, or this watch itself, has not finished yet."""
        return sum(self._lags.values())

    async def follow(self) -> None:
        """Follow Kafka until cancelled."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, auto_offset_reset="earliest")
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        try:
            await consumer.start()
            await admin.start()
            consumer.assign(self._all(WATCHED))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(consumer))
                tasks.create_task(self._measure(consumer, admin))
        finally:
            await admin.close()
            await consumer.stop()

    async def settled(self, timeout_s: float) -> None:
        """Return once nothing is under way: no lag, no message without an answer, for a few seconds.

        Raises:
            StackError: it did not come to that in time.
        """
        deadline = monotonic() + timeout_s
        self._moved = monotonic()
        while monotonic() - self._moved < QUIET_S:
            if monotonic() > deadline:
                behind = ", ".join(f"{name} {lag}" for name, lag in self._lags.items() if lag) or "nothing"
                raise StackError(
                    f"After {timeout_s:.0f} s there is still work under way: behind are {behind}; "
                    f"{self._tally.on_the_way} messages have no answer.",
                    hint="The logs of the workers say more.",
                )
            await asyncio.sleep(POLL_S)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            batches = await consumer.getmany(timeout_ms=int(POLL_S * 1000), max_records=2_000)
            for records in batches.values():
                for record in records:
                    alert = self._tally.take(_seen(record))
                    if alert:
                        self._on_alert(alert)

    async def _measure(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        while True:
            ends = await consumer.end_offsets(self._all({*WATCHED, SIGNALS}))
            unread = [ends[at] - await consumer.position(at) for at in consumer.assignment()]
            lags = {"the demo's own view": sum(unread)}
            for group, topics in GROUPS.items():
                committed = await self._committed(admin, group)
                lags[group] = sum(max(0, ends[at] - committed.get(at, 0)) for at in self._all(topics))
                if group == "analysis":
                    self._tally.analysed_up_to({at.partition: offset for at, offset in committed.items()})
            self._lags = lags
            if self.lag or self._tally.on_the_way:
                self._moved = monotonic()
            await asyncio.sleep(POLL_S)

    async def _committed(self, admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
        kept = await admin.list_consumer_group_offsets(group)
        return {at: found.offset for at, found in kept.items() if found.offset >= 0}

    def _all(self, topics: set[str] | tuple[str, ...]) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for topic in topics for number in range(self._partitions)]


def _seen(record: ConsumerRecord) -> Seen:
    return Seen(record.topic, record.partition, record.offset, record.value, dict(record.headers))
