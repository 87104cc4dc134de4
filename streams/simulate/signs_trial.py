"""Mood with what may go along with it: other feelings, questionnaires, conflicts, missed answers, the time of day.

Called by `ipt-pulse evaluate signs`, which asks whether any of it helps to see a fall sooner. How closely each goes
along with mood is assumed here, at or above what is known, so that what does not help here can be left.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from schemas.questionnaires import INSTRUMENTS
from streams.simulate.detection_trial import Course, autoregressions, moved, swings, usual_moods
from streams.simulate.forms import standard_error
from streams.simulate.mood import ANSWERED, MOOD_SD, PROMPT_HOURS, Floats, answer

FEELINGS: Final = 4
"""Asked beside mood at each prompt, 0-10, higher is better."""
KINSHIP: Final = 0.5
"""Correlation of any two of mood and feelings at one moment (bringmann2013: .36 to .60)."""
MOVES: Final = 0.7
"""Standard deviations that a feeling falls by where mood falls by one (bringmann2013, two months apart: .48 to .95)."""
PROFILE: Final = 0.3
"""SD of a patient's own ups and downs over the day, in standard deviations. The public data at hand show none."""
RISE: Final = 3.0
"""Points by which a PHQ-9 is higher where mood was lower by one standard deviation over the two weeks it asks about:
2 a point of mood, less than the 2.75 between people (r = -.55, SDs of 5.5 and 1.1)."""
ASKED_ABOUT: Final = 14
"""Days that a PHQ-9 asks about."""
EVERY: Final = 7
"""Days from one PHQ-9 to the next."""
CONFLICTS, MORE = 0.5, 1.5
"""A day, and how many times as many on a day whose mood is lower by one standard deviation (bringmann2013: unpleasant
events are 1.36 times as many where mood is lower for days). They are logged as prompts are answered."""
MISSED: Final = 0.1
"""Share of prompts that are missed as well on such a day."""
SWING, SWING_KINSHIP = 1.0, 0.9
"""SD of the logarithmic odds of an answer from day to day, and their correlation."""
ANSWERS_VARY: Final = 2.7
"""How much more answers of a week then vary than by chance (fried2021, from the prompts that expired: 2.7)."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that is heard of the patients, who are the last axis."""

    mood: Floats
    """0-10, NaN where a prompt was missed; shape (days, prompts a day, patients)."""
    feelings: tuple[Floats, ...]
    """The same of each feeling, missed where mood is."""
    totals: Floats
    """PHQ-9, NaN on days without; shape (days, patients)."""
    conflicts: Floats
    """How many on each day; shape (days, patients)."""


def told(rng: np.random.Generator, scenario: str, patients: int, course: Course) -> Told:
    """Draw them; moods alone are as in `detection_trial`, but for the time of day."""
    shift = moved(course)
    usual = usual_moods(rng, patients, course)
    profile = PROFILE * rng.standard_normal((1, len(PROMPT_HOURS), patients))
    shared = swings(rng, scenario, patients, course.days)

    def drawn(moves: float) -> Floats:
        own = swings(rng, scenario, patients, course.days)
        deviations: Floats = KINSHIP**0.5 * shared + (1 - KINSHIP) ** 0.5 * own
        return deviations + moves * shift[:, None, None] / MOOD_SD

    mood = drawn(1.0)
    lower = -mood.mean(axis=1)
    odds = ANSWERED / (1 - ANSWERED) * np.exp(SWING * autoregressions(rng, course.days, patients, SWING_KINSHIP))
    likely = np.clip(odds / (1 + odds) - MISSED * lower, 0, 1)
    answered = rng.random(mood.shape) < likely[:, None]

    def asked(deviations: Floats) -> Floats:
        return np.where(answered, answer(usual + MOOD_SD * (deviations + profile)), np.nan)

    return Told(
        mood=asked(mood),
        feelings=tuple(asked(drawn(MOVES)) for _ in range(FEELINGS)),
        totals=_totals(rng, lower),
        conflicts=rng.poisson(CONFLICTS * likely * MORE**lower).astype(np.float64),
    )


def _totals(rng: np.random.Generator, lower: Floats) -> Floats:
    """PHQ-9s over the two weeks up to each day; `lower` says by how much mood was, of shape (days, patients)."""
    phq9 = INSTRUMENTS["PHQ-9"]
    days, patients = lower.shape
    sums = np.cumsum(np.vstack([np.zeros((1, patients)), lower]), axis=0)
    ends = np.arange(1, days + 1)
    starts = np.maximum(ends - ASKED_ABOUT, 0)
    true = np.clip(rng.normal(12, 4, patients), 4, 20) + RISE * (sums[ends] - sums[starts]) / (ends - starts)[:, None]
    totals = np.clip(np.rint(rng.normal(true, standard_error(phq9))), 0, phq9.total_maximum)
    return np.where(ends[:, None] % EVERY == 0, totals, np.nan)
