"""How long nothing happened: from the times that stand in the topics, or by asking a process."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil

from streams.topics import POINTS
from tests.faults.reader import read


def worked(bootstrap: str, topic: str = POINTS) -> dict[int, list[float]]:
    """When each partition's records were produced, in seconds since 1970, ascending."""
    times: dict[int, list[float]] = defaultdict(list)
    for one in read(bootstrap, topic):
        times[one.partition].append(one.timestamp)
    return {partition: sorted(some) for partition, some in times.items()}


def resumed_after(times: Iterable[Sequence[float]], moment: float) -> float:
    """Seconds from `moment` until the last of the partitions was worked on again."""
    return max(next((one for one in some if one >= moment), float("inf")) - moment for some in times)


def longest_pause(times: Iterable[Sequence[float]], since: float, until: float) -> float:
    """The longest time in which nothing was produced for one of the partitions, beginning between two moments."""
    return max(
        (after - before for some in times for before, after in pairwise(some) if since <= before < until),
        default=0.0,
    )


def seconds_until(so: Callable[[], object], *, since: float, most: float = 120.0) -> float:
    """Seconds from the monotonic time `since` until it is so; `most` if it never is."""
    while not so():
        if time.monotonic() - since > most:
            return most
        time.sleep(0.02)
    return time.monotonic() - since


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(round(share * len(values), 6)) - 1)]
