"""Rates and effect sizes with their intervals, for programme outcomes.

Hedges g of first against last total in standard deviations of the total: d = mean(first - last) / s, where s² is the
mean of both variances, made smaller by J = 1 - 3/(4(n-1) - 1) since small samples overstate it. Its variance for paired
totals is J²·(1/n + d²/2n)·2(1 - r), with r their correlation (Borenstein et al. 2009, Introduction to Meta-Analysis,
ch. 4). Rates have Wilson's interval, which is honest for few patients and for rates near 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from statsmodels.stats.proportion import proportion_confint

FEWEST: Final = 5
"""Patients below whom no figure is given: it would say nothing, or too much of one. A clinic has to confirm it."""
_Z95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of` patients; `share` with its 95 % interval, 0 to 1.

    All None where they are fewer than `FEWEST`: of a group of one, even how many began as cases would tell too much.
    """

    count: int | None
    of: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Hedges g with its 95 % interval; positive is better."""

    g: float
    low: float
    high: float


def rate(hits: Sequence[bool]) -> Rate:
    """Of `hits`, how many."""
    count, of = sum(hits), len(hits)
    if of < FEWEST:
        return Rate(None, None, None, None, None)
    low, high = proportion_confint(count, of, method="wilson")
    return Rate(count, of, round(count / of, 4), round(float(low), 4), round(float(high), 4))


def pre_post(pairs: Sequence[tuple[float, float]]) -> Effect | None:
    """First and last totals of each patient, lower being better; None for too few, or where nobody differs."""
    if len(pairs) < FEWEST:
        return None
    first, last = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    spread = sqrt((first.var(ddof=1) + last.var(ddof=1)) / 2)
    if np.ptp(first) == 0 or np.ptp(last) == 0:
        return None
    return paired(float((first - last).mean()) / spread, float(np.corrcoef(first, last)[0, 1]), len(pairs))


def paired(d: float, r: float, n: int) -> Effect:
    """Hedges g from Cohen's d of paired totals, their correlation, and how many pairs there are."""
    correction = 1 - 3 / (4 * (n - 1) - 1)
    g = correction * d
    reach = _Z95 * correction * sqrt((1 / n + d * d / (2 * n)) * 2 * (1 - r))
    return Effect(round(g, 4), round(g - reach, 4), round(g + reach, 4))
