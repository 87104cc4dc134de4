"""Faust's consumer, for record batches: what is read is checked for continuity and committed by our own ledgers.

Faust's read offsets, gaps and acknowledgements are not used: they commit over what was dropped. What is kept is the
group: joining, heartbeats, rebalances, recovery of tables, and the times at which commits are made.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from time import monotonic, time
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage
from mode import Service

from streams.transport import private
from streams.transport.batch import RecordBatch
from streams.transport.fetch import BatchThread
from streams.transport.ledger import Ledger
from streams.transport.outbox import IdempotentProducer
from streams.transport.preflight import answers

WATCH = 1.0
"""Seconds between two looks for a lost block that no later one reveals."""
AWAY = 6.0
"""Seconds without an answered heartbeat until a worker says that it cannot work: as long as a session."""
SILENCE = 15.0
"""Seconds that Kafka then answers, though the group does not, after which a worker does not believe that it will."""
AWAY_FOR_LONG = 75.0
"""Seconds without an answered heartbeat until it ends in any case: after 90 aiokafka gives its connections up."""
STUCK = 120.0
"""Seconds of one generation in which a worker opens none of its partitions and recovers nothing; it never will then."""
LONG = 25.0
"""Seconds that one thing may take a lane until it says so; a step is done within a quarter of that.

A switch that waits for a minute then raises the alarm within 90 s.
"""


class BatchConsumer(driver.Consumer):  # type: ignore[misc]
    """Opens lanes after recovery, feeds them, commits what they finished, closes them at a revoke."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ledgers: dict[TP, Ledger] = {}
        self._opened: int | None = None  # the generation whose lanes are open
        self._revokes = 0
        self._waits: dict[TP, float] = {}
        self._ignored_since: float | None = None
        self._recovered: tuple[float, tuple[int, Mapping[TP, int]]] | None = None
        self._leaving = asyncio.Lock()

    def _new_consumer_thread(self) -> BatchThread:
        return BatchThread(self, loop=self.loop, beacon=self.beacon)

    def wants(self, tp: TP) -> bool:
        """Whether to fetch more of a topic-partition. Asked from the consumer's thread."""
        return bool(self.app.desk.wants(tp.topic, tp.partition))

    def _to_message(self, tp: TP, record: RecordBatch) -> Any:
        message = ConsumerMessage(
            tp.topic,
            tp.partition,
            record.end - 1,
            time(),
            0,
            (),
            None,
            record,
            None,
            0,
            0,
            tp,
            generation_id=self.app.consumer_generation_id,
        )
        # Else Faust waits at the first rebalance, for ever, for what nobody acknowledges.
        message.tracked = True
        return message

    async def _drain_messages(self, fetcher: Any) -> None:
        """Hand every batch to the streams. What is dropped on the way is noticed by its ledger and read again."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                if not self.flow_active:
                    await self.wait(self.can_resume_flow)
                    continue
                generation = self.app.consumer_generation_id
                fetched = await self._getmany(active_partitions=None, timeout=1.0)
                for tp, batch in self.scheduler.iterate(fetched):
                    if not self.flow_active or generation != self.app.consumer_generation_id:
                        break
                    message = self._to_message(tp, batch)
                    await self.wait_first(self.callback(message), self.suspend_flow.wait())
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            # Faust cancels this when it stops; from anybody else it would end all reading without a word.
            if not (self.app.should_stop or self.should_stop or fetcher.should_stop):
                self.app.halt("the fetch was cancelled from outside")

    async def perform_seek(self) -> None:
        """Start reading at the committed offsets, once for each generation, and open the lanes.

        Faust's own does not seek where nothing was committed, and so skips what an earlier fetch had taken there.
        """
        generation, revokes = self.app.consumer_generation_id, self._revokes
        if generation == self._opened or self.app.should_stop:
            return
        committed = {TP(*tp): offset for tp, offset in (await self.seek_to_committed()).items()}
        inputs = {tp: offset for tp, offset in committed.items() if not self._is_changelog_tp(tp)}
        low = await self.earliest_offsets(*inputs) if inputs else {}
        ends = await self.highwaters(*inputs) if inputs else {}
        starts = {tp: self._start(tp, offset, low[tp], ends[tp]) for tp, offset in inputs.items()}
        await self.seek_wait(starts)
        current = generation == self.app.consumer_generation_id and revokes == self._revokes
        if current and set(committed) == self.assignment():
            self._opened = generation
            self._open_lanes({tp: Ledger(next=start, unread=ends[tp]) for tp, start in starts.items()})

    def _start(self, tp: TP, committed: int | None, low: int, end: int) -> int:
        if committed is None or committed < 0:
            return low
        if committed > end:
            self.log.error("%s/%d ends at %d, before the committed offset %d: was it made anew?", *tp, end, committed)
            return low
        if committed < low:
            self._report_expired(tp, low - committed)
        return max(committed, low)

    def _open_lanes(self, ledgers: dict[TP, Ledger]) -> None:
        self.ledgers = ledgers
        by_partition: dict[int, dict[str, Ledger]] = defaultdict(dict)
        for tp, ledger in ledgers.items():
            by_partition[tp.partition][tp.topic] = ledger
        self.app.desk.open(
            self.app.new_lane(partition, topics, self.refetch) for partition, topics in sorted(by_partition.items())
        )

    async def refetch(self, topic: str, partition: int) -> None:
        """Seek back to the first offset that was not taken up, or on to where the broker's log starts by now."""
        tp = TP(topic, partition)
        ledger = self.ledgers.get(tp)
        if ledger is None or not ledger.ask(monotonic()):
            return
        earliest = (await self.earliest_offsets(tp))[tp]
        if self.ledgers.get(tp) is not ledger:
            return  # it went to somebody else meanwhile
        if lost := ledger.expire(earliest):
            self._report_expired(tp, lost)
        self.log.warning("%s/%d is not contiguous: reading again from %d", topic, partition, ledger.next)
        self.app.observer.refetched(topic, partition, ledger.next)
        await self.seek_wait({tp: ledger.next})

    def _report_expired(self, tp: TP, lost: int) -> None:
        self.log.error("%s/%d: %d offsets were deleted by the broker before they were read", *tp, lost)
        self.app.observer.expired(tp.topic, tp.partition, lost)

    @Service.task  # type: ignore[untyped-decorator]
    async def _watch_recovery(self) -> None:
        """Find a lost last block of a changelog: recovery would wait for it for ever."""
        before: dict[TP, int] = {}
        while not self.should_stop:
            await self.sleep(WATCH)
            recovery = self.app.tables.recovery
            have = {tp: s.offset for tp, s in recovery.active_stats().items()} if recovery.in_recovery else {}
            stuck = {tp: offset + 1 for tp, offset in have.items() if before.get(tp) == offset}
            if stuck:
                self.log.warning("recovery stands still: reading again from %r", stuck)
                await self.seek_wait(stuck)
            before = have

    @Service.task  # type: ignore[untyped-decorator]
    async def _watch(self) -> None:
        """Find a lost last block of an input, which no later batch reveals; and see how long what there is waits."""
        before: dict[TP, tuple[Ledger, int]] = {}
        since: dict[TP, float] = {}
        while not self.should_stop:
            await self.sleep(WATCH)
            for gone in before.keys() - self.ledgers.keys():
                del before[gone]
                self.app.observer.behind(gone.topic, gone.partition, 0, 0.0)  # it is somebody else's
            self._waits = {}
            for tp, ledger in list(self.ledgers.items()):
                if self.ledgers.get(tp) is not ledger:
                    continue  # it went to somebody else while another one was asked for again
                unread = max(0, max(self.highwater(tp) or 0, ledger.unread) - ledger.next)
                now = (ledger, ledger.next)
                if not unread or before.get(tp) != now:
                    since[tp] = monotonic()
                self._waits[tp] = self._waited(tp, monotonic() - since[tp])
                self.app.observer.behind(tp.topic, tp.partition, unread, self._waits[tp])
                if unread and before.get(tp) == now and self.app.desk.idle(tp.topic, tp.partition):
                    await self.refetch(tp.topic, tp.partition)
                before[tp] = now

    def _waited(self, tp: TP, at_least: float) -> float:
        """Seconds since Kafka took the first record that is not finished; of one that was not fetched, `at_least`."""
        oldest = self.app.desk.oldest(tp.topic, tp.partition)
        return at_least if oldest is None else max(0.0, time() - oldest / 1000)

    @Service.task  # type: ignore[untyped-decorator]
    async def _guard(self) -> None:
        """Say whether the worker can work, and end one that nothing but a new start would help."""
        while not self.should_stop:
            await self.sleep(WATCH)
            self.app.vitals.found(self._trouble())
            producer = private.producer(self.app)
            if private.revive_metadata(producer.client):
                self.log.warning("the producer's view of the cluster had ended and is kept again")
            if private.sending_ended(producer):
                self.app.halt("nothing that is produced is sent any more")
            self._look_at_recovery()
            await self._look_at_the_group()

    def _look_at_recovery(self) -> None:
        """End a worker whose recovery has ended without opening anything, as after 90 s without a leader it does."""
        if not self.assignment() or self.app.desk.partitions or self.app.lease.age > AWAY:
            self._recovered = None
            return
        now, have = monotonic(), (self.app.consumer_generation_id, dict(self.app.tables.recovery.active_offsets))
        if self._recovered is None or self._recovered[1] != have:
            self._recovered = now, have
        elif now - self._recovered[0] > STUCK:
            self.app.halt(f"has partitions, and has neither opened nor recovered one for {STUCK:.0f} s")

    async def _look_at_the_group(self) -> None:
        """End a worker whose membership has died without a word, as a task of its client may when a broker dies.

        It would wait for its lease for ever. While Kafka answers nobody, a new start would only take longer, until the
        connections of this one are given up.
        """
        if self.app.lease.age > AWAY_FOR_LONG:
            self.app.halt(f"Kafka has not answered for {AWAY_FOR_LONG:.0f} s")
        if self.app.lease.age < AWAY or not await answers(self.app.bootstrap, within_s=WATCH):
            self._ignored_since = None
            return
        self._ignored_since = self._ignored_since or monotonic()
        if monotonic() - self._ignored_since > SILENCE:
            self.app.halt(f"Kafka answers, but the group has not for {self.app.lease.age:.0f} s")

    def _trouble(self) -> str | None:
        """What keeps the worker from its work, the gravest first."""
        if (silent := self.app.lease.age) > AWAY:
            return f"Kafka has not answered for {silent:.0f} s"
        if not self.app.desk.partitions:
            return "recovers its state" if self.assignment() else "has no partition"
        partition, busy = self.app.desk.busiest
        if busy > LONG:
            return f"partition {partition} has been at one thing for {busy:.0f} s"
        for tp, waited in self._waits.items():
            if waited > self.app.urgent.get(tp.topic, float("inf")):
                return f"{tp.topic} has waited for {waited:.0f} s"
        return None

    async def force_commit(self, _topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002
        """Commit what the lanes have finished. Faust calls it at intervals; we do at a revoke and at the end."""
        ledgers = self.ledgers
        offsets = {tp: offset for tp, ledger in ledgers.items() if (offset := ledger.to_commit) is not None}
        if not offsets or not await self._commit(offsets):
            return False
        for tp, offset in offsets.items():
            ledgers[tp].committed = offset
        self.app.observer.committed(len(offsets))
        return True

    async def leave(self) -> None:
        """Have every lane finish, then commit: afterwards nothing here belongs to us.

        A revoke may come while the worker ends: whoever asks second waits for the first.
        """
        self._revokes += 1
        async with self._leaving:
            await self.app.desk.close()
            await self.maybe_wait_for_commit_to_finish()
            await self.force_commit()
            self.ledgers, self._opened = {}, None

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish, commit, then let go."""
        await self.leave()
        await super().on_partitions_revoked(revoked)


class BatchTransport(driver.Transport):  # type: ignore[misc]
    """Faust's aiokafka transport with our consumer and producer."""

    Consumer = BatchConsumer
    Producer = IdempotentProducer
