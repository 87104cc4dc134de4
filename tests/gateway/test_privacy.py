"""Canaries: what a patient wrote is in no byte produced, in no file and in no log; the vault alone gives it back."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from schemas.privacy import plain_private_field
from schemas.reading import Accepted, read_event
from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]

NOTE = "canary-note: Tante Käthe rief an 😀"
LABEL = "canary-label-Mutter"
EVENTS = [
    {"type": "check-in.v1", "data": {"mood": 3, "note": NOTE}},
    {"type": "interaction.v1", "data": {"person_id": "m", "kind": "conflict", "valence": -1, "note": NOTE}},
    {"type": "life-event.v1", "data": {"kind": "move", "date": "2026-01-01", "note": NOTE}},
    {"type": "safety.v1", "data": {"kind": "crisis", "note": NOTE}},
    {"type": "person.v1", "data": {"person_id": "m", "label": LABEL, "note": NOTE}},
]


async def test_no_canary_leaves_the_gateway_but_sealed(
    gateway: Gateway, event: Build, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    upload = [event(id=f"e-{n}", **one) for n, one in enumerate(EVENTS)]
    with capture_logs() as logs:
        response = await gateway.post(upload)
    assert response.json()["accepted"] == len(EVENTS)
    everything = b"".join(record.key + record.value for record in gateway.producer.sent)
    everything += b"".join(file.read_bytes() for file in gateway.home.rglob("*") if file.is_file())
    everything += (await gateway.http.get("/metrics")).content + response.content
    everything += "".join((caplog.text, repr(logs), *capfd.readouterr())).encode()
    for canary in (b"canary", "Käthe".encode(), b"K\\u00e4the", b"Mutter"):
        assert canary not in everything


async def test_the_vault_gives_it_back(gateway: Gateway, event: Build) -> None:
    await gateway.post([event(id=f"e-{n}", **one) for n, one in enumerate(EVENTS)])
    for record, sent in zip(gateway.producer.sent, EVENTS, strict=True):
        read = read_event(record.value)
        assert isinstance(read, Accepted)
        assert plain_private_field(read.event) is None
        opened = gateway.parts.vault.unseal(read.event)
        assert {name: getattr(opened.data, name) for name in ("note", "label") if name in sent["data"]} == {
            name: value for name, value in sent["data"].items() if name in {"note", "label"}
        }


async def test_what_was_sealed_here_comes_in_again_unchanged(gateway: Gateway, event: Build) -> None:
    await gateway.post(event({"mood": 3, "note": NOTE}))
    first = gateway.producer.events[0]
    assert (await gateway.post(first)).status_code == 202
    assert gateway.producer.events[1]["data"] == first["data"]


async def test_what_was_sealed_elsewhere_is_refused(gateway: Gateway, event: Build, problem: Check) -> None:
    await gateway.post(event({"mood": 3, "note": NOTE}))
    note = gateway.producer.events[0]["data"]["note"]
    strange = [
        event({"mood": 3, "note": {"key": "1", "text": "cGxhaW4gdGV4dA"}}),
        event({"mood": 3, "note": {"key": "1", "text": "A"}}),
        event({"mood": 3, "note": note}, id="another-event"),
        event({"mood": 3, "note": note}, source="another/app"),
    ]
    document = problem(await gateway.post(strange), 422)
    assert {one["reason"].split(":")[0] for one in document["rejected"]} == {"data.note"}


async def test_a_fault_of_ours_tells_nothing(gateway: Gateway, event: Build, problem: Check) -> None:
    gateway.producer.error = RuntimeError(f"failed on {NOTE}")
    with capture_logs() as logs:
        document = problem(await gateway.post(event({"mood": 3, "note": NOTE})), 500)
    assert "canary" not in repr(document)
    assert "canary" not in repr(logs)
    assert [entry["error"] for entry in logs] == ["RuntimeError"]
