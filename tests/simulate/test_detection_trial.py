import numpy as np
import pytest

from streams.core.detect.many import Days, inflation
from streams.simulate.course import Fall
from streams.simulate.detection_trial import Course, moods
from streams.simulate.mood import Floats


def mean_of(reports: Floats, first: int, last: int) -> float:
    return float(np.nanmean(reports[first:last]))


@pytest.mark.parametrize(("scenario", "published"), [("S2", 2.0), ("S4", 3.3), ("S5", 5.0)])
def test_means_of_a_week_vary_as_they_are_published_to(scenario: str, published: float) -> None:
    reports = moods(np.random.default_rng(1), scenario, 400, Course(365))
    filled = np.nan_to_num(reports)
    days = Days((~np.isnan(reports)).sum(axis=1).astype(float), filled.sum(axis=1), (filled**2).sum(axis=1))
    assert inflation(days) == pytest.approx(published, rel=0.08)


def test_answers_are_whole_and_some_are_missing() -> None:
    reports = moods(np.random.default_rng(1), "S2", 50, Course(30))
    told = reports[~np.isnan(reports)]
    assert reports.shape == (30, 5, 50)
    assert told.size / reports.size == pytest.approx(0.6, abs=0.02)
    assert set(told.tolist()) <= set(range(11))


def test_a_fall_is_one_standard_deviation_from_its_day_on_and_a_ramp_takes_ten() -> None:
    level, step, ramp = (
        moods(np.random.default_rng(2), "S4", 800, Course(100, day, shape=shape))
        for day, shape in ((None, "step"), (60, "step"), (60, "ramp"))
    )
    assert mean_of(step, 0, 60) == mean_of(level, 0, 60)
    assert mean_of(level, 60, 100) - mean_of(step, 60, 100) == pytest.approx(1.5, abs=0.1)
    assert mean_of(level, 60, 70) - mean_of(ramp, 60, 70) == pytest.approx(0.825, abs=0.1)
    assert mean_of(level, 70, 100) - mean_of(ramp, 70, 100) == pytest.approx(1.5, abs=0.1)


def test_a_rise_is_even_and_an_earlier_fall_is_over() -> None:
    risen = moods(np.random.default_rng(3), "S4", 800, Course(120, rise=2.0, rise_days=80))
    assert mean_of(risen, 80, 120) - mean_of(risen, 0, 5) == pytest.approx(1.95, abs=0.2)
    again = moods(np.random.default_rng(4), "S4", 800, Course(120, earlier=Fall("step", 40, 2.0), earlier_days=30))
    assert mean_of(again, 0, 40) - mean_of(again, 40, 70) == pytest.approx(2.0, abs=0.15)
    assert mean_of(again, 70, 120) == pytest.approx(mean_of(again, 0, 40), abs=0.1)
