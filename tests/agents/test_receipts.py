"""Analysis signs for what it kept and set aside, once each, whatever comes again; and says so when it has changed."""

from datetime import timedelta

from schemas.receipts import Receipt, mark
from streams.agents.keys import RECEIPT
from streams.agents.reading import ReadBatch, read_batch
from streams.agents.receipts import Receipts, signed
from streams.topics import RECEIPTS
from streams.transport import RecordBatch, Step
from tests.agents.test_analyse import NOW, PARTITION, Bench, record
from tests.core.builders import check_in

GOOD = [record(check_in(50 + n / 24, 5, subject=f"p-{n % 3}")) for n in range(20)]
POISON = [(b"p-1", b"{"), (b"p-1", None)]


def receipt(bench: Bench) -> Receipt:
    return Receipt.model_validate_json(bench.state.rows[RECEIPT] or b"")


def expected(records: list[tuple[bytes | None, bytes | None]], *, since: int = 0) -> tuple[int, int]:
    marks = [mark(value, n) for n, (_, value) in enumerate(records, since)]
    return len(marks), sum(marks)


async def test_it_signs_for_what_was_kept_and_for_what_was_set_aside() -> None:
    bench = Bench()
    await bench.take(bench.batch(*GOOD, *POISON))
    signed_for = receipt(bench)
    assert (signed_for.since, signed_for.end) == (0, 22)
    assert (signed_for.taken.records, signed_for.taken.marks) == expected(list(GOOD))
    assert (signed_for.set_aside.records, signed_for.set_aside.marks) == expected(list(POISON), since=20)
    assert signed_for.at == int(NOW.timestamp() * 1000)


async def test_copies_of_an_event_are_dealt_with_like_any_record() -> None:
    bench = Bench()
    await bench.take(bench.batch(GOOD[0], GOOD[0], GOOD[0]))
    assert receipt(bench).taken.records == 3


async def test_what_comes_again_after_a_crash_is_signed_for_once_in_whatever_pieces() -> None:
    whole, bench = Bench(), Bench()
    batch = whole.batch(*GOOD)
    await whole.take(batch)
    await bench.take(RecordBatch(batch.topic, PARTITION, batch.records[:8], 0, 8))
    await bench.restart()
    await bench.take(RecordBatch(batch.topic, PARTITION, batch.records[3:12], 3, 12))
    await bench.take(RecordBatch(batch.topic, PARTITION, batch.records[5:7], 5, 7))
    await bench.take(RecordBatch(batch.topic, PARTITION, batch.records[12:], 12, 20))
    assert receipt(bench) == receipt(whole)


async def test_of_records_that_were_skipped_it_does_not_know() -> None:
    bench = Bench()
    batch = bench.batch(*GOOD)
    await bench.take(RecordBatch(batch.topic, PARTITION, batch.records[:5], 0, 5))
    await bench.take(RecordBatch(batch.topic, PARTITION, batch.records[8:], 8, 20))
    assert (receipt(bench).end, receipt(bench).taken.records) == (20, 17)


async def test_a_patient_whose_record_is_not_kept_is_not_signed_for() -> None:
    bench = Bench()
    batch = bench.batch(*GOOD)
    read = read_batch(batch.records, PARTITION)
    packed = signed(batch, read, {b"p-0", b"p-1"}, bench.state)
    assert Receipt.model_validate_json(packed).taken.records == sum(key != b"p-2" for key, _ in GOOD)
    assert Receipt.model_validate_json(signed(batch, ReadBatch(), {b"p-0"}, bench.state)).taken.records == 0


async def test_a_topic_that_was_made_anew_is_counted_from_its_beginning() -> None:
    bench = Bench()
    await bench.take(bench.batch(*GOOD))
    bench.end = 0
    await bench.take(bench.batch(*GOOD[:3], now=NOW + timedelta(milliseconds=1)))
    assert (receipt(bench).since, receipt(bench).end, receipt(bench).taken.records) == (0, 3, 3)


async def test_it_is_said_once_the_step_was_kept_and_again_only_when_it_has_changed() -> None:
    bench, receipts = Bench(), Receipts()
    assert receipts.tell(PARTITION, bench.state) == []
    await bench.take(bench.batch(*GOOD))
    [output] = receipts.tell(PARTITION, bench.state)
    assert (output.topic, output.key, output.partition) == (RECEIPTS, b"3", PARTITION)
    assert output.value == bench.state.rows[RECEIPT]
    assert receipts.tell(PARTITION, bench.state) == []
    receipts.closed(PARTITION)
    assert len(receipts.tell(PARTITION, bench.state)) == 1


async def test_the_next_tick_says_it_though_nobody_is_due() -> None:
    bench = Bench()
    await bench.job.opened(PARTITION, bench.state)
    await bench.feed(check_in(50, 5))
    step = await bench.tick(NOW)
    assert isinstance(step, Step)
    assert [output.topic for output in step.outputs] == [RECEIPTS]
    assert await bench.tick(NOW) is None
