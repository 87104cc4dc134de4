"""What one patient's state tells of the population: how their mood varies, and what their events go along with.

Nothing is sent anywhere for it: the state is what analysis keeps already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from streams.core.days import DayTotal
from streams.core.entry import AnyEntry, MoodEntry
from streams.core.fold import link_items
from streams.core.inventory import same_person
from streams.core.links import Sufficient, sufficient
from streams.core.moments import MINUTE, local_day
from streams.core.state import State

BLOCK_DAYS = 7
BLOCK_REPORTS = 3
"""Reports that a week must hold to be compared."""
APART = 2
"""Weeks from one to the other: neighbours share a slow swing, and would let it look smaller than it is."""
NEAR, FAR = 120 * MINUTE, 240 * MINUTE
"""Two reports of one day so far apart are about 3 hours apart."""


@dataclass(frozen=True, slots=True)
class MoodSums:
    """One patient's mood reports."""

    n: int = 0
    days: int = 0
    """Local days with a report."""
    mean: float = 0.0
    variance: float = 0.0
    """Of single reports, points squared."""
    week_pairs: int = 0
    """Pairs of weeks that could be compared."""
    week_changes: float = 0.0
    """Their squared differences, each times n₁n₂/(n₁ + n₂): its expectation is c times the variance."""
    near_pairs: int = 0
    near_products: float = 0.0
    """Products of deviations from `mean` of reports about 3 hours apart."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One patient's part in the fit."""

    patient: str
    mood: MoodSums
    links: tuple[Sufficient, ...]


def hear(patient: str, state: State) -> Heard:
    """What `state` tells."""
    entries = state.open
    links = sufficient(state.links, link_items(entries), patient, same_person(state))
    return Heard(patient, _mood(state.days, entries), tuple(links))


def _mood(days: Sequence[DayTotal], entries: Sequence[AnyEntry]) -> MoodSums:
    n = sum(day.n for day in days)
    if n < 2:  # noqa: PLR2004 - a variance takes two
        return MoodSums(n=n, days=len(days))
    total = sum(day.total for day in days)
    squares = sum(day.squares for day in days)
    mean = total / n / 100
    week_pairs, week_changes = _weeks(days)
    near_pairs, near_products = _near(entries, mean)
    return MoodSums(
        n=n,
        days=len(days),
        mean=mean,
        variance=(squares - total * total / n) / (n - 1) / 10_000,
        week_pairs=week_pairs,
        week_changes=week_changes,
        near_pairs=near_pairs,
        near_products=near_products,
    )


def _weeks(days: Sequence[DayTotal]) -> tuple[int, float]:
    """Weeks not far apart, so that therapy that helps, slowly, does not count as ups and downs."""
    blocks: dict[int, tuple[int, float]] = {}
    for number, group in groupby(days, key=lambda day: day.day // BLOCK_DAYS):
        block = list(group)
        n = sum(day.n for day in block)
        if n >= BLOCK_REPORTS:
            blocks[number] = n, sum(day.total for day in block) / n / 100
    changes = [
        (mean - earlier[1]) ** 2 * n * earlier[0] / (n + earlier[0])
        for number, (n, mean) in blocks.items()
        if (earlier := blocks.get(number - APART)) is not None
    ]
    return len(changes), sum(changes)


def _near(entries: Sequence[AnyEntry], mean: float) -> tuple[int, float]:
    reports = [known for known in entries if isinstance(known, MoodEntry)]
    products = [
        (first.mood / 100 - mean) * (then.mood / 100 - mean)
        for first, then in pairwise(reports)
        if NEAR <= then.time - first.time <= FAR
        and local_day(first.time, first.offset) == local_day(then.time, then.offset)
    ]
    return len(products), sum(products)
