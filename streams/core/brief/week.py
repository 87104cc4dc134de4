"""Mood on the brief's days: against the patient's usual, the best and the worst day, and the days without a report.

The interval of the change allows for what one patient's reports share (METHODS: variance inflation c), as the
comparison that alarms does, but without its shrinkage towards other patients: this is to read, not to alarm.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from schemas.brief_view import DayMood, MoodChange, NotableDay, UsualMood, WeekView
from streams.core.brief.known import Known
from streams.core.brief.logged import around, strongest
from streams.core.days import DayTotal
from streams.core.moments import day_date
from streams.core.policy import MoodPolicy

BASELINE: Final = 180
"""Days before the brief's that tell what is usual; detection looks less far back, to follow a course of therapy."""
LEAST_DAYS: Final = 8
"""With fewer days before there is no usual yet."""
APART: Final = 1.0
"""Points by which a best day lies above a worst one, to be called so. A clinic has to confirm it."""
_Z95: Final = 1.96


def week(known: Known) -> WeekView:
    """The brief's days, up to the day last heard of."""
    days = [day for day in known.days if day.day >= known.first]
    before = [day for day in known.days if known.first - BASELINE <= day.day < known.first]
    heard = {day.day for day in days}
    reports = sum(day.n for day in days)
    enough = len(before) >= LEAST_DAYS
    worst, best = _extremes([day for day in days if day.day < known.today])
    return WeekView(
        days=tuple(map(_day_mood, days)),
        missing=tuple(day_date(day) for day in range(known.first, known.today + 1) if day not in heard),
        n=reports,
        mean=round(_mean(days), 2) if days else None,
        usual=_usual(before) if enough else None,
        change=_change(days, before, known.policy.mood) if enough and days else None,
        best=_notable(known, best),
        worst=_notable(known, worst),
    )


def _extremes(days: Sequence[DayTotal]) -> tuple[DayTotal | None, DayTotal | None]:
    """The lowest and the highest mean of the days that are over, the later of equals; none where they hardly differ."""
    worst = min(days, key=lambda day: (_mean([day]), -day.day), default=None)
    best = max(days, key=lambda day: (_mean([day]), day.day), default=None)
    if worst is None or best is None or _mean([best]) - _mean([worst]) < APART:
        return None, None
    return worst, best


def _notable(known: Known, day: DayTotal | None) -> NotableDay | None:
    if day is None:
        return None
    there = around(known, day.day)
    felt = round(sum(one.valence for one in there) / len(there), 1) if there else None
    return NotableDay(day=_day_mood(day), n=len(there), felt=felt, logged=strongest(known, there))


def _usual(before: Sequence[DayTotal]) -> UsualMood:
    low, middle, high = (round(float(at), 2) for at in np.percentile([_mean([day]) for day in before], (10, 50, 90)))
    return UsualMood(low=low, middle=middle, high=high, days=len(before))


def _change(days: Sequence[DayTotal], before: Sequence[DayTotal], policy: MoodPolicy) -> MoodChange:
    n_before = sum(day.n for day in before)
    squares = sum(day.squares for day in before) / 10_000 - n_before * _mean(before) ** 2
    weight = policy.within_weight
    variance = (weight * policy.within**2 + max(squares, 0)) / (weight + n_before - 1)
    change = _mean(days) - _mean(before)
    reach = _Z95 * sqrt(variance * policy.inflation * (1 / sum(day.n for day in days) + 1 / n_before))
    return MoodChange(change=round(change, 2), low=round(change - reach, 2), high=round(change + reach, 2))


def _mean(days: Sequence[DayTotal]) -> float:
    return sum(day.total for day in days) / sum(day.n for day in days) / 100


def _day_mood(day: DayTotal) -> DayMood:
    return DayMood(day=day_date(day.day), n=day.n, mean=round(_mean([day]), 2))
