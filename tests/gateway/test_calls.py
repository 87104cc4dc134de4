"""A refused event that holds a call for help: refused as ever, yet the call reaches Kafka and brings contacts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schemas.calls import read_call
from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]

WRONG = {"type": "questionnaire.v1", "data": {"instrument": "PHQ-9", "items": {"1": 7, "9": 2}}}
LONG = {"type": "safety.v1", "data": {"kind": "wants_contact", "note": "canary" * 2_000}}


def calls(gateway: Gateway) -> list[dict[str, Any]]:
    return [one for one in gateway.producer.events if one["type"] == "call.v1"]


@pytest.mark.parametrize("wrong", [WRONG, LONG])
async def test_it_is_refused_with_its_reason_and_the_call_goes_on(
    gateway: Gateway, event: Build, problem: Check, wrong: dict[str, Any]
) -> None:
    document = problem(await gateway.post(event(**wrong)), 422)
    assert document["crisis_contacts"]
    assert "not watched" in document["notice"]
    [refused] = document["rejected"]
    [record] = gateway.producer.sent
    call = read_call(record.value)
    assert call is not None
    assert record.key == b"p-1"
    assert (call.id, call.source, call.subject) == ("e-1", "app/1", "p-1")
    assert refused["reason"] == f"{call.data.field}: {call.data.reason}"
    assert call.received == gateway.clock.now
    assert b"canary" not in record.value


async def test_beside_good_events_it_is_one_refusal_and_one_call(gateway: Gateway, event: Build) -> None:
    answer = (await gateway.post([event(id="a"), event(**WRONG, id="b"), event({"mood": 11}, id="c")])).json()
    assert (answer["accepted"], [one["id"] for one in answer["rejected"]]) == (1, ["b", "c"])
    assert answer["crisis_contacts"]
    assert [one["type"] for one in gateway.producer.events] == ["check-in.v1", "call.v1"]


async def test_an_item_answered_twice_calls_if_any_answer_does(gateway: Gateway) -> None:
    for items, called in ((b'{"9":0,"9":1}', 1), (b'{"9":1,"9":0}', 2), (b'{"9":0,"9":0}', 2), (b'{"1":1,"1":2}', 2)):
        raw = b"".join(
            (b'{"specversion":"1.0","id":"e","source":"a","type":"questionnaire.v1","subject":"p-1",',
             b'"time":"2026-11-20T21:03:00Z","data":{"instrument":"PHQ-9","items":', items, b"}}")
        )  # fmt: skip
        assert (await gateway.post(raw)).status_code == 422
        assert len(calls(gateway)) == called


async def test_without_kafka_the_phone_keeps_it_and_sees_the_contacts(
    gateway: Gateway, event: Build, problem: Check
) -> None:
    gateway.producer.down = True
    assert problem(await gateway.post(event(**WRONG)), 503)["crisis_contacts"]


async def test_a_wrong_clock_a_forged_history_and_a_foreign_seal_hide_no_call(gateway: Gateway, event: Build) -> None:
    ahead = (gateway.clock.now + timedelta(days=3)).isoformat()
    good = {"type": "questionnaire.v1", "data": {"instrument": "PHQ-9", "items": {"9": 1}}}
    sealed = {"kind": "crisis", "note": {"key": "1", "text": "AAAA"}}
    batch = [
        event(**good, id="ahead", time=ahead),
        event(**good, id="past", history=True, time="2026-01-01T00:00:00Z"),
        event(sealed, id="sealed", type="safety.v1"),
        event({"kind": "crisis"}, id="nobody", type="safety.v1", subject=None),
    ]
    answer = await gateway.post(batch)
    assert answer.status_code == 422
    assert [one["id"] for one in calls(gateway)] == ["ahead", "past", "sealed", "nobody"]
    assert all(one["subject"] == "p-1" and not one["history"] for one in calls(gateway))


async def test_what_an_operator_imports_stays_history_and_calls_for_nobody(gateway: Gateway, event: Build) -> None:
    old = event(**WRONG, history=True, time="2026-01-01T00:00:00Z")
    response = await gateway.post(old, token=gateway.operator)
    assert "crisis_contacts" not in response.json()
    assert [one["history"] for one in calls(gateway)] == [True]
    young = event(**WRONG, history=True, id="young", time=gateway.clock.now.isoformat())
    assert "crisis_contacts" in (await gateway.post(young, token=gateway.operator)).json()
    assert not calls(gateway)[-1]["history"]
    nobody = event(**WRONG, subject=None)
    assert (await gateway.post(nobody, token=gateway.operator)).status_code == 422
    assert len(calls(gateway)) == 2


async def test_a_phone_cannot_send_a_call_itself_nor_one_for_another_patient(
    gateway: Gateway, event: Build, problem: Check
) -> None:
    forged = event({"kind": "crisis", "field": "", "reason": "x"}, type="call.v1")
    problem(await gateway.post(forged), 422)
    problem(await gateway.post(event(**WRONG, subject="p-2")), 403)
    assert gateway.producer.sent == []


@pytest.mark.parametrize("items", [{"1": 7, "9": 0}, {"1": 7}])
async def test_a_refused_event_without_a_call_brings_no_contacts(
    gateway: Gateway, event: Build, problem: Check, items: dict[str, int]
) -> None:
    wrong = event({"instrument": "PHQ-9", "items": items}, type="questionnaire.v1")
    assert "crisis_contacts" not in problem(await gateway.post(wrong), 422)
    assert gateway.producer.sent == []
