"""Bytes in, events or rejections out, alone and in batches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.reading import ANSWERED_TWICE, TOO_MANY, Accepted, Rejection, read_batch, read_event, read_single

Build = Callable[..., dict[str, Any]]
NOW = datetime(2026, 11, 20, 20, 3, 2, tzinfo=UTC)

NOT_EVENTS = [
    b"",
    b" ",
    b"{",
    b"null",
    b"[]",
    b"3",
    b'"text"',
    b"NaN",
    b"\xff\xfe",
    b"{'a': 1}",
    b'{"type": "check-in.v1"',
    b'{"a":' * 5_000,
    b'{"specversion":"\\ud800"}',
    b"\x00" * 100,
]


@pytest.mark.parametrize("raw", NOT_EVENTS)
def test_what_is_no_event_is_rejected_as_a_whole(raw: bytes) -> None:
    outcome = read_event(raw)
    assert isinstance(outcome, Rejection)
    assert outcome.field == ""
    assert isinstance(read_single(raw, received=NOW).outcome, Rejection)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    assert isinstance(read_event(raw), Rejection)
    assert isinstance(read_single(raw, received=NOW).outcome, Rejection)
    read_batch(raw, received=NOW)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(_JSON)
def test_no_data_makes_it_fail(data: Any) -> None:
    for kind in ("check-in.v1", "questionnaire.v1", "person.v1"):
        built = {"specversion": "1.0", "id": "e", "source": "a", "type": kind, "subject": "p"}
        raw = (
            orjson.dumps(
                built | {"time": "2026-11-20T21:03:00Z", "data": data}, option=orjson.OPT_NON_STR_KEYS, default=str
            )
            if _fits(data)
            else b"{}"
        )
        assert isinstance(read_event(raw), Accepted | Rejection)


def _fits(data: Any) -> bool:
    try:
        orjson.dumps(data)
    except (orjson.JSONEncodeError, TypeError):
        return False
    return True


@pytest.mark.parametrize(
    ("ahead", "taken"), [(timedelta(days=1), True), (timedelta(days=1, seconds=1), False), (-timedelta(days=900), True)]
)
def test_more_than_a_day_in_the_future_is_refused(event: Build, ahead: timedelta, *, taken: bool) -> None:
    raw = orjson.dumps(event(time=(NOW + ahead).isoformat()))
    outcome = read_event(raw, received=NOW)
    assert isinstance(outcome, Accepted) is taken
    if isinstance(outcome, Rejection):
        assert outcome == Rejection("time", "more than a day in the future")
    assert isinstance(read_event(raw), Accepted)


def test_text_that_looks_like_json_or_code_stays_text(event: Build) -> None:
    note = '","mood":10,"x":"\u2028</script>{{7*7}}${jndi:x}'
    outcome = read_event(orjson.dumps(event(data={"mood": 1, "note": note}, id='a","subject":"p-2')))
    assert isinstance(outcome, Accepted)
    assert outcome.event.subject == "p-1"
    assert outcome.event.data.mood == 1
    assert read_event(outcome.event.to_json()).event.data.note == note


def test_of_a_field_given_twice_what_is_read_is_what_is_written() -> None:
    raw = (
        b'{"specversion":"1.0","id":"e","source":"a","type":"heartbeat.v1","subject":"p-1","subject":"p-2",'
        b'"time":"2026-11-20T21:03:00Z","data":{}}'
    )
    entry = read_single(raw, received=NOW)
    assert isinstance(entry.outcome, Accepted)
    assert orjson.loads(entry.outcome.event.to_json())["subject"] == entry.subject == "p-2"


PHQ9 = '{"instrument":"PHQ-9","items":{"1":0,"9":3}}'
TWICE = [
    '{"instrument":"PHQ-9","items":{"9":3,"1":0,"9":0}}',
    '{"instrument":"PHQ-9","items":{"9":0,"9":0}}',
    r'{"instrument":"PHQ-9","items":{"9":3,"\u0039":0}}',
    r'{"instrument":"PHQ-9","it\u0065ms":{"9":3,"9":0}}',
    '{"instrument":"PHQ-9","items" : {\n"9": 1, "8": 2, "9": 0}}',
    '{"instrument":"PHQ-9","items":{"9":3},"items":{"9":0}}',
    PHQ9 + ',"data":' + PHQ9,
]
ONCE = [
    PHQ9,
    r'{"instrument":"PHQ-9","items":{"1":0,"\u0039":1}}',
    r'{"instrument":"PHQ-9","it\u0065ms":{"1":0}}',
    r'{"instrument":"PHQ-9","items":{"1":0},"more":"\"items\":{\"1\":1,\"1\":2}"}',
    '{"instrument":"PHQ-9","items":{"1":0},"more":{"items":{"1":1,"1":2}}}',
    '{"instrument":"PHQ-9","items":{"1":0},"more":[NaN,' + "9" * 4_000 + "]}",
]


def _questionnaire(event: Build, data: str) -> bytes:
    return orjson.dumps(event("questionnaire.v1", {"here": 1})).replace(b'{"here":1}', data.encode())


@pytest.mark.parametrize("data", TWICE)
def test_an_item_answered_twice_is_refused_and_not_guessed(event: Build, data: str) -> None:
    raw = _questionnaire(event, data)
    assert read_event(raw) == ANSWERED_TWICE
    assert read_event(raw) == Rejection("data.items", "an item is answered more than once")
    assert read_single(raw, received=NOW).outcome == ANSWERED_TWICE


@pytest.mark.parametrize("data", ONCE)
def test_what_only_looks_like_an_item_answered_twice_is_taken(event: Build, data: str) -> None:
    assert isinstance(read_event(_questionnaire(event, data)), Accepted)


def test_in_a_batch_an_item_answered_twice_costs_only_its_own_event(event: Build) -> None:
    check_in = orjson.dumps(event(data={"mood": 5, "items": {"1": 1}}))
    bad = orjson.dumps(event(data={"mood": 11}))
    for others in ([check_in], [check_in, bad], []):
        texts = [*others, *(_questionnaire(event, data) for data in (*TWICE, *ONCE))]
        entries = read_batch(b"[" + b",".join(texts) + b"]", received=NOW)
        assert [entry.outcome for entry in entries] == [read_event(text) for text in texts]


def test_a_batch_is_judged_event_by_event(event: Build) -> None:
    batch = [event(id="a"), event(id="b", data={"mood": 11}), 7, event(id="c", type="x"), event(id="d")]
    entries = read_batch(orjson.dumps(batch), received=NOW)
    assert isinstance(entries, list)
    assert [entry.id for entry in entries] == ["a", "b", None, "c", "d"]
    fields = [entry.outcome.field if isinstance(entry.outcome, Rejection) else None for entry in entries]
    assert fields == [None, "data.mood", "", "type", None]


def test_a_batch_reads_as_its_events_do_alone(event: Build) -> None:
    built = [event(id=f"e-{n}", data={"mood": n, "new": n}) for n in range(11)]
    entries = read_batch(orjson.dumps(built), received=NOW)
    assert [entry.outcome for entry in entries] == [read_event(orjson.dumps(one), received=NOW) for one in built]


def test_a_number_that_is_none_costs_only_its_own_event(event: Build) -> None:
    good = orjson.dumps(event())
    bad = good.replace(b'"mood":6', b'"mood":NaN')
    huge = good.replace(b'"mood":6', b'"mood":' + b"9" * 400)
    entries = read_batch(b"[" + b",".join([bad, good, huge]) + b"]", received=NOW)
    assert [isinstance(entry.outcome, Accepted) for entry in entries] == [False, True, False]


def test_a_number_that_is_none_is_not_taken_for_an_answer_left_out(event: Build) -> None:
    bad = orjson.dumps(event(data={"mood": 6, "sleep_hours": 7})).replace(b":7", b":NaN")
    (entry,) = read_batch(b"[" + bad + b"]", received=NOW)
    assert entry.outcome == Rejection("data.sleep_hours", "Input should be a finite number")


def test_a_rejected_event_keeps_its_names_when_they_are_short_texts(event: Build) -> None:
    batch = [event(id="x" * 257, data={}), event(id={"a": 1}, subject=["p-2"])]
    entries = read_batch(orjson.dumps(batch), received=NOW)
    assert [(entry.id, entry.subject) for entry in entries] == [(None, "p-1"), (None, None)]


def test_a_batch_has_an_end(event: Build) -> None:
    one = orjson.dumps(event())
    assert len(read_batch(b"[" + b",".join([one] * 500) + b"]", received=NOW)) == 500
    assert read_batch(b"[" + b",".join([one] * 501) + b"]", received=NOW) is TOO_MANY
    assert read_batch(b"[" + b",".join([b"0"] * 100_000) + b"]", received=NOW) is TOO_MANY


@pytest.mark.parametrize("raw", [b"{}", b"null", b"[", b"[1,]", b"[" * 5_000])
def test_what_is_no_list_is_no_batch(raw: bytes) -> None:
    outcome = read_batch(raw, received=NOW)
    assert isinstance(outcome, Rejection)
    assert outcome is not TOO_MANY
