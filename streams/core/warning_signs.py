"""Early-warning signals: does mood scatter more of late, and does one day resemble the day before more than it did?

To be shown, never to alarm on: they came before only a third of relapses, and no rule reads this.
Called by `view`.
"""

from collections.abc import Mapping, Sequence
from statistics import correlation, variance

from schemas.views import SwingsView, WarningSignsView
from streams.core.days import DayTotal
from streams.core.moments import Day, day_date

RECENT, BEFORE = 28, 84
"""Local days in the two windows."""
LEAST_DAYS, LEAST_PAIRS = 14, 10
"""Days with reports, and pairs of neighbouring ones, that a window must hold."""


def warning_signs(days: Sequence[DayTotal], through: Day) -> WarningSignsView | None:
    """Both windows up to the local day `through`, or None while either holds too little."""
    means = {day.day: day.total / day.n / 100 for day in days if day.day <= through}
    recent = _swings(means, through - RECENT + 1, through)
    before = _swings(means, through - RECENT - BEFORE + 1, through - RECENT)
    return None if recent is None or before is None else WarningSignsView(recent=recent, before=before)


def _swings(means: Mapping[Day, float], first: Day, last: Day) -> SwingsView | None:
    """Scatter and kinship of the day means from `first` to `last`, both counted."""
    known = [day for day in range(first, last + 1) if day in means]
    pairs = [(means[day], means[day + 1]) for day in known if day < last and day + 1 in means]
    if len(known) < LEAST_DAYS or len(pairs) < LEAST_PAIRS:
        return None
    return SwingsView(
        first=day_date(first),
        last=day_date(last),
        days=len(known),
        variance=round(variance([means[day] for day in known]), 3),
        autocorrelation=_kinship(pairs),
    )


def _kinship(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Correlation of each day's mean with the next one's; None where it never moves."""
    days, following = zip(*pairs, strict=True)
    if min(len(set(days)), len(set(following))) == 1:
        return None
    return round(correlation(days, following), 3)
