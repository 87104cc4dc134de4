import numpy as np
import pytest

from streams.cli.detection.methods import METHODS, OURS, day_sums, population
from streams.core.detect.many import alarms
from streams.core.policy import MoodPolicy
from streams.simulate.detection_trial import Course, moods

MOOD = MoodPolicy()
LEVEL = moods(np.random.default_rng(5), "S4", 120, Course(200))
FALLEN = moods(np.random.default_rng(6), "S4", 120, Course(120, 59, fall=2.5))
KNOWN = population(LEVEL, MOOD)


@pytest.mark.parametrize("name", list(METHODS))
def test_a_method_alarms_less_the_higher_its_threshold_and_never_in_the_first_14_days(name: str) -> None:
    rare, often = (METHODS[name](LEVEL, KNOWN, threshold) for threshold in (8.0, 2.0))
    assert often.sum() > rare.sum()
    assert not often[:14].any()


@pytest.mark.parametrize("name", list(METHODS))
def test_a_method_is_quiet_for_seven_days_after_an_alarm(name: str) -> None:
    days = [np.flatnonzero(patient) for patient in METHODS[name](LEVEL, KNOWN, 1.0).T]
    assert min(np.diff(one).min() for one in days if len(one) > 1) == 8


@pytest.mark.parametrize("name", list(METHODS))
def test_a_method_sees_large_falls(name: str) -> None:
    assert METHODS[name](FALLEN, KNOWN, 5.5)[59:90].any(axis=0).mean() > 0.9


def test_ours_is_the_products_rule() -> None:
    expected = alarms(day_sums(LEVEL), KNOWN.mood.model_copy(update={"threshold": 4.0}))
    assert (METHODS[OURS](LEVEL, KNOWN, 4.0) == expected).all()


def test_days_are_kept_as_the_sums_of_their_reports_in_hundredths() -> None:
    reports = np.array([[[4.0], [np.nan], [6.0]], [[np.nan], [np.nan], [np.nan]]])
    days = day_sums(reports)
    assert days.n[:, 0].tolist() == [2, 0]
    assert days.totals[:, 0].tolist() == [1000, 0]
    assert days.squares[:, 0].tolist() == [400**2 + 600**2, 0]


def test_the_population_is_fitted() -> None:
    assert 3.0 < KNOWN.mood.inflation < 3.7
    assert 0.15 < KNOWN.kinship < 0.35
    assert KNOWN.mood.threshold == MOOD.threshold
