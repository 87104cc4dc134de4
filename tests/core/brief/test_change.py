"""First against last, and what two totals in a row confirm: every boundary, on the PHQ-9 (case 10, reliable 6)."""

import pytest

from schemas.review_view import ScoreChange
from streams.core.brief.change import changes
from streams.core.detect.reliable import all_scores
from tests.core.brief.of import FIRST, known
from tests.core.builders import phq9


def change(*totals: int) -> ScoreChange:
    told = known(*(phq9(7 * week, total) for week, total in enumerate(totals)))
    [one] = changes(all_scores(told.state), FIRST, told.today)
    return one


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (10, 4, "recovered"),
        (10, 5, "no_reliable_change"),
        (15, 9, "recovered"),
        (16, 10, "improved"),
        (9, 3, "improved"),
        (9, 14, "no_reliable_change"),
        (9, 15, "deteriorated"),
    ],
)
def test_first_to_last(first: int, last: int, verdict: str) -> None:
    assert change(first, last).first_to_last == verdict
    assert change(first, 0, 24, last).first_to_last == verdict


def test_one_total_tells_no_change() -> None:
    one = change(12)
    assert (one.n, one.first, one.last, one.first_to_last, one.confirmed) == (1, 12, 12, "not_enough", "not_enough")


@pytest.mark.parametrize(
    ("totals", "verdict"),
    [
        ((12, 12, 2), "not_enough"),
        ((12, 12, 6, 6), "recovered"),
        ((12, 12, 6, 7), "no_reliable_change"),
        ((12, 12, 7, 6), "no_reliable_change"),
        ((18, 18, 12, 12), "improved"),
        ((12, 12, 18, 18), "deteriorated"),
        ((12, 12, 12, 18), "no_reliable_change"),
        ((10, 10, 18), "not_enough"),
        ((12, 12, 24), "deteriorated"),
    ],
)
def test_confirmed(totals: tuple[int, ...], verdict: str) -> None:
    assert change(*totals).confirmed == verdict


@pytest.mark.parametrize(("last", "watch"), [(3, 9), (21, 27), (22, None)])
def test_from_which_total_on_it_would_be_worse(last: int, watch: float | None) -> None:
    assert change(12, last).watch_total == watch


def test_only_totals_of_the_episode_count_both_days_included() -> None:
    told = known(*(phq9(day, total) for day, total in ((0, 20), (7, 15), (14, 9), (21, 2))))
    [one] = changes(all_scores(told.state), FIRST + 7, FIRST + 14)
    assert (one.n, one.first, one.last, one.first_band, one.last_band) == (2, 15, 9, "moderately_severe", "mild")
    assert changes(all_scores(told.state), FIRST + 1, FIRST + 6) == ()
