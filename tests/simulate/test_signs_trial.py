import numpy as np
import pytest

from streams.simulate.detection_trial import Course
from streams.simulate.mood import MOOD_SD, Floats
from streams.simulate.signs_trial import FEELINGS, told

LEVEL = told(np.random.default_rng(1), "S4", 400, Course(84))
FALLEN = told(np.random.default_rng(2), "S4", 400, Course(120, 60))


def off_own_mean(reports: Floats) -> Floats:
    off: Floats = np.nan_to_num(reports - np.nanmean(reports, axis=(0, 1))).ravel()
    return off


def fallen_by(reports: Floats) -> float:
    return float(np.nanmean(reports[:60]) - np.nanmean(reports[60:]))


def test_a_feeling_goes_along_with_mood_and_with_the_others() -> None:
    together = np.corrcoef([off_own_mean(reports) for reports in (LEVEL.mood, *LEVEL.feelings)])
    assert together[np.triu_indices(FEELINGS + 1, 1)] == pytest.approx(0.52, abs=0.03)


def test_what_goes_along_with_mood_changes_as_it_falls() -> None:
    assert fallen_by(FALLEN.mood) == pytest.approx(MOOD_SD, abs=0.1)
    assert [fallen_by(feeling) for feeling in FALLEN.feelings] == pytest.approx([0.7 * MOOD_SD] * FEELINGS, abs=0.1)
    assert np.nanmean(FALLEN.totals[75:]) - np.nanmean(FALLEN.totals[:60]) == pytest.approx(3.0, abs=0.3)
    missed = np.isnan(FALLEN.mood)
    logged = [FALLEN.conflicts[half].sum() / (~missed[half]).sum() for half in (slice(60), slice(60, None))]
    assert logged[1] / logged[0] == pytest.approx(1.5, abs=0.1)
    assert missed[60:].mean() - missed[:60].mean() == pytest.approx(0.1, abs=0.02)


def test_questionnaires_come_once_a_week_and_ask_about_two() -> None:
    assert (~np.isnan(FALLEN.totals)).all(axis=1).nonzero()[0].tolist() == list(range(6, 120, 7))
    first, second = FALLEN.totals[62].mean(), FALLEN.totals[76].mean()
    assert first - np.nanmean(FALLEN.totals[:60]) == pytest.approx(3 * 3 / 14, abs=0.4)
    assert second - first > 1.5


def test_a_feeling_is_missed_where_mood_is_and_weeks_of_answers_vary_more_than_by_chance() -> None:
    missed = np.isnan(LEVEL.mood)
    assert all((np.isnan(feeling) == missed).all() for feeling in LEVEL.feelings)
    weeks = (~missed).reshape(12, 35, -1).mean(axis=1)
    share = weeks.mean(axis=0)
    by_chance = share * (1 - share) * 2 / 35
    assert (np.diff(weeks, axis=0) ** 2 / by_chance).mean() == pytest.approx(2.7, abs=0.3)
