import numpy as np
import pytest

from streams.cli.detection.methods import day_sums
from streams.cli.detection.variants import (
    VARIANTS,
    by_own_inflation,
    conflicts,
    faint,
    missed_answers,
    questionnaires,
    without_time_of_day,
)
from streams.core.detect.many import Floats, alarms
from streams.core.policy import MoodPolicy
from streams.simulate.detection_trial import Course
from streams.simulate.signs_trial import Told, told

DAYS = 100
LEVEL = told(np.random.default_rng(3), "S4", 60, Course(150))


def made(*, totals: Floats | None = None, fights: Floats | None = None, mood: Floats | None = None) -> Told:
    """One patient who says and does what is given, and nothing else."""
    nothing = np.full((DAYS, 1), np.nan)
    return Told(
        mood=np.full((DAYS, 5, 1), 5.0) if mood is None else mood,
        feelings=(),
        totals=nothing if totals is None else totals,
        conflicts=np.zeros((DAYS, 1)) if fights is None else fights,
    )


def weekly(before: float, after: float) -> Floats:
    """PHQ-9s; the change is on day 70."""
    totals = np.full((DAYS, 1), np.nan)
    totals[6::7, 0] = np.where(np.arange(6, DAYS, 7) < 70, before, after)
    return totals


STARTS = np.arange(60, 84)
AT = 10
"""The place of day 70 among them."""


@pytest.mark.parametrize(("after", "sign"), [(10.0, -1), (14.0, 1)])
def test_questionnaires_speak_for_a_fall_when_they_rise(after: float, sign: int) -> None:
    assert np.sign(questionnaires(made(totals=weekly(10, after)))(84, STARTS)[AT, 0]) == sign


def test_no_questionnaire_says_nothing() -> None:
    assert not questionnaires(made())(84, STARTS).any()


def test_conflicts_speak_for_a_fall_when_they_are_more() -> None:
    fights = np.zeros((DAYS, 1))
    fights[::3] = 1
    assert conflicts(made(fights=fights))(84, STARTS)[AT, 0] < 0
    fights[70:] = 1
    assert conflicts(made(fights=fights))(84, STARTS)[AT, 0] > 1


def test_missed_answers_speak_for_a_fall_when_they_are_more() -> None:
    mood = np.full((DAYS, 5, 1), 5.0)
    mood[:, 3:] = np.nan
    assert missed_answers(made(mood=mood))(84, STARTS)[AT, 0] < 0
    mood[70:, 1:] = np.nan
    assert missed_answers(made(mood=mood))(84, STARTS)[AT, 0] > 1


def test_a_faint_sign_says_a_third() -> None:
    heard = made(totals=weekly(10, 14))
    assert faint(questionnaires)(heard)(84, STARTS) * 3 == pytest.approx(questionnaires(heard)(84, STARTS))


def test_the_time_of_day_is_taken_out_and_the_mean_kept() -> None:
    mood = np.array([4.0, 5, 6, 7, 8])[None, :, None] + np.array([0.0, 1, 2])[:, None, None]
    assert without_time_of_day(mood)[:, :, 0].tolist() == [[6.0] * 5, [7.0] * 5, [8.0] * 5]


def test_reports_count_for_less_where_weeks_vary_more() -> None:
    rng = np.random.default_rng(4)
    calm, swinging = rng.normal(0, 1, (56, 5, 1)), rng.normal(0, 1, (56, 5, 1))
    swinging += np.repeat([0.0, 1.5] * 4, 7)[:, None, None]
    days = day_sums(5 + np.concatenate([calm, swinging], axis=2))
    counted = by_own_inflation(days)
    factors = counted.n[0] / days.n[0]
    assert factors[0] > 1 > factors[1]
    assert (counted.totals / counted.n) == pytest.approx(days.totals / days.n)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_a_variant_alarms_less_the_higher_the_threshold(name: str) -> None:
    variant = VARIANTS[name]
    days, beside = variant.days(LEVEL), [one(LEVEL) for one in variant.beside]
    rare, often = (alarms(days, MoodPolicy(threshold=at), beside=beside).sum() for at in (6.0, 2.0))
    assert often > rare
