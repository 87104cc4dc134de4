"""Reads `patient.events` a second time, holds it against the receipts of analysis, and shouts when one is missing.

It commits, under a group of its own, how far everything is accounted for: a restart goes on there, and every tool of
Kafka's shows how much is not. `ipt-pulse audit` runs it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from time import monotonic, time
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from schemas.model import Message
from schemas.receipts import Receipt, mark
from schemas.set_aside import read_tag
from streams.adapters.producer import is_ending
from streams.audit.book import Book, Missing
from streams.errors import Unavailable
from streams.kafka_sign_in import signed_in
from streams.metrics import AUDIT_MISSING, AUDIT_OLDEST, AUDIT_SETTLED, AUDIT_WAITING
from streams.topics import EVENTS, RECEIPTS, REJECTED

log = structlog.get_logger(__name__)

GROUP = "auditor"
ANALYSIS = "analysis"
"""The consumer group whose work is audited."""
ROUND_S = 1.0
"""Between two looks at where the topics end."""
COMMIT_S = 5.0
RECORDS_AT_ONCE = 5_000
MOST_WAITING = 50_000
"""Records of a partition that are read ahead of analysis."""
LATE_S = 60.0
"""How long an accepted event may wait for analysis before it is shouted about."""
SHOUT_S = 3_600.0
"""How long the auditor says that it is not well after something was missing; the metric stays."""
SILENT_S = 15.0
"""Without a finished round."""
ANSWER_MS = 5_000
RETRY_S = 1.0
ROUND_MOST_S = 60.0
"""How long a round may take, and closing: a client that has lost its brokers would wait for them for ever."""


Offsets = Mapping[Any, Any]
"""What a group has committed, by topic and partition."""


class Place(Message):
    """What is committed beside an offset: the receipt that was settled there, and what was missing until then."""

    settled: Receipt
    missing: int = 0


class Auditor:
    """The auditor; `run` it as the main thing, `trouble` may be asked from any thread."""

    def __init__(self, bootstrap: str, *, clock: Callable[[], float] = time) -> None:
        self._bootstrap = bootstrap
        self._clock = clock
        self._books: dict[int, Book] = {}
        self._receipts: dict[int, Receipt] = {}
        self._missing: Counter[int] = Counter()
        self._oldest: dict[int, int] = {}
        self._shouted: tuple[float, str] | None = None
        self._rounded: float | None = None
        self._beyond: set[int] = set()

    def trouble(self) -> str | None:
        """Why nobody should rely on it now, or what is missing; None while all that was accepted is accounted for."""
        if self._rounded is None:
            return "has not read what there is yet"
        if (silent := monotonic() - self._rounded) > SILENT_S:
            return f"Kafka has not answered for {silent:.0f} s"
        if self._shouted is not None and monotonic() - self._shouted[0] < SHOUT_S:
            return self._shouted[1]
        if self._beyond:
            return f"partition {min(self._beyond)} ends before what analysis has signed for: is the log another?"
        for number, oldest in sorted(self._oldest.items()):
            if (age := self._clock() - oldest / 1000) > LATE_S:
                return f"accepted events of partition {number} have waited for analysis for {age:.0f} s"
        return None

    async def run(self) -> None:
        """Audit until cancelled; while Kafka is away it keeps trying."""
        while True:
            try:
                async with self._consumer() as consumer:
                    await self._follow(consumer)
            except asyncio.CancelledError:
                if is_ending():
                    raise
            except (KafkaError, Unavailable, TimeoutError, OSError) as error:
                log.warning("the audit waits for Kafka", reason=str(error) or type(error).__name__)
            await asyncio.sleep(RETRY_S)

    async def _follow(self, consumer: Any) -> None:
        async with asyncio.timeout(ROUND_MOST_S):
            numbers = await self._begin(consumer)
        committed = monotonic()
        while True:
            async with asyncio.timeout(ROUND_MOST_S):
                await self._round(consumer, numbers)
                self._rounded = monotonic()
                if self._rounded - committed > COMMIT_S:
                    committed = self._rounded
                    await self._commit(consumer)

    async def _round(self, consumer: Any, numbers: Sequence[int]) -> None:
        for number in numbers:
            await self._expect(consumer, number)
        # Asked for after the receipts were read: what these say was set aside lies before these ends.
        ends = await consumer.end_offsets(_places(numbers, EVENTS, REJECTED))
        await self._read(consumer)
        for number in numbers:
            await self._settle(consumer, number, ends)

    async def _begin(self, consumer: Any) -> Sequence[int]:
        """Take up each partition where an earlier auditor had settled it, else where analysis has come to."""
        numbers, ours, analysed = await self._ask()
        consumer.assign(_places(numbers, EVENTS, REJECTED, RECEIPTS))
        ends = await consumer.end_offsets(_places(numbers, EVENTS, RECEIPTS))
        for number in numbers:
            events, aside, receipts = (TopicPartition(topic, number) for topic in (EVENTS, REJECTED, RECEIPTS))
            self._books[number] = Book()
            consumer.seek(receipts, max(0, ends[receipts] - 1))  # the newest says all that those before it said
            place = _place(ours.get(events), ends[events])
            if place is None:
                consumer.seek(events, min(ends[events], _offset(analysed, events)))
                consumer.seek(aside, 0)
            else:
                self._books[number].settled = place.settled
                self._missing[number] = place.missing
                consumer.seek(events, place.settled.end)
                consumer.seek(aside, _offset(ours, aside))
        return numbers

    async def _expect(self, consumer: Any, number: int) -> None:
        """Hold the newest receipt against the log next, if there is a newer one than before."""
        book, receipt = self._books[number], self._receipts.get(number)
        if receipt is None or book.due is not None:
            return
        if book.settled is not None and book.settled.since == receipt.since:
            if receipt.end > book.settled.end:
                book.expect(receipt)
        elif book.settled is not None and receipt.since > book.settled.end:
            log.warning("analysis counts anew", partition=number, since=receipt.since)
            book.expect(book.settled.model_copy(update={"end": receipt.since}))  # nobody signs for what lies between
        else:
            events = TopicPartition(EVENTS, number)
            first = (await consumer.beginning_offsets([events]))[events]
            book.start_over(max(first, receipt.since))
            if first > receipt.since:  # the broker has deleted what it also signs for
                book.settled = receipt
            consumer.seek(events, book.end)
            consumer.seek(TopicPartition(REJECTED, number), 0)

    async def _read(self, consumer: Any) -> None:
        """Read for as long as a round takes; not much further than analysis has come."""
        deadline = monotonic() + ROUND_S
        while (left := deadline - monotonic()) > 0:
            fetched = await consumer.getmany(timeout_ms=int(left * 1000), max_records=RECORDS_AT_ONCE)
            for place, records in fetched.items():
                self._take(place, records)
                book = self._books[place.partition]
                if place.topic == EVENTS and book.waiting >= MOST_WAITING:
                    consumer.pause(place)

    def _take(self, place: Any, records: Sequence[Any]) -> None:
        book = self._books[place.partition]
        if place.topic == EVENTS:
            for record in records:
                book.saw(record.offset, mark(record.value, record.offset), record.timestamp)
        elif place.topic == REJECTED:
            for record in records:
                tag = read_tag(record.headers)
                if tag is not None and tag.topic == EVENTS and tag.offset is not None:
                    book.saw_aside(tag.offset, mark(record.value, tag.offset), record.offset)
        else:
            for record in records:
                self._hear(place.partition, Receipt.model_validate_json(record.value))

    def _hear(self, number: int, receipt: Receipt) -> None:
        """Keep the newest: a worker that was frozen may say an older one once more."""
        known = self._receipts.get(number)
        if known is None or known.since != receipt.since or receipt.end > known.end:
            self._receipts[number] = receipt

    async def _settle(self, consumer: Any, number: int, ends: Mapping[Any, int]) -> None:
        """Settle what is due once all of it was read, and note how long the rest has waited."""
        book, events, aside = self._books[number], TopicPartition(EVENTS, number), TopicPartition(REJECTED, number)
        self._tell_beyond(number, book.due is not None and book.due.end > ends[events])
        if book.due is not None:
            read_all = await consumer.position(events) >= book.due.end
            if read_all and await consumer.position(aside) >= ends[aside]:
                before = book.end
                if (missing := book.settle()) is not None:
                    self._shout(number, missing)
                AUDIT_SETTLED.inc(book.end - before)
        if book.waiting < MOST_WAITING and events in consumer.paused():
            consumer.resume(events)
        oldest = book.oldest
        if oldest is None:
            self._oldest.pop(number, None)
        else:
            self._oldest[number] = oldest
        AUDIT_OLDEST.labels(str(number)).set(0 if oldest is None else self._clock() - oldest / 1000)
        AUDIT_WAITING.labels(str(number)).set(ends[events] - book.end)
        AUDIT_MISSING.labels(str(number)).set(self._missing[number])

    def _tell_beyond(self, number: int, beyond: bool) -> None:
        """Note whether a partition ends before what was signed for. It cannot be settled then; the others can."""
        if not beyond:
            self._beyond.discard(number)
        elif number not in self._beyond:
            self._beyond.add(number)
            log.error("the log ends before what analysis has signed for: is it another?", partition=number)

    def _shout(self, number: int, missing: Missing) -> None:
        self._missing[number] += missing.records
        told = f"{missing.records} accepted events are neither analysed nor set aside"
        self._shouted = monotonic(), f"{told}: partition {number}, offsets {missing.start} to {missing.end - 1}"
        log.error(
            told,
            partition=number,
            first=missing.start,
            last=missing.end - 1,
            accepted=missing.accepted.records,
            taken=missing.taken.records,
            set_aside=missing.set_aside.records,
            found_aside=missing.found_aside.records,
        )

    async def _commit(self, consumer: Any) -> None:
        """Keep how far everything is accounted for, and from where the rejected topic is still needed."""
        offsets: dict[Any, tuple[int, str]] = {}
        for number, book in self._books.items():
            if book.settled is None:
                continue
            aside = TopicPartition(REJECTED, number)
            needed = book.aside_from
            place = Place(settled=book.settled, missing=self._missing[number])
            offsets[TopicPartition(EVENTS, number)] = book.settled.end, place.model_dump_json()
            offsets[aside] = await consumer.position(aside) if needed is None else needed, ""
        if offsets:
            await consumer.commit(offsets)

    async def _ask(self) -> tuple[Sequence[int], Offsets, Offsets]:
        """The numbers of the partitions, and what was committed by us and by analysis."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=ANSWER_MS, **signed_in())
        try:
            await admin.start()
            described = {topic["topic"]: topic for topic in await admin.describe_topics()}
            if absent := {EVENTS, REJECTED, RECEIPTS} - described.keys():
                raise Unavailable(f"there is no topic {min(absent)} yet")
            numbers = sorted(one["partition"] for one in described[EVENTS]["partitions"])
            groups = [await admin.list_consumer_group_offsets(group) for group in (GROUP, ANALYSIS)]
            return numbers, groups[0], groups[1]
        finally:
            await admin.close()

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[Any]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=ANSWER_MS,
            **signed_in(),
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            with suppress(TimeoutError):  # it would stand for whatever ended us, and that may be SIGTERM
                async with asyncio.timeout(ROUND_MOST_S):
                    await consumer.stop()


def _places(numbers: Iterable[int], *topics: str) -> list[Any]:
    return [TopicPartition(topic, number) for topic in topics for number in numbers]


def _offset(offsets: Offsets, place: Any) -> int:
    return max(0, offsets[place].offset) if place in offsets else 0


def _place(committed: Any, end: int) -> Place | None:
    """What was committed, unless the topic was made anew since."""
    if committed is None or not 0 <= committed.offset <= end:
        return None
    try:
        return Place.model_validate_json(committed.metadata)
    except ValidationError:
        return None
