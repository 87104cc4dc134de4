"""The consumer's thread: fetches for Faust, and hands on whole batches that know which offsets they cover.

Stock Faust gives aiokafka its live set of active partitions. A rebalance empties that set while a fetch waits, and an
empty set means "all" to aiokafka: records are taken, the position moves on, the records are thrown away. Here aiokafka
gets a copy, and nothing waits between looking at the position and taking the records.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers import aiokafka as driver
from mode import Service

from streams.transport import private
from streams.transport.batch import RecordBatch, cut
from streams.transport.lease import Lease

BATCH_RECORDS = 1_000
"""Records of one batch at most, so that no step of a job holds the event loop for long."""
FETCH_WAIT_MS = 100
"""How long the broker may hold a fetch that finds nothing: idle partitions hold up busy ones."""
LOOK_AGAIN = 0.1
"""Seconds before a waiting fetch looks whether the flow was stopped."""
HEAR = 1.0
"""Seconds between two looks for an error that aiokafka keeps for whoever asks."""

Fetched = dict[Any, list[RecordBatch]]


class BatchThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    """Faust's consumer thread with another fetch, and a lease that every heartbeat renews."""

    async def on_start(self) -> None:
        """Start the aiokafka consumer, then set what its constructor cannot be given through Faust."""
        await super().on_start()
        private.set_fetch_wait(self._consumer, FETCH_WAIT_MS)
        private.wrap_heartbeat(self._consumer, lambda heartbeat: _renewing(self.app.lease, heartbeat))

    @Service.task  # type: ignore[untyped-decorator]
    async def _hear(self) -> None:
        """Take errors off aiokafka's coordinator: it waits until somebody does, and Faust never asks.

        Until then it answers no rebalance, while its heartbeats go on: the worker would stand still without a word.
        """
        while not self.should_stop:
            await self.sleep(HEAR)
            if private.stopped(self._consumer):
                continue
            if private.revive_metadata(private.client_of(self._consumer)):
                self.log.warning("the consumer's view of the cluster had ended and is kept again")
            if ended := private.ended_task(self._consumer):
                self.app.halt(f"aiokafka's {ended} ended")
            if (error := private.take_error(self._consumer)) is None:
                continue
            if not error.retriable:
                self.app.halt(f"the group: {error!r}")
            self.log.warning("the group failed and is asked again: %r", error)

    async def _fetch_records(
        self,
        consumer: Any,
        _active: Any,
        timeout: float | None = None,  # noqa: ASYNC109 -- Faust's signature
        max_records: int | None = None,
    ) -> Fetched:
        subscription, deadline = private.subscription(consumer), monotonic() + (timeout or 0.0)
        with subscription.fetch_context():
            while self.consumer.flow_active and not subscription.reassignment_in_progress:
                if private.stopped(consumer):
                    raise ConsumerStoppedError
                if fetched := await self._take(consumer, max_records):
                    return fetched
                if monotonic() > deadline:
                    break
                await _wait(consumer)
        return {}

    async def _take(self, consumer: Any, max_records: int | None) -> Fetched:
        """What has arrived for the partitions that are active and wanted."""
        subscription = private.subscription(consumer)
        active = private.active_partitions(self.consumer)
        wanted = {tp for tp in active if subscription.is_assigned(tp) and self.consumer.wants(tp)}
        if not wanted:
            return {}
        states = {tp: subscription.subscription.assignment.state_value(tp) for tp in wanted}
        starts = {tp: state.position for tp, state in states.items() if state.has_valid_position}
        # Without a timeout this does not wait, so both looks at the position belong to the same records.
        fetched = await private.fetcher(consumer).fetched_records(wanted, timeout=0, max_records=max_records)
        return {
            tp: list(
                cut(tp.topic, tp.partition, records, start=starts[tp], end=states[tp].position, size=BATCH_RECORDS)
            )
            for tp, records in fetched.items()
        }


async def _wait(consumer: Any) -> None:
    arrived = private.fetch_waiter(consumer)
    await asyncio.wait([arrived], timeout=LOOK_AGAIN)
    if not arrived.done():
        arrived.cancel()
    elif not arrived.cancelled() and arrived.exception() is not None:
        await asyncio.sleep(LOOK_AGAIN)  # the coordinator failed: `_hear` takes that up


def _renewing(lease: Lease, heartbeat: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
    async def heartbeat_and_renew() -> bool:
        sent_at = monotonic()
        alive = await heartbeat()
        if alive:
            lease.renew(sent_at)
        return alive

    return heartbeat_and_renew
