"""When the auditor says that it is not well."""

import asyncio
from datetime import timedelta
from time import monotonic
from unittest.mock import AsyncMock

import pytest
from aiokafka import TopicPartition

from schemas.receipts import Receipt, Sum
from streams.audit import auditor as module
from streams.audit.auditor import LATE_S, SHOUT_S, SILENT_S, Auditor, Place, _place
from streams.audit.book import Book, Missing
from streams.topics import EVENTS, REJECTED

NOW = 1_000_000.0


class Committed:
    def __init__(self, offset: int, metadata: str) -> None:
        self.offset, self.metadata = offset, metadata


@pytest.fixture
def auditor() -> Auditor:
    one = Auditor("127.0.0.1:9", clock=lambda: NOW)
    one._rounded = monotonic()
    return one


def test_it_is_not_well_before_it_has_read_what_there_is(auditor: Auditor) -> None:
    assert auditor.trouble() is None
    auditor._rounded = None
    assert auditor.trouble() == "has not read what there is yet"


def test_without_kafka_it_is_not_well(auditor: Auditor) -> None:
    auditor._rounded = monotonic() - SILENT_S + 1
    assert auditor.trouble() is None
    auditor._rounded = monotonic() - SILENT_S - 1
    assert "Kafka has not answered" in (auditor.trouble() or "")


def test_what_was_accepted_may_wait_a_minute_for_analysis(auditor: Auditor) -> None:
    auditor._oldest[2] = int((NOW - LATE_S) * 1000)
    assert auditor.trouble() is None
    auditor._oldest[2] -= 1
    assert auditor.trouble() == "accepted events of partition 2 have waited for analysis for 60 s"


def test_it_shouts_for_an_hour_about_what_is_missing(auditor: Auditor) -> None:
    auditor._shout(1, Missing(5, 9, Sum(records=4), Sum(records=2), Sum(), Sum()))
    told = "2 accepted events are neither analysed nor set aside: partition 1, offsets 5 to 8"
    assert auditor.trouble() == told
    assert auditor._shouted is not None
    auditor._shouted = monotonic() - SHOUT_S + 1, told
    assert auditor.trouble() == told
    auditor._shouted = monotonic() - SHOUT_S - 1, told
    assert auditor.trouble() is None
    assert auditor._missing[1] == 2


def test_an_older_receipt_that_is_said_again_is_passed_over(auditor: Auditor) -> None:
    newest = Receipt(since=0, end=9, at=0)
    auditor._hear(0, newest)
    auditor._hear(0, Receipt(since=0, end=8, at=0))
    assert auditor._receipts[0] == newest
    anew = Receipt(since=4, end=5, at=0)
    auditor._hear(0, anew)
    assert auditor._receipts[0] == anew


def test_what_was_committed_is_taken_up_unless_the_log_is_another() -> None:
    place = Place(settled=Receipt(since=0, end=9, at=0), missing=3)
    kept = place.model_dump_json()
    assert _place(Committed(9, kept), 9) == place
    assert _place(Committed(9, kept), 8) is None
    assert _place(Committed(-1, kept), 8) is None
    assert _place(Committed(9, ""), 9) is None
    assert _place(None, 9) is None


async def test_a_receipt_for_more_than_the_log_has_is_no_reason_to_wait_for_ever(auditor: Auditor) -> None:
    auditor._books[0] = Book()
    auditor._books[0].start_over(0)
    auditor._books[0].expect(Receipt(since=0, end=9, at=0))
    consumer = AsyncMock(paused=set, position=AsyncMock(return_value=8))
    for end in (8, 9):
        await auditor._settle(consumer, 0, {TopicPartition(EVENTS, 0): end, TopicPartition(REJECTED, 0): 0})
        told = auditor.trouble()
        assert (told is not None and "is the log another" in told) == (end == 8)
    assert auditor._books[0].due is not None


async def test_asked_to_end_it_ends_though_closing_takes_too_long(
    auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = AsyncMock(stop=asyncio.Event().wait)
    monkeypatch.setattr(module, "ROUND_MOST_S", 0.01)
    monkeypatch.setattr(module, "AIOKafkaConsumer", lambda **_: consumer)
    follows = asyncio.Event()

    async def follow(_consumer: object) -> None:
        follows.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(auditor, "_follow", follow)
    running = asyncio.create_task(auditor.run())
    await follows.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await running


async def test_a_round_that_never_ends_is_begun_anew(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "ROUND_MOST_S", 0.01)
    monkeypatch.setattr(auditor, "_begin", AsyncMock(return_value=[0]))
    monkeypatch.setattr(auditor, "_round", never)
    with pytest.raises(TimeoutError):
        await auditor._follow(None)


def test_a_minute_is_what_was_promised() -> None:
    assert timedelta(seconds=LATE_S) == timedelta(minutes=1)
