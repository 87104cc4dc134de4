"""Which courses of totals count as worse, better or recovered, when that is first known, and how often it errs."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.questionnaires import INSTRUMENTS
from streams.core.course import Deterioration, Standing, course_of
from streams.core.entry import ScoreEntry
from streams.core.moments import DAY

PHQ9 = INSTRUMENTS["PHQ-9"]
SEM = PHQ9.reliable_change / (1.96 * 2**0.5)
"""Standard error of one total, as the reliable change implies it."""


def course(totals: Sequence[float], instrument: str = "PHQ-9") -> list[Standing]:
    scores = [
        ScoreEntry(week * 7 * DAY, bytes([week]), b"", 0, instrument, round(total * 100), 0, f"q-{week}")
        for week, total in enumerate(totals)
    ]
    return course_of(scores, INSTRUMENTS[instrument])


def walk(totals: Sequence[float], instrument: str = "PHQ-9") -> list[Deterioration]:
    return [standing.news for standing in course(totals, instrument) if standing.news]


def states(totals: Sequence[float], field: str, instrument: str = "PHQ-9") -> list[bool]:
    return [getattr(standing, field) for standing in course(totals, instrument)]


def known_at(totals: Sequence[float], instrument: str = "PHQ-9") -> list[int]:
    """At which scores, counted from 0, a deterioration became known."""
    known = [(seen, standing.score) for standing in course(totals, instrument) if (seen := standing.news)]
    assert all(seen.scores[-1] is score for seen, score in known)
    return [int(score.event_id[2:]) for _, score in known]


@pytest.mark.parametrize("totals", [[], [20], [5, 19], [5, 5], [5, 5, 11], [5, 5, 10, 10, 10]])
def test_too_few_or_too_small_is_nothing(totals: list[int]) -> None:
    assert walk(totals) == []


def test_two_in_a_row_against_the_mean_of_the_first_two() -> None:
    [seen] = walk([4, 8, 12, 12])
    assert (seen.baseline, [score.event_id for score in seen.scores]) == (6, ["q-2", "q-3"])
    assert walk([4, 9, 12, 12]) == []


def test_the_second_of_the_first_two_is_baseline_and_confirms_nothing() -> None:
    assert known_at([2, 14, 14, 14]) == [3]


def test_one_high_score_between_low_ones_is_nothing() -> None:
    assert known_at([5, 5, 12, 5, 12, 5, 12]) == []


@pytest.mark.parametrize(("instrument", "change"), [("PHQ-9", 6), ("GAD-7", 4), ("EDE-QS", 7)])
def test_the_change_that_counts_is_the_instruments_own(instrument: str, change: int) -> None:
    assert known_at([2, 2, 2 + change, 2 + change], instrument) == [3]
    assert known_at([2, 2, 1.99 + change, 1.99 + change], instrument) == []


def test_a_change_that_is_exactly_reliable_counts_whatever_floats_make_of_it() -> None:
    totals = [2.4, 10, 13.2, 13.2]  # 13.2 - 6.2 is a little less than 7 in floats
    assert INSTRUMENTS["EDE-QS"].reliable_change > 13.2 - 6.2
    assert known_at(totals, "EDE-QS") == [3]


def test_it_is_told_once_while_it_lasts_and_again_when_it_comes_back() -> None:
    assert known_at([5, 5, 12, 12, 13, 14, 12]) == [3]
    assert known_at([5, 5, 12, 12, 5, 12, 12]) == [3, 6]


def test_a_relapse_after_a_confirmed_improvement_is_seen() -> None:
    assert known_at([16, 16, 6, 6, 14, 14]) == [5]
    [seen] = walk([16, 16, 6, 8, 14, 14])
    assert seen.baseline == 7


def test_an_improvement_that_was_not_confirmed_moves_no_baseline() -> None:
    assert known_at([16, 16, 6, 16, 17, 18]) == []


def test_an_improvement_confirms_once_and_the_next_needs_two_scores_of_its_own() -> None:
    [seen] = walk([18, 18, 12, 12, 6, 12, 18, 18])
    assert seen.baseline == 12
    [seen] = walk([18, 18, 12, 12, 6, 6, 12, 12])
    assert seen.baseline == 6


def test_a_step_into_the_severe_band_beyond_doubt_needs_no_second_score() -> None:
    [seen] = walk([12, 12, 20])
    assert (seen.into_severe, seen.scores[0].event_id, len(seen.scores)) == (True, "q-2", 1)
    assert known_at([12, 12, 19.99]) == []
    assert known_at([12, 13, 20]) == []
    assert known_at([14, 14, 21.88]) == []
    assert known_at([14, 14, 21.89]) == [2]


def test_a_reliable_step_into_the_severe_band_counts_with_the_next_score() -> None:
    [seen] = walk([14, 14, 20, 20])
    assert (seen.into_severe, [score.event_id for score in seen.scores]) == (True, ["q-2", "q-3"])
    assert known_at([14, 14, 20, 19, 20]) == []


def test_a_rise_within_the_severe_band_is_no_step() -> None:
    [seen] = walk([20, 20, 26, 26])
    assert not seen.into_severe
    assert known_at([20, 20, 19, 27]) == []


def test_a_step_into_the_severe_band_within_measurement_error_is_a_change_of_band_alone() -> None:
    assert known_at([17, 18, 20, 21, 22]) == []
    assert [standing.band_before for standing in course([17, 18, 20, 21])] == [None, None, "moderately_severe", None]


def test_a_step_between_the_first_two_scores_is_seen() -> None:
    [seen] = walk([10, 20])
    assert (seen.baseline, seen.into_severe, len(seen.scores)) == (10, True, 1)
    [held] = walk([14, 20, 20])
    assert (held.baseline, [score.event_id for score in held.scores]) == (14, ["q-1", "q-2"])
    assert known_at([14, 20, 19]) == known_at([14, 20, 19, 20]) == []
    assert known_at([15, 20, 21]) == known_at([20, 27]) == known_at([10, 19]) == []


def test_a_step_between_the_first_two_scores_is_told_once_and_leaves_the_first_as_baseline() -> None:
    assert known_at([10, 20, 20, 21, 21, 16]) == [1]
    assert known_at([10, 20, 12, 16, 16]) == [1, 4]


def test_who_began_severe_steps_nowhere() -> None:
    assert known_at([20, 21, 21]) == []
    assert known_at([20, 12, 20]) == []


def test_a_severe_step_that_holds_is_told_once() -> None:
    assert known_at([10, 12, 21, 22, 23]) == [2]


def test_gad_7_is_severe_from_15_and_ede_qs_knows_no_severe_band() -> None:
    assert known_at([8, 8, 15], "GAD-7") == [2]
    assert known_at([8, 8, 14], "GAD-7") == []
    assert known_at([8, 8, 36], "EDE-QS") == []
    assert known_at([0, 36], "EDE-QS") == []


def test_improvement_needs_two_scores_and_counts_from_the_start() -> None:
    assert states([18, 18, 12, 12.01, 12, 12], "improved") == [0, 0, 0, 0, 0, 1]
    assert states([18, 18, 12, 12, 9, 9], "improved") == [0, 0, 0, 1, 1, 1]
    assert [standing.change_from_start for standing in course([18, 18, 12, 12, 9])] == [None, None, -6, -6, -9]
    assert [standing.change for standing in course([18, 18, 12, 12, 9])] == [None, None, -6, -6, -3]


@pytest.mark.parametrize(("instrument", "start"), [("PHQ-9", 18), ("GAD-7", 16), ("EDE-QS", 24)])
def test_recovery_is_improvement_with_both_scores_below_caseness(instrument: str, start: int) -> None:
    case = INSTRUMENTS[instrument].caseness
    below = case - 0.01
    assert states([start, start, below, below], "recovered", instrument) == [0, 0, 0, 1]
    assert states([start, start, below, case], "recovered", instrument) == [0, 0, 0, 0]
    assert states([start, start, case, below, below], "recovered", instrument) == [0, 0, 0, 0, 1]


def test_recovery_in_steps_that_are_each_too_small_to_count_again_is_still_recovery() -> None:
    assert states([18, 18, 12, 12, 9, 9], "recovered") == [0, 0, 0, 0, 0, 1]


def test_who_was_no_case_cannot_recover() -> None:
    assert states([9, 9, 1, 1], "improved") == [0, 0, 0, 1]
    assert states([9, 9, 1, 1], "recovered") == [0, 0, 0, 0]
    assert states([10, 10, 4, 4], "recovered") == [0, 0, 0, 1]


def test_deterioration_stands_while_two_scores_in_a_row_show_it() -> None:
    assert states([5, 5, 11, 11, 12, 10.99, 11], "deteriorated") == [0, 0, 0, 1, 1, 0, 0]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_each_boundary_of_a_band_is_a_change_of_band(name: str) -> None:
    bands = INSTRUMENTS[name].bands
    for lower, upper in pairwise(bands):
        up, down = course([upper.from_total - 1, upper.from_total, upper.from_total - 1], name)[1:]
        assert (up.band_before, up.band, down.band_before, down.band) == (
            lower.name, upper.name, upper.name, lower.name,
        )  # fmt: skip


@pytest.mark.parametrize(("totals", "known"), [([], 0), ([7], 1), ([7, 8], 2)])
def test_before_there_is_a_baseline_there_is_no_change(totals: list[float], known: int) -> None:
    stood = course(totals)
    assert len(stood) == known
    assert all(one.change is None and one.change_from_start is None for one in stood)


@settings(deadline=None)
@given(st.lists(st.integers(0, 27), max_size=12), st.integers(0, 27))
def test_what_was_known_stays_known_when_another_score_comes(totals: list[int], next_total: int) -> None:
    assert walk([*totals, next_total])[: len(walk(totals))] == walk(totals)


@settings(deadline=None)
@given(st.integers(0, 27), st.integers(1, 30))
def test_a_constant_course_is_nothing(total: int, length: int) -> None:
    assert walk([total] * length) == []


def noisy(rng: np.random.Generator, true: np.ndarray, phi: float = 0) -> list[list[int]]:
    """Totals of patients (rows) over time with the noise of a PHQ-9; with `phi`, 30 % of it is carried over."""
    fresh = rng.normal(0, 1, true.shape)
    if phi:
        slow = rng.normal(0, 1, true.shape)
        for at in range(1, true.shape[1]):
            slow[:, at] = phi * slow[:, at - 1] + (1 - phi**2) ** 0.5 * slow[:, at]
        fresh = 0.7**0.5 * fresh + 0.3**0.5 * slow
    return np.clip(np.rint(true + SEM * fresh), 0, PHQ9.total_maximum).astype(int).tolist()


def share_known(courses: list[list[int]], first: int, last: int) -> float:
    """Of those courses, how many are known to be worse at one of the scores `first` to `last`."""
    return sum(any(first <= at <= last for at in known_at(totals)) for totals in courses) / len(courses)


def held_step(rng: np.random.Generator, low: float, high: float, at: int, patients: int = 3000) -> list[list[int]]:
    true = np.full((patients, at + 4), low)
    true[:, at:] = high
    return noisy(rng, true)


@pytest.mark.parametrize(("phi", "most"), [(0, 0.045), (0.5, 0.06)])
def test_few_stable_patients_are_ever_taken_for_worse(phi: float, most: float) -> None:
    rng = np.random.default_rng(20)
    true = np.clip(rng.normal(12, 5, 4000), 2, 25)
    courses = noisy(rng, np.repeat(true[:, None], 26, axis=1), phi)
    assert 0.01 < share_known(courses, 0, 25) < most


def test_most_held_steps_are_seen_by_the_fourth_score() -> None:
    rng = np.random.default_rng(21)
    start = np.clip(rng.normal(10, 3, 3000), 4, 17)
    true = np.repeat(start[:, None], 10, axis=1)
    true[:, 6:] += 8
    assert share_known(noisy(rng, true), 6, 9) > 0.87


def test_a_step_into_the_severe_band_is_seen_soon_also_between_the_first_two_scores() -> None:
    rng = np.random.default_rng(22)
    far = held_step(rng, 12, 22, 6)
    assert share_known(far, 6, 6) > 0.73
    assert share_known(far, 6, 7) > 0.93
    assert share_known(held_step(rng, 14, 22, 6), 6, 7) > 0.75
    assert share_known(held_step(rng, 13, 22, 1), 1, 3) > 0.8
