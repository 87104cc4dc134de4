"""What earlier reports foretell of the next one, so that it can be taken off before anything is read into it.

Mood is three parts: quick ups and downs that fade within hours, a slow swing over days, and momentary noise with
the rounding. A Kalman filter foretells the first two. It is the AR(1) difference y - g·y_prev, with two additions: the
slow swing, without which a low spell that brings about events is taken for their work, and the noise, without which two
reports minutes apart would weigh without bound. What it foretells depends on when there were reports and on nothing
else, so that mood, time of day and traces all go through the same filter.
"""

from math import exp, log

from streams.core.compiled import compiled
from streams.core.links.state import Floats

QUICK, SLOW, NOISE = 0.55, 0.35, 0.10
"""Shares of the three in the mood's variance around the regression; pooled. Rather too much is foretold than too
little: it costs hardly any power, and whatever is not foretold of a low spell counts against the events in it."""
_QUICK_RATE = -log(0.40) / (3 * 3600.0)
"""Quick parts of reports 3 hours apart correlate by .40; pooled."""
_SLOW_RATE = 1 / (4 * 86_400.0)

Unsure = tuple[float, float, float]
"""Variances of the quick and the slow forecast, and their covariance."""


@compiled
def foretell(since: float, unsure: Unsure) -> tuple[float, float, Unsure]:
    """How much of both forecasts is left after `since` seconds (inf: nothing was heard yet), and how unsure they are.

    Returns:
        The factors by which the quick and the slow forecast shrink, and their variances and covariance.
    """
    quick, slow = exp(-_QUICK_RATE * since), exp(-_SLOW_RATE * since)
    of_quick, of_slow, of_both = unsure
    return (
        quick,
        slow,
        (QUICK + quick * quick * (of_quick - QUICK), SLOW + slow * slow * (of_slow - SLOW), quick * slow * of_both),
    )


@compiled
def learn(forecasts: Floats, row: Floats, unsure: Unsure) -> tuple[Floats, float, Unsure]:
    """Take `row` in: change `forecasts` (2, K) in place.

    Returns:
        What was not foretold (K,), its variance, and how unsure the forecasts are now.
    """
    of_quick, of_slow, of_both = unsure
    variance = of_quick + of_slow + 2 * of_both + NOISE
    quick, slow = (of_quick + of_both) / variance, (of_slow + of_both) / variance
    surprise = row - forecasts[0] - forecasts[1]
    forecasts[0] += quick * surprise
    forecasts[1] += slow * surprise
    left = (
        of_quick - quick * quick * variance,
        of_slow - slow * slow * variance,
        of_both - quick * slow * variance,
    )
    return surprise, variance, left
