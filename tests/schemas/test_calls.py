"""A call for help is heard in whatever a mistake makes of its event, and in nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.calls import CallEvent, hear, read_call
from schemas.reading import Rejection, call_in, read_batch, read_event, read_single
from schemas.vocabulary import SafetyKind

NOW = datetime(2026, 11, 20, 20, 3, 2, tzinfo=UTC)
Build = Callable[..., dict[str, Any]]


def answers(event: Build, items: str, instrument: str = '"PHQ-9"', **envelope: Any) -> bytes:
    """A PHQ-9 whose items are this JSON text."""
    raw = orjson.dumps(event("questionnaire.v1", {"here": 1}, **envelope))
    return raw.replace(b'{"here":1}', f'{{"instrument":{instrument},"items":{items}}}'.encode())


@pytest.mark.parametrize(
    "items",
    [
        '{"1":4,"9":1}',
        '{"1":-1,"9":3}',
        '{"10":0,"9":2}',
        '{"1":null,"9":1}',
        '{"1":"x","9":"2"}',
        '{"9":4}',
        '{"9":1.5}',
        '{"9":true}',
        '{"9":0,"9":1}',
        '{"9":1,"9":0}',
        '{"9":1},"items":{"9":0}',
        '{"9":1,"1":' + "9" * 5_000 + "}",
    ],
)
def test_a_positive_answer_is_heard_beside_any_mistake(event: Build, items: str) -> None:
    raw = answers(event, items)
    assert isinstance(read_event(raw), Rejection)
    heard = hear(raw)
    assert heard is not None
    assert (heard.instrument, heard.kind) == ("PHQ-9", None)
    assert (heard.id, heard.source, heard.subject) == ("e-1", "app/1", "p-1")
    assert heard.time == datetime.fromisoformat("2026-11-20T21:03:00+01:00")


@pytest.mark.parametrize(
    "items",
    ['{"1":4,"9":0}', '{"1":4}', '{"1":4,"9":null}', '{"1":4,"9":"x"}', '{"9":0.5}', '{"9":false}', '{"9":[1]}', "3",
     '{"9":-1}', '{"9":NaN}', '{"1":4,"x":{"9":3}}'],
)  # fmt: skip
def test_nothing_is_made_up_where_no_positive_answer_stands(event: Build, items: str) -> None:
    raw = answers(event, items)
    assert isinstance(read_event(raw), Rejection)
    assert hear(raw) is None


@pytest.mark.parametrize(
    ("instrument", "heard"),
    [('"phq9"', True), ('"PHQ 9"', True), ('"GAD-7"', False), ('"PHQ-15"', False), ("7", False), ("null", False)],
)
def test_the_instrument_is_known_by_its_letters_and_digits(event: Build, instrument: str, *, heard: bool) -> None:
    assert (hear(answers(event, '{"1":4,"9":3}', instrument)) is not None) == heard


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"kind": "wants_contact", "note": "n" * 8_193}, SafetyKind.WANTS_CONTACT),
        ({"kind": "crisis", "note": 7}, SafetyKind.CRISIS),
        ({"kind": "help"}, SafetyKind.CRISIS),
        ({}, SafetyKind.CRISIS),
    ],
)
def test_a_button_is_heard_and_an_unreadable_one_is_the_graver(event: Build, data: Any, kind: SafetyKind) -> None:
    raw = orjson.dumps(event("safety.v1", data))
    assert isinstance(read_event(raw), Rejection)
    heard = hear(raw)
    assert heard is not None
    assert (heard.instrument, heard.kind) == (None, kind)


def test_other_events_call_for_nobody(event: Build) -> None:
    assert hear(orjson.dumps(event(data={"mood": 11, "items": {"9": 3}, "instrument": "PHQ-9"}))) is None
    assert hear(orjson.dumps(event(data={"mood": 11}, note="questionnaire.v1"))) is None


@pytest.mark.parametrize(
    "raw", [b"", b"safety.v1", b'["safety.v1"]', b'{"type":"safety.v1"', b"[" * 90_000 + b"safety.v1"]
)
def test_what_is_no_object_is_not_heard(raw: bytes) -> None:
    assert hear(raw) is None


def test_names_that_cannot_be_read_are_replaced_and_copies_share_them(event: Build) -> None:
    broken = answers(event, '{"1":4,"9":1}', id=[7], source="", subject="a b", time="soon", history="yes")
    heard, again = hear(broken), hear(broken)
    assert heard == again is not None
    assert heard.id.startswith("unnamed-")
    assert (heard.source, heard.subject, heard.time, heard.history) == ("unknown", None, None, False)
    other = hear(answers(event, '{"1":4,"9":1}', id=[7]))
    assert other is not None
    assert other.id != heard.id
    assert call_in(broken, Rejection("id", "x"), received=NOW) is None


@pytest.mark.parametrize("field", ["id", "source", "subject", "time", "data", "history"])
def test_nothing_is_too_deep_to_be_looked_at(event: Build, field: str) -> None:
    for depth in (100, 300, 900, 50_000):
        for opening, closing in (("[", "]"), ('{"a":', "}")):
            deep = opening * depth + "1" + closing * depth
            shallow = orjson.dumps(event("safety.v1", {"kind": "crisis"}) | {field: "DEEP"})
            raw = shallow.replace(b'"DEEP"', deep.encode())
            hear(raw)
            read_batch(b"[" + raw + b"]", received=NOW)


def test_the_event_says_why_and_nothing_private(event: Build) -> None:
    raw = answers(event, '{"1":4,"9":2}', history=True)
    why = read_event(raw)
    assert isinstance(why, Rejection)
    call = call_in(raw, why, received=NOW)
    assert call is not None
    assert (call.data.field, call.data.reason) == (why.field, why.reason)
    assert (call.type, call.time, call.received, call.history) == ("call.v1", call.time, call.time, True)
    sent = call.to_json()
    assert read_call(sent) == call_in(sent, Rejection("type", "unknown"), received=NOW) == call
    assert set(orjson.loads(sent)["data"]) == {"instrument", "field", "reason"}
    assert isinstance(read_event(sent), Rejection)


def test_a_call_without_a_time_is_given_when_it_was_received(event: Build) -> None:
    raw = answers(event, '{"1":4,"9":2}', time=None)
    call = call_in(raw, Rejection("time", "x"), received=NOW)
    assert call is not None
    assert call.time == call.received == NOW


def test_alone_and_in_a_batch_the_same_is_heard(event: Build) -> None:
    texts = [
        answers(event, '{"1":4,"9":2}'),
        orjson.dumps(event()),
        answers(event, '{"9":1,"9":0}'),
        orjson.dumps(event(data={"mood": 11})),
        orjson.dumps(event("safety.v1", {"kind": "crisis", "note": 7})),
        answers(event, '{"9":1}'),
    ]
    for chosen in (texts, texts[1:3]):
        entries = read_batch(b"[" + b",".join(chosen) + b"]", received=NOW)
        assert isinstance(entries, list)
        assert [entry.heard for entry in entries] == [read_single(text, received=NOW).heard for text in chosen]
    assert [entry.heard is not None for entry in entries] == [False, True]
    assert [isinstance(entry.outcome, Rejection) for entry in entries] == [False, True]


@given(st.dictionaries(st.sampled_from(["1", "2", "9"]), st.one_of(st.integers(-2, 9), st.none(), st.text(max_size=2))))
def test_whole_or_broken_a_whole_number_from_1_on_is_always_heard(items: dict[str, Any]) -> None:
    base = {"specversion": "1.0", "id": "e", "source": "a", "type": "questionnaire.v1", "subject": "p"}
    raw = orjson.dumps(base | {"time": "2026-11-20T21:03:00Z", "data": {"instrument": "PHQ-9", "items": items}})
    answer = items.get("9")
    if isinstance(answer, int):
        assert (hear(raw) is not None) == (answer >= 1)


def test_a_call_is_no_event_of_anybodys(event: Build) -> None:
    call = CallEvent.model_validate(
        event("call.v1", {"kind": "crisis", "field": "", "reason": "x"}), strict=False
    )  # fmt: skip
    assert read_event(call.to_json()) == Rejection("type", "missing or unknown event type")
