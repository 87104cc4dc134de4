"""Fold reports and events into the sums, one after the other, so that a split into calls never shows."""

from collections.abc import Sequence
from math import exp

import numpy as np

from streams.core.links.cells import add_cell
from streams.core.links.forecast import foretell, learn
from streams.core.links.items import Happened, Item, Report
from streams.core.links.state import SHARED, Floats, Links, Tally, pairs

FADE_S = 6 * 3600.0
"""An event's trace falls to 1/e in 6 hours."""
_MIDDLE_S, _SPAN_S = 15 * 3600.0, 6 * 3600.0
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
        self.merged = [list(names) for names in links.merged]
        self.reports, self.moods = links.reports, links.moods
        self.time, self.heard, self.mood = links.time, links.heard, links.mood
        self.unsure = links.unsure
        self.traces = np.frombuffer(links.traces, "<f8").reshape(3, -1).copy()
        self.sums = np.frombuffer(links.sums, "<f8")
        self.surprises: list[Floats] = []
        self.weights: list[float] = []

    def report(self, report: Report) -> None:
        self._fade(report.time)
        now, quick, slow = self.traces
        now[:SHARED] = 1.0, (report.tod - _MIDDLE_S) / _SPAN_S, report.mood / 100
        since = None if self.heard is None else report.time - self.heard
        quick_left, slow_left, unsure = foretell(since, self.unsure)
        quick *= quick_left
        slow *= slow_left
        surprise, variance, self.unsure = learn(self.traces[1:], now, unsure)
        self.surprises.append(surprise)
        self.weights.append(1 / variance)
        self.heard, self.mood = report.time, report.mood
        self.reports += 1
        self.moods += report.mood

    def happened(self, event: Happened) -> None:
        self._fade(event.time)
        named = ([f"{event.person}/{event.kind}"], [event.kind], dict.fromkeys(event.patterns))
        for family, names in enumerate(named):
            for name in names:
                self._count(family, name)

    def _count(self, family: int, name: str) -> None:
        names, tallies = self.cells[family], self.tallies[family]
        if name not in names:
            self._add_up()
            lists = self.cells, self.tallies, self.merged
            self.traces, self.sums = add_cell(family, name, lists, self.traces, self.sums)
        cell = names.index(name)
        heard = self.heard is not None and self.time - self.heard <= FADE_S
        tally = tallies[cell]
        tallies[cell] = Tally(tally.events + 1, tally.heard + heard, tally.mood + heard * self.mood)
        self.traces[0, SHARED + sum(map(len, self.cells[:family])) + cell] += 1.0

    def _fade(self, time: float) -> None:
        if time < self.time:
            raise ValueError("an item is older than what was folded before it")
        self.traces[0, SHARED:] *= exp((self.time - time) / FADE_S)
        self.time = time

    def _add_up(self) -> None:
        """Add the products that waited; accumulate adds row after row, however many there are."""
        if not self.surprises:
            return
        left, right = pairs(tuple(map(len, self.cells)))
        surprises = np.array(self.surprises)
        products = surprises[:, left] * surprises[:, right] * np.array(self.weights)[:, None]
        self.sums = np.add.accumulate(np.vstack([self.sums, products]), axis=0)[-1]
        self.surprises, self.weights = [], []

    def links(self) -> Links:
        self._add_up()
        person, kind, pattern = map(tuple, self.cells)
        of_person, of_kind, of_pattern = map(tuple, self.tallies)
        without_person, without_kind, without_pattern = map(tuple, self.merged)
        return Links(
            cells=(person, kind, pattern),
            tallies=(of_person, of_kind, of_pattern),
            reports=self.reports,
            moods=self.moods,
            time=self.time,
            heard=self.heard,
            mood=self.mood,
            unsure=self.unsure,
            traces=self.traces.astype("<f8").tobytes(),
            sums=self.sums.astype("<f8").tobytes(),
            merged=(without_person, without_kind, without_pattern),
        )
