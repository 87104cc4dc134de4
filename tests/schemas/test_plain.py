"""What the short way takes, the full reader takes for the same. Nearly all here is about what is nearly plain."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.events import CheckInEvent
from schemas.identity import counted
from schemas.model import Instant, Message
from schemas.plain import PlainCheckIn, read_plain
from schemas.reading import Accepted, read_event
from tests.schemas.check_ins import anything, event, written
from tests.schemas.conftest import envelope

INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)
RECEIVED = datetime(2026, 11, 20, 20, 3, 2, 1, UTC)
RANDOMS = st.randoms(use_true_random=True)
SAMPLE = {
    "receivedat": "2026-11-20T20:03:02.000001Z",
    "history": False,
    "datacontenttype": "application/json",
    "data": {
        "mood": 6,
        "affects": {"sad": 4, "anxious": 3.5},
        "sleep_hours": 6.5,
        "prompt": {"id": "pr-1", "scheduled_at": "2026-11-20T21:00:00+01:00"},
        "note": {"key": "1", "text": "cG9z-dGNhcmQ_AAAA"},
    },
}


def raw(**changes: Any) -> bytes:
    return json.dumps(envelope(**SAMPLE | changes)).encode()


def with_data(**changes: Any) -> bytes:
    return raw(data=SAMPLE["data"] | changes)  # type: ignore[operator]


def is_simple(raw: bytes) -> bool:
    return raw.isascii() and b"\\" not in raw


def full(raw: bytes | None) -> CheckInEvent:
    """The event that stands for a plain one."""
    assert raw is not None
    outcome = read_event(raw)
    assert isinstance(outcome, Accepted), (raw, outcome)
    assert type(outcome.event) is CheckInEvent, raw
    assert outcome.unknown_fields == 0, raw
    return outcome.event


def plainly(part: Any) -> Any:
    """A message as what it says, without what it does not."""
    if isinstance(part, Message):
        return {name: plainly(value) for name, value in part.__dict__.items() if value is not None}
    return part


def as_said(one: PlainCheckIn) -> dict[str, Any]:
    """The same of a plain one."""
    names = ("affects", "mood", "note", "prompt", "sleep_hours", "symptoms")
    said = {name: getattr(one.data, name) for name in names if getattr(one.data, name) is not None}
    for name in ("note", "prompt"):
        if name in said:
            said[name] = {field: getattr(said[name], field) for field in said[name].__struct_fields__}
    if "prompt" in said:
        said["prompt"]["scheduled_at"] = INSTANT.validate_python(said["prompt"]["scheduled_at"])
    return said


def assert_same(one: PlainCheckIn, event: CheckInEvent) -> None:
    for name in ("specversion", "type", "id", "source", "subject", "history", "datacontenttype"):
        assert getattr(one, name) == getattr(event, name)
    assert INSTANT.validate_python(one.time).isoformat() == event.time.isoformat()
    assert (one.micros, one.offset) == counted(event.time)
    received = None if one.receivedat is None else INSTANT.validate_python(one.receivedat)
    assert str(received) == str(event.receivedat)
    # By what is written, since -0.0 equals 0.0 and moments of other offsets are equal.
    assert sorted(map(str, as_said(one).items())) == sorted(map(str, plainly(event.data).items()))
    assert one.mark() == event.mark()
    assert one.fingerprint() == event.fingerprint()


@settings(max_examples=200, deadline=None)
@given(RANDOMS)
def test_what_is_taken_the_full_reader_takes_for_the_same(random: Random) -> None:
    raws = [anything(random) for _ in range(20)]
    read = read_plain(raws)
    assert len(read) == len(raws)
    for one, its in zip(read, raws, strict=True):
        if one is not None:
            assert_same(one, full(its))


@settings(max_examples=50, deadline=None)
@given(RANDOMS)
def test_each_is_judged_by_itself(random: Random) -> None:
    raws = [anything(random) for _ in range(20)]
    assert read_plain(raws) == [read_plain([raw])[0] for raw in raws]


@settings(max_examples=50, deadline=None)
@given(RANDOMS)
def test_what_phones_send_is_taken_before_the_gateway_and_behind_it(random: Random) -> None:
    raws = [written(random, event(random, plain=True)) for _ in range(20)]
    assert [one is not None for one in read_plain(raws)] == [is_simple(raw) for raw in raws]
    events = [full(raw) for raw in raws]
    passed_on = [said.received_at(said.time).to_json() for said in events]
    for one, said, raw in zip(read_plain(passed_on), events, passed_on, strict=True):
        assert (one is not None) == is_simple(raw)
        assert one is None or one.fingerprint() == said.fingerprint()


@settings(max_examples=100, deadline=None)
@given(RANDOMS)
def test_what_the_gateway_writes_is_the_event_that_it_read(random: Random) -> None:
    raws = [anything(random) for _ in range(20)]
    for one, its in zip(read_plain(raws), raws, strict=True):
        if one is not None:
            written = one.received_at(RECEIVED).to_json()
            [again] = read_plain([written])
            assert again is not None
            assert_same(again, full(its).received_at(RECEIVED))
            assert_same(again, full(written))


def test_a_sample_with_all_that_is_plain_is_taken() -> None:
    [one] = read_plain([raw()])
    assert one is not None
    assert_same(one, full(raw()))


ODD = {
    "tombstone": None,
    "empty": b"",
    "two in one": raw() + b"," + raw(),
    "a list": b"[" + raw() + b"]",
    "another type": raw(type="heartbeat.v1"),
    "history": raw(history=True),
    "an unknown field": raw(traceparent="00-x"),
    "an unknown field of the data": with_data(shoe_size=43),
    "an escape": raw(id="a\tb"),
    "an escaped letter": raw().replace(b'"e-1"', b'"\\u0065-1"'),
    "a delete": raw(id="a\x7f").replace(b"\\u007f", b"\x7f"),
    "a letter that is not ASCII": raw(id="\u00e9").replace(b"\\u00e9", "\u00e9".encode()),
    "a digit that is not ASCII": raw().replace(b".000001Z", ".00000\u0661Z".encode()),
    "a name that only we set": raw().replace(b'"id"', '"µs": 7, "id"'.encode()),
    "another name that only we set": raw().replace(b'"id"', '"±": 7, "id"'.encode()),
    "a name that only we set, escaped": raw().replace(b'"id"', b'"\\u00b5s": 7, "id"'),
    "a lone surrogate": raw().replace(b'"e-1"', b'"\xed\xa0\x80"'),
    "no slug": raw(subject="p 1"),
    "no slug, in another script": raw(subject="é"),
    "a slug and a line's end": raw().replace(b'"p-1"', b'"p-1\n"'),
    "a name that is none": with_data(affects={"Sad": 1}),
    "33 affects": with_data(affects={f"a{n}": 1 for n in range(33)}),
    "a mood too high": with_data(mood=10.000000000000002),
    "a mood in quotes": with_data(mood="5"),
    "a mood that is a flag": with_data(mood=True),
    "no number": with_data(mood=float("nan")),
    "symptoms": with_data(symptoms={"binge": 1}),
    "symptoms that say nothing": with_data(symptoms={}),
    "affects that are null": with_data(affects=None),
    "a note in plain": with_data(note="canary"),
    "a note sealed with what is no base64url": with_data(note={"key": "1", "text": "a="}),
    "a prompt at half a second": with_data(prompt={"id": "p", "scheduled_at": "2026-11-20T21:00:00.500000Z"}),
    "a prompt at an offset of +00:00": with_data(prompt={"id": "p", "scheduled_at": "2026-11-20T21:00:00+00:00"}),
    "received at no time": raw(receivedat="2026-11-31T00:00:00Z"),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_is_odd_is_passed_over_and_what_lies_beside_it_is_not(odd: bytes | None) -> None:
    plain = read_plain([raw()])[0]
    assert plain is not None
    assert read_plain([raw(), odd, raw()]) == [plain, None, plain]


def test_the_last_of_two_of_a_name_counts_as_it_does_for_the_full_reader() -> None:
    twice = raw().replace(b'"mood": 6', b'"mood": 1, "mood": 7').replace(b'"sad": 4', b'"sad": 1, "sad": 2')
    [one] = read_plain([twice])
    assert one is not None
    assert (one.data.mood, one.data.affects["sad"]) == (7, 2)
    assert_same(one, full(twice))


def test_parts_that_would_be_whole_only_beside_each_other_are_none() -> None:
    whole = raw()
    for cut in range(len(whole)):
        assert read_plain([whole[:cut], whole[cut:]]).count(None) >= (2 if 0 < cut < len(whole) else 1)
