"""In which order events arrive: phones lie in drawers, send twice, and find the network days later.

The clinic's system has none of these troubles: it sends at once, and so in the order in which steps were noted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from streams.simulate.mint import Timed, from_clinic

_LATEST = timedelta(days=13)
"""Nothing is later than this, so that it still counts."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Shares from 0 to 1."""

    late: float = 0.0
    """Of the events, arriving up to 13 days after their time, one by one."""
    doubled: float = 0.0
    """Of the events, arriving twice."""
    offline: float = 0.0
    """Of the days, all events of which arrive together up to 3 days later."""


def arrive(events: Sequence[Timed], trouble: Trouble, seed: int) -> list[Timed]:
    """One patient's events with the moment each arrives, in order of arrival; copies are the same event again."""
    if trouble == Trouble():
        return list(events)
    rng = np.random.default_rng([seed, 1])
    back_online: dict[str, datetime] = {}
    arrivals = []
    for time, event in events:
        if from_clinic(event):
            arrivals.append((time, event))
            continue
        day = event["time"][:10]
        if day not in back_online:
            offline = rng.random() < trouble.offline
            back_online[day] = time + timedelta(hours=float(rng.uniform(6, 72))) if offline else time
        at = max(time, back_online[day])
        if rng.random() < trouble.late:
            at = max(at, time + _LATEST * float(rng.random()))
        arrivals.append((at, event))
        if rng.random() < trouble.doubled:
            arrivals.append((at + timedelta(hours=float(rng.uniform(0, 48))), event))
    return sorted(arrivals, key=lambda arrival: arrival[0])
