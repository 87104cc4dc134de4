"""Mood reports of many patients at once, level or with a fall whose day is known: the question for detection.

Called by `ipt-pulse evaluate detection`. Patients are the last axis, so that thousands of years are drawn in seconds.

How alike the slow swing is from one day to the next is chosen so that 7-day means vary as they are published to in
these scenarios: 2.0, 3.3 and 5.0 times as much as those of independent reports (here 2.0, 3.3 and 4.7).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.simulate.course import Fall, lowered
from streams.simulate.mood import ANSWERED, MOOD_SD, PROMPT_HOURS, SCENARIOS, Floats, answer

SLOW_KINSHIP: Final = {"S2": 0.0, "S4": 0.57, "S5": 0.7}
"""Correlation of the slow swing between one day and the next, by scenario."""


@dataclass(frozen=True, slots=True)
class Course:
    """What the patients' usual mood does; falls in standard deviations of a patient's own reports."""

    days: int
    fall_day: int | None = None
    """Number of the first day that is lower; the fall that detection is to see."""
    fall: float = 1.0
    shape: str = "step"
    rise: float = 0.0
    """Points that mood rises by, evenly over the first `rise_days` days, as in a therapy that helps."""
    rise_days: int = 84
    earlier: Fall | None = None
    """A fall before, over again after `earlier_days`."""
    earlier_days: int = 40


def moods(rng: np.random.Generator, scenario: str, patients: int, course: Course) -> Floats:
    """Answers 0-10, NaN where a prompt was missed; shape (days, prompts a day, patients)."""
    ups_and_downs = swings(rng, scenario, patients, course.days)
    told = answer(usual_moods(rng, patients, course) + moved(course)[:, None, None] + MOOD_SD * ups_and_downs)
    return np.where(rng.random(told.shape) < ANSWERED, told, np.nan)


def swings(rng: np.random.Generator, scenario: str, patients: int, days: int) -> Floats:
    """Deviations from a level, in standard deviations; shape (days, prompts a day, patients)."""
    kind = SCENARIOS[scenario]
    quick = autoregressions(rng, days * len(PROMPT_HOURS), patients, kind.kinship).reshape(days, -1, patients)
    slow = autoregressions(rng, days, patients, SLOW_KINSHIP[scenario])[:, None]
    both: Floats = np.sqrt(1 - kind.slow) * quick + np.sqrt(kind.slow) * slow
    return both


def usual_moods(rng: np.random.Generator, patients: int, course: Course) -> Floats:
    """Each patient's level on the first day, points; shape (patients,)."""
    usual: Floats = np.clip(rng.normal(5.8, 1.0, patients), 4.0, 7.5) - course.rise / 2
    return usual


def moved(course: Course) -> Floats:
    """By how many points the usual mood lies higher on each day; shape (days,)."""
    days = np.arange(course.days)
    higher: Floats = course.rise * np.minimum(days / course.rise_days, 1.0)
    if course.fall_day is not None:
        higher -= lowered(Fall(course.shape, course.fall_day, course.fall * MOOD_SD), course.days)
    if course.earlier is not None:
        over = Fall(course.earlier.shape, course.earlier.day + course.earlier_days, course.earlier.points)
        higher -= lowered(course.earlier, course.days) - lowered(over, course.days)
    return higher


def autoregressions(rng: np.random.Generator, length: int, patients: int, kinship: float) -> Floats:
    """Stationary AR(1) of variance 1; shape (length, patients)."""
    values = rng.standard_normal((length, patients))
    values[1:] *= np.sqrt(1 - kinship**2)
    for at in range(1, length):
        values[at] += kinship * values[at - 1]
    return values
