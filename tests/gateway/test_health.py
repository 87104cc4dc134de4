"""What monitoring and strangers see."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streams.errors import Misconfigured, Unavailable
from streams.gateway.crisis import read_crisis_contacts
from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]


async def test_ready_is_whether_kafka_can_be_reached(gateway: Gateway, problem: Check) -> None:
    assert (await gateway.http.get("/readyz")).status_code == 200
    gateway.producer.down = True
    response = await gateway.http.get("/readyz")
    problem(response, 503)
    assert response.json()["reason"] == "Kafka does not answer, or has no topic for events"
    gateway.producer.down, gateway.producer.error = False, Unavailable("not in time")
    response = await gateway.http.get("/readyz")
    assert response.json()["reason"] == "Kafka answers, and does not confirm what is sent"
    assert response.headers["retry-after"]
    assert (await gateway.http.get("/healthz")).status_code == 200


async def test_metrics_count_and_name_no_patient(gateway: Gateway, event: Build) -> None:
    await gateway.post([event(subject="p-canary"), event({"mood": 11}, subject="p-canary")], token=gateway.operator)
    text = (await gateway.http.get("/metrics")).text
    assert "ipt_gateway_accepted_total" in text
    assert 'ipt_gateway_rejected_total{reason="data.mood"}' in text
    assert "p-canary" not in text


async def test_the_description_names_every_route_and_is_served(gateway: Gateway) -> None:
    document = (await gateway.http.get("/openapi.json")).json()
    assert set(document["paths"]) == {
        "/v1/events",
        "/v1/devices",
        "/v1/devices/{device_id}",
        "/v1/me/summary",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    events = document["paths"]["/v1/events"]["post"]
    assert set(events["requestBody"]["content"]) == {
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    }
    assert {"202", "401", "403", "413", "415", "422", "429", "503"} <= set(events["responses"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/v1/events", 405), ("PUT", "/v1/devices", 405), ("GET", "/docs", 404)],
)
async def test_other_ways_are_problems_too(
    gateway: Gateway, problem: Check, method: str, path: str, status: int
) -> None:
    problem(await gateway.http.request(method, path), status)


def test_the_contacts_that_ship_are_for_the_clinic_to_fill_in() -> None:
    crisis = read_crisis_contacts(None)
    assert all("to be filled in by the clinic" in f"{contact.how} {contact.when}" for contact in crisis.contacts)


@pytest.mark.parametrize("text", ["", "notice: x", "notice: x\ncontacts: []", "notice: x\ncontacts: [{name: a}]", "["])
def test_contacts_that_lack_something_stop_the_gateway(tmp_path: Path, text: str) -> None:
    (tmp_path / "crisis_contacts.yaml").write_text(text)
    with pytest.raises(Misconfigured):
        read_crisis_contacts(tmp_path)
