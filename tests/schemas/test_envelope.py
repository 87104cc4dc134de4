"""The envelope: what every event must say of itself, and when two events are one."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from schemas.reading import Accepted, Rejection, read_event

Read = Callable[..., Accepted | Rejection]
Build = Callable[..., dict[str, Any]]

REFUSED = [
    ("specversion", "0.3"),
    ("type", "check-in.v2"),
    ("type", None),
    ("type", ["check-in.v1"]),
    ("id", ""),
    ("id", "x" * 257),
    ("id", "a\nb"),
    ("id", 7),
    ("source", "\x7f"),
    ("subject", "p 1"),
    ("subject", "../p"),
    ("subject", "p" * 65),
    ("subject", "-p"),
    ("subject", "p,patient=q"),
    ("time", "2026-11-20T21:03:00"),
    ("time", "2026-11-20"),
    ("time", "1732136580"),
    ("time", 1732136580),
    ("time", "2026-11-31T00:00:00Z"),
    ("time", "1969-12-31T23:59:59Z"),
    ("time", "2200-01-01T00:00:00Z"),
    ("time", "0001-01-01T00:00:00+14:00"),
    ("time", "9999-12-31T23:59:59-12:00"),
    ("time", None),
    ("receivedat", "yesterday"),
    ("history", 1),
    ("datacontenttype", "text/xml"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_refuses_by_field(read: Read, field: str, value: Any) -> None:
    outcome = read(**{field: value})
    assert isinstance(outcome, Rejection)
    assert outcome.field == field


@pytest.mark.parametrize("field", ["specversion", "type", "id", "source", "subject", "time", "data"])
def test_what_is_required(event: Build, field: str) -> None:
    built = event()
    del built[field]
    outcome = read_event(orjson.dumps(built))
    assert isinstance(outcome, Rejection)
    assert outcome.field == field


def test_the_offset_survives(read: Read) -> None:
    outcome = read(time="2026-11-20T21:03:00+05:30")
    assert isinstance(outcome, Accepted)
    assert outcome.event.time.isoformat() == "2026-11-20T21:03:00+05:30"
    assert b"2026-11-20T21:03:00+05:30" in outcome.event.to_json()


def test_what_is_written_reads_back_the_same(read: Read) -> None:
    outcome = read(receivedat="2026-11-20T20:03:02Z", history=True)
    assert isinstance(outcome, Accepted)
    again = read_event(outcome.event.to_json())
    assert again == outcome


def test_unknown_fields_are_taken_out_and_counted(event: Build) -> None:
    built = event(data={"mood": 5, "shoe_size": 43, "prompt": {"id": "x", "scheduled_at": "2026-11-20T21:00:00Z"}})
    built["data"]["prompt"]["colour"] = "red"
    built["traceparent"] = "00-x"
    outcome = read_event(orjson.dumps(built))
    assert isinstance(outcome, Accepted)
    assert outcome.unknown_fields == 3
    written = outcome.event.to_json()
    assert not any(word in written for word in (b"shoe_size", b"colour", b"traceparent"))


def test_copies_share_mark_and_fingerprint_whatever_happened_on_the_way(read: Read) -> None:
    first, copy = read(), read(receivedat="2026-11-21T00:00:00Z", history=True)
    assert first.event.mark() == copy.event.mark()
    assert first.event.fingerprint() == copy.event.fingerprint()


@pytest.mark.parametrize("change", [{"id": "e-2"}, {"source": "app/2"}])
def test_another_identity_has_another_mark(read: Read, change: dict[str, str]) -> None:
    assert read().event.mark() != read(**change).event.mark()


def test_identities_do_not_run_together(read: Read) -> None:
    assert read(id="b", source="a/").event.mark() != read(id="/b", source="a").event.mark()


@pytest.mark.parametrize("change", [{"data": {"mood": 7}}, {"time": "2026-11-20T20:03:00+00:00"}])
def test_other_content_has_another_fingerprint(read: Read, change: dict[str, Any]) -> None:
    assert read().event.fingerprint() != read(**change).event.fingerprint()


def test_a_moment_inside_the_data_counts_with_its_offset(read: Read) -> None:
    moments = ("2026-11-20T21:00:00+01:00", "2026-11-20T20:00:00Z", "2026-11-20T20:00:00+00:00")
    one, other, same = (read(data={"mood": 6, "prompt": {"id": "p", "scheduled_at": at}}) for at in moments)
    assert one.event.fingerprint() != other.event.fingerprint() == same.event.fingerprint()
