"""What the short way makes of a check-in is what the long one makes of it."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plain import PlainCheckIn, read_plain
from streams.core.entries import entry
from streams.core.entry import MoodEntry
from streams.core.line import stamp
from streams.core.plain import columns, points_of
from streams.core.points import points
from tests.core.builders import event, raw
from tests.schemas.check_ins import anything


def plain(raws: list[bytes | None]) -> list[tuple[PlainCheckIn, bytes]]:
    """What is plain, beside the bytes it was."""
    return [(one, its) for one, its in zip(read_plain(raws), raws, strict=True) if one is not None and its is not None]


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=True))
def test_columns_and_points_are_those_of_the_full_event(random: Random) -> None:
    read = plain([anything(random) for _ in range(20)])
    made = columns([one for one, _ in read])
    stamps = made.stamps().tolist()
    assert len(made) == len(read)
    for row, (one, its) in enumerate(read):
        said = event(its)
        mark, fingerprint = int(made.mark[row]).to_bytes(8, "big"), int(made.fingerprint[row]).to_bytes(4, "big")
        kept = MoodEntry(int(made.time[row]), mark, fingerprint, int(made.offset[row]), int(made.mood[row]))
        assert kept == entry(said)
        assert stamps[row] == stamp(said)
        assert points_of(one, stamps[row]) == "\n".join(points(said))


def test_a_mood_is_rounded_as_that_of_the_full_event() -> None:
    raws = [
        raw("check-in.v1", 1, {"mood": mood}) for mood in (2.675, 0.005, 0.015, 0.025, 10, 9.995, 1e-9, -0.0, 8.615)
    ]
    made = columns([one for one, _ in plain(list(raws))])
    assert made.mood.tolist() == [entry(event(one)).mood for one in raws]  # type: ignore[union-attr]


def test_times_marks_and_stamps_order_as_their_bytes_do() -> None:
    raws = [raw("check-in.v1", 1, {"mood": 5}, id=f"r-{n}") for n in range(50)]
    marks = columns([one for one, _ in plain(list(raws))]).mark
    assert np.argsort(marks).tolist() == sorted(range(50), key=lambda row: event(raws[row]).mark())


def test_of_nothing_there_are_no_rows() -> None:
    made = columns([])
    assert len(made) == len(made.stamps()) == 0
