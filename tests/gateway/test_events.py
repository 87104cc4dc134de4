"""`POST /v1/events`: what is taken reaches Kafka under its patient's key; what is not is told by place and reason."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from prometheus_client import REGISTRY

from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]


async def test_one_event_reaches_kafka_under_its_patient(gateway: Gateway, event: Build) -> None:
    response = await gateway.post(event())
    assert response.status_code == 202
    assert response.json() == {"accepted": 1, "rejected": []}
    (record,) = gateway.producer.sent
    assert record.key == b"p-1"
    assert orjson.loads(record.value)["data"]["mood"] == 6


async def test_a_batch_keeps_its_order_and_tells_of_each_refusal(gateway: Gateway, event: Build) -> None:
    batch = [event(id="a"), event({"mood": 11}, id="b"), "text", event({"mood": 1, "note": 5}, id="c"), event(id="d")]
    response = await gateway.post(batch)
    assert response.status_code == 202
    assert response.json() == {
        "accepted": 2,
        "rejected": [
            {"index": 1, "id": "b", "reason": "data.mood: Input should be less than or equal to 10"},
            {"index": 2, "id": None, "reason": "Input should be an object"},
            {"index": 3, "id": "c", "reason": "data.note.*: Input should be a valid string"},
        ],
    }
    assert [one["id"] for one in gateway.producer.events] == ["a", "d"]


async def test_the_time_of_receipt_is_the_gateways(gateway: Gateway, event: Build) -> None:
    await gateway.post(event(receivedat="2020-01-01T00:00:00Z"))
    assert gateway.producer.events[0]["receivedat"] == "2026-11-20T20:03:02Z"


async def test_unknown_fields_are_dropped_and_counted(gateway: Gateway, event: Build) -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("ipt_gateway_unknown_fields_total") or 0.0

    before = count()
    await gateway.post([event({"mood": 6, "shoes": 43}, colour="red"), event(id="e-2")])
    assert count() - before == 2
    assert all("colour" not in one and "shoes" not in one["data"] for one in gateway.producer.events)


@pytest.mark.parametrize("content", [[], [{}], [1, None], b"", b"{", b"[]", b"null", b"\xff"])
async def test_nothing_usable_is_422_and_nothing_is_produced(gateway: Gateway, problem: Check, content: Any) -> None:
    response = await gateway.post(content)
    problem(response, 422)
    assert gateway.producer.sent == []


async def test_an_upload_of_only_bad_events_says_why_each_is(gateway: Gateway, event: Build, problem: Check) -> None:
    document = problem(await gateway.post([event({"mood": -1}), event({})]), 422)
    assert [(one["index"], one["reason"].split(":")[0]) for one in document["rejected"]] == [
        (0, "data.mood"),
        (1, "data.mood"),
    ]


async def test_a_clock_a_day_ahead_is_refused(gateway: Gateway, event: Build) -> None:
    ahead = (gateway.clock.now + timedelta(days=1, minutes=1)).isoformat()
    response = await gateway.post([event(), event(id="e-2", time=ahead)])
    assert response.json()["rejected"] == [{"index": 1, "id": "e-2", "reason": "time: more than a day in the future"}]


async def test_gzip_is_unpacked(gateway: Gateway, event: Build) -> None:
    packed = gzip.compress(orjson.dumps([event(), event(id="e-2")]))
    response = await gateway.post(
        packed, content_encoding="gzip", content_type="application/cloudevents-batch+json; charset=UTF-8"
    )
    assert response.json()["accepted"] == 2


@pytest.mark.parametrize(
    "kind",
    ["", "application/json", "text/plain", "application/cloudevents", "application/cloudevents+json; charset=latin-1"],
)
async def test_other_content_is_415(gateway: Gateway, event: Build, problem: Check, kind: str) -> None:
    problem(await gateway.post(event(), content_type=kind), 415)


async def test_more_than_500_events_are_413(gateway: Gateway, event: Build, problem: Check) -> None:
    assert (await gateway.post([event(id=str(n)) for n in range(500)])).json()["accepted"] == 500
    problem(await gateway.post([event(id=str(n)) for n in range(501)]), 413)
    assert len(gateway.producer.sent) == 500


async def test_a_single_event_may_be_smaller_than_a_batch(gateway: Gateway, event: Build, problem: Check) -> None:
    large = event(filler="x" * 1_048_576)
    problem(await gateway.post(large), 413)
    assert (await gateway.post([large])).status_code == 202
    problem(await gateway.post([large] * 4), 413)


async def test_another_patients_event_costs_the_whole_upload(gateway: Gateway, event: Build, problem: Check) -> None:
    for other in (event(subject="p-2"), event({"mood": 99}, subject="p-2"), event(subject="p-2", type="unknown")):
        problem(await gateway.post([event(), other]), 403)
        problem(await gateway.post(other), 403)
    assert gateway.producer.sent == []


async def test_no_token_of_many_reaches_another_patient(gateway: Gateway, event: Build) -> None:
    patients = [f"p-{n}" for n in range(12)]
    tokens = {patient: gateway.token(patient) for patient in patients}
    for sender in patients:
        for subject in patients:
            response = await gateway.post(event(subject=subject), token=tokens[sender])
            assert response.status_code == (202 if sender == subject else 403)
    assert sorted(record.key.decode() for record in gateway.producer.sent) == sorted(patients)


async def test_an_operator_sends_for_anyone(gateway: Gateway, event: Build) -> None:
    response = await gateway.post([event(), event(subject="p-2")], token=gateway.operator)
    assert response.json()["accepted"] == 2
    assert [record.key for record in gateway.producer.sent] == [b"p-1", b"p-2"]


async def test_a_phone_cannot_speak_for_the_clinic(gateway: Gateway, event: Build) -> None:
    joined = {"group_id": "g-1", "joined_on": "2026-11-02"}
    batch = [event(id="clinic", type="membership.v1", data=joined), event(id="own")]
    answer = (await gateway.post(batch)).json()
    assert [(one["id"], one["reason"].split(":")[0]) for one in answer["rejected"]] == [("clinic", "type")]
    assert (await gateway.post(batch, token=gateway.operator)).json()["accepted"] == 2


async def test_history_is_for_operators_and_for_the_past(gateway: Gateway, event: Build) -> None:
    old = (gateway.clock.now - timedelta(days=14)).isoformat()
    young = (gateway.clock.now - timedelta(days=13, hours=23)).isoformat()
    batch = [event(id="old", time=old, history=True), event(id="young", time=young, history=True), event(id="now")]
    by_device = (await gateway.post(batch)).json()
    assert by_device["accepted"] == 1
    assert {one["id"]: one["reason"].split(":")[0] for one in by_device["rejected"]} == {
        "old": "history",
        "young": "history",
    }
    by_operator = (await gateway.post(batch, token=gateway.operator)).json()
    assert by_operator["accepted"] == 2
    assert [one["id"] for one in by_operator["rejected"]] == ["young"]
    assert [one["history"] for one in gateway.producer.events] == [False, True, False]


async def test_kafka_down_is_503_with_a_time_to_come_back(gateway: Gateway, event: Build, problem: Check) -> None:
    gateway.producer.down = True
    response = await gateway.post(event())
    problem(response, 503)
    assert int(response.headers["retry-after"]) > 0
    gateway.producer.down = False
    assert (await gateway.post(event())).status_code == 202


async def test_the_same_upload_gives_the_same_bytes_but_for_the_receipt(gateway: Gateway, event: Build) -> None:
    upload = [event({"mood": 3, "note": "again"})]
    await gateway.post(upload)
    gateway.clock.now += timedelta(hours=1)
    await gateway.post(upload)
    first, second = gateway.producer.events
    assert first.pop("receivedat") != second.pop("receivedat")
    assert first == second


ITEM_9 = {"type": "questionnaire.v1", "data": {"instrument": "PHQ-9", "items": {"9": 1}}}
BUTTON = {"type": "safety.v1", "data": {"kind": "crisis"}}


@pytest.mark.parametrize("call", [ITEM_9, BUTTON, BUTTON | {"data": {"kind": "wants_contact"}}])
async def test_a_call_for_help_is_answered_with_contacts(
    gateway: Gateway, event: Build, problem: Check, call: dict[str, Any]
) -> None:
    answer = (await gateway.post([event(), event(**call)])).json()
    assert answer["accepted"] == 2
    assert answer["crisis_contacts"]
    assert "not watched" in answer["notice"]
    assert "no emergency service" in answer["notice"]
    gateway.producer.down = True
    later = problem(await gateway.post(event(**call)), 503)
    assert later["crisis_contacts"] == answer["crisis_contacts"]


@pytest.mark.parametrize(
    "quiet",
    [
        {"type": "questionnaire.v1", "data": {"instrument": "PHQ-9", "items": {"9": 0}}},
        {"type": "questionnaire.v1", "data": {"instrument": "EDE-QS", "items": {"9": 3}}},
        {},
    ],
)
async def test_other_answers_bring_no_contacts(gateway: Gateway, event: Build, quiet: dict[str, Any]) -> None:
    assert set((await gateway.post(event(**quiet))).json()) == {"accepted", "rejected"}


async def test_the_past_calls_for_nobody(gateway: Gateway, event: Build) -> None:
    old = event(**ITEM_9, history=True, time="2026-01-01T00:00:00Z")
    assert "crisis_contacts" not in (await gateway.post(old, token=gateway.operator)).json()
