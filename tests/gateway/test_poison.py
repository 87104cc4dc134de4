"""Bad input of every kind between two good neighbours: it is told by field and reason, and they go through."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]

LARGE = 900_000
POISON: list[tuple[dict[str, Any] | Any, str]] = [
    (None, ""),
    ([], ""),
    ("text", ""),
    (7, ""),
    ({}, "type"),
    ({"type": None}, "type"),
    ({"type": "unknown.v1"}, "type"),
    ({"type": "check-in.v2"}, "type"),
    ({"data": None}, "data"),
    ({"data": {"mood": None}}, "data.mood"),
    ({"data": {"mood": "six"}}, "data.mood"),
    ({"data": {"mood": {"$gt": 0}}}, "data.mood"),
    ({"data": {"mood": 6, "note": "x" * LARGE}}, "data.note.*"),
    ({"data": {"mood": 6, "affects": {"x" * LARGE: 1}}}, "data.affects.*.*"),
    ({"id": "x" * LARGE}, "id"),
    ({"id": None}, "id"),
    ({"time": "2026-11-20T21:03:00"}, "time"),
    ({"time": "2026-11-22T21:03:00+01:00"}, "time"),
    ({"time": "0001-01-01T00:00:00+14:00"}, "time"),
    ({"time": 1_763_668_980}, "time"),
    ({"specversion": 1.0}, "specversion"),
    ({"history": True}, "history"),
    ({"source": "a\r\nb"}, "source"),
]


@pytest.mark.parametrize(("poison", "field"), POISON)
async def test_it_is_refused_and_its_neighbours_are_not(
    gateway: Gateway, event: Build, poison: Any, field: str
) -> None:
    middle = (event(id="bad") | poison if poison else poison) if isinstance(poison, dict) else poison
    response = await gateway.post([event(id="first"), middle, event(id="last")])
    assert response.status_code == 202, response.text
    (refusal,) = response.json()["rejected"]
    assert refusal["index"] == 1
    assert refusal["reason"].startswith(f"{field}: " if field else "Input should be")
    assert len(refusal["reason"]) < 300
    assert [one["id"] for one in gateway.producer.events] == ["first", "last"]


async def test_five_megabytes_are_413(gateway: Gateway, event: Build, problem: Check) -> None:
    problem(await gateway.post([event(), event({"mood": 6, "note": "x" * 5_000_000})]), 413)
    assert gateway.producer.sent == []


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(["specversion", "id", "source", "type", "subject", "time", "receivedat", "history", "data"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(_NAMES, _JSON, max_size=3), inside=st.dictionaries(st.text(max_size=8), _JSON, max_size=3)
)
async def test_nothing_that_is_sent_is_a_fault_of_ours(
    gateway: Gateway, event: Build, changes: dict[str, Any], inside: dict[str, Any]
) -> None:
    before = len(gateway.producer.sent)
    response = await gateway.post([event(inside) | changes], token=gateway.operator)
    assert response.status_code in {202, 422}
    assert len(gateway.producer.sent) - before == (response.status_code == 202)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), gzipped=st.booleans(), batch=st.booleans())
async def test_no_bytes_are_a_fault_of_ours(gateway: Gateway, body: bytes, *, gzipped: bool, batch: bool) -> None:
    kind = "application/cloudevents-batch+json" if batch else "application/cloudevents+json"
    headers = {"content_type": kind} | ({"content_encoding": "gzip"} if gzipped else {})
    response = await gateway.post(body, token=gateway.operator, **headers)
    assert response.status_code == 422


async def test_copies_of_members_cannot_smuggle_a_patient(gateway: Gateway, event: Build, problem: Check) -> None:
    raw = orjson.dumps(event())
    doubled = raw.replace(b'"subject":"p-1"', b'"subject":"p-1","subject":"p-2"')
    problem(await gateway.post(doubled), 403)
    assert gateway.producer.sent == []
