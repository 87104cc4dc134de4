"""Packed check-ins behave as a sorted list of them would."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.core import moods
from streams.core.entry import MoodEntry
from streams.core.moments import micros
from streams.core.plain import Columns

BYTES = st.sampled_from([bytes(8), b"\xff" * 8, b"\x00\x08" * 4]) | st.binary(min_size=8, max_size=8)
LAST = micros(datetime(2200, 1, 1, tzinfo=UTC))
TIMES = st.integers(0, 2**40) | st.integers(0, LAST)
ENTRIES = st.lists(
    st.builds(MoodEntry, TIMES, BYTES, BYTES.map(lambda mark: mark[:4]), st.integers(-840, 840), st.integers(0, 1000)),
    unique_by=lambda entry: entry.mark,
    max_size=12,
)


def in_order(entries: Sequence[MoodEntry]) -> list[MoodEntry]:
    return sorted(entries, key=lambda entry: (entry.time, entry.mark))


def packed(entries: Sequence[MoodEntry]) -> bytes:
    rows = b""
    for entry in entries:
        rows = moods.put(rows, entry)
    return rows


@given(ENTRIES)
def test_what_is_put_in_is_there_in_order(entries: list[MoodEntry]) -> None:
    rows = packed(entries)
    assert list(moods.entries(rows)) == in_order(entries)
    assert moods.count(rows) == len(entries)
    assert moods.newest(rows) == (in_order(entries)[-1] if entries else None)
    assert all(moods.find(rows, entry.mark) == entry for entry in entries)


@given(ENTRIES, BYTES)
def test_an_identity_that_was_not_put_in_is_not_found(entries: list[MoodEntry], mark: bytes) -> None:
    others = [entry for entry in entries if entry.mark != mark]
    assert moods.find(packed(others), mark) is None


@given(ENTRIES, st.integers(0, 11))
def test_one_is_dropped_and_the_others_stay(entries: list[MoodEntry], which: int) -> None:
    if which < len(entries):
        rows = moods.drop(packed(entries), entries[which])
        assert list(moods.entries(rows)) == in_order([*entries[:which], *entries[which + 1 :]])


@given(ENTRIES, st.integers(-5, LAST))
def test_split_parts_before_from_after(entries: list[MoodEntry], first: int) -> None:
    before, after = moods.split(packed(entries), first)
    assert list(moods.entries(before)) == in_order([entry for entry in entries if entry.time < first])
    assert list(moods.entries(after)) == in_order([entry for entry in entries if entry.time >= first])


@given(ENTRIES)
def test_rows_made_at_once_are_those_put_in_one_after_the_other(entries: list[MoodEntry]) -> None:
    made = Columns(
        np.array([one.time for one in entries], np.int64),
        np.array([one.offset for one in entries], np.int16),
        np.array([one.mood for one in entries], np.uint16),
        np.array([int.from_bytes(one.mark, "big") for one in entries], np.uint64),
        np.array([int.from_bytes(one.fingerprint, "big") for one in entries], np.uint32),
    )
    rows = moods.rows(made)
    assert b"".join(sorted(rows[at : at + moods.SIZE] for at in range(0, len(rows), moods.SIZE))) == packed(entries)
