"""Fold reports and events into the sums, one after the other, so that how they were split into calls never shows."""

from collections.abc import Sequence
from math import exp, log

import numpy as np

from streams.core.links.cells import add_cell
from streams.core.links.items import Happened, Item, Report
from streams.core.links.state import SHARED, Floats, Links, Tally, pairs

FADE_S = 6 * 3600.0
"""An event's trace falls to 1/e in 6 hours."""
KINSHIP = 0.35
"""Correlation φ of two reports 3 hours apart, beyond what events explain; pooled over patients."""
_KINSHIP_RATE = -log(KINSHIP) / (3 * 3600.0)
_NOISE = 0.1
"""Rounding and momentary noise do not fade with the distance between two reports, so that reports minutes apart do not
weigh more than this allows: 1 - g² counts as at least this much."""
_NOON_S, _SPAN_S = 15 * 3600.0, 6 * 3600.0
"""Time of day is centred on the middle of the waking day and scaled to about -1 … 1."""


def advance(links: Links, passed: Sequence[Item]) -> Links:
    """`links` and everything in `passed`, which is no older than what `links` already holds.

    Args:
        links: what was folded so far.
        passed: each item once, in (time, mark) order over all calls; items of one instant come in one call. An event
            at the very time of a report counts as before it.

    Raises:
        ValueError: an item is older than `links`.
    """
    if not passed:
        return links
    fold = _Fold(links)
    for item in sorted(passed, key=_event_first):
        if isinstance(item, Report):
            fold.report(item)
        else:
            fold.happened(item)
    return fold.links()


def _event_first(item: Item) -> tuple[float, bool]:
    return item.time, isinstance(item, Report)


class _Fold:
    """Links while they change."""

    def __init__(self, links: Links) -> None:
        self.cells = [list(names) for names in links.cells]
        self.tallies = [list(tallies) for tallies in links.tallies]
        self.reports, self.moods = links.reports, links.moods
        self.time, self.heard = links.time, links.heard
        self.now = np.frombuffer(links.now, "<f8").copy()
        self.last = np.frombuffer(links.last, "<f8")
        self.sums = np.frombuffer(links.sums, "<f8")
        self.steps: list[Floats] = []
        self.weights: list[float] = []

    def report(self, report: Report) -> None:
        self._fade(report.time)
        mood = report.mood / 100
        self.now[:SHARED] = 1.0, (report.tod - _NOON_S) / _SPAN_S, mood
        kin = 0.0 if self.heard is None else exp(-_KINSHIP_RATE * (report.time - self.heard))
        self.steps.append(self.now - kin * self.last)
        self.weights.append(1 / max(1 - kin * kin, _NOISE))
        self.last = self.now.copy()
        self.heard = report.time
        self.reports += 1
        self.moods += report.mood

    def happened(self, event: Happened) -> None:
        self._fade(event.time)
        named = ([f"{event.person}/{event.kind}"], [event.kind], dict.fromkeys(event.patterns))
        for family, names in enumerate(named):
            for name in names:
                self._count(family, name)

    def _count(self, family: int, name: str) -> None:
        if name not in self.cells[family]:
            self._add_sums()
            self.now, self.last, self.sums = add_cell(
                family, name, self.cells, self.tallies, (self.now, self.last, self.sums)
            )
        cell = self.cells[family].index(name)
        tally = self.tallies[family][cell]
        heard = self.heard is not None and self.time - self.heard <= FADE_S
        mood = round(100 * self.last[2]) if heard else 0
        self.tallies[family][cell] = Tally(tally.events + 1, tally.heard + heard, tally.mood + mood)
        self.now[SHARED + sum(map(len, self.cells[:family])) + cell] += 1.0

    def _fade(self, time: float) -> None:
        if time < self.time:
            raise ValueError("an item is older than what was folded before it")
        self.now[SHARED:] *= exp((self.time - time) / FADE_S)
        self.time = time

    def _add_sums(self) -> None:
        """Add what the reports since the last call brought; row after row, so that a split into calls is no matter."""
        if not self.steps:
            return
        left, right = pairs(tuple(map(len, self.cells)))
        steps = np.array(self.steps)
        products = steps[:, left] * steps[:, right] * np.array(self.weights)[:, None]
        self.sums = np.add.accumulate(np.vstack([self.sums, products]), axis=0)[-1]
        self.steps, self.weights = [], []

    def links(self) -> Links:
        self._add_sums()
        person, kind, pattern = (tuple(names) for names in self.cells)
        tallies = tuple(tuple(tallies) for tallies in self.tallies)
        return Links(
            cells=(person, kind, pattern),
            tallies=(tallies[0], tallies[1], tallies[2]),
            reports=self.reports,
            moods=self.moods,
            time=self.time,
            heard=self.heard,
            now=self.now.astype("<f8").tobytes(),
            last=self.last.astype("<f8").tobytes(),
            sums=self.sums.astype("<f8").tobytes(),
        )
