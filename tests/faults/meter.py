"""How long nothing happened: from the times that stand in the topics, or by asking a process."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil

from streams.topics import EVENTS, POINTS
from tests.faults.cohort import Event
from tests.faults.reader import of_event, read
from tests.faults.truth import identity_in, points_by_event


def worked(bootstrap: str, topic: str = POINTS) -> dict[int, list[float]]:
    """When each partition's records were produced, in seconds since 1970, ascending."""
    times: dict[int, list[float]] = defaultdict(list)
    for one in read(bootstrap, topic):
        if topic == POINTS and not of_event((one.value or b"").decode()):
            continue
        times[one.partition].append(one.timestamp)
    return {partition: sorted(some) for partition, some in times.items()}


def waits(bootstrap: str, events: Sequence[Event]) -> list[float]:
    """Seconds from each event's arrival until all its points were there, by the broker's clock."""
    arrived = {one.value: one.timestamp for one in read(bootstrap, EVENTS)}
    written: dict[str, float] = {}
    for one in read(bootstrap, POINTS):
        for line in (one.value or b"").decode().split("\n"):
            written.setdefault(line, one.timestamp)
    needed, values = points_by_event(events), {identity_in(value): value for _, value in events}
    there = {event: lines for event, lines in needed.items() if lines <= written.keys()}
    return [max(written[line] for line in lines) - arrived[values[event]] for event, lines in there.items()]


def longest_pause(times: Iterable[Sequence[float]], since: float, until: float) -> float:
    """The longest time in which nothing was produced for one of the partitions, beginning between two moments."""
    return max(
        (after - before for some in times for before, after in pairwise(some) if since <= before < until),
        default=0.0,
    )


def seconds_until(so: Callable[[], object], *, since: float, most: float = 120.0, every: float = 0.02) -> float:
    """Seconds from the monotonic time `since` until it is so; `most` if it never is."""
    while not so():
        if time.monotonic() - since > most:
            return most
        time.sleep(every)
    return time.monotonic() - since


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(round(share * len(values), 6)) - 1)]
