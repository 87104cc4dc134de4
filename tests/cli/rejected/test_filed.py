"""One reading of the topic tells what was set aside and what of it went back."""

import pytest

from schemas.set_aside import Kind, Tag, Why, read_tag
from streams.cli.rejected.filed import filed, went_back
from streams.topics import EVENTS, REJECTED
from tests.cli.rejected.samples import AT, Raw
from tests.cli.rejected.samples import filed as sample

TAG = Tag(Why(Kind.SURPLUS, "", "more than 2000"), EVENTS, 2, 41)


def test_a_tag_is_read_as_it_was_written() -> None:
    for tag in (TAG, Tag(Why(Kind.DISPLACED, "id", "other"), EVENTS, 0)):
        assert read_tag(tag.headers()) == tag
    assert read_tag(()) is None
    assert read_tag([*TAG.headers(), ("kind", b"unheard of")]) is None


def test_what_went_back_says_when_and_the_rest_waits() -> None:
    later = int(AT.timestamp() * 1000) + 60_000
    records = [
        Raw(3, TAG.headers()),
        Raw(4, TAG.headers()),
        Raw(5, (("replayed", b"3"),), value=None, timestamp=later),
        Raw(6, (("replayed", b"99"),), value=None),  # of a record that is gone
        Raw(7, (("other", b"x"),)),
    ]
    found = list(filed(records))
    assert [(one.place, one.replayed_at is not None) for one in found] == [((2, 3), True), ((2, 4), False)]
    assert (found[0].replayed_at, found[0].tag, str(found[0].place)) == (AT.replace(minute=1), TAG, "2/3")


def test_the_note_lies_in_the_records_partition_and_holds_nothing_of_it() -> None:
    note = went_back(sample(b"canary", offset=12))
    assert (note.topic, note.partition, note.value, note.headers) == (REJECTED, 0, None, (("replayed", b"12"),))


@pytest.mark.parametrize(
    ("key", "value", "patient"),
    [
        (b"p-1", b"{", "p-1"),
        (None, b'{"subject": "p-2"}', "p-2"),
        (b"\xff", b'{"subject": "p-2"}', "p-2"),
        (b"Mary Jones", b'{"subject": "not a / pseudonym"}', ""),
        (None, None, ""),
        (None, b"[1]", ""),
    ],
)
def test_whose_it_is_as_far_as_a_pseudonym_tells(key: bytes | None, value: bytes | None, patient: str) -> None:
    assert sample(value, key=key).patient == patient
