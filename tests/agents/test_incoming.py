from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import AlertAction, AlertSignal
from streams.agents.incoming import Said, read
from streams.core.alerts import TeamTold
from streams.topics import ACTIONS, EVENTS, SIGNALS
from tests.agents.bench import NOW, MemoryRecord
from tests.agents.events import crisis, episode, event, phq9, signal


def read_event(raw: bytes | None, key: bytes | None = b"p1") -> Said | None:
    return read(EVENTS, MemoryRecord(key, raw), "routes-1")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (crisis(), "safety.contact"),
        (phq9(1), "safety.item9"),
        (phq9(0), None),
        (event("check-in.v1", {"mood": 1}), None),
        (event("questionnaire.v1", {"instrument": "GAD-7", "items": {"7": 3}}), None),
    ],
)
def test_safety_rules_are_applied_to_events(raw: bytes, rule: str | None) -> None:
    said = read_event(raw)
    assert (said.rule if isinstance(said, AlertSignal) else None) == rule


def test_an_episode_tells_whose_patient_it_is() -> None:
    assert read_event(episode("north")) == TeamTold("p1", "north", NOW)
    assert read_event(episode(None)) == TeamTold("p1", None, NOW)
    assert read_event(episode("north", patient="p2")) is None


def test_a_plain_note_and_a_wrong_clock_page_all_the_same() -> None:
    said = read_event(crisis(data={"note": "canary"}, time="2031-01-01T00:00:00Z"))
    assert isinstance(said, AlertSignal)
    assert "canary" not in said.model_dump_json()


def test_what_analysis_can_read_pages_even_where_a_look_at_it_fails() -> None:
    assert isinstance(read_event(crisis().replace(b'"data"', b'"unknown":NaN,"data"')), AlertSignal)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (event("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": 7, "9": 1}}), "safety.item9"),
        (event("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": 7, "9": 0}}), None),
        (event("questionnaire.v1", {"instrument": "GAD-7", "items": {"1": 7, "9": 3}}), None),
        (phq9(2).replace(b'"9":2', b'"9":2,"9":0'), "safety.item9"),
        (phq9(9), "safety.item9"),
        (crisis(data={"note": "n" * 9_000}), "safety.contact"),
        (event("check-in.v1", {"mood": 11}), None),
    ],
)
def test_a_call_for_help_in_a_refused_event_pages_under_the_same_id(raw: bytes, rule: str | None) -> None:
    said = read_event(raw)
    assert (said.rule if isinstance(said, AlertSignal) else None) == rule
    if isinstance(said, AlertSignal):
        whole = read_event(phq9(1) if rule == "safety.item9" else crisis())
        assert isinstance(whole, AlertSignal)
        assert said == whole


def test_what_the_gateway_heard_in_a_refused_event_pages() -> None:
    raw = event("call.v1", {"instrument": "PHQ-9", "field": "data", "reason": "an answer is outside 0 to 3"})
    assert read_event(raw) == read_event(phq9(3))
    assert read_event(raw.replace(b'"field":"data",', b"")) is None


def test_a_call_without_a_time_was_given_when_the_broker_took_it() -> None:
    said = read_event(crisis(time="yesterday"))
    assert isinstance(said, AlertSignal)
    assert said.raised_at == said.since == datetime.fromtimestamp(0, UTC)


def test_an_imported_event_is_history() -> None:
    said = read_event(crisis(history=True))
    assert isinstance(said, AlertSignal)
    assert said.history


@pytest.mark.parametrize(
    "raw",
    [None, b"", b"{", b"[]", b"1", b'{"type":7}', b'{"type":"safety.v1"}', b"\xff\xfe", crisis()[:-5],
     b'{"type":"\xff"}', b'{"type":"safety.v1","data":' + b"[" * 5_000],
)  # fmt: skip
def test_what_cannot_be_read_is_passed_over(raw: bytes | None) -> None:
    assert read_event(raw) is None


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [100, 1_000, 5_000, 100_000])
def test_no_depth_ever_raises(opening: bytes, depth: int) -> None:
    closing = b"]" if opening == b"[" else b"}"
    read_event(crisis()[:-1] + b',"deep":' + opening * depth + b"1" + closing * depth + b"}")


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(repr).map(str.encode))
def test_no_bytes_ever_raise(raw: bytes) -> None:
    for topic in (EVENTS, SIGNALS, ACTIONS):
        assert read(topic, MemoryRecord(b"p1", raw), "routes-1") is None


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000", "é", "x" * 256])
def test_an_odd_id_raises_nothing(text: str) -> None:
    read_event(crisis(event_id="ODD").replace(b"ODD", text.encode()))


@pytest.mark.parametrize("key", [None, b"p2"])
def test_a_record_under_another_key_is_passed_over(key: bytes | None) -> None:
    assert read_event(crisis(), key) is None


def test_signals_and_actions_are_read_as_they_are() -> None:
    one = signal()
    assert read(SIGNALS, MemoryRecord(b"p1", one.model_dump_json().encode()), "routes-1") == one
    done = {"action_id": "x", "alert_id": "a", "patient": "p1", "kind": "close", "at": NOW.isoformat(), "by": "dr"}
    assert isinstance(read(ACTIONS, MemoryRecord(b"p1", orjson.dumps(done)), "routes-1"), AlertAction)
