"""Patients who answer as people do, and fall silent at a known day or never: the question for the rule `silence`.

Each is asked five times a day and has a share of answers of their own around 60 %, fewer at weekends, good and bad
stretches of days, days on which nothing is answered and days on which the phone is off. Called by
`ipt-pulse evaluate silence`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

PROMPTS: Final = 5
KINDS: Final = ("none", "offline", "unanswered", "dropping_off")
FADE_DAYS, LEFT = 21, 0.1
"""A drop-off takes three weeks, down to a tenth of the answers that there were."""
_USUAL, _SPREAD = 0.4, 0.5
"""Log-odds of an answer, and how far patients differ: 60 % on average."""
_WEEKEND, _SWING, _KINSHIP = -0.6, 0.6, 0.5
"""In log-odds: what a weekend takes, the SD of a day's own swing, and how much of it is left the day after."""
_NOTHING, _OFF = 0.03, 0.02
"""Share of days on which nothing is answered, and on which the phone is off."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class QuietPatient:
    """One patient's days; each array of shape (days,)."""

    answers: Counts
    prompts: Counts
    heartbeats: Counts


def quiet_patient(seed: int, number: int, days: int, kind: str, since: int) -> QuietPatient:
    """Patient `number` of the trial `seed`.

    Args:
        seed: the trial's.
        number: the patient's.
        days: how many, the first a Monday.
        kind: one of `KINDS`, what begins on day number `since`.
        since: 0 … days - 1; nothing is planted for the kind `none`.
    """
    rng = np.random.default_rng([seed, number])
    usual = rng.normal(_USUAL, _SPREAD)
    swing = np.zeros(days)
    for day in range(1, days):
        swing[day] = _KINSHIP * swing[day - 1] + rng.normal(0, _SWING * np.sqrt(1 - _KINSHIP**2))
    weekend = np.arange(days) % 7 > 4  # noqa: PLR2004 - Saturday and Sunday
    share = 1 / (1 + np.exp(-(usual + _WEEKEND * weekend + swing)))
    share[rng.random(days) < _NOTHING] = 0
    alive = rng.random(days) >= _OFF
    after = np.arange(days) >= since
    if kind == "offline":
        alive &= ~after
    elif kind == "unanswered":
        share[after] = 0
    elif kind == "dropping_off":
        share = share * np.where(after, np.clip(1 - (np.arange(days) - since + 1) / FADE_DAYS, LEFT, 1), 1)
    answers = rng.binomial(PROMPTS, share) * alive
    return QuietPatient(answers, PROMPTS * alive, 2 * alive)
