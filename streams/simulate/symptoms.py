"""Binges, purges and restriction of a made-up patient with an eating disorder: a habit, and for some a rise of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

RISE = 3.0
"""How many times as many there are from the rise on."""
_RISING = 0.3
_EARLIEST, _LATEST = 28, 7
_CLUSTERED = 1.5
"""Shape of the gamma that days are drawn from: symptoms come in clusters, so a day is no draw of its own."""
NAMES = ("binge", "purge", "restrict")


@dataclass(frozen=True, slots=True)
class Habit:
    """Symptoms a day, in the order of `NAMES`, and the number of the day from which on there are more."""

    a_day: tuple[float, float, float]
    rise: int | None


@dataclass(frozen=True, slots=True)
class Eating:
    """The truth of it: symptoms a day by habit, and the first local day on which there are more."""

    a_day: tuple[float, float, float]
    rises: date | None


def draw_habit(rng: np.random.Generator, days: int) -> Habit:
    """A habit, and for some a rise."""
    binge, purge, restrict = (round(float(rng.uniform(*bounds)), 2) for bounds in ((0.1, 0.6), (0.0, 0.4), (0.1, 0.8)))
    rises, day = rng.random() < _RISING, int(rng.integers(_EARLIEST, max(days - _LATEST, _EARLIEST + 1)))
    return Habit((binge, purge, restrict), day if rises and day < days - _LATEST else None)


def counts(rng: np.random.Generator, habit: Habit, days: int) -> NDArray[np.int64]:
    """How many there are of each; shape (days, symptoms)."""
    rate = np.tile(np.array(habit.a_day), (days, 1))
    if habit.rise is not None:
        rate[habit.rise :] *= RISE
    bad_days = rng.gamma(_CLUSTERED, 1 / _CLUSTERED, (days, 1))
    return np.minimum(rng.poisson(rate * bad_days), 20)
