"""How a made-up patient's usual mood runs over the weeks: level, or down from some day on."""

from dataclasses import dataclass

import numpy as np

from streams.simulate.mood import Floats

RAMP_DAYS = 10
_EARLIEST, _LATEST = 21, 10
"""A deterioration starts no earlier than this many days after the first, and no later than so many before the last."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The usual mood falls by `points`, from day number `day` on, as a `step` or a `ramp`."""

    shape: str
    day: int
    points: float


def draw_fall(rng: np.random.Generator, days: int, share: float) -> Fall | None:
    """A fall for `share` of the patients, if there are days enough for one."""
    falls, ramp = rng.random() < share, rng.random() < 0.5  # noqa: PLR2004 - every second
    points = round(float(rng.uniform(1.5, 3.0)), 2)
    if not falls or days <= _EARLIEST + _LATEST:
        return None
    return Fall("ramp" if ramp else "step", int(rng.integers(_EARLIEST, days - _LATEST)), points)


def lowered(fall: Fall | None, days: int) -> Floats:
    """By how many points the usual mood lies lower on each day; shape (days,)."""
    if fall is None:
        return np.zeros(days)
    gone = np.arange(days) - fall.day + 1.0
    part = np.clip(gone / RAMP_DAYS, 0, 1) if fall.shape == "ramp" else (gone > 0).astype(np.float64)
    down: Floats = fall.points * part
    return down
