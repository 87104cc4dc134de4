"""A cohort of made-up patients, one after the other, each a function of the seed and their number alone.

Called by `ipt-pulse simulate` and by the demo.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from streams.simulate.course import Fall
from streams.simulate.drawn import Plan
from streams.simulate.group import group_of
from streams.simulate.mint import Timed
from streams.simulate.patient import simulate_patient
from streams.simulate.truth import Truth

FALLING = 0.25
"""Share of patients whose mood falls for good at some time."""
_FRESH_FALL, _FRESH_ITEM9 = 11, 2
"""How many days before the last one the planned fall starts, and the planned item 9 is answered."""


def cohort(
    patients: int, days: int, end: datetime, seed: int, *, falling: float = FALLING
) -> Iterator[tuple[list[Timed], Truth]]:
    """Each patient's events, in order of time, and what was planted in them.

    The first patient's mood falls within the last two weeks and the second answers item 9 above 0 in the last days, so
    that any cohort has something to find just before `end`; everybody else is left to chance.

    Args:
        patients: how many, from 0 on.
        days: local days of each, up to the one that `end` falls on for them at home, from 1 on.
        end: with an offset; no event is later.
        seed: the same one gives the same patients, and more patients only add to them.
        falling: share of the others whose mood falls for good.
    """
    for number in range(patients):
        rng = np.random.default_rng([seed, number])
        yield simulate_patient(rng, days, end, _plan(seed, number, days), falling)


def _plan(seed: int, number: int, days: int) -> Plan:
    if number == 0 and days > _FRESH_FALL:
        return Plan(scenario="S2", fall=Fall("step", days - 1 - _FRESH_FALL, 3.0), heard=True)
    if number == 1 and days > _FRESH_ITEM9:
        return Plan(item9_day=days - 1 - _FRESH_ITEM9, heard=True)
    return Plan(group=group_of(seed, number))
