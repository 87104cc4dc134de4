"""What would become of each kind of what was set aside, as it came and repaired."""

import json
from datetime import timedelta

import pytest

from schemas.set_aside import Kind
from streams.cli.rejected.fate import fate
from streams.cli.rejected.repair import UNCHANGED, Repair, edited, patched
from streams.topics import EVENTS
from tests.cli.rejected.samples import filed
from tests.core.builders import START, raw

GOOD = raw("check-in.v1", 59, {"mood": 5}, id="e")
BAD = raw("check-in.v1", 59, {"mood": "5"}, id="e")
NOTED = raw("check-in.v1", 59, {"mood": 5, "note": "canary"}, id="e")
NOW = START + timedelta(days=60)


def test_what_can_be_read_by_now_goes_in_as_it_came() -> None:
    found = fate(filed(GOOD), UNCHANGED, NOW)
    assert found.outgoing is not None
    assert (found.outgoing.topic, found.outgoing.key, found.outgoing.value) == (EVENTS, b"p-1", GOOD)
    assert found.outgoing.partition is None  # the key decides, as for any event
    assert found.outgoing.headers == (("replayed", b"0/7"),)


@pytest.mark.parametrize(
    ("kind", "value", "repair", "reason"),
    [
        (Kind.UNREADABLE, BAD, UNCHANGED, "data.mood: "),
        (Kind.UNREADABLE, NOTED, UNCHANGED, "data.note: private text must be sealed"),
        (Kind.UNREADABLE, None, UNCHANGED, "the record is empty"),
        (Kind.UNREADABLE, b"{", patched({"data": {"mood": 5}}), "cannot be repaired: it is no JSON"),
        (Kind.UNREADABLE, BAD, patched({"data": {"mood": 11}}), "data.mood: "),
        (Kind.CALL, GOOD, UNCHANGED, "refused at the gateway"),
        (Kind.FIT, b"{}", UNCHANGED, "it is no event"),
        (Kind.DISPLACED, GOOD, UNCHANGED, "only under a new id"),
        (Kind.DISPLACED, GOOD, patched({"data": {"mood": 6}}), "only under a new id"),
        (Kind.REFUSED, GOOD, UNCHANGED, "counts when what it follows from arrives"),
        (Kind.REFUSED, b'{"type": "check-in.v1", "id": "e"}', UNCHANGED, "specversion: "),  # only its name was kept
    ],
)
def test_what_would_come_to_nothing_stays(kind: Kind, value: bytes | None, repair: Repair, reason: str) -> None:
    found = fate(filed(value, kind), repair, NOW)
    assert found.outgoing is None
    assert reason in found.reason
    assert "canary" not in found.reason


@pytest.mark.parametrize(
    ("kind", "value", "repair"),
    [
        (Kind.UNREADABLE, BAD, patched({"data": {"mood": 5}})),
        (Kind.UNREADABLE, NOTED, patched({"data": {"note": None}})),
        (Kind.SURPLUS, GOOD, UNCHANGED),
        (Kind.DISPLACED, GOOD, patched({"id": "new"})),
        (Kind.DISPLACED, GOOD, patched({"source": "app/2"})),
        (Kind.REFUSED, GOOD, patched({"id": "new"})),
    ],
)
def test_what_counts_goes_in(kind: Kind, value: bytes, repair: Repair) -> None:
    assert fate(filed(value, kind), repair, NOW).outgoing is not None


def test_whose_it_is_follows_the_key_unless_the_repair_says_it() -> None:
    theirs = filed(GOOD, key=b"p-2")
    assert "is not the record's key" in fate(theirs, UNCHANGED, NOW).reason
    assert "is not the record's key" in fate(theirs, patched({"data": {"mood": 4}}), NOW).reason
    for repair in (patched({"subject": "p-1"}), edited({theirs.place: json.loads(GOOD)})):
        outgoing = fate(theirs, repair, NOW).outgoing
        assert outgoing is not None
        assert outgoing.key == b"p-1"


def test_what_is_too_old_to_be_analysed_by_itself_is_told() -> None:
    just = START + timedelta(days=59 + 14)
    assert not fate(filed(GOOD), UNCHANGED, just).late
    assert fate(filed(GOOD), UNCHANGED, just + timedelta(microseconds=1)).late


def test_a_time_that_was_in_the_future_is_none_any_more() -> None:
    assert fate(filed(GOOD), UNCHANGED, START + timedelta(days=57)).reason == "time: more than a day in the future"
    assert fate(filed(GOOD), UNCHANGED, START + timedelta(days=58)).outgoing is not None
