"""Fold reports and events into the sums, one after the other, so that a split into calls never shows."""

from collections.abc import Sequence
from math import inf

import numpy as np

from streams.core.links.cells import add_cell
from streams.core.links.items import Happened, Item, Report
from streams.core.links.state import SHARED, Links, Tally
from streams.core.links.sums import FADE_S, HAPPENED, Running, add_up

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
    """Links while they change. Items wait in `_rows` until a new cell makes room for itself, or all are read."""

    def __init__(self, links: Links) -> None:
        self._cells = [list(names) for names in links.cells]
        self._tallies = [list(tallies) for tallies in links.tallies]
        self._merged = [list(names) for names in links.merged]
        self._reports, self._moods = links.reports, links.moods
        self._time, self._heard, self._mood = links.time, links.heard, links.mood
        self._running = Running(links.time, -inf if links.heard is None else links.heard, links.unsure)
        self._traces = np.frombuffer(links.traces, "<f8").reshape(3, -1).copy()
        self._sums = np.frombuffer(links.sums, "<f8").copy()
        self._rows: list[tuple[float, float, float]] = []

    def report(self, report: Report) -> None:
        self._pass(report.time)
        self._rows.append((report.time, (report.tod - _MIDDLE_S) / _SPAN_S, report.mood / 100))
        self._heard, self._mood = report.time, report.mood
        self._reports += 1
        self._moods += report.mood

    def happened(self, event: Happened) -> None:
        self._pass(event.time)
        named = ([f"{event.person}/{event.kind}"], [event.kind], dict.fromkeys(event.patterns))
        for family, names in enumerate(named):
            for name in names:
                self._count(family, name)

    def _pass(self, time: float) -> None:
        if time < self._time:
            raise ValueError("an item is older than what was folded before it")
        self._time = time

    def _count(self, family: int, name: str) -> None:
        names, tallies = self._cells[family], self._tallies[family]
        if name not in names:
            self._add_up()
            lists = self._cells, self._tallies, self._merged
            self._traces, self._sums = add_cell(family, name, lists, self._traces, self._sums)
        cell = names.index(name)
        heard = self._heard is not None and self._time - self._heard <= FADE_S
        tally = tallies[cell]
        tallies[cell] = Tally(tally.events + 1, tally.heard + heard, tally.mood + heard * self._mood)
        self._rows.append((self._time, SHARED + sum(map(len, self._cells[:family])) + cell, HAPPENED))

    def _add_up(self) -> None:
        """Take in the items that waited."""
        if self._rows:
            sizes = np.array(list(map(len, self._cells)))
            self._running = add_up(np.array(self._rows), self._running, self._traces, self._sums, sizes)
            self._rows = []

    def links(self) -> Links:
        self._add_up()
        self._traces[0, :SHARED] = 0.0  # each report says these anew
        person, kind, pattern = map(tuple, self._cells)
        of_person, of_kind, of_pattern = map(tuple, self._tallies)
        without_person, without_kind, without_pattern = map(tuple, self._merged)
        return Links(
            cells=(person, kind, pattern),
            tallies=(of_person, of_kind, of_pattern),
            reports=self._reports,
            moods=self._moods,
            time=self._time,
            heard=self._heard,
            mood=self._mood,
            unsure=self._running.unsure,
            traces=self._traces.tobytes(),
            sums=self._sums.tobytes(),
            merged=(without_person, without_kind, without_pattern),
        )
