"""Why nothing is heard of a made-up patient for a while: the phone is off, they do not answer, or they drop off."""

from dataclasses import dataclass

import numpy as np

from streams.simulate.mood import Floats

OFFLINE, UNANSWERED, DROPPING_OFF = "offline", "unanswered", "dropping_off"
SILENT = 0.25
"""Share of patients who are silent once."""
_EARLIEST = 21
"""Days before which nobody is silent: what is usual for them has to be known first."""
_FADE_DAYS, _LEFT = 21, 0.1
"""A drop-off takes three weeks, down to a tenth of the answers that there were."""


@dataclass(frozen=True, slots=True)
class Gap:
    """From day number `first` to `last`, both counted; a drop-off lasts to the end.

    `offline`: nothing comes from the phone, not even a heartbeat. `unanswered`: it asks and is alive, nobody answers.
    `dropping_off`: fewer and fewer answers.
    """

    kind: str
    first: int
    last: int


def draw_gap(rng: np.random.Generator, days: int) -> Gap | None:
    """A gap for some, if there are days enough for one."""
    kind = str(rng.choice((OFFLINE, UNANSWERED, DROPPING_OFF)))
    silent, length = rng.random() < SILENT, int(rng.integers(4, 11))
    latest = days - (_FADE_DAYS if kind == DROPPING_OFF else length)
    if not silent or latest <= _EARLIEST:
        return None
    first = int(rng.integers(_EARLIEST, latest))
    return Gap(kind, first, days - 1 if kind == DROPPING_OFF else first + length - 1)


def alive(gap: Gap | None, days: int) -> list[bool]:
    """Whether the phone sends anything, by day."""
    return [gap is None or gap.kind != OFFLINE or not gap.first <= day <= gap.last for day in range(days)]


def answering(gap: Gap | None, days: int) -> Floats:
    """Share of the usual answers that are left, by day; shape (days,)."""
    share = np.ones(days)
    if gap is None:
        return share
    if gap.kind == DROPPING_OFF:
        fade: Floats = np.clip(1 - (np.arange(days) - gap.first + 1) / _FADE_DAYS, _LEFT, 1)
        return fade
    share[gap.first : gap.last + 1] = 0
    return share
