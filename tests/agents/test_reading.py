"""What is read the short way is what would be read the long one: the same is taken, and the same set aside."""

from dataclasses import dataclass
from random import Random
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.reading import Accepted, read_event
from streams.agents import reading
from streams.agents.reading import ReadBatch, read_batch
from tests.core.builders import START, at, raw
from tests.schemas.check_ins import anything

NOON = int(START.timestamp() * 1000) + 60 * 86_400_000


@dataclass(frozen=True)
class Stored:
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = NOON
    headers: tuple[tuple[str, bytes], ...] = ()


def stored(random: Random, offset: int) -> Stored:
    """A record with anything in it, mostly under its own key and at a likely time."""
    value = anything(random)
    outcome = None if value is None else read_event(value)
    known = outcome.event.subject.encode() if isinstance(outcome, Accepted) else b"p-1"
    key = known if random.random() < 0.8 else random.choice((None, b"", b"p-2"))
    return Stored(offset, key, value, random.choice((NOON, 7_258_118_400_000, 0, -1)))


def taken(read: ReadBatch) -> dict[bytes, list[tuple[int, AnyEvent, bytes]]]:
    return {patient: [(one.offset, one.whole(), one.raw) for one in some] for patient, some in read.events.items()}


def the_long_way(records: list[Stored]) -> ReadBatch:
    with patch.object(reading, "read_plain", lambda raws: [None] * len(raws)):
        return read_batch(records, 3)


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=True))
def test_both_ways_take_and_set_aside_the_same(random: Random) -> None:
    records = [stored(random, 7 + offset) for offset in range(20)]
    read, expected = read_batch(records, 3), the_long_way(records)
    assert taken(read) == taken(expected)
    assert (read.rejected, read.set_aside) == (expected.rejected, expected.set_aside)


def record(offset: int, day: float, **envelope: object) -> Stored:
    return Stored(offset, b"p-1", raw("check-in.v1", day, {"mood": offset}, **envelope))


def plain(read: ReadBatch) -> list[tuple[int, int]]:
    """Offset, and mood by the columns, of what was read the short way."""
    arrivals = [one for some in read.events.values() for one in some if one.row >= 0]
    return [(one.offset, int(read.plain.mood[one.row])) for one in arrivals]


def test_a_patients_events_keep_their_order_and_find_their_columns() -> None:
    read = read_batch([record(4, 59), Stored(5, b"p-1", raw("heartbeat.v1", 59, {})), record(9, 58)], 0)
    assert [one.offset for one in read.events[b"p-1"]] == [4, 5, 9]
    assert plain(read) == [(4, 400), (9, 900)]


@pytest.mark.parametrize(("day", "in_time"), [(61, True), (61.001, False)])
def test_what_is_more_than_a_day_ahead_is_set_aside_the_long_way(day: float, in_time: bool) -> None:
    records = [record(1, 59), record(2, day), record(3, 58)]
    read = read_batch(records, 0)
    assert plain(read) == [(n, n * 100) for n in (1, 2, 3) if in_time or n != 2]
    assert read.set_aside == ([] if in_time else [(2, records[1].value)])


def test_another_key_is_set_aside_the_long_way() -> None:
    read = read_batch([Stored(1, b"p-2", record(1, 59).value)], 0)
    assert not read.events
    assert len(read.rejected) == 1


def test_of_no_records_nothing_is_read() -> None:
    assert read_batch([], 0).events == {}


def test_the_whole_event_has_what_the_short_way_leaves_out() -> None:
    its = record(1, 59, receivedat=at(59.5))
    [arrival] = read_batch([its], 0).events[b"p-1"]
    assert arrival.row == 0
    assert arrival.whole().received.isoformat() == orjson.loads(its.value or b"")["receivedat"]


def test_only_what_was_plain_is_read_again() -> None:
    [arrival] = read_batch([record(1, 59)], 0).events[b"p-1"]
    with pytest.raises(TypeError):
        arrival._replace(raw=b"{").whole()
