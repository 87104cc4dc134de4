"""What is evaluated is what runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from streams.core.days import COLUMNS
from streams.core.detect.many import Days, alarms, inflation
from streams.core.detect.mood import LONGEST, judge_days
from streams.core.moments import day_close
from streams.core.policy import MoodPolicy, Policy
from streams.core.state import State


def drawn(seed: int, days: int, patients: int) -> Days:
    rng = np.random.default_rng(seed)
    kept = rng.random((days, 3, patients)) < rng.choice([0.1, 0.5, 0.9], size=patients)
    level = np.cumsum(rng.normal(0, 30, (days, 1, patients)), axis=0)
    moods = np.clip(np.rint(600 + level + rng.normal(0, 150, kept.shape)), 0, 1000) * kept
    return Days(kept.sum(axis=1).astype(float), moods.sum(axis=1), (moods**2).sum(axis=1))


def alarm_days_of_the_product(days: Days, patient: int, mood: MoodPolicy) -> list[int]:
    columns = (part[:, patient].astype(int).tolist() for part in (days.n, days.totals, days.squares))
    rows = [(at, *sums, 0) for at, sums in enumerate(zip(*columns, strict=True)) if sums[0]]
    if not rows:
        return []
    state = State(
        day_totals=np.array(rows, COLUMNS).tobytes(), first_day=rows[0][0], clock_closed=day_close(rows[-1][0], 0)
    )
    return [alarm.day for alarm in judge_days(state, Policy(version="x", mood=mood), changed_from=None).alarms]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.integers(20, 200), st.floats(1, 6))
def test_many_at_once_alarm_as_each_alone(seed: int, length: int, threshold: float) -> None:
    days, mood = drawn(seed, length, 4), MoodPolicy(threshold=threshold)
    raised = alarms(days, mood)
    for patient in range(4):
        assert np.flatnonzero(raised[:, patient]).tolist() == alarm_days_of_the_product(days, patient, mood)


def test_they_do_alarm() -> None:
    raised = alarms(drawn(1, 200, 50), MoodPolicy(threshold=4))
    assert raised.sum() > 20
    assert not raised[:14].any()


def test_the_largest_z_is_another_rule() -> None:
    days = drawn(2, 200, 50)
    assert (alarms(days, MoodPolicy(threshold=3), by_largest_z=True) != alarms(days, MoodPolicy(threshold=3))).any()


@pytest.mark.parametrize(("repeats", "inflated"), [(1, 1.0), (3, 3.0)])
def test_inflation_is_1_for_independent_reports_and_3_where_each_is_told_three_times(
    repeats: int, inflated: float
) -> None:
    moods = np.random.default_rng(3).normal(500, 100, (700, 400))
    days = Days(np.full(moods.shape, float(repeats)), repeats * moods, repeats * moods**2)
    assert inflation(days) == pytest.approx(inflated, rel=0.03)


def test_evidence_beside_mood_counts_for_the_day_it_speaks_of() -> None:
    days, mood = drawn(4, 120, 30), MoodPolicy(threshold=6)
    asked: list[tuple[int, int, int]] = []

    def for_the_last_day(day: int, starts: NDArray[np.int_]) -> NDArray[np.float64]:
        asked.append((day, int(starts[0]), int(starts[-1])))
        return np.where(starts == day - 1, 30.0, 0.0)[:, None]

    alone, beside = alarms(days, mood), alarms(days, mood, beside=[for_the_last_day])
    assert beside.sum() > alone.sum()
    assert asked[0] == (14, 0, 13)
    assert asked[-1] == (119, 119 - LONGEST + 1, 118)
    assert (alarms(days, mood, beside=[lambda _, starts: np.zeros((len(starts), 1))]) == alone).all()
