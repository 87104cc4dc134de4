"""How a made-up patient's usual mood runs over the weeks: level, down from some day on, or slowly up under therapy."""

from dataclasses import dataclass

import numpy as np

from streams.simulate.mood import Floats

RAMP_DAYS, GAIN_DAYS = 10, 42
SETBACK, SETBACK_DAYS = 2.0, 7
"""Points by which the usual mood lies lower after a rupture in the group, and for how many days."""
_EARLIEST, _LATEST = 21, 10
"""A deterioration starts no earlier than this many days after the first, and no later than so many before the last."""
_GAINING = 0.3
"""Share of those who do not fall that get better."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The usual mood falls by `points`, from day number `day` on, as a `step` or a `ramp` of ten days."""

    shape: str
    day: int
    points: float


@dataclass(frozen=True, slots=True)
class Gain:
    """The usual mood rises by `points`, evenly over six weeks from day number `day` on."""

    day: int
    points: float


@dataclass(frozen=True, slots=True)
class Course:
    """How the usual mood goes, from `usual` on."""

    usual: float
    fall: Fall | None
    gain: Gain | None
    setback: int | None
    """The first day of a week that is worse, after a rupture in the group."""

    def by_day(self, days: int) -> Floats:
        """The usual mood without its ups and downs; shape (days,)."""
        level = self.usual - lowered(self.fall, days) + lifted(self.gain, days)
        if self.setback is not None:
            level[self.setback : self.setback + SETBACK_DAYS] -= SETBACK
        return np.clip(level, 0, 10)


def draw_fall(rng: np.random.Generator, days: int, share: float) -> Fall | None:
    """A fall for `share` of the patients, if there are days enough for one."""
    falls, ramp = rng.random() < share, rng.random() < 0.5  # noqa: PLR2004 - every second
    points = round(float(rng.uniform(1.5, 3.0)), 2)
    if not falls or days <= _EARLIEST + _LATEST:
        return None
    return Fall("ramp" if ramp else "step", int(rng.integers(_EARLIEST, days - _LATEST)), points)


def draw_gain(rng: np.random.Generator, days: int) -> Gain | None:
    """A gain for some, from the third to the fifth week on."""
    gains, day, points = rng.random() < _GAINING, int(rng.integers(14, 29)), round(float(rng.uniform(1.0, 2.5)), 2)
    return Gain(day, points) if gains and day < days else None


def lowered(fall: Fall | None, days: int) -> Floats:
    """By how many points the usual mood lies lower on each day; shape (days,)."""
    if fall is None:
        return np.zeros(days)
    down: Floats = fall.points * _part(days, fall.day, RAMP_DAYS if fall.shape == "ramp" else 1)
    return down


def lifted(gain: Gain | None, days: int) -> Floats:
    """By how many points the usual mood lies higher on each day; shape (days,)."""
    if gain is None:
        return np.zeros(days)
    up: Floats = gain.points * _part(days, gain.day, GAIN_DAYS)
    return up


def _part(days: int, first: int, over: int) -> Floats:
    """How much of a change that begins on day `first` and takes `over` days is there on each; shape (days,)."""
    part: Floats = np.clip((np.arange(days) - first + 1.0) / over, 0, 1)
    return part
