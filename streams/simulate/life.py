"""Life events of a made-up patient: some happen on the way, some losses lie years back and come round again."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from schemas.vocabulary import LifeEventKind
from streams.simulate.calendar import Calendar
from streams.simulate.mint import Mint, Timed
from streams.simulate.truth import LifeEvent

_HAPPENING, _GRIEVING = 0.25, 0.15
"""Shares of patients to whom something happens, and who lost somebody before."""
_YEAR = 365.25
_KINDS = tuple(LifeEventKind)


def draw_life(rng: np.random.Generator, calendar: Calendar) -> tuple[LifeEvent, ...]:
    """None for most; an old loss is told on the first day, and its anniversary lies within the calendar."""
    happens, day, kind = rng.random() < _HAPPENING, int(rng.integers(len(calendar))), str(rng.choice(_KINDS))
    grieves, years, round_again = rng.random() < _GRIEVING, int(rng.integers(1, 6)), int(rng.integers(len(calendar)))
    found = []
    if grieves:
        lost = calendar.date(round_again) - timedelta(days=round(years * _YEAR))
        found.append(LifeEvent(LifeEventKind.BEREAVEMENT.value, lost, calendar.first))
    if happens:
        found.append(LifeEvent(kind, calendar.date(day), calendar.date(day)))
    return tuple(found)


def life_events(mint: Mint, calendar: Calendar, life: tuple[LifeEvent, ...]) -> Iterator[Timed]:
    """`life-event.v1`, each on the evening of the day it is told."""
    for one in life:
        time = calendar.at((one.told - calendar.first).days, 20.0)
        yield mint.event("life-event.v1", time, {"kind": one.kind, "date": one.on.isoformat()})
