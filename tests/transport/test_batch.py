from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.batch import RecordBatch, cut


@dataclass(frozen=True)
class Written:
    offset: int
    timestamp: int = 0
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


def at(*offsets: int) -> list[Written]:
    return [Written(offset) for offset in offsets]


@given(st.sets(st.integers(10, 99), min_size=1), st.integers(1, 20))
def test_a_cut_loses_no_record_and_leaves_no_hole(offsets: set[int], size: int) -> None:
    batches = list(cut("t", 1, at(*sorted(offsets)), start=10, end=100, size=size))
    assert [record.offset for batch in batches for record in batch.records] == sorted(offsets)
    assert all(1 <= len(batch.records) <= size for batch in batches)
    assert [batch.start for batch in batches] == [10, *(batch.end for batch in batches[:-1])]
    assert batches[-1].end == 100
    assert all(batch.start <= record.offset < batch.end for batch in batches for record in batch.records)


def test_the_later_part_of_a_batch() -> None:
    batch = RecordBatch("t", 0, at(3, 5, 9), start=2, end=12)
    later = batch.since(5)
    assert [record.offset for record in later.records] == [5, 9]
    assert (later.start, later.end) == (5, 12)
    assert batch.since(2) is batch
    assert batch.since(11).records == []
