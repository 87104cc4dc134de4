"""The sums of products: what a report adds to them, once what was foretold of it is taken off. Called by `fold`."""

from math import exp
from typing import Final, NamedTuple

from streams.core.compiled import compiled
from streams.core.links.forecast import Unsure, foretell, learn
from streams.core.links.state import SHARED, Floats, Ints

FADE_S: Final = 6 * 3600.0
"""An event's trace falls to 1/e in 6 hours."""
HAPPENED: Final = -1.0
"""In place of a mood: the row is no report, but an event that adds to the trace of a cell."""


class Running(NamedTuple):
    """Where the sums stand."""

    time: float
    """Of the newest row; seconds since 1970 UTC."""
    heard: float
    """Of the newest report; -inf before the first."""
    unsure: Unsure
    """Of the forecasts, at `heard`."""


@compiled
def add_up(rows: Floats, running: Running, traces: Floats, sums: Floats, sizes: Ints) -> Running:
    """Take reports and events in; `traces` and `sums` change in place, and are as `Links` has them.

    Args:
        rows: reports and events, oldest first; (n, 3): the time, and of a report the time of day and the mood in
            points; of an event the column of its cell, and `HAPPENED`.
        running: where the sums stand before them.
        traces: now, and the quick and the slow forecast; (3, columns).
        sums: of products.
        sizes: how many cells each family has.
    """
    time, heard, unsure = running
    for at, second, mood in rows:
        traces[0, SHARED:] *= exp((time - at) / FADE_S)
        time = at
        if mood == HAPPENED:
            traces[0, int(second)] += 1.0
            continue
        traces[0, 0], traces[0, 1], traces[0, 2] = 1.0, second, mood
        quick_left, slow_left, unsure = foretell(time - heard, unsure)
        traces[1] *= quick_left
        traces[2] *= slow_left
        surprise, variance, unsure = learn(traces[1:], traces[0], unsure)
        _add_products(sums, surprise, 1 / variance, sizes)
        heard = time
    return Running(time, heard, unsure)


@compiled
def _add_products(sums: Floats, surprise: Floats, weight: float, sizes: Ints) -> None:
    """Add the products of `surprise` with itself, in the order of `state.pairs`."""
    at = 0
    for right in range(SHARED):
        for left in range(right + 1):
            sums[at] += surprise[left] * surprise[right] * weight
            at += 1
    start = SHARED
    for size in sizes:
        for right in range(start, start + size):
            for left in range(SHARED):
                sums[at] += surprise[left] * surprise[right] * weight
                at += 1
            for left in range(start, right + 1):
                sums[at] += surprise[left] * surprise[right] * weight
                at += 1
        start += size
