"""The permutation test on small counts, against all ways to pick the days."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.detect.counts import Counts, chance

DAYS = st.lists(st.integers(0, 5), min_size=1, max_size=6)


def counts(days: list[int]) -> Counts:
    return Counts(len(days), tuple(count for count in days if count))


def by_hand(recent: list[int], before: list[int]) -> float:
    picks = [sum(pick) for pick in combinations(recent + before, len(recent))]
    return sum(total >= sum(recent) for total in picks) / len(picks)


@settings(max_examples=300, deadline=None)
@given(DAYS, DAYS)
def test_it_is_the_share_of_all_ways_to_pick_the_days(recent: list[int], before: list[int]) -> None:
    found = chance(counts(recent), counts(before))
    assert found == 1.0 or found == pytest.approx(by_hand(recent, before))


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS, st.randoms())
def test_the_order_of_days_changes_no_bit(recent: list[int], before: list[int], random: object) -> None:
    found = chance(counts(recent), counts(before))
    random.shuffle(recent)  # type: ignore[attr-defined]
    random.shuffle(before)  # type: ignore[attr-defined]
    assert chance(counts(recent), counts(before)) == found


@pytest.mark.parametrize(
    ("recent", "before"),
    [([0] * 7, [1] * 56), ([1] * 7, [1] * 56), ([2] + [0] * 6, [2] * 16 + [0] * 40), ([0] * 7, [0] * 56)],
)
def test_no_more_than_the_habit_is_nothing_unusual(recent: list[int], before: list[int]) -> None:
    assert chance(counts(recent), counts(before)) == 1.0


def test_three_days_of_a_fortnight_after_none() -> None:
    assert chance(Counts(14, (1, 1, 1)), Counts(56, ())) == pytest.approx(364 / 54_740)


def test_a_day_of_hundreds_counts_as_one_of_fifty() -> None:
    assert chance(Counts(7, (900, 1, 1)), Counts(56, (1,))) == chance(Counts(7, (50, 1, 1)), Counts(56, (1,))) < 0.2


def test_one_evening_of_quarrels_is_one_day() -> None:
    assert chance(Counts(14, (6,)), Counts(56, ())) >= 0.2
