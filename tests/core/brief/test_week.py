from math import sqrt

import pytest

from schemas.brief_view import WeekView
from schemas.events import AnyEvent
from streams.core.brief.week import week
from tests.core.brief.of import known, met
from tests.core.builders import POLICY, check_in


def a_week(*moods: float, before: int = 0) -> WeekView:
    """Two reports a day of `moods`, the last of them today, and `before` days of mood 6 before."""
    told: list[AnyEvent] = [check_in(40 - 7 - day + at, 6) for day in range(before) for at in (0.4, 0.6)]
    days = range(40 - len(moods) + 1, 41)
    told += [check_in(day + at, mood) for day, mood in zip(days, moods, strict=True) for at in (0.4, 0.6)]
    return week(known(*told))


def test_days_and_missing_days() -> None:
    shown = week(known(check_in(33, 3), check_in(35.2, 4), check_in(35.4, 5), check_in(40, 7)))
    assert [(day.day.day, day.n, day.mean) for day in shown.days] == [(6, 2, 4.5), (11, 1, 7.0)]
    assert [day.day for day in shown.missing] == [5, 7, 8, 9, 10]
    assert (shown.n, shown.mean) == (3, 5.33)


@pytest.mark.parametrize(("before", "there"), [(7, False), (8, True)])
def test_a_usual_takes_eight_days(before: int, there: bool) -> None:
    shown = a_week(5, 5, 5, 5, 5, 5, 5, before=before)
    assert (shown.usual is not None) is there
    assert (shown.change is not None) is there


def test_the_usual_is_the_middle_of_the_days_before() -> None:
    told = [check_in(day, mood) for day, mood in enumerate([2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1])]
    usual = week(known(*told, check_in(40, 5))).usual
    assert usual
    assert (usual.low, usual.middle, usual.high, usual.days) == (1.0, 5.0, 9.0, 11)


def test_the_change_has_the_interval_of_inflated_noise() -> None:
    change = a_week(4, 4, 4, 4, 4, 4, 4, before=10).change
    mood = POLICY.mood
    variance = mood.within_weight * mood.within**2 / (mood.within_weight + 20 - 1)
    reach = 1.96 * sqrt(variance * mood.inflation * (1 / 14 + 1 / 20))
    assert change
    assert (change.change, change.low, change.high) == (-2.0, round(-2 - reach, 2), round(-2 + reach, 2))


@pytest.mark.parametrize(("best", "there"), [(5.99, False), (6, True)])
def test_there_is_a_best_and_a_worst_day_where_days_lie_a_point_apart(best: float, there: bool) -> None:
    shown = a_week(5, best, 5.5, 5.5)
    assert (shown.best is not None) is there
    assert (shown.worst is not None) is there


def test_of_equal_days_the_later_and_never_the_running_one() -> None:
    shown = a_week(7, 3, 7, 3, 5, 0)
    assert shown.best
    assert shown.worst
    assert (shown.best.day.day.day, shown.worst.day.day.day) == (8, 9)


def test_a_notable_day_has_what_was_logged_on_it_and_how_that_felt() -> None:
    told = [check_in(38.5, 2), check_in(39.5, 8), check_in(40, 5)]
    shown = week(known(*told, met(39.3, valence=-1), met(39.4, "b", valence=2)))
    assert shown.best
    assert shown.worst
    assert (shown.best.n, shown.best.felt, [one.person for one in shown.best.logged]) == (2, 0.5, ["a", "b"])
    assert (shown.worst.n, shown.worst.felt, shown.worst.logged) == (0, None, ())


def test_nobody_heard_of_has_no_mood() -> None:
    shown = week(known(met(40)))
    assert (shown.mean, shown.n, shown.best, shown.change) == (None, 0, None, None)
