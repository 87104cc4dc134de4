"""A patient's own usual mood: the band on mood pictures. To look at; alerts rest on the statistics of `detect`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from schemas.views import DayView

RECENT = timedelta(days=14)
REACH = timedelta(days=180)
LEAST_DAYS = 8
"""With fewer days there is no usual yet, and no band is drawn."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The middle 80 % of `days` day means (points), all of them before `before`."""

    low: float
    middle: float
    high: float
    days: int
    before: date


def own_baseline(days: Iterable[DayView], *, falls_since: Iterable[date] = ()) -> Baseline | None:
    """The usual range of the days before the last two weeks, or before a fall in mood that still waits, if earlier.

    Args:
        days: the patient's days with reports, in any order.
        falls_since: the days since which open alerts say that mood is lower; they are not the patient's usual.
    """
    known = sorted(days, key=lambda day: day.day)
    if not known:
        return None
    before = min([known[-1].day - RECENT + timedelta(days=1), *falls_since])
    means = [day.mean for day in known if before - REACH <= day.day < before]
    if len(means) < LEAST_DAYS:
        return None
    low, middle, high = (float(value) for value in np.percentile(means, (10, 50, 90)))
    return Baseline(low, middle, high, len(means), before)
