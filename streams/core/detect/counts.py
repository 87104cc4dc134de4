"""Small counts: do a patient's last days hold more of something than any of their days would?

Called by the relationship and eating rules. Counts of one patient come in clusters, so that a test which takes each
event for a draw of its own (a Poisson rate) alarms too often. A permutation test on days asks less: if the recent days
were picked at random from all of them, how likely would they hold so many? It needs no model of how counts scatter.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import comb, sqrt
from typing import Final

import numpy as np
from pydantic import JsonValue

MOST_A_DAY: Final = 50
"""A day that counts more is taken for one of so many: one day does not decide, and a broken phone costs little."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Days that were heard of, and what the days above 0 counted."""

    days: int
    above_zero: tuple[int, ...]

    @property
    def total(self) -> int:
        """All that was counted."""
        return sum(self.above_zero)

    def evidence(self) -> dict[str, JsonValue]:
        """What a finding says of them."""
        return {"count": self.total, "days": self.days}


def chance(recent: Counts, before: Counts) -> float:
    """How likely the recent days would hold so many or more, were they any days of the patient's; 1 when not above.

    Less than two standard deviations above what was to be expected counts as not above: cheaper, and no finding.
    """
    of_recent, of_before = ([min(count, MOST_A_DAY) for count in side.above_zero] for side in (recent, before))
    total = sum(of_recent)
    # Sorted, so that neither the order of the days nor which of them are recent changes a bit of the sum.
    above_zero = tuple(sorted((*of_recent, *of_before)))
    squares = sum(count * count for count in above_zero)
    if not stands_out(total, recent.days, sum(of_before), before.days, squares):
        return 1.0
    return _tail(above_zero, recent.days + before.days, recent.days, total)


def stands_out(recent: int, recent_days: int, before: int, before_days: int, squares: int | None = None) -> bool:
    """Whether the recent total is two standard deviations above what was to be expected of so many days.

    Without `squares`, the sum of the days' squared counts, whether it can be: no day above 0 is below 1.
    """
    days, total = recent_days + before_days, recent + before
    mean = total / days
    variance = ((total if squares is None else squares) / days - mean * mean) * recent_days * before_days / days
    return recent * days > recent_days * total and recent >= recent_days * mean + 2 * sqrt(max(variance, 0.0))


@lru_cache(maxsize=4096)
def _tail(above_zero: tuple[int, ...], days: int, picked: int, least: int) -> float:
    """Share of all ways to pick `picked` of `days` whose counts add up to `least` or more."""
    most = min(picked, len(above_zero))
    # ways[j, s]: ways to pick j of the days above 0 that hold s; sums of `least` and more share the last column.
    ways = np.zeros((most + 1, least + 1))
    ways[0, 0] = 1.0
    for count in above_zero:
        with_it = ways[:-1].copy()
        reached = max(0, least - count)
        ways[1:, count : count + reached] += with_it[:, :reached]
        ways[1:, least] += with_it[:, reached:].sum(axis=1)
    zeros = days - len(above_zero)
    enough = sum(float(ways[j, least]) * comb(zeros, picked - j) for j in range(most + 1))
    return enough / comb(days, picked)
