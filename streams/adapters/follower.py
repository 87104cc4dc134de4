"""Copies compacted topics into a local copy, and tells when something changed. The console and the gateway run one.

Runs beside the pages as one task, in no consumer group, from where the copy says it stands. While Kafka is away it
keeps trying, and whoever shows the copy says how old it is.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from prometheus_client import Counter

from streams.adapters.local_copy import LocalCopy, Record
from streams.adapters.producer import is_ending
from streams.kafka_sign_in import signed_in

log = structlog.get_logger(__name__)

CHECK_S = 2.0
"""How often the brokers are asked where the topics end, which also tells whether they are there."""

STALE_AFTER = timedelta(seconds=15)

ANSWER_MS = 4_000
WAIT_MS = 500
RETRY_S = 1.0

REBUILT_AFTER_S = 12 * 60 * 60
"""A store not read for longer starts over: Kafka forgets after 24 h that a key was erased, and so must we."""


class FeedState(StrEnum):
    """How far the store can be trusted to be what Kafka holds."""

    STARTING = "starting"
    READING = "reading"
    CURRENT = "current"
    AWAY = "away"


_TROUBLES = {
    FeedState.STARTING: "is starting",
    FeedState.READING: "the store is still being filled from Kafka",
    FeedState.CURRENT: None,
    FeedState.AWAY: "Kafka does not answer, or the store cannot be written",
}


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """The state, and when the store was last known to be what Kafka held (None: not since the start)."""

    state: FeedState
    current_at: datetime | None


async def nobody_waits() -> None:
    """Nobody has to be told of a change."""


@dataclass(frozen=True, slots=True)
class Following:
    """What is followed, how many records are taken up at once, what counts them, and who hears of a change."""

    topics: tuple[str, ...]
    at_once: int
    records: Counter
    unreadable: Counter
    changed: Callable[[], Awaitable[None]] = nobody_waits
    since: timedelta | None = None
    """How far back an empty copy begins; None: with all there is."""


class Follower:
    """The reader. `run` it as a task; `status` says how it fares."""

    def __init__(self, bootstrap: str, store: LocalCopy, following: Following, now: Callable[[], datetime]) -> None:
        self._bootstrap = bootstrap
        self._store = store
        self._following = following
        self._now = now
        self._status = FeedStatus(FeedState.STARTING, None)

    @property
    def status(self) -> FeedStatus:
        """How it fares; what was current too long ago is not, whatever holds the reader up."""
        status = self._status
        if status.current_at is not None and self._now() - status.current_at > STALE_AFTER:
            return FeedStatus(FeedState.AWAY, status.current_at)
        return status

    def trouble(self) -> str | None:
        """Why the pages may not show what Kafka holds; None while they do. May be asked from any thread."""
        return _TROUBLES[self.status.state]

    async def run(self) -> None:
        """Read for ever. What Kafka does is waited out, and a full disk too; a damaged store is rebuilt."""
        while True:
            try:
                async with self._consumer() as consumer:
                    await self._follow(consumer)
            except asyncio.CancelledError:
                if is_ending():
                    raise
                await self._lost("connection broke")
            except (KafkaError, TimeoutError, OSError) as error:
                await self._lost(type(error).__name__)
            except sqlite3.OperationalError:
                log.error("the store cannot be written")  # noqa: TRY400 -- its message may quote what it holds
                await self._lost("store")
            except sqlite3.DatabaseError:
                log.error("the store is damaged and rebuilt")  # noqa: TRY400 -- its message may quote what it holds
                self._store.replace()
            await asyncio.sleep(RETRY_S)

    async def _lost(self, reason: str) -> None:
        if self._status.state is not FeedState.AWAY:
            log.warning("Kafka does not answer", reason=reason)
        await self._became(FeedStatus(FeedState.AWAY, self._status.current_at))

    async def _follow(self, consumer: Any) -> None:
        await self._find_place(consumer)
        checked = float("-inf")
        clock = asyncio.get_running_loop().time
        while True:
            if clock() - checked >= CHECK_S:
                checked = clock()
                ends = await consumer.end_offsets(consumer.assignment())
                asked_at = self._now()
            await self._read(consumer)
            if await _reached(consumer, ends):
                await self._became(FeedStatus(FeedState.CURRENT, asked_at))
            else:
                await self._became(FeedStatus(FeedState.READING, self._status.current_at))

    async def _find_place(self, consumer: Any) -> None:
        """Go on where the store stands, or from the beginning if the store is no copy of what is there now."""
        ends = await consumer.end_offsets(consumer.assignment())
        cluster = await self._cluster()
        stored = {TopicPartition(*place): after for place, after in self._store.offsets().items()}
        if not self._is_copy_of(cluster) or any(after > ends.get(place, 0) for place, after in stored.items()):
            log.info("the store is rebuilt from the beginning")
            self._store.start_over(cluster, self._now())
            stored = {}
        if not stored and self._following.since is not None:
            begin = int((self._now() - self._following.since).timestamp() * 1000)
            found = await consumer.offsets_for_times(dict.fromkeys(consumer.assignment(), begin))
            stored = {place: at.offset if at is not None else ends[place] for place, at in found.items()}
        for place, after in stored.items():
            consumer.seek(place, after)

    def _is_copy_of(self, cluster: str) -> bool:
        copy = self._store.copy_of()
        return copy is not None and copy[0] == cluster and self._now().timestamp() - copy[1] < REBUILT_AFTER_S

    async def _read(self, consumer: Any) -> None:
        fetched = await consumer.getmany(timeout_ms=WAIT_MS, max_records=self._following.at_once)
        records = [
            Record(place.topic, place.partition, message.offset, message.key, message.value)
            for place, messages in fetched.items()
            for message in messages
        ]
        unreadable = self._store.apply(records, self._now())
        for place, messages in fetched.items():
            self._following.records.labels(place.topic).inc(len(messages))
        if unreadable:
            self._following.unreadable.inc(unreadable)
            log.warning("records that no reader of ours understands were passed over", count=unreadable)
        if records:
            await self._following.changed()

    async def _became(self, status: FeedStatus) -> None:
        changed = status.state is not self._status.state
        self._status = status
        if changed:
            log.info("feed", state=status.state.value)
            await self._following.changed()

    async def _cluster(self) -> str:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=ANSWER_MS, **signed_in())
        try:
            await admin.start()
            return str((await admin.describe_cluster())["cluster_id"])
        finally:
            await admin.close()

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[Any]:
        consumer = AIOKafkaConsumer(
            *self._following.topics,
            bootstrap_servers=self._bootstrap,
            group_id=None,
            auto_offset_reset="earliest",
            request_timeout_ms=ANSWER_MS,
            metadata_max_age_ms=10_000,
            **signed_in(),
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


async def _reached(consumer: Any, ends: Mapping[Any, int]) -> bool:
    """Whether everything up to `ends` was read; the first position of a partition is asked from the broker."""
    async with asyncio.timeout(ANSWER_MS / 1000):
        return all([await consumer.position(place) >= end for place, end in ends.items()])
