"""The methods that are compared: the product's own rule, and what a textbook would do. Called by `trials`.

Each turns reports of shape (days, prompts, patients) into alarms of shape (days, patients), with the product's mute of
7 days and nothing in the first 14, from which the charts take their baseline.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.core.detect.many import Days, Flags, Floats, alarms, inflation
from streams.core.detect.mood import FIRST_DAYS, QUIET_DAYS
from streams.core.moments import NEVER
from streams.core.policy import MoodPolicy

OURS: Final = "ours"
WEIGHT: Final = 0.1
"""λ of an EWMA."""
ALLOWANCE: Final = 0.5
"""k of a CUSUM: half of the shift, in standard deviations, that it is made for."""


@dataclass(frozen=True, slots=True)
class Population:
    """What the tuning patients say of a scenario."""

    mood: MoodPolicy
    """Population values, the inflation fitted; the threshold is the policy's."""
    kinship: float
    """Correlation of a day's mean with the next day's."""


Method = Callable[[Floats, Population, float], Flags]
"""Alarms of reports at a threshold."""


def population(reports: Floats, mood: MoodPolicy) -> Population:
    """Fit what is fitted: the inflation, and how alike neighbouring days are."""
    means = _day_means(reports)[:, 0]
    off = means - np.nanmean(means, axis=0)
    kinship = float(np.nanmean(off[1:] * off[:-1]) / np.nanmean(off * off))
    return Population(mood.model_copy(update={"inflation": inflation(day_sums(reports))}), kinship)


def day_sums(reports: Floats) -> Days:
    """Each day's reports as the sums that the product keeps."""
    hundredths = np.nan_to_num(reports) * 100
    n = (~np.isnan(reports)).sum(axis=1).astype(np.float64)
    return Days(n, hundredths.sum(axis=1), (hundredths**2).sum(axis=1))


def _ours(reports: Floats, known: Population, threshold: float) -> Flags:
    return alarms(day_sums(reports), known.mood.model_copy(update={"threshold": threshold}))


def _largest_z(reports: Floats, known: Population, threshold: float) -> Flags:
    mood = known.mood.model_copy(update={"threshold": threshold})
    return alarms(day_sums(reports), mood, by_largest_z=True)


def _ewma_of_reports(reports: Floats, _: Population, threshold: float) -> Flags:
    return _chart(reports, _average, threshold * (WEIGHT / (2 - WEIGHT)) ** 0.5)


def _ewma_of_days(reports: Floats, known: Population, threshold: float) -> Flags:
    """Its limits are those of an average of days that are alike: wider than the textbook's."""
    alike = known.kinship * (1 - WEIGHT)
    limit = (WEIGHT / (2 - WEIGHT) * (1 + alike) / (1 - alike)) ** 0.5
    return _chart(_day_means(reports), _average, threshold * limit)


def _cusum_of_days(reports: Floats, _: Population, threshold: float) -> Flags:
    return _chart(_day_means(reports), _cumulate, threshold)


METHODS: Final[Mapping[str, Method]] = {
    OURS: _ours,
    "largest Z (EB-GLR)": _largest_z,
    "EWMA of reports": _ewma_of_reports,
    "EWMA of days, AR": _ewma_of_days,
    "CUSUM of days": _cusum_of_days,
}


def _day_means(reports: Floats) -> Floats:
    """One value a day, NaN where there was no report; shape (days, 1, patients)."""
    days = day_sums(reports)
    means: Floats = np.where(days.n > 0, days.totals / np.maximum(days.n, 1) / 100, np.nan)[:, None]
    return means


def _average(before: Floats, below: Floats) -> Floats:
    averaged: Floats = (1 - WEIGHT) * before + WEIGHT * below
    return averaged


def _cumulate(before: Floats, below: Floats) -> Floats:
    return np.maximum(before + below - ALLOWANCE, 0)


def _chart(values: Floats, step: Callable[[Floats, Floats], Floats], limit: float) -> Flags:
    """A chart that starts anew after each alarm; NaN values leave it as it is. Shapes as in the module's docstring."""
    baseline = values[:FIRST_DAYS]
    centre, spread = np.nanmean(baseline, axis=(0, 1)), np.nanstd(baseline, axis=(0, 1))
    raised = np.zeros((len(values), values.shape[2]), dtype=np.bool_)
    last_alarm = np.full(values.shape[2], NEVER)
    figure = np.zeros(values.shape[2])
    for day in range(FIRST_DAYS, len(values)):
        for value in values[day]:
            figure = np.where(np.isnan(value), figure, step(figure, (centre - value) / np.maximum(spread, 0.1)))
            raised[day] |= figure > limit
        raised[day] &= day > last_alarm + QUIET_DAYS
        last_alarm = np.where(raised[day], day, last_alarm)
        figure = np.where(raised[day], 0.0, figure)
    return raised
