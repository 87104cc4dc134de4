"""Mood just before the events: said on the cards, and taken off what seems to follow from them.

Events that follow low moods seem to lower the mood, as far as the low mood goes on and no report told of it. Where the
last reports before a cell's events lie below the patient's usual, its events come with low moods that were not reported
either, and `carried_over` is what these alone would look like.
"""

from math import sqrt

import numpy as np

from streams.core.links.state import Floats, Links, Tally

CARRIED = 0.22
"""Points of seeming effect for each point that mood lay below the usual before; pooled, from `evaluate links` on seeds
that nothing is reported from. Much the same whether moods swing quickly or slowly, and if 40 or 90 % are reported."""
TRUST_N = 4.0
"""Reports before events that it takes to believe half of what they say: patients' cells differ as much as four vary."""
LOW_BEFORE = 0.5
"""Points below the usual from which a card says that mood was low already."""
_SURE = 1.645
"""And standard errors: fewer than one card in twenty says so by chance."""


def before(tally: Tally, links: Links) -> float:
    """Mean mood in the last reports within 6 hours before the events, against the patient's usual, in points.

    0 when there was no such report.
    """
    if not tally.heard or not links.reports:
        return 0.0
    return (tally.mood / tally.heard - links.moods / links.reports) / 100


def low_before(tally: Tally, links: Links, spread: float) -> bool:
    """Whether mood was already low before the events; `spread` is the mood's standard deviation, in points."""
    return tally.heard > 0 and before(tally, links) <= -max(LOW_BEFORE, _SURE * spread / sqrt(tally.heard))


def carried_over(links: Links, family: int) -> Floats:
    """For each cell of FAMILIES[family], the effect that it would seem to have if it had none, in points; (K,)."""
    tallies = links.tallies[family]
    return np.array([CARRIED * before(one, links) * one.heard / (one.heard + TRUST_N) for one in tallies])
