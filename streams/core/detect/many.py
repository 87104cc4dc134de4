"""The mood comparison for many patients at once: the rule of `mood`, day by day, over arrays.

Called by `ipt-pulse evaluate` (detection, signs, refit), which looks at thousands of patient-years. A property test
holds that it raises what `mood` raises. Patients are the columns; every patient's days are numbered from 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.detect.fall import BASELINE, LEAST_AFTER, LEAST_BEFORE, Usual, fall
from streams.core.detect.mood import FIRST_DAYS, LONGEST, QUIET_DAYS
from streams.core.moments import NEVER
from streams.core.policy import MoodPolicy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Beside = Callable[[int, NDArray[np.int_]], Floats]
"""Evidence of something else than mood: at the close of a day, that it changed on each of the days given; of shape
(days given, patients), as a logarithm of how many times likelier."""

BLOCK: Final = 7
"""Days over which the mean of moods is taken to see how much it varies."""
_OUT: Final = -np.inf


@dataclass(frozen=True, slots=True)
class Days:
    """Mood reports as sums, hundredths of a point; each of shape (days, patients)."""

    n: Floats
    totals: Floats
    squares: Floats


@dataclass(frozen=True, slots=True)
class Looked:
    """What the comparison says at the close of one day; of shape (patients,), -inf where it can say nothing."""

    score: Floats
    """What the threshold is held against."""
    largest_z: Floats
    """The largest of all Z: what a generalised likelihood ratio goes by."""


def alarms(days: Days, mood: MoodPolicy, *, by_largest_z: bool = False, beside: Sequence[Beside] = ()) -> Flags:
    """At which days' close the rule alarms; shape (days, patients). A day without a report is not judged.

    Args:
        days: the reports.
        mood: population values and threshold.
        by_largest_z: hold the threshold against the largest Z, to compare the two.
        beside: what is added to the evidence of mood, to see what it would bring.
    """
    raised = np.zeros(days.n.shape, dtype=np.bool_)
    last_alarm = np.full(days.n.shape[1], NEVER)
    first_day = np.argmax(days.n > 0, axis=0)
    sums = [
        np.vstack([np.zeros((1, part.shape[1])), np.cumsum(part, axis=0)])
        for part in (days.n, days.totals, days.squares)
    ]
    for day in range(FIRST_DAYS, len(days.n)):
        looked = _look(sums, day, last_alarm, mood, beside)
        over = (looked.largest_z if by_largest_z else looked.score) > mood.threshold
        free = (day > last_alarm + QUIET_DAYS) & (day >= first_day + FIRST_DAYS)
        raised[day] = over & free & (days.n[day] > 0)
        last_alarm = np.where(raised[day], day, last_alarm)
    return raised


def _look(
    sums: list[Floats], day: int, last_alarm: NDArray[np.int_], mood: MoodPolicy, beside: Sequence[Beside]
) -> Looked:
    starts = np.arange(max(day - LONGEST + 1, 0), day)
    firsts = np.maximum(starts - BASELINE, 0)
    after = [part[day + 1] - part[starts] for part in sums]
    before = [part[starts] - part[firsts] for part in sums]
    heard = sums[0][starts + 1] > sums[0][starts]
    fit = heard & (after[0] >= LEAST_AFTER) & (before[0] >= LEAST_BEFORE) & (starts[:, None] > last_alarm)
    # Empty ones count as one report of 0: they are not looked at.
    n_after, n_before = np.maximum(after[0], 1), np.maximum(before[0], 1)
    z, evidence = fall(n_after, after[1], n_before, before[1], before[2], Usual.of(mood))
    for more in beside:
        evidence = evidence + more(day, starts)
    evidence = np.where(fit, evidence, _OUT)
    return Looked(np.logaddexp.reduce(evidence, axis=0), np.where(fit, z, _OUT).max(axis=0))


def inflation(days: Days) -> float:
    """Inflation (c) of these patients: how much more 7-day means vary than those of as many independent reports.

    Blocks with fewer than 3 reports are left out; patients' moods must be level.
    """
    whole = len(days.n) // BLOCK * BLOCK
    n, totals = (part[:whole].reshape(-1, BLOCK, part.shape[1]).sum(axis=1) for part in (days.n, days.totals))
    reports, total = days.n.sum(axis=0), days.totals.sum(axis=0)
    variance = (days.squares.sum(axis=0) - total * total / reports) / (reports - 1)
    enough = n >= LEAST_AFTER
    around = n * (totals / np.maximum(n, 1) - total / reports) ** 2
    return float(np.mean(np.where(enough, around, 0).sum(axis=0) / enough.sum(axis=0) / variance))
